/** The steps of `npm test`, in the order in which they begin: the quick ones that find most, then the longest first. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS } from "../../shared/durations.ts";
import { installTryton, prepareDatabase } from "../../test/fixtures/tryton/tryton.ts";
import { type BrowserName, ensureBrowser } from "../dev/system-browser.ts";

export type Readiness = "ready" | { skip: string } | { fail: string };

export interface Step {
  /** As `--only` takes it. */
  name: string;
  /** Program and arguments; programs are those of node_modules/.bin. */
  command: readonly [string, ...string[]];
  /** The command is a vitest, or passes its options on to one: its tests are counted one by one. */
  vitest: boolean;
  /** Longer is a hang. */
  timeoutMs: number;
  /** What the step needs of the machine. */
  prepare?: (log: (line: string) => void) => Readiness | Promise<Readiness>;
}

const MILLION = "1000000";
/** The same worlds each time, so that a failure is of the change at hand; `npm run simulate` plays others. */
const SEED = "20261126";

const browser = (name: BrowserName) => (log: (line: string) => void) => {
  const found = ensureBrowser(name, log);
  return "missing" in found ? { fail: found.missing } : ("ready" as const);
};

async function tryton(log: (line: string) => void): Promise<Readiness> {
  const installation = await installTryton(log);
  if (!installation.installed) return { skip: `not run: ${installation.reason}` };
  await prepareDatabase(log);
  const chrome = browser("chrome")(log);
  return chrome === "ready" ? browser("firefox")(log) : chrome;
}

const check = (name: string, ...command: [string, ...string[]]): Step => ({
  name,
  command,
  vitest: false,
  timeoutMs: 3 * MINUTE_MS,
});
const vitest = (name: string, config: string, timeoutMs: number): Step => ({
  name,
  command: ["vitest", "run", "--config", join("test", config)],
  vitest: true,
  timeoutMs,
});
/** The harsh mode of some projects' tests, under the first one's name. */
const harsh = (name: string, ...more: string[]): Step => {
  const step = vitest(name, "harsh.vitest.config.ts", 15 * MINUTE_MS);
  return { ...step, command: [...step.command, ...[name, ...more].flatMap((project) => ["--project", project])] };
};
/** Pages that people walk through: the administration, the gate's own. */
const PAGES = /^(?:admin|walk)-/;
/** What people without the extension have beside them: the page agent and its button. */
const WITHOUT_EXTENSION = /^(?:agent|gate|seat-button)-/;
const isOf = (word: string) => (file: string) => file.includes(word);

/** End-to-end tests of one kind. */
const endToEnd = (name: string, isWanted: (file: string) => boolean, prepare: Step["prepare"] & {}): Step => {
  const files = readdirSync(join(import.meta.dirname, "../../test/e2e"))
    .filter((file) => file.endsWith(".test.ts") && isWanted(file))
    .map((file) => join("test/e2e", file));
  const step = vitest(name, "e2e.vitest.config.ts", 30 * MINUTE_MS);
  return {
    ...step,
    command: [...step.command, ...files],
    prepare: (log) => (files.length === 0 ? { fail: `no file of test/e2e is one of "${name}"` } : prepare(log)),
  };
};
const chromium = (name: string, isWanted: (file: string) => boolean) =>
  endToEnd(name, (file) => isOf("chrome")(file) && isWanted(file), browser("chrome"));

/** The longest first: one that begins last ends alone, and half of the machine waits for it. */
export const STEPS: readonly Step[] = [
  check("lint", "biome", "check", "--error-on-warnings", "."),
  check("types-worker", "tsc", "-p", "worker"),
  check("types-extension", "tsc", "-p", "extension"),
  check("types-scripts", "tsc", "-p", "."),
  chromium("chromium-plain", (file) => WITHOUT_EXTENSION.test(file)),
  vitest("worker", "worker.vitest.config.ts", 20 * MINUTE_MS),
  vitest("unit", "unit.vitest.config.ts", 20 * MINUTE_MS),
  chromium("chromium", (file) => !PAGES.test(file) && !WITHOUT_EXTENSION.test(file)),
  endToEnd("tryton", isOf("tryton"), tryton),
  chromium("chromium-pages", (file) => PAGES.test(file)),
  harsh("harsh-worker", "harsh-worker-without-storage"),
  endToEnd("firefox", isOf("firefox"), browser("firefox")),
  { ...check("prove", "node", "test/prove/prove.ts", "--sample"), timeoutMs: 10 * MINUTE_MS },
  { ...vitest("tryton-fixture", "tryton.vitest.config.ts", 6 * MINUTE_MS), prepare: tryton },
  {
    ...check("simulation", "node", "test/simulation/simulate.ts", "--steps", MILLION, "--seed", SEED),
    timeoutMs: 10 * MINUTE_MS,
  },
  harsh("harsh-ledger"),
];
