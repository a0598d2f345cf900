/** A preset of the operator's own, in a file. */
import { existsSync, readFileSync } from "node:fs";
import { Refusal } from "./refusal.ts";
import type { TenantOptions } from "./tenant-options.ts";

/** A preset in a file becomes part of the row. */
export function withPresetFile(options: TenantOptions): TenantOptions {
  const { PRESET } = options.variables;
  if (PRESET === undefined || !PRESET.endsWith(".json")) return options;
  if (!existsSync(PRESET))
    throw new Refusal(`There is no file ${PRESET}; --preset takes a preset's name or a JSON file.`);
  try {
    const text = JSON.stringify(JSON.parse(readFileSync(PRESET, "utf8")));
    return { ...options, variables: { ...options.variables, PRESET: text } };
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(`${PRESET} is no JSON: ${error.message}.`);
    throw error;
  }
}
