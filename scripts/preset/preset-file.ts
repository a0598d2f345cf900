/** What `--preset` takes: the name of a preset, a JSON file of the operator's own, or the JSON itself. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Refusal } from "../cli/command-refusal.ts";
import type { TenantOptions } from "../tenant/tenant-options.ts";

const isJson = (given: string): boolean => given.trimStart().startsWith("{");

/** Whether `--preset` was given a file, not a name. */
export const isPresetFile = (given: string): boolean => !isJson(given) && given.endsWith(".json");

/** Whether `--preset` was given a preset of the operator's own, as a file or as JSON. */
export const isOwnPreset = (given: string): boolean => isJson(given) || isPresetFile(given);

/** For sentences: a name or a file as given; JSON is not repeated. */
export const describePreset = (given: string): string => (isJson(given) ? "given as JSON" : given);

/** npm runs its scripts in the project's folder; a relative path may be meant from where the person is. */
function findFile(given: string): string | undefined {
  const from = [process.cwd(), process.env.INIT_CWD].filter((folder) => folder !== undefined);
  return from.map((folder) => resolve(folder, given)).find((file) => existsSync(file));
}

/** What PRESET is to be: the name as given, or the JSON in one line. Throws a `Refusal` for what cannot be read. */
export function readPresetOption(given: string): string {
  if (!isOwnPreset(given)) return given;
  let text = given;
  if (isPresetFile(given)) {
    const file = findFile(given);
    if (file === undefined)
      throw new Refusal(`There is no file ${given}; --preset takes a preset's name or a JSON file.`);
    text = readText(file, given);
  }
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const what = isJson(given) ? "--preset begins with { but" : given;
    throw new Refusal(`${what} is not JSON: ${error.message.split("\n")[0]}.`);
  }
}

function readText(file: string, given: string): string {
  try {
    // Windows editors begin files with a mark that JSON does not have.
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw new Refusal(`${given} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** A preset in a file becomes part of the row. */
export function withPresetFile(options: TenantOptions): TenantOptions {
  const { PRESET } = options.variables;
  if (PRESET === undefined) return options;
  return { ...options, variables: { ...options.variables, PRESET: readPresetOption(PRESET) } };
}
