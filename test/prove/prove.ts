/**
 * `npm run prove`: everything that shows, rather than says, that one seat is never two people's. Whole, the two
 * simulations of ten million steps come first (the plain one takes 19 s of processor time per million steps), and the
 * rest on top. `--sample` is the part of it that `npm test` runs. One line each, and one at the end; status 1 when
 * anything failed.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { readOptions } from "../../scripts/cli/read-options.ts";
import { doInPlaces } from "../../scripts/suite/in-places.ts";

interface Proof {
  name: string;
  script: string;
  /** It keeps both cores busy by itself, or is measured; the others go two at a time. */
  isAlone: boolean;
  whole: readonly string[];
  /** null: no part of `npm test`, or a step of its own there. */
  sample: readonly string[] | null;
}

const fuzz = (part: string, sample: readonly string[] | null): Proof => ({
  name: `fuzz, ${part}`,
  script: "test/prove/fuzz.ts",
  isAlone: false,
  whole: ["--requests", "50000"],
  sample,
});
const PROOFS: readonly Proof[] = [
  {
    name: "simulation",
    script: "test/simulation/simulate.ts",
    isAlone: true,
    whole: ["--steps", "10000000"],
    sample: null,
  },
  {
    name: "simulation, shadow of equal settings",
    script: "test/simulation/simulate.ts",
    isAlone: true,
    whole: ["--steps", "10000000", "--shadow", "equal"],
    sample: null,
  },
  { name: "mutation", script: "test/mutation/mutate.ts", isAlone: true, whole: [], sample: null },
  {
    name: "thousand claims",
    script: "test/prove/thousand-claims.ts",
    isAlone: true,
    whole: ["--rounds", "10"],
    sample: ["--rounds", "2"],
  },
  // The longest of the three that go beside each other.
  { name: "crash", script: "test/prove/crash.ts", isAlone: false, whole: ["--kills", "50"], sample: ["--kills", "5"] },
  fuzz("first half", ["--requests", "5000"]),
  fuzz("second half", null),
];

const ROOT = join(import.meta.dirname, "../..");
const WIDTH = Math.max(...PROOFS.map(({ name }) => name.length));

let stopped = false;

/** Runs one as a process of its own, which takes its runtime with it when it ends. */
function run(script: string, args: readonly string[]): Promise<{ status: number | null; said: string; wrong: string }> {
  const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const texts = { said: "", wrong: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    texts.said += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    texts.wrong += chunk.toString("utf8");
  });
  const forward = (signal: NodeJS.Signals) => {
    stopped = true;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  return new Promise((settle) => {
    child.on("close", (status) => {
      for (const signal of signals) process.off(signal, forward);
      settle({ status, ...texts });
    });
  });
}

const HELP = `npm run prove -- [--sample]

Simulations, broken ledgers, crashes, claims from a thousand browsers, fuzz: every proof, one after the other.
  --sample     only the part of each that npm test runs`;

const values = readOptions("npm run prove", HELP, { sample: { type: "boolean", default: false } });
const chosen = PROOFS.flatMap(({ whole, sample, ...proof }) => {
  const args = values.sample ? sample : whole;
  return args === null ? [] : [{ ...proof, args }];
});
const secondsSince = (begun: number) => Math.round((Date.now() - begun) / 1_000);
let failed = 0;
let done = 0;
const begun = Date.now();
async function prove({ name, script, args }: (typeof chosen)[number]): Promise<void> {
  if (stopped) return;
  const began = Date.now();
  const { status, said, wrong } = await run(script, args);
  const figures = said.trim().split("\n").join("; ");
  console.log(`${status === 0 ? "ok  " : "FAIL"}  ${name.padEnd(WIDTH)}  ${figures} (${secondsSince(began)} s)`);
  done++;
  if (status === 0) return;
  failed++;
  console.log(wrong.trimEnd().replace(/^/gm, "      | "));
}
const alone = chosen.filter(({ isAlone }) => isAlone);
const others = chosen.filter(({ isAlone }) => !isAlone);
for (const proof of alone) await prove(proof);
// The sample runs beside other steps of `npm test`.
await doInPlaces(others, values.sample ? 1 : 2, prove);
console.log(`${done - failed} of ${chosen.length} proofs hold, ${failed} failed, ${secondsSince(begun)} s`);
process.exitCode = failed === 0 && !stopped ? 0 : 1;
