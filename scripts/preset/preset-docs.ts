/** `npm run docs`: writes what is made from code into the docs: the table of a preset's fields, and its JSON Schema. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "../cli/read-options.ts";
import { layTable } from "../release/doc-tables.ts";
import { describePresets, SHAPES } from "./preset-fields.ts";

const DOCS = join(import.meta.dirname, "../../docs");
export const SCHEMA_FILE = join(DOCS, "preset.schema.json");
export const PRESETS_FILE = join(DOCS, "presets.md");
const BEGIN = "<!-- fields: made by npm run docs -->";
const END = "<!-- end of fields -->";

/** What stands between the marks of docs/presets.md. */
export function fieldTables(): string {
  const { fields } = describePresets();
  const parts = Object.entries(SHAPES).map(([shape, { about }]) => {
    const rows = fields
      .filter((field) => field.shape === shape)
      .map(({ path, kind, required, text = "" }) => [`\`${path}\`${required ? " *" : ""}`, kind, text]);
    return `### ${shape}\n\n${about}\n\n${layTable([["field", "what", "meaning"], ...rows])}`;
  });
  return `${BEGIN}\n\n${parts.join("\n\n")}\n\n${END}`;
}

export const schemaText = (): string => `${JSON.stringify(describePresets().schema, null, 2)}\n`;

/** The page with the tables of now in place of those that it has. */
export function withTables(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`docs/presets.md has lost its marks ${BEGIN} and ${END}`);
  return page.slice(0, from) + fieldTables() + page.slice(to + END.length);
}

const HELP = `npm run docs

Writes the table of a preset's fields into docs/presets.md, and docs/preset.schema.json. Takes no options.`;

if (import.meta.main) {
  readOptions("npm run docs", HELP, {});
  writeFileSync(SCHEMA_FILE, schemaText());
  writeFileSync(PRESETS_FILE, withTables(readFileSync(PRESETS_FILE, "utf8")));
  execFileSync("biome", ["check", "--write", DOCS], { stdio: "inherit" });
  console.log("Wrote docs/preset.schema.json and the tables of docs/presets.md.");
}
