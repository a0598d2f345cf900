/**
 * What the extension and the page agent cost: `npm run bench:extension`. Two Chromiums, one with it and one without, do
 * the same in turns, so that what else the machine does falls on both. A machine that is too busy to tell is said so.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "puppeteer-core";
import { CONTENT_SCRIPT } from "../../extension/content-script.ts";
import { buildExtension } from "../../scripts/build/build-extension.ts";
import { readOptions } from "../../scripts/cli/read-options.ts";
import { type Chrome, launchChrome } from "../e2e/support/chrome.ts";
import { tracesIn } from "../e2e/support/traces.ts";
import { workAnHour } from "../extension/support/hour-of-work.ts";
import { type SeatServer, startSeatServer } from "../extension/support/seat-server.ts";
import { benchAgent } from "./agent.ts";
import { compareLoads, costOfEvent, longestTask, type Pair } from "./page-cost.ts";
import {
  LOADS,
  launchBare,
  line,
  loadLines,
  ms,
  type PageNumber,
  TRACED_LOADS,
  tabulate,
  workLines,
} from "./page-numbers.ts";
import { median } from "./rounds.ts";

const POPUPS = 10;
/** Measures everything; takes about a minute on a quiet machine. */
export async function benchExtension(): Promise<PageNumber[]> {
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
      const without = await bare.newPage();
      await without.goto(crm.loginAddress("berta"));
      const pair: Pair = { withIt: await chrome.open(crm.loginAddress("anna")), without };
      const address = `${crm.origin}/long?go`;
      const loads = await compareLoads(pair, { withIt: address, without: address }, LOADS);
      const event = await costOfEvent(pair);
      const longest = await longestTask(pair.withIt, address, TRACED_LOADS, (script) =>
        script.startsWith("chrome-extension://"),
      );
      const heap = await chrome.backgroundHeap();
      const popup = await timePopups(chrome);
      const elsewhere = await countElsewhere(chrome, crm);
      return [
        line("content script, gzipped", `${gzipped} bytes`, "< 12,000 bytes", gzipped < 12_000),
        ...loadLines(loads),
        ...workLines(event, longest),
        line("requests in an hour's work in ten tabs", String(requests), "<= 90", requests <= 90),
        line(`popup's buttons there, median of ${POPUPS}`, ms(popup), "< 150 ms", popup < 150),
        line("background's heap", `${(heap / 1e6).toFixed(1)} MB`),
        line("scripts, listeners, requests on another site", String(elsewhere), "0", elsewhere === 0),
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

/** From the start of its document until its buttons can be pressed; median, ms. */
async function timePopups(chrome: Chrome): Promise<number> {
  const page = await chrome.browser.newPage();
  await page.evaluateOnNewDocument(noteButtons);
  const times: number[] = [];
  for (let popup = 0; popup < POPUPS; popup++) {
    await page.goto(`chrome-extension://${chrome.extensionId}/popup/popup.html`);
    await page.waitForSelector("#release:enabled");
    times.push(await page.evaluate(() => (window as { buttonsAt?: number }).buttonsAt ?? Number.NaN));
  }
  await page.close();
  return median(times);
}

/** Runs in the popup, before its own scripts. */
function noteButtons(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector("#release:enabled") === null) return;
    observer.disconnect();
    // Drawn, and the thread free for a press.
    requestAnimationFrame(() =>
      setTimeout(() => {
        (window as { buttonsAt?: number }).buttonsAt = performance.now();
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
}

/** The same server under another name is another site: what is there of the extension, and what it asks for. */
async function countElsewhere(chrome: Chrome, crm: SeatServer): Promise<number> {
  const page: Page = await chrome.browser.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const address = crm.origin.replace("localhost", "127.0.0.1");
  const before = crm.heard.length;
  await page.goto(`${address}/login`, { waitUntil: "networkidle0" });
  await page.mouse.move(200, 200);
  await page.mouse.move(240, 240);
  const { scripts, listeners } = await tracesIn(page);
  await page.close();
  const own = asked.filter((url) => !url.startsWith(`${address}/login`) && !url.endsWith("/favicon.ico"));
  return scripts.length + listeners.length + own.length + (crm.heard.length - before);
}

const HELP = `npm run bench:extension

Measures what the extension and the page agent cost a page, in two Chromiums. Ends with 1 when a number that is demanded
is missed. Takes no options.`;

if (import.meta.main) {
  readOptions("npm run bench:extension", HELP, {});
  const extension = await benchExtension();
  console.log(tabulate(extension));
  const agent = await benchAgent();
  console.log(`\nThe page agent, for people without the extension\n\n${tabulate(agent)}`);
  if ([...extension, ...agent].some(({ reached }) => !reached)) process.exitCode = 1;
}
