/**
 * `node test/mutation/mutate.ts [--sample]`: breaks the ledger in every way of mutants.ts, each in a copy,
 * and lets the simulation and then the scenarios judge it; the gate's faults are judged by a test of the Worker. Every
 * mutant must be caught. Prints caught/total.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
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
/** A mutant may make one of them run for ever; a busy machine takes a minute or two. */
const HANGS_AFTER_MS = 10 * 60_000;
const VITEST = join(ROOT, "node_modules/.bin/vitest");
const SEED = "20261121";
/** Every fourth in the sample. */
const SAMPLE_EVERY = 4;

const { values } = parseArgs({ options: { sample: { type: "boolean", default: false } } });
const mutants = values.sample ? MUTANTS.filter((_, place) => place % SAMPLE_EVERY === 0) : MUTANTS;

mkdirSync(join(ROOT, ".hotseat"), { recursive: true });

/** The project with all that judges a mutant; one is judged in it at a time. */
class Copy {
  readonly #folder = mkdtempSync(join(ROOT, ".hotseat", "mutants-"));

  constructor() {
    const folder = this.#folder;
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    for (const path of COPIED) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  }

  /** What the program said when it failed; null: it did not. */
  #failureOf(program: string, ...args: string[]): Promise<string | null> {
    const env = { ...process.env, NO_COLOR: "1" };
    const child = spawn(program, args, { cwd: this.#folder, env, timeout: HANGS_AFTER_MS });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
    return new Promise((settle, fail) => {
      child.on("error", fail);
      child.on("close", (status) => settle(status === 0 ? null : said));
    });
  }

  /** The rule that the simulation found broken, or the scenario that did not go as written; null: neither. */
  async ledgerFault(): Promise<string | null> {
    const steps = ["--steps", SIMULATED_STEPS, "--seed", SEED];
    const broken = await this.#failureOf(process.execPath, "test/simulation/simulate.ts", ...steps);
    if (broken !== null) return `simulation: ${/step \d+: (.*)/.exec(broken)?.[1] ?? "it broke"}`;
    const failed = await this.#failureOf(VITEST, "run", "--root", this.#folder, "--dir", "test/worker/ledger");
    return failed && `scenario: ${testOf(failed)}`;
  }

  async workerFault(test: string): Promise<string | null> {
    const config = ["--root", this.#folder, "--config", "test/worker.vitest.config.ts"];
    const failed = await this.#failureOf(VITEST, "run", ...config, test);
    return failed && `the Worker: ${testOf(failed)}`;
  }

  /** Who noticed, and by what; null: nobody. */
  async judge({ file, from, to, name, test }: Mutant): Promise<string | null> {
    const path = join(this.#folder, file);
    const sound = readFileSync(path, "utf8");
    if (sound.split(from).length !== 2)
      throw new Error(`"${name}": ${file} holds this not once, but ${sound.split(from).length - 1} times: ${from}`);
    writeFileSync(
      path,
      sound.replace(from, () => to),
    );
    try {
      return await (test === undefined ? this.ledgerFault() : this.workerFault(test));
    } finally {
      writeFileSync(path, sound);
    }
  }
}

const testOf = (said: string) => /FAIL .* > (.*)/.exec(said)?.[1] ?? "it broke";

const copies = Array.from({ length: availableParallelism() }, () => new Copy());
/** One work after the other in each copy, the next one in whichever is free. */
async function inCopies<Work>(works: readonly Work[], doIt: (copy: Copy, work: Work) => Promise<void>): Promise<void> {
  const left = works.values();
  await Promise.all(
    copies.map(async (copy) => {
      for (const work of left) await doIt(copy, work);
    }),
  );
}

const unsound: string[] = [];
await inCopies([undefined, ...new Set(mutants.flatMap(({ test }) => test ?? []))], async (copy, test) => {
  const fault = await (test === undefined ? copy.ledgerFault() : copy.workerFault(test));
  if (fault !== null) unsound.push(fault);
});
if (unsound.length > 0) {
  console.error(`${unsound.join("\n")}\nWhat is sound fails its own checks: mend that first.`);
  process.exit(1);
}
let caught = 0;
await inCopies(mutants, async (copy, mutant) => {
  const by = await copy.judge(mutant);
  if (by !== null) caught++;
  console.log(`${by === null ? "NOT CAUGHT" : "caught"}  ${mutant.name}${by === null ? "" : ` (${by})`}`);
});
console.log(`caught ${caught}/${mutants.length}`);
process.exit(caught === mutants.length ? 0 : 1);
