import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "./mutants.ts";

const ROOT = join(import.meta.dirname, "../..");

test("every mutant is of one place in the source as it is", () => {
  const astray = MUTANTS.filter(({ file, from }) => readFileSync(join(ROOT, file), "utf8").split(from).length !== 2);
  expect(astray.map(({ name }) => name)).toEqual([]);
});
