/**
 * `npm test`: every check of the project on this machine, from formatting to real browsers in front of a real CRM.
 * Runs all steps also when one fails, several at a time, for most of them wait more than they work; nothing is tried
 * twice.
 * The last line is `N passed, N failed`.
 */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { explain, Refusal, refusedOption } from "../cli/command-refusal.ts";
import { doInPlaces } from "./in-places.ts";
import { runStep } from "./run-step.ts";
import { endStrays } from "./stray-processes.ts";
import { type Readiness, STEPS, type Step } from "./test-steps.ts";

const HELP = `Runs every check of Hotseat.

  npm test                        all of them
  npm test -- --only STEP,STEP    some of: ${STEPS.map(({ name }) => name).join(", ")}

Exit status: 0 all passed, 1 something failed, 2 bad option.`;

/** Throws a `Refusal` for a step that does not exist. */
function chooseSteps(args: string[]): readonly Step[] | "help" {
  let values: { only?: string | undefined; help?: boolean | undefined };
  try {
    ({ values } = parseArgs({ args, options: { only: { type: "string" }, help: { type: "boolean", short: "h" } } }));
  } catch (error) {
    throw refusedOption(error, "npm test");
  }
  if (values.help) return "help";
  if (values.only === undefined) return STEPS;
  const wanted = values.only.split(",").map((name) => name.trim());
  for (const name of wanted) {
    if (!STEPS.some((step) => step.name === name)) {
      throw new Refusal(`There is no step ${JSON.stringify(name)}; there are ${STEPS.map((s) => s.name).join(", ")}.`);
    }
  }
  return STEPS.filter(({ name }) => wanted.includes(name));
}

/** Two for each core: browsers and servers leave theirs idle half of the time. */
const PLACES = Math.min(availableParallelism() * 2, 4);

const total = { passed: 0, failed: 0 };
const width = Math.max(...STEPS.map(({ name }) => name.length));
const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(1)} s`;
const line = (outcome: string, name: string, rest: string) =>
  console.log(`${outcome.padEnd(4)}  ${name.padEnd(width)}  ${rest}`);

/** One at a time: the system's package manager is one, too. */
let preparing: Promise<unknown> = Promise.resolve();
function prepare(step: Step): Promise<Readiness> {
  const log = (text: string) => console.log(`      ${step.name}: ${text}`);
  const readiness = preparing.then(() => step.prepare?.(log) ?? "ready");
  preparing = readiness.catch(() => undefined);
  return readiness;
}

async function take(step: Step, mark: string): Promise<void> {
  const since = Date.now();
  const readiness = await prepare(step);
  if (readiness !== "ready") {
    if ("skip" in readiness) return line("skip", step.name, readiness.skip);
    total.failed += 1;
    return line("FAIL", step.name, readiness.fail);
  }
  const { passed, failed, skipped, output, faults } = await runStep(step, mark);
  total.passed += passed;
  total.failed += failed;
  const tests = step.vitest ? `${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ""}` : "";
  if (failed === 0) return line("ok", step.name, [tests, seconds(since)].filter(Boolean).join(", "));
  line("FAIL", step.name, [tests, `${failed} failed`, seconds(since)].filter(Boolean).join(", "));
  console.log(output.trimEnd().replace(/^/gm, "      | "));
  for (const fault of faults) console.log(`      ${step.name} ${fault}`);
}

try {
  const steps = chooseSteps(process.argv.slice(2));
  if (steps === "help") console.log(HELP);
  else {
    const marks = new Set<string>();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        void Promise.all([...marks].map((mark) => endStrays(mark, 0))).then(() => process.exit(1));
      });
    }
    await doInPlaces(steps, PLACES, async (step) => {
      const mark = randomUUID();
      marks.add(mark);
      await take(step, mark);
      marks.delete(mark);
    });
    console.log(`${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed === 0 ? 0 : 1;
  }
} catch (error) {
  process.exitCode = explain(error);
}
