/** The registry's database, as the operator's commands reach it: on this machine, or a deployment's by wrangler. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Statement } from "../worker/registry/registry-write.ts";
import { openRecords } from "./local-records.ts";
import { Refusal } from "./refusal.ts";
import { toLiteralSql } from "./sql-literal.ts";

const ROOT = join(import.meta.dirname, "..");

export interface RegistryStore {
  /** Runs one statement and answers its rows. Throws a `Refusal` with what the database says. */
  run(statement: Statement): Promise<unknown[]>;
  close(): Promise<void>;
}

/** The state that `npm start` uses. The caller holds its lock. */
export async function openLocalStore(persistDir: string): Promise<RegistryStore> {
  const { records, close } = await openRecords(persistDir);
  return {
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
    close,
  };
}

/** By `wrangler d1 execute`; `where`: `--remote`, or what stands in for it in a test. */
export function openWranglerStore(where: readonly string[]): RegistryStore {
  return {
    async run(statement) {
      const args = ["d1", "execute", "RECORDS", ...where, "--json", "--yes", "--command", toLiteralSql(statement)];
      const { status, output, errors } = await runWrangler(args);
      const answer = readAnswer(output);
      if (status === 0 && answer !== null) return answer;
      const why = faultIn(output) ?? lastLine(errors) ?? "it did not say why";
      if (why.includes("no such table")) {
        throw new Refusal("The deployment's database has no registry yet: npm run deploy applies the migrations.");
      }
      throw new Refusal(`wrangler could not ask the registry: ${why}.`);
    },
    close: async () => undefined,
  };
}

/** Runs the wrangler of this project, without its questions, its banner and its metrics. */
export function runWrangler(
  args: readonly string[],
  onOutput: (text: string) => void = () => undefined,
): Promise<{ status: number; output: string; errors: string }> {
  // What this process may have set for a Miniflare of its own is not wrangler's.
  const { MINIFLARE_WORKERD_PATH: _, ...environment } = process.env;
  return new Promise((settle) => {
    const child = spawn(process.execPath, [join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...args], {
      cwd: ROOT,
      env: { ...environment, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CI: "true", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      onOutput(chunk.toString("utf8"));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString("utf8");
      onOutput(chunk.toString("utf8"));
    });
    child.once("error", (error) => settle({ status: 1, output, errors: error.message }));
    child.once("close", (code) => settle({ status: code ?? 1, output, errors }));
  });
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

const lastLine = (text: string): string | undefined =>
  text
    .trim()
    .split("\n")
    .findLast((line) => line.trim() !== "");

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^D1_ERROR: /, "")
    .replace(/: SQLITE_CONSTRAINT.*$/, "");
