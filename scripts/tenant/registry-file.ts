/** The registry of this machine, in the file in which the local runtime keeps it. */
import { createHash, createHmac } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FIRST_RECORDS } from "../../worker/config/location.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { migrateFile, recordsId } from "../dev/local-records.ts";
import type { RegistryStore } from "./registry-store.ts";

const D1_OBJECT = "miniflare-D1DatabaseObject";

/** Miniflare names a database's file by the id of the object that holds it, which workerd makes of its name. */
function fileNameOf(database: string): string {
  const key = createHash("sha256").update(D1_OBJECT).digest();
  const half = (data: string | Buffer) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const name = half(database);
  return `${Buffer.concat([name, half(name)]).toString("hex")}.sqlite`;
}

const fileIn = (persistDir: string): string => join(persistDir, "d1", D1_OBJECT, fileNameOf(recordsId(FIRST_RECORDS)));

/** Somebody who only reads may have the file for a moment. */
const BUSY_MS = 5_000;

const refusalOf = (what: string, error: unknown): Refusal =>
  new Refusal(`${what}: ${error instanceof Error ? error.message : String(error)}.`);

const storeOfFile = (database: DatabaseSync, refusal: string): RegistryStore => ({
  run: async ({ sql, values }) => {
    try {
      return database.prepare(sql).all(...values);
    } catch (error) {
      throw refusalOf(refusal, error);
    }
  },
  close: async () => {
    if (database.isOpen) database.close();
  },
});

/** Beside a Worker that runs: reads, and never writes. Throws a `Refusal` where there is no registry yet. */
export function openReadOnlyStore(persistDir: string): RegistryStore {
  const file = fileIn(persistDir);
  if (!existsSync(file)) throw new Refusal("Hotseat is just starting; type the command again in a moment.");
  return storeOfFile(new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS }), "The registry cannot be read");
}

/**
 * Without the runtime, which takes a second to start. The caller holds the lock of the state, so that no runtime has the
 * file open. One that is new is as a runtime makes it.
 */
export function openLocalStore(persistDir: string): RegistryStore {
  const file = fileIn(persistDir);
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec("PRAGMA journal_mode = WAL");
    migrateFile(database);
    return storeOfFile(database, "The registry refused this");
  } catch (error) {
    database.close();
    throw refusalOf(`The registry in ${file} cannot be opened`, error);
  }
}
