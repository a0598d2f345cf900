/** D1 on this machine, in the folder that the local Worker uses: the records, and the registry of tenants. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { FIRST_RECORDS, type RecordsName } from "../../worker/config/location.ts";
import { bindWorkerd } from "./bound-workerd.ts";
import { withoutSignalListeners } from "./signal-listeners.ts";

const MIGRATIONS = join(import.meta.dirname, "../../worker/audit/migrations");

/** The database of a binding: hotseat-records, hotseat-records-1 and so on. */
export const recordsId = (name: RecordsName): string => `hotseat-${name.toLowerCase().replace("_", "-")}`;

/** Bindings for Miniflare. */
export const recordsBindings = (names: readonly RecordsName[]) =>
  Object.fromEntries(names.map((name) => [name, { type: "d1" as const, id: recordsId(name) }]));

export type LocalDatabase = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** Applies each file of worker/audit/migrations once, kept in the same table as `wrangler d1 migrations apply` keeps. */
export async function migrateRecords(records: LocalDatabase): Promise<void> {
  await records
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await records.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const pending = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql") && !applied.has(name))
    .sort();
  for (const name of pending) {
    // A batch is one transaction: a migration that fails leaves nothing half done.
    await records.batch([
      records.prepare(readFileSync(join(MIGRATIONS, name), "utf8")),
      records.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}

/** Opens the registry's D1 alone, without the Worker. Two runtimes on one folder would damage it: hold its lock meanwhile. */
export async function openRecords(persistDir: string): Promise<{ records: LocalDatabase; close: () => Promise<void> }> {
  mkdirSync(persistDir, { recursive: true });
  const contents = "export default { fetch: () => new Response(null, { status: 404 }) };";
  const miniflare = withoutSignalListeners(
    () =>
      new Miniflare({
        resourcePersistencePath: persistDir,
        log: new Log(LogLevel.NONE),
        enableDevRegistry: false,
        telemetry: { enabled: false },
        unsafeRuntimeEnv: bindWorkerd("/dev/null"),
        workers: [
          {
            config: {
              name: "records",
              compatibilityDate: "2026-10-15",
              manifest: { mainModule: "index.js", modules: { "index.js": { type: "esm", contents } } },
              env: recordsBindings([FIRST_RECORDS]),
            },
          },
        ],
      }),
  );
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= miniflare.dispose();
    return closing;
  };
  try {
    await miniflare.ready;
    const records = await miniflare.getD1Database("RECORDS");
    await migrateRecords(records);
    return { records, close };
  } catch (error) {
    await close();
    throw error;
  }
}
