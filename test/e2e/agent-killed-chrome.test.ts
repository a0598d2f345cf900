/** Tabs without the extension that are killed, put to sleep or discarded, in a real Chromium. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { HolderRow } from "../../worker/tenant/tenant-calls.ts";
import { type AgentStep, crash, isStopped, stopBefore } from "./support/agent-steps.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { type Stack, type StackOptions, startStack } from "./support/stack.ts";
import { html, type StubCrm, startStubCrm } from "./support/stub-crm.ts";
import { eventually } from "./support/waiting.ts";

/** Nobody is lost by silence within the test: a seat that comes free was given back. */
const TIMING = {
  heartbeatEveryMs: 1_000,
  lostAfterMs: 120_000,
  closeGraceMs: 1_000,
  passLifeMs: 3_000,
  passRenewAheadMs: 800,
  clockSkewMs: 300,
};
/** From the moment when the browser keeps the goodbye ready; each with how often it was taken. */
const SPEAKING: [AgentStep, number][] = [
  ["call", 1],
  ["heartbeat", 1],
  ["heartbeat answered", 1],
  ["told", 1],
  ["call", 2],
  ["heartbeat", 2],
  ["heartbeat answered", 2],
  ["told", 2],
];
const ANSWERING: [AgentStep, number][] = [
  ["here", 1],
  ["gone", 1],
];
const RELEASING: [AgentStep, number][] = [
  ["release", 1],
  ["release answered", 1],
  ["hand-back", 1],
  ["hand-back answered", 1],
];

/** Discards as a browser short of memory does; an extension may, too. */
const DISCARDER = {
  "manifest.json": JSON.stringify({
    manifest_version: 3,
    name: "discards",
    version: "1",
    background: { service_worker: "background.js" },
  }),
  "background.js": "addEventListener('install', () => undefined);",
  // A page lasts as long as the test; the browser ends a worker that rests for half a minute.
  "desk.html": "<!doctype html><title>discards</title>",
};

let browser: Browser;
let discarder: string;
/** The address of the page from which the extension discards. */
let deskAddress: string;
let crm: StubCrm;
let stack: Stack;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  discarder = await mkdtemp(join(tmpdir(), "hotseat-discarder-"));
  for (const [name, text] of Object.entries(DISCARDER)) await writeFile(join(discarder, name), text);
  browser = await launchPlainChrome("en", [discarder]);
  const worker = await browser.waitForTarget((target) => target.type() === "service_worker");
  deskAddress = new URL("/desk.html", worker.url()).href;
  crm = await startStubCrm({
    "/note": { body: html("Note", '<main id="crm"><textarea id="note"></textarea></main>') },
  });
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close().catch(() => undefined);
  await stack.close();
});
afterAll(async () => {
  await browser.close();
  await crm.close();
  await rm(discarder, { recursive: true });
});

async function start(timing: StackOptions["timing"] = {}): Promise<void> {
  stack = await startStack({
    seatLimit: 100,
    timing: { ...TIMING, ...timing },
    crm: { origin: crm.origin, preset: "demo" },
  });
}

/** A browser of its own, as far as cookies and storage go, with somebody signed in. */
async function openBrowser(login: string): Promise<BrowserContext> {
  const context = await browser.createBrowserContext();
  contexts.push(context);
  await context.setCookie({ name: "larch_session", value: login, domain: "localhost", path: "/", httpOnly: true });
  return context;
}
async function openNote(context: BrowserContext, stop?: [AgentStep, number]): Promise<Page> {
  const page = await context.newPage();
  if (stop !== undefined) await stopBefore(page, ...stop);
  await page.goto(`${stack.url}/note`, { waitUntil: "domcontentloaded" });
  return page;
}
const holder = async (name: string): Promise<HolderRow | undefined> =>
  (await stack.view()).holders.find((row) => row.name === name);

/** As the seat button does. */
const release = (page: Page) =>
  page.evaluate((mark) => {
    const { [Symbol.for(mark)]: agent } = window as unknown as Record<
      symbol,
      { attach(mount: Mount, note: () => void): void }
    >;
    type Mount = (acts: { giveBack(name: string, body: object): void }) => () => void;
    agent?.attach(
      (acts) => {
        acts.giveBack("release", {});
        return () => undefined;
      },
      () => undefined,
    );
  }, "hotseat.agent");

test("[G8] [L6] killed between any two steps, the last tab gives the seat back within the grace", async () => {
  await start({ passLifeMs: 10_000, passRenewAheadMs: 8_000 });
  await Promise.all(
    [...SPEAKING, ...RELEASING].map(async (stop, at) => {
      const login = `anna${at}`;
      const page = await openNote(await openBrowser(login), stop);
      if (RELEASING.includes(stop)) {
        await eventually(async () => (await holder(login))?.tabs === 1);
        // Only while a pass is out does a release need a hand-back.
        await page.evaluate(() => fetch("/note"));
        await release(page);
      }
      await eventually(() => isStopped(page));
      await crash(page);
      await eventually(async () => (await holder(login)) === undefined);
    }),
  );
});

test("[G8] [L5] [L6] killed between any two steps, a tab takes nothing from the one beside it, which goes on alone", async () => {
  await start({ closeGraceMs: 10_000 });
  await Promise.all(
    [...SPEAKING, ...ANSWERING].map(async (stop, at) => {
      const login = `ben${at}`;
      const context = await openBrowser(login);
      const kept = await openNote(context);
      await eventually(async () => (await holder(login))?.tabs === 1);
      const beats: number[] = [];
      kept.on("request", (request) => request.url().endsWith("/heartbeat") && beats.push(Date.now()));
      const page = await openNote(context, stop);
      // The one that is looked at speaks for both.
      if (stop[0] === "here") await kept.bringToFront();
      if (stop[0] === "gone") {
        await eventually(async () => (await holder(login))?.tabs === 2);
        await page.close();
      } else {
        await eventually(() => isStopped(page));
        await crash(page);
      }
      const from = Date.now();
      let isLost = false;
      await kept.bringToFront();
      // A tab that was killed as it began to speak holds the other up for five seconds.
      await eventually(async () => {
        const row = await holder(login);
        isLost ||= row === undefined;
        return isLost || (beats.filter((time) => time > from).length >= 3 && row?.tabs === 1);
      });
      expect(isLost, stop.join(" ")).toBe(false);
      expect((await holder(login))?.clients).toBe(1);
      const periods = (Date.now() - from) / TIMING.heartbeatEveryMs;
      expect(beats.filter((time) => time > from).length).toBeLessThanOrEqual(2 * periods + 2);
      await kept.close();
      await eventually(async () => (await holder(login)) === undefined);
    }),
  );
});

test("[G8] [L6] a tab that was too busy to answer one that is killed then keeps the seat", async () => {
  await start({ closeGraceMs: 10_000, heartbeatEveryMs: 30_000 });
  const context = await openBrowser("carl");
  const kept = await context.newPage();
  await kept.evaluateOnNewDocument(() => {
    // Before the agent hears of a call, and for longer than that is waited for.
    const spin = () => {
      for (const end = performance.now() + 1_000; performance.now() < end; );
    };
    new BroadcastChannel("hotseat").addEventListener("message", spin);
  });
  await kept.goto(`${stack.url}/note`);
  await eventually(async () => (await holder("carl"))?.tabs === 1);
  const beats: string[] = [];
  kept.on("request", (request) => request.url().endsWith("/heartbeat") && beats.push(request.postData() ?? ""));
  const page = await openNote(context, ["told", 1]);
  await eventually(() => isStopped(page));
  await crash(page);
  let isLost = false;
  await eventually(async () => {
    isLost ||= (await holder("carl")) === undefined;
    return isLost || beats.length > 0;
  });
  expect(isLost).toBe(false);
  await eventually(async () => (await holder("carl"))?.tabs === 1);
});

interface ChromeApi {
  tabs: {
    query(what: object): Promise<{ id: number; active: boolean; discarded: boolean }[]>;
    discard(id: number): Promise<unknown>;
    update(id: number, what: object): Promise<unknown>;
  };
}

/** Discards the tabs that are not in front, or goes to those that were discarded; returns how many. */
async function inBackground(front: Page, does: "discard" | "return"): Promise<number> {
  return front.evaluate(async (what) => {
    const { tabs } = (globalThis as unknown as { chrome: ChromeApi }).chrome;
    const all = (await tabs.query({})).filter((tab) => (what === "discard" ? !tab.active : tab.discarded));
    for (const { id } of all) await (what === "discard" ? tabs.discard(id) : tabs.update(id, { active: true }));
    return all.length;
  }, does);
}

test("[L6] [P3] a tab that was discarded is one new document when it is loaded again, and the seat is still there", async () => {
  await start({ closeGraceMs: 5_000 });
  const context = browser.defaultBrowserContext();
  await context.setCookie({ name: "larch_session", value: "dora", domain: "localhost", path: "/", httpOnly: true });
  const page = await browser.newPage();
  await page.goto(`${stack.url}/note`);
  await eventually(async () => (await holder("dora"))?.tabs === 1);
  const front = await browser.newPage();
  await front.goto(deskAddress);
  const loads = () => crm.log.filter((line) => line === "GET /note dora").length;
  const before = loads();
  expect(await inBackground(front, "discard")).toBeGreaterThan(0);
  await inBackground(front, "return");
  await eventually(async () => loads() > before);
  await eventually(async () => {
    const row = await holder("dora");
    return row?.tabs === 1 && row.clients === 1 && row.sinceAgeMs > 5_000;
  });
  for (const other of await browser.pages()) if (other !== front) await other.close();
  await eventually(async () => (await holder("dora")) === undefined);
});

test("[L5] [L8] a frozen tab loses the seat to silence, or leaves it to one beside it, and goes on when it wakes", async () => {
  await start({ lostAfterMs: 12_000 });
  const other = await openBrowser("emil");
  const alone = await openNote(other);
  const context = await openBrowser("fred");
  const beside = await openNote(context);
  await eventually(async () => (await holder("emil"))?.tabs === 1 && (await holder("fred"))?.tabs === 1);
  const awake = await openNote(context);
  await eventually(async () => (await holder("fred"))?.tabs === 2);
  // What is looked at is never frozen.
  await other.newPage();
  const freeze = async (page: Page, state: "frozen" | "active") =>
    (await page.createCDPSession()).send("Page.setWebLifecycleState", { state });
  for (const page of [alone, beside]) await freeze(page, "frozen");
  let isLost = false;
  await eventually(async () => {
    isLost ||= (await holder("fred")) === undefined;
    return isLost || (await holder("emil")) === undefined;
  });
  for (const page of [alone, beside]) await freeze(page, "active");
  await eventually(async () => (await holder("fred"))?.tabs === 2);
  await alone.bringToFront();
  await eventually(async () => {
    await alone.keyboard.press("Shift");
    return (await holder("emil"))?.tabs === 1;
  });
  expect(isLost).toBe(false);
  await awake.close();
});
