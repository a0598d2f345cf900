/** The registry's database, as the operator's commands reach it: on this machine, or a deployment's by wrangler. */
import type { Statement } from "../../worker/registry/registry-write.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { faultOf, runWrangler } from "../deploy/wrangler.ts";
import type { LocalDatabase } from "../dev/local-records.ts";
import { toLiteralSql } from "./sql-literal.ts";

export interface RegistryStore {
  /** Runs one statement and answers its rows. Throws a `Refusal` with what the database says. */
  run(statement: Statement): Promise<unknown[]>;
  close(): Promise<void>;
}

/** A database of this machine that somebody else opened and closes. */
export const storeOf = (records: LocalDatabase): RegistryStore => ({
  async run({ sql, values }) {
    try {
      const { results } = await records
        .prepare(sql)
        .bind(...values)
        .all();
      return results;
    } catch (error) {
      throw new Refusal(`The registry refused this: ${reasonOf(error)}.`);
    }
  },
  close: async () => undefined,
});

/** By `wrangler d1 execute`; `where`: `--remote`, or what stands in for it in a test. */
export function openWranglerStore(where: readonly string[]): RegistryStore {
  return {
    async run(statement) {
      const args = ["d1", "execute", "RECORDS", ...where, "--json", "--yes", "--command", toLiteralSql(statement)];
      const done = await runWrangler(args);
      const answer = readAnswer(done.output);
      if (done.status === 0 && answer !== null) return answer;
      const why = faultIn(done.output) ?? faultOf(done);
      if (why.includes("no such table")) {
        throw new Refusal("The deployment's database has no registry yet: npm run deploy applies the migrations.");
      }
      throw new Refusal(`wrangler could not ask the registry: ${why}.`);
    },
    close: async () => undefined,
  };
}

/** Wrangler's JSON: one element a statement. Null where it is something else. */
function readAnswer(output: string): unknown[] | null {
  try {
    const [first] = JSON.parse(output) as { results?: unknown; success?: unknown }[];
    return first?.success === true && Array.isArray(first.results) ? first.results : null;
  } catch {
    return null;
  }
}

function faultIn(output: string): string | null {
  try {
    const { error } = JSON.parse(output) as { error?: { text?: unknown; notes?: { text?: unknown }[] } };
    const told = [error?.text, ...(error?.notes ?? []).map(({ text }) => text)].filter(
      (text) => typeof text === "string",
    );
    return told.length === 0 ? null : told.join(": ").replace(/\.$/, "");
  } catch {
    return null;
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^D1_ERROR: /, "")
    .replace(/: SQLITE_CONSTRAINT.*$/, "");
