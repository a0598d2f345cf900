/**
 * `npm run prove`: everything that shows, rather than says, that one seat is never two people's. Runs whole for some
 * ten minutes; `--sample` is the part of it that `npm test` runs. One line each; status 1 when anything failed.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

interface Proof {
  name: string;
  script: string;
  whole: readonly string[];
  /** null: `npm test` has a step of its own for it. */
  sample: readonly string[] | null;
}

const PROOFS: readonly Proof[] = [
  { name: "simulation", script: "test/simulation/simulate.ts", whole: ["--steps", "10000000"], sample: null },
  { name: "mutation", script: "test/mutation/mutate.ts", whole: [], sample: null },
  {
    name: "thousand claims",
    script: "test/prove/thousand-claims.ts",
    whole: ["--rounds", "10"],
    sample: ["--rounds", "2"],
  },
  { name: "crash", script: "test/prove/crash.ts", whole: ["--kills", "50"], sample: ["--kills", "5"] },
  { name: "fuzz", script: "test/prove/fuzz.ts", whole: ["--requests", "100000"], sample: ["--requests", "5000"] },
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

const { values } = parseArgs({ options: { sample: { type: "boolean", default: false } } });
let failed = 0;
for (const { name, script, whole, sample } of PROOFS) {
  const args = values.sample ? sample : whole;
  if (args === null || !existsSync(join(ROOT, script))) continue;
  const begun = Date.now();
  const { status, said, wrong } = await run(script, args);
  const seconds = Math.round((Date.now() - begun) / 1_000);
  const figures = said.trim().split("\n").join("; ");
  console.log(`${status === 0 ? "ok  " : "FAIL"}  ${name.padEnd(WIDTH)}  ${figures} (${seconds} s)`);
  if (status !== 0) {
    failed++;
    console.log(wrong.trimEnd().replace(/^/gm, "      | "));
  }
  if (stopped) break;
}
process.exitCode = failed === 0 ? 0 : 1;
