/** What something costs a page of the CRM, as lines of a table. */
import { launch } from "puppeteer-core";
import { ensureBrowser } from "../../scripts/dev/system-browser.ts";
import type { LoadCost } from "./page-cost.ts";

/** One line of the table. */
export interface PageNumber {
  what: string;
  measured: string;
  toReach: string;
  reached: boolean;
}

export const LOADS = 50;
export const TRACED_LOADS = 10;
const LONG_TASK_MS = 50;
/** A load that differs from the next by more than this part of itself tells nothing of a few ms. */
const NOISE_MAX = 0.25;

export const ms = (value: number): string => `${value.toFixed(1)} ms`;
export const line = (what: string, measured: string, toReach = "", reached = true): PageNumber => ({
  what,
  measured,
  toReach,
  reached,
});

/** What one event of the person and the longest task of ours take; `event` in µs, `longest` in ms. */
export const workLines = (event: number, longest: number): PageNumber[] => [
  line("added to one event of the person", `${event.toFixed(0)} µs`, "< 100 µs", event < 100),
  line(`longest task of its own in ${TRACED_LOADS} loads`, ms(longest), `< ${LONG_TASK_MS} ms`, longest < LONG_TASK_MS),
];

/**
 * Noise is what one load differs from the next by itself, without what is measured, which is within it when the
 * median of the pairs' differences is; noise so large that anything would be within it fails, too.
 */
export function loadLines({ withIt, without, slower, low, high, noise }: LoadCost): PageNumber[] {
  const isQuiet = noise <= NOISE_MAX * without;
  const toReach = isQuiet ? `within noise: <= ${ms(noise)}` : `a quieter machine: noise is ${ms(noise)}`;
  return [
    line(`page load with it, median of ${LOADS}`, ms(withIt)),
    line(`page load without it, median of ${LOADS}`, ms(without)),
    line("difference, pair by pair", ms(slower), toReach, isQuiet && slower <= noise),
    line("  with 95 % certainty between", `${low.toFixed(1)} and ${ms(high)}`),
  ];
}

export async function launchBare() {
  const found = ensureBrowser("chrome", console.log);
  if ("missing" in found) throw new Error(found.missing);
  return launch({
    executablePath: found.path,
    pipe: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    defaultViewport: { width: 1100, height: 760 },
  });
}

/** As a table for people. */
export function tabulate(numbers: readonly PageNumber[]): string {
  const width = Math.max(...numbers.map(({ what }) => what.length));
  const wide = Math.max(...numbers.map(({ measured }) => measured.length));
  return numbers
    .map(({ what, measured, toReach, reached }) =>
      `${what.padEnd(width)}  ${measured.padStart(wide)}  ${reached ? "" : "MISSED "}${toReach}`.trimEnd(),
    )
    .join("\n");
}
