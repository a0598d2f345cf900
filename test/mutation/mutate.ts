/**
 * `node test/mutation/mutate.ts [--sample]`: breaks the ledger in every way of mutants.ts, one at a time, in a copy,
 * and lets the simulation and then the scenarios judge it; the gate's faults are judged by a test of the Worker. Every
 * mutant must be caught. Prints caught/total.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTANTS, type Mutant } from "./mutants.ts";

const ROOT = join(import.meta.dirname, "../..");
const COPIED = [
  "shared",
  "worker",
  "scripts",
  "extension",
  "wrangler.toml",
  "test/simulation",
  "test/support",
  "test/worker",
  "test/worker.vitest.config.ts",
  "tsconfig.json",
  "tsconfig.base.json",
];
/** Twelve worlds: some faults need more people than the first ones have. */
const SIMULATED_STEPS = "240000";
const VITEST = join(ROOT, "node_modules/.bin/vitest");
const SEED = "20261121";
/** Every fourth in the sample. */
const SAMPLE_EVERY = 4;

const { values } = parseArgs({ options: { sample: { type: "boolean", default: false } } });
const mutants = values.sample ? MUTANTS.filter((_, place) => place % SAMPLE_EVERY === 0) : MUTANTS;

mkdirSync(join(ROOT, ".hotseat"), { recursive: true });
const copy = mkdtempSync(join(ROOT, ".hotseat", "mutants-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"), "dir");
writeFileSync(join(copy, "package.json"), '{ "type": "module" }');

/** What the program said when it failed; null: it did not. */
function failureOf(program: string, ...args: string[]): string | null {
  const env = { ...process.env, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, env, encoding: "utf8", timeout: 120_000 });
  return status === 0 ? null : `${stdout}\n${stderr}`;
}

/** The rule that the simulation found broken, or the scenario that did not go as written. */
const ruleOf = (said: string | null) => said && `simulation: ${/step \d+: (.*)/.exec(said)?.[1] ?? "it broke"}`;
const testOf = (said: string) => /FAIL .* > (.*)/.exec(said)?.[1] ?? "it broke";
const scenarioOf = (said: string | null) => said && `scenario: ${testOf(said)}`;
const workerTestOf = (said: string | null) => said && `the Worker: ${testOf(said)}`;

const simulationFails = () =>
  ruleOf(failureOf(process.execPath, "test/simulation/simulate.ts", "--steps", SIMULATED_STEPS, "--seed", SEED));
const scenariosFail = () => scenarioOf(failureOf(VITEST, "run", "--root", copy, "--dir", "test/worker/ledger"));

const workerFails = (test: string) =>
  workerTestOf(failureOf(VITEST, "run", "--root", copy, "--config", "test/worker.vitest.config.ts", test));

/** Who noticed, and by what; null: nobody. */
function judge({ file, from, to, name, test }: Mutant): string | null {
  const path = join(copy, file);
  const sound = readFileSync(path, "utf8");
  if (sound.split(from).length !== 2)
    throw new Error(`"${name}": ${file} holds this not once, but ${sound.split(from).length - 1} times: ${from}`);
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  try {
    return test === undefined ? (simulationFails() ?? scenariosFail()) : workerFails(test);
  } finally {
    writeFileSync(path, sound);
  }
}

const workerTests = new Set(mutants.flatMap(({ test }) => test ?? []));
let unsound = simulationFails() ?? scenariosFail();
for (const test of workerTests) unsound ??= workerFails(test);
if (unsound !== null) {
  console.error(`${unsound}\nWhat is sound fails its own checks: mend that first.`);
  process.exit(1);
}
let caught = 0;
for (const mutant of mutants) {
  const by = judge(mutant);
  if (by !== null) caught++;
  console.log(`${by === null ? "NOT CAUGHT" : "caught"}  ${mutant.name}${by === null ? "" : ` (${by})`}`);
}
console.log(`caught ${caught}/${mutants.length}`);
process.exit(caught === mutants.length ? 0 : 1);
