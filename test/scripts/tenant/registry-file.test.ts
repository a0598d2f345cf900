/** The registry's file, where it is not as it should be. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../../../scripts/cli/command-refusal.ts";
import { openLocalStore } from "../../../scripts/tenant/registry-file.ts";

let state: string;
let file: string;
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), "hotseat-registry-"));
  await openLocalStore(state).close();
  const folder = join(state, "d1/miniflare-D1DatabaseObject");
  file = join(folder, readdirSync(folder)[0] ?? "");
  rmSync(file);
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function refusal(): Error | null {
  try {
    openLocalStore(state);
    return null;
  } catch (error) {
    return error as Error;
  }
}

const tables = (): unknown[] => {
  const database = new DatabaseSync(file);
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  database.close();
  return names.map(({ name }) => name);
};

test("a file that is no database is named in a sentence", () => {
  writeFileSync(file, "no database".repeat(1_000));
  expect(refusal()).toBeInstanceOf(Refusal);
  expect(refusal()?.message).toBe(`The registry in ${file} cannot be opened: file is not a database.`);
});

test("a migration that fails leaves nothing half done, and says so in a sentence", () => {
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE events (seq)");
  database.close();
  expect(refusal()).toBeInstanceOf(Refusal);
  expect(refusal()?.message).toBe(`The registry in ${file} cannot be opened: table events already exists.`);
  expect(tables()).toEqual(["events", "d1_migrations"]);
});
