/** The registry of this machine, read from its file beside a Worker that runs: `npm run tenant -- list` and `show`. */
import { createHash, createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FIRST_RECORDS } from "../../worker/config/location.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { recordsId } from "../dev/local-records.ts";
import type { RegistryStore } from "./registry-store.ts";

const D1_OBJECT = "miniflare-D1DatabaseObject";

/** Miniflare names a database's file by the id of the object that holds it, which workerd makes of its name. */
function fileNameOf(database: string): string {
  const key = createHash("sha256").update(D1_OBJECT).digest();
  const half = (data: string | Buffer) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const name = half(database);
  return `${Buffer.concat([name, half(name)]).toString("hex")}.sqlite`;
}

/** Reads, and never writes. Throws a `Refusal` where there is no registry yet. */
export function openReadOnlyStore(persistDir: string): RegistryStore {
  const file = join(persistDir, "d1", D1_OBJECT, fileNameOf(recordsId(FIRST_RECORDS)));
  if (!existsSync(file)) throw new Refusal("Hotseat is just starting; type the command again in a moment.");
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  return {
    run: async ({ sql, values }) => {
      try {
        return database.prepare(sql).all(...values);
      } catch (error) {
        throw new Refusal(`The registry cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
      }
    },
    close: async () => database.close(),
  };
}
