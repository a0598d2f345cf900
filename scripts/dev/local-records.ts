/** D1 on this machine, in the folder that the local Worker uses: the records, and the registry of tenants. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Miniflare } from "miniflare";
import type { RecordsName } from "../../worker/config/location.ts";

const MIGRATIONS = join(import.meta.dirname, "../../worker/audit/migrations");

/** The database of a binding: hotseat-records, hotseat-records-1 and so on. */
export const recordsId = (name: RecordsName): string => `hotseat-${name.toLowerCase().replace("_", "-")}`;

/** Bindings for Miniflare. */
export const recordsBindings = (names: readonly RecordsName[]) =>
  Object.fromEntries(names.map((name) => [name, { type: "d1" as const, id: recordsId(name) }]));

export type LocalDatabase = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** The table in which `wrangler d1 migrations apply` keeps what it has applied. */
const APPLIED =
  "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)";
const READ_APPLIED = "SELECT name FROM d1_migrations";
const NOTE_APPLIED = "INSERT INTO d1_migrations (name) VALUES (?)";

function pendingAfter(applied: readonly { name: string }[]): { name: string; sql: string }[] {
  const done = new Set(applied.map(({ name }) => name));
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql") && !done.has(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(MIGRATIONS, name), "utf8") }));
}

/** Applies each file of worker/audit/migrations once. */
export async function migrateRecords(records: LocalDatabase): Promise<void> {
  await records.prepare(APPLIED).run();
  const { results } = await records.prepare(READ_APPLIED).all<{ name: string }>();
  for (const { name, sql } of pendingAfter(results)) {
    // A batch is one transaction: a migration that fails leaves nothing half done.
    await records.batch([records.prepare(sql), records.prepare(NOTE_APPLIED).bind(name)]);
  }
}

/** The same in the database's file, where no runtime has it open. */
export function migrateFile(database: DatabaseSync): void {
  database.exec(APPLIED);
  for (const { name, sql } of pendingAfter(database.prepare(READ_APPLIED).all() as { name: string }[])) {
    database.exec(`BEGIN;\n${sql}`);
    database.prepare(NOTE_APPLIED).run(name);
    database.exec("COMMIT");
  }
}
