/**
 * People come back to a real Tryton after every kind of ending, by a new tab and by F5, in browsers that are not alike:
 * a seat is free, so they are let in, without a second login. None of these has the extension.
 */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HolderId } from "../../shared/ids.ts";
import {
  enterCredentials,
  isSignedIn,
  openSao,
  signIn,
  signOut,
  waitUntilSignedIn,
} from "../fixtures/tryton/sao-page.ts";
import {
  type OddBrowser,
  type OddBrowserOptions,
  PASS_ON,
  SERVICE_WORKER_PATH,
  startOddBrowser,
} from "./support/odd-browser.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { realTryton } from "./support/real-tryton.ts";
import type { Stack } from "./support/stack.ts";
import { eventually, PATIENCE_MS } from "./support/waiting.ts";

const MANAGER = { id: HolderId.parse("manager"), name: "Mia", email: null, role: "licence_manager" } as const;
const TENANT = "larch";
/** Short, so that idle and lost come soon, and longer than Tryton's client loads on a busy machine. */
const TIMING = {
  heartbeatEveryMs: 1_500,
  lostAfterMs: 12_000,
  closeGraceMs: 1_500,
  passLifeMs: 3_000,
  passRenewAheadMs: 800,
  clockSkewMs: 300,
  idleWarningMs: 1_000,
  // As in tryton-main-job.test.ts.
  idleTimeoutMs: 24_000,
};
const KINDS: Record<string, OddBrowserOptions> = {
  "a browser that never sends Sec-Fetch-User": { without: ["sec-fetch-user"] },
  "a browser that sends no Sec-Fetch headers": {
    without: ["sec-fetch-user", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-site"],
  },
  "a page behind a service worker": { serviceWorker: PASS_ON },
};

const tryton = realTryton();
let chrome: Browser;
beforeAll(async () => {
  chrome = await launchPlainChrome();
});
afterAll(() => chrome?.close());

const anna = () => tryton.userOf("anna");

/** One person at a desk of one kind, signed in. */
class Desk {
  readonly stack: Stack;
  readonly #odd: OddBrowser;
  readonly #newPage: () => Promise<Page>;
  page: Page;

  private constructor(stack: Stack, odd: OddBrowser, newPage: () => Promise<Page>, page: Page) {
    this.stack = stack;
    this.#odd = odd;
    this.#newPage = newPage;
    this.page = page;
  }

  static async at(kind: OddBrowserOptions): Promise<Desk> {
    const stack = await tryton.stack({ seatLimit: 1, timing: TIMING });
    const odd = tryton.keep(await startOddBrowser(stack.url, kind));
    const context = tryton.keep(await chrome.createBrowserContext());
    const page = await context.newPage();
    await signIn(page, odd.url, anna());
    const desk = new Desk(stack, odd, () => context.newPage(), page);
    if (kind.serviceWorker !== undefined) {
      await page.evaluate(async (path) => {
        await navigator.serviceWorker.register(path);
        await navigator.serviceWorker.ready;
      }, SERVICE_WORKER_PATH);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    }
    await desk.isSeated();
    return desk;
  }

  isSeated = () => eventually(async () => (await this.stack.seated()).join() === "Anna Berg");
  /** Also the passes of the ended seat are over. */
  isFree = () => eventually(async () => (await this.stack.view()).inUse === 0, TIMING.idleTimeoutMs + PATIENCE_MS);

  async newTab(): Promise<void> {
    this.page = await this.#newPage();
    await openSao(this.page, this.#odd.url);
  }

  async leave(): Promise<void> {
    for (const page of await this.page.browserContext().pages()) if (page !== this.page) await page.close();
  }
}

const ENDINGS: Record<string, (desk: Desk) => Promise<void>> = {
  released: async ({ page }) => {
    const status = await page.evaluate(async () => {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
      return (await fetch("/.hotseat/api/release", init)).status;
    });
    expect(status).toBe(200);
  },
  evicted: async ({ stack }) => {
    const { holders } = await stack.view();
    const [holder] = holders;
    if (holder === undefined) throw new Error("nobody is seated");
    await stack.worker().tenant(TENANT).evict(MANAGER, holder.id, "month-end");
  },
  idle: async () => undefined,
  lost: async ({ page }) => page.setOfflineMode(true),
};

/** Ends the seat so, comes back so, and is at work again without a second login. */
async function comeBack(desk: Desk, ending: string, way: "F5" | "a new tab"): Promise<void> {
  await ENDINGS[ending]?.(desk);
  await desk.isFree();
  await desk.page.setOfflineMode(false);
  if (way === "F5") await desk.page.reload();
  else await desk.newTab();
  await waitUntilSignedIn(desk.page).catch(async (error) => {
    const text = await desk.page.evaluate(() => document.body.innerText.slice(0, 300));
    throw new Error(`${ending}, then ${way}: the page says ${JSON.stringify(text)}`, { cause: error });
  });
  await desk.isSeated();
  await desk.leave();
}

test("[L8] [G4] Tryton opens again after every kind of ending, by F5 and in a new tab, without a second login", async () => {
  const desk = await Desk.at({});
  for (const ending of Object.keys(ENDINGS)) {
    for (const way of ["F5", "a new tab"] as const) await comeBack(desk, ending, way);
  }
  // Closed: the last tab goes, and the browser comes back.
  const blank = await desk.page.browserContext().newPage();
  await desk.page.close();
  await desk.isFree();
  desk.page = blank;
  await desk.newTab();
  await waitUntilSignedIn(desk.page);
  await desk.isSeated();
  // Signed out: here a login is what the person expects.
  await signOut(desk.page);
  await desk.isFree();
  expect(await isSignedIn(desk.page)).toBe(false);
  await enterCredentials(desk.page, anna());
  await waitUntilSignedIn(desk.page);
  await desk.isSeated();
}, 360_000);

test.each(Object.entries(KINDS))(
  "[L8] [G4] Tryton opens again in %s",
  async (_, kind) => {
    const desk = await Desk.at(kind);
    await comeBack(desk, "released", "F5");
    await comeBack(desk, "idle", "a new tab");
    await comeBack(desk, "evicted", "F5");
  },
  360_000,
);

test("[L7] [L8] two tabs of Tryton: both work on one seat, and each comes back by itself after F5", async () => {
  const desk = await Desk.at({});
  const first = desk.page;
  await desk.newTab();
  await waitUntilSignedIn(desk.page);
  await desk.isSeated();
  await ENDINGS.evicted?.(desk);
  await desk.isFree();
  await first.bringToFront();
  await first.reload();
  await waitUntilSignedIn(first);
  await desk.isSeated();
  await desk.page.bringToFront();
  await desk.page.reload();
  await waitUntilSignedIn(desk.page);
  expect(await desk.stack.seated()).toEqual(["Anna Berg"]);
}, 360_000);
