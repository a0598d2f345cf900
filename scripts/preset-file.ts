/** A preset of the operator's own, in a file: `--preset` takes a preset's name or such a file. */
import { existsSync, readFileSync } from "node:fs";
import { Refusal } from "./refusal.ts";
import type { TenantOptions } from "./tenant-options.ts";

/** Whether `--preset` was given a file, not a name. */
export const isPresetFile = (given: string): boolean => given.endsWith(".json");

/** What PRESET is to be: the name as given, or the file's JSON. Throws a `Refusal` for a file that cannot be read. */
export function readPresetOption(given: string): string {
  if (!isPresetFile(given)) return given;
  if (!existsSync(given))
    throw new Refusal(`There is no file ${given}; --preset takes a preset's name or a JSON file.`);
  try {
    return JSON.stringify(JSON.parse(readFileSync(given, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(`${given} is no JSON: ${error.message}.`);
    throw error;
  }
}

/** A preset in a file becomes part of the row. */
export function withPresetFile(options: TenantOptions): TenantOptions {
  const { PRESET } = options.variables;
  if (PRESET === undefined) return options;
  return { ...options, variables: { ...options.variables, PRESET: readPresetOption(PRESET) } };
}
