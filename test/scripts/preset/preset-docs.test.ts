/** What the docs and the JSON Schema say of presets is what the code takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { PRESETS_FILE, SCHEMA_FILE, schemaText, withTables } from "../../../scripts/preset/preset-docs.ts";
import { describePresets, SHAPES } from "../../../scripts/preset/preset-fields.ts";
import { checkPreset } from "../../../worker/identity/preset/preset-check.ts";
import { ROOT } from "../child.ts";

const FOLDER = join(ROOT, "worker/identity/presets");
const presets = readdirSync(FOLDER).map(
  (name) => [name, JSON.parse(readFileSync(join(FOLDER, name), "utf8"))] as const,
);
const isPreset = new Ajv2020({ strict: false }).compile(describePresets().schema);

test("every field of a preset says what it means, and no description is of a field that does not exist", () => {
  const { fields } = describePresets();
  expect(fields.filter(({ text }) => text === undefined).map(({ shape, path }) => `${shape}.${path}`)).toEqual([]);
  const known = new Set(fields.map(({ shape, path }) => `${shape}.${path}`));
  const said = Object.entries(SHAPES).flatMap(([shape, of]) =>
    Object.keys(of.fields).map((path) => `${shape}.${path}`),
  );
  expect(said.filter((path) => !known.has(path))).toEqual([]);
});

test("docs/preset.schema.json and the tables of docs/presets.md are current: npm run docs makes them", () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))).toEqual(JSON.parse(schemaText()));
  const page = readFileSync(PRESETS_FILE, "utf8");
  expect(page).toBe(withTables(page));
});

describe("the JSON Schema", () => {
  test.each(presets)("takes the preset %s", (_, preset) => {
    expect(isPreset(preset), JSON.stringify(isPreset.errors)).toBe(true);
  });

  test("takes a preset that names it, and so does the Worker", () => {
    const named = { $schema: "./preset.schema.json", ...presets[0]?.[1] };
    expect(isPreset(named)).toBe(true);
    expect(() => checkPreset("named", named)).not.toThrow();
  });

  test.each([
    ["a misspelt field", (preset: Record<string, unknown>) => ({ ...preset, tittle: "x" })],
    ["machine in the wrong place", (preset: Record<string, unknown>) => ({ ...preset, paths: { machine: {} } })],
    ["a holder that there is not", (preset: Record<string, unknown>) => ({ ...preset, identity: { holder: "email" } })],
    ["no title", ({ title: _, ...preset }: Record<string, unknown>) => preset],
  ])("refuses %s", (_, change) => {
    expect(isPreset(change(presets[0]?.[1]))).toBe(false);
  });
});
