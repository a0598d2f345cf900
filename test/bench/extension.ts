/**
 * What the extension costs: `npm run bench:extension`. Ratios of one run on one machine; two Chromiums, one with the
 * extension and one without, load the same page in turns.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { launch, type Page } from "puppeteer-core";
import { CONTENT_SCRIPT } from "../../extension/content-script.ts";
import { buildExtension } from "../../scripts/build-extension.ts";
import { ensureBrowser } from "../../scripts/system-browser.ts";
import { launchChrome } from "../e2e/support/chrome.ts";
import { workAnHour } from "../extension/support/hour-of-work.ts";
import { startSeatServer } from "../extension/support/seat-server.ts";

/** One line of the table. */
export interface ExtensionNumber {
  what: string;
  measured: string;
  toReach: string;
  reached: boolean;
}

const LOADS = 50;
const POPUPS = 10;

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
/** Half the distance between the quartiles: what a run differs from the next by itself. */
const noise = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return (at(0.75) - at(0.25)) / 2;
};
const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** Measures everything; takes about a minute. */
export async function benchExtension(): Promise<ExtensionNumber[]> {
  const outDir = await mkdtemp(join(tmpdir(), "hotseat-bench-"));
  const crm = await startSeatServer({ limit: 2 });
  try {
    await buildExtension({ targets: ["chrome"], outDir });
    const extensionDir = join(outDir, "chrome");
    const gzipped = gzipSync(await readFile(join(extensionDir, CONTENT_SCRIPT))).length;
    const requests = (await workAnHour()).length;
    const chrome = await launchChrome({ extensionDir });
    const bare = await launchBare();
    try {
      const loads = await compareLoads(
        await chrome.open(crm.loginAddress("anna")),
        await openBare(bare, crm.loginAddress("berta")),
        `${crm.origin}/contacts?go`,
      );
      const popups = await timePopups(await chrome.browser.newPage(), chrome.extensionId);
      const heap = await chrome.backgroundHeap();
      const slower = median(loads.withIt) - median(loads.without);
      const differs = Math.max(noise(loads.withIt), noise(loads.without));
      return [
        line("content script, gzipped", `${gzipped} bytes`, "< 12,000 bytes", gzipped < 12_000),
        line(`page load with it, median of ${LOADS}`, ms(median(loads.withIt)), "", true),
        line(`page load without it, median of ${LOADS}`, ms(median(loads.without)), "", true),
        line("difference", ms(slower), `within noise (${ms(differs)})`, slower <= differs),
        line("long tasks by it in those loads", String(loads.longTasks), "0", loads.longTasks <= 0),
        line("requests in an hour's work in ten tabs", String(requests), "<= 90", requests <= 90),
        line(`popup drawn, median of ${POPUPS}`, ms(median(popups)), "< 150 ms", median(popups) < 150),
        line("background's heap", `${(heap / 1e6).toFixed(1)} MB`, "", true),
      ];
    } finally {
      await bare.close();
      await chrome.close();
    }
  } finally {
    await crm.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

const line = (what: string, measured: string, toReach: string, reached: boolean): ExtensionNumber => ({
  what,
  measured,
  toReach,
  reached,
});

type Bare = Awaited<ReturnType<typeof launch>>;

async function launchBare(): Promise<Bare> {
  const found = ensureBrowser("chrome", console.log);
  if ("missing" in found) throw new Error(found.missing);
  return launch({
    executablePath: found.path,
    pipe: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    defaultViewport: { width: 1100, height: 760 },
  });
}

async function openBare(browser: Bare, address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  return page;
}

async function compareLoads(withIt: Page, without: Page, address: string) {
  const times = { withIt: [] as number[], without: [] as number[], longTasks: 0 };
  // The first ones of each are of another kind.
  for (let load = -3; load < LOADS; load++) {
    for (const [page, which] of load % 2 === 0
      ? ([
          [withIt, "withIt"],
          [without, "without"],
        ] as const)
      : ([
          [without, "without"],
          [withIt, "withIt"],
        ] as const)) {
      await page.bringToFront();
      await page.goto(address, { waitUntil: "load" });
      const { time, long } = await page.evaluate(readLoad);
      if (load < 0) continue;
      times[which].push(time);
      times.longTasks += which === "withIt" ? long : -long;
    }
  }
  return times;
}

/** Runs in the page. */
async function readLoad(): Promise<{ time: number; long: number }> {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const long = await new Promise<number>((resolve) => {
    const observer = new PerformanceObserver(() => undefined);
    observer.observe({ type: "longtask", buffered: true });
    setTimeout(() => resolve(observer.takeRecords().length), 0);
  });
  return { time: entry === undefined ? Number.NaN : entry.loadEventEnd - entry.responseStart, long };
}

async function timePopups(page: Page, extensionId: string): Promise<number[]> {
  const times: number[] = [];
  for (let popup = 0; popup < POPUPS; popup++) {
    await page.goto(`chrome-extension://${extensionId}/popup/popup.html`);
    await page.waitForSelector("#release");
    times.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
    );
  }
  return times;
}

/** As a table for people. */
export function tabulate(numbers: readonly ExtensionNumber[]): string {
  const width = Math.max(...numbers.map(({ what }) => what.length));
  return numbers
    .map(
      ({ what, measured, toReach, reached }) =>
        `${what.padEnd(width)}  ${measured.padStart(12)}  ${reached ? "" : "MISSED "}${toReach}`,
    )
    .join("\n");
}

if (import.meta.main) {
  const numbers = await benchExtension();
  console.log(tabulate(numbers));
  if (numbers.some(({ reached }) => !reached)) process.exitCode = 1;
}
