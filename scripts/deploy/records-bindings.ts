/** Which databases of records a deployment has, by the bindings of its wrangler.toml. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordsName, recordsNames } from "../../worker/config/location.ts";
import { Refusal } from "../cli/command-refusal.ts";

const OWN_FILE = join(import.meta.dirname, "../../wrangler.toml");

/** In the order of their numbers. Read without a parser of its own: wrangler's takes seconds to load. */
export function readRecordsBindings(file = OWN_FILE): RecordsName[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Refusal(`${file} cannot be read.`);
  }
  const lines = text.split("\n").filter((line) => !/^\s*(?:#|\/\/)/.test(line));
  const found = lines.join("\n").matchAll(/\bbinding["']?\s*[=:]\s*["'](RECORDS\w*)["']/g);
  return recordsNames(new Set([...found].map(([, name = ""]) => name)));
}

/** One of the deployment's. Throws a `Refusal` that names them. */
export function readRecordsName(given: string, known: readonly RecordsName[]): RecordsName {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  throw new Refusal(
    `There is no database ${JSON.stringify(given)}; wrangler.toml has ${known.join(", ")}. Add a [[d1_databases]] with the binding RECORDS_1, RECORDS_2 and so on, and run npm run deploy.`,
  );
}
