/** What the extension or the agent costs a page of the CRM: two Chromiums, one with it and one without, do the same in turns. */
import type { CDPSession, Page } from "puppeteer-core";
import { median } from "./rounds.ts";

/** One page in each of the two browsers. */
export interface Pair {
  withIt: Page;
  without: Page;
}

export interface LoadCost {
  /** Medians; ms from the first byte to the end of the load event. */
  withIt: number;
  without: number;
  /** Median of the pairs' own differences, and the range in which it lies with 95 % certainty; ms. */
  slower: number;
  low: number;
  high: number;
  /** What one load differs from the next by itself: the median of that, without the extension; ms. */
  noise: number;
}

/** The first loads of each are of another kind. */
const UNSEEN = 3;

/** Loads the address of each so many times, beginning each round with the one that the last one ended with. */
export async function compareLoads(
  pair: Pair,
  addresses: Readonly<Record<keyof Pair, string>>,
  loads: number,
): Promise<LoadCost> {
  const times: Record<keyof Pair, number[]> = { withIt: [], without: [] };
  for (let load = -UNSEEN; load < loads; load++) {
    const order = load % 2 === 0 ? (["withIt", "without"] as const) : (["without", "withIt"] as const);
    for (const which of order) {
      const page = pair[which];
      await page.bringToFront();
      await page.goto(addresses[which], { waitUntil: "load" });
      const time = await page.evaluate(readLoad);
      if (load >= 0) times[which].push(time);
    }
  }
  return judgeLoads(times.withIt, times.without);
}

/** From the times of each side, pair by pair. */
export function judgeLoads(withIt: readonly number[], without: readonly number[]): LoadCost {
  const differences = withIt.map((time, at) => time - (without[at] ?? Number.NaN)).toSorted((a, b) => a - b);
  const steps = without.slice(1).map((time, at) => Math.abs(time - (without[at] ?? Number.NaN)));
  // Of the sorted differences, those which enclose the true median in 95 of 100 runs (binomial, normal approximation).
  const reach = 0.98 * Math.sqrt(differences.length);
  const at = (place: number) =>
    differences[Math.min(differences.length - 1, Math.max(0, Math.round(place)))] ?? Number.NaN;
  const middle = (differences.length - 1) / 2;
  return {
    withIt: median(withIt),
    without: median(without),
    slower: median(differences),
    low: at(middle - reach),
    high: at(middle + reach),
    noise: median(steps),
  };
}

/** Runs in the page. */
function readLoad(): number {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry === undefined ? Number.NaN : entry.loadEventEnd - entry.responseStart;
}

const KEYS = 400;
const ROUNDS = 5;

/** What the listeners add to one event of the person, in µs of the page's own thread: rounds of keys in turns. */
export async function costOfEvent(pair: Pair): Promise<number> {
  const sessions = {
    withIt: await pair.withIt.createCDPSession(),
    without: await pair.without.createCDPSession(),
  };
  const added: number[] = [];
  for (const session of Object.values(sessions))
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
  for (let round = -1; round < ROUNDS; round++) {
    const spent = { withIt: 0, without: 0 };
    for (const which of ["withIt", "without"] as const) {
      await pair[which].bringToFront();
      const before = await scriptTime(sessions[which]);
      for (let key = 0; key < KEYS; key++)
        await sessions[which].send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Shift", code: "ShiftLeft" });
      spent[which] = (await scriptTime(sessions[which])) - before;
    }
    if (round >= 0) added.push(((spent.withIt - spent.without) * 1e6) / KEYS);
  }
  for (const session of Object.values(sessions)) await session.detach();
  return median(added);
}

/** Seconds that the page's thread has spent in scripts of any kind. */
async function scriptTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ScriptDuration")?.value ?? Number.NaN;
}

interface TraceEvent {
  name: string;
  dur?: number;
  args: { data?: { url?: string } };
}

/**
 * The longest that a script of ours held the page's thread while the page was loaded so many times and worked in; ms.
 * `isOwn`: by the script's address. Throws when the trace shows nothing of it at all, since that measures nothing.
 */
export async function longestTask(
  page: Page,
  address: string,
  loads: number,
  isOwn: (script: string) => boolean,
): Promise<number> {
  await page.bringToFront();
  await page.tracing.start({ categories: ["devtools.timeline", "v8"] });
  for (let load = 0; load < loads; load++) {
    await page.goto(address, { waitUntil: "load" });
    await page.mouse.move(100 + load, 200);
    await page.mouse.move(140 + load, 240);
    await page.keyboard.press("Shift");
  }
  const trace = JSON.parse(new TextDecoder().decode(await page.tracing.stop())) as { traceEvents: TraceEvent[] };
  const own = trace.traceEvents.filter(({ args }) => isOwn(args.data?.url ?? ""));
  const times = own.flatMap(({ dur }) => (dur === undefined ? [] : [dur / 1_000]));
  if (times.length === 0) throw new Error("The trace shows no script of ours");
  return Math.max(...times);
}
