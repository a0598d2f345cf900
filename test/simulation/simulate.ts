/**
 * `npm run simulate -- --steps N --seed S --shadow equal|others`: plays random worlds against the ledger, a thread per
 * core, and checks every rule at every step. Prints its seed; the same seed plays the same run, on any number of cores.
 * With `--shadow`, each world has a shadow beside it (L33), which is held to the rules too: `equal` to decide the same.
 */
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { readOptions } from "../../scripts/cli/read-options.ts";
import { type Failure, type Run, worldsOf } from "./worlds.ts";

const HELP = `npm run simulate -- [--steps N] [--seed S] [--shadow equal|others]

Plays random worlds against the ledger and checks every rule at every step.
  --steps N    how many steps in all; 1,000,000 unless it says another number
  --seed S     repeats a run; left out: another run each time, whose seed is printed
  --shadow     with other settings tried beside it: equal ones, which must decide the same, or others`;

const values = readOptions("npm run simulate", HELP, {
  steps: { type: "string", default: "1000000" },
  seed: { type: "string" },
  shadow: { type: "string" },
});
const steps = Number(values.steps);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(seed)) {
  console.error("--steps takes a whole number of at least 1, --seed a whole number");
  process.exit(2);
}
const { shadow } = values;
if (shadow !== undefined && shadow !== "equal" && shadow !== "others") {
  console.error("--shadow takes equal or others");
  process.exit(2);
}
const run: Run = { seed, steps, shadow };

/** Number of the next world; the threads take them in order. */
const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const failures: Failure[] = [];
let done = 0;

function playOnThread(): Promise<void> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: { run, next },
    // What a step makes is garbage soon after: it seldom needs to be looked through.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  worker.on("message", (message: number | Failure) => {
    if (typeof message === "number") done += message;
    else failures.push(message);
  });
  return new Promise((settle, fail) => {
    worker.once("error", fail);
    worker.once("exit", () => settle());
  });
}

// Every core has a thread that plays: helpers of the garbage collector would only take its time.
setFlagsFromString("--single-threaded-gc");

const begun = performance.now();
const threads = Math.min(availableParallelism(), worldsOf(run));
await Promise.all(Array.from({ length: threads }, playOnThread));
const seconds = (performance.now() - begun) / 1000;

// Every world before a failed one was begun before it, and is finished: the first failure is the same in every run.
const first = failures.sort((a, b) => a.index - b.index)[0];
if (first !== undefined) {
  console.error(first.trace.join("\n"));
  console.error(`seed ${seed}, world ${first.index} (seed ${first.seed}), step ${first.step}: ${first.sentence}`);
  console.error("violations: 1");
  process.exit(1);
}
if (done < steps) throw new Error(`a thread ended early: ${done} of ${steps} steps`);
console.log(`seed ${seed}, ${done} steps, ${Math.round(done / seconds)} steps/s`);
console.log("violations: 0");
