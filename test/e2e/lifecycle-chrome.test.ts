/** What happens to tabs, windows and whole browsers, in a real Chromium: the seat follows each of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type SeatServer, type SeatServerOptions, startSeatServer } from "../extension/support/seat-server.ts";
import { type Chrome, type ChromeOptions, launchChrome } from "./support/chrome.ts";
import { follow, press } from "./support/press.ts";
import { tracesIn } from "./support/traces.ts";
import { until } from "./support/waiting.ts";

let chrome: Chrome;
let crm: SeatServer;

const built = await buildExtensionOnce();
const start = async (options: Partial<ChromeOptions> = {}) => {
  chrome = await launchChrome({ extensionDir: built.chrome, ...options });
};
/** One browser for all tests, but for those that end it. */
beforeAll(() => start());
afterEach(async () => {
  if (chrome.browser.connected) await chrome.leave();
  else await start();
  await crm.close();
});
afterAll(() => chrome.close());

const serve = async (options: Partial<SeatServerOptions> = {}) => {
  crm = await startSeatServer({ limit: 2, timing: { closeGraceMs: 1_000 }, ...options });
};
const see = (holds: () => boolean) => until(async () => holds() || undefined);
const stateOf = (user: string) => crm.statusOf(user).state;
const tabsOf = (user: string) => crm.statusOf(user).seat?.tabs ?? 0;
const heard = (name: string) => crm.heard.filter((call) => call.name === name);
/** The answer to the document's hello has come, and with it its last word is ready. */
const isAtRest = (page: Page) =>
  page.evaluate(() => new Promise<void>((settle) => requestIdleCallback(() => settle())));
const passed = (ms: number, since = Date.now()) => see(() => Date.now() - since > ms);

async function signIn(user: string, next?: string): Promise<Page> {
  const page = await chrome.open(crm.loginAddress(user, next));
  await see(() => tabsOf(user) > 0);
  return page;
}

const overlayWith = (page: Page, words: string) =>
  chrome.waitForOverlay(page, (overlay) => overlay?.text.includes(words) ?? false);
const noOverlay = (page: Page) => chrome.waitForOverlay(page, (overlay) => overlay === null);

/** The interface of tabs and windows, in the background. */
interface ChromeApi {
  tabs: {
    query(what: object): Promise<{ id: number; windowId: number }[]>;
    discard(id: number): Promise<{ id: number }>;
    update(id: number, what: object): Promise<unknown>;
  };
  windows: { remove(id: number): Promise<void> };
}

describe("navigating", () => {
  test("[X2] [L6] ten pages of the CRM, by link, by form and back, cost no message and keep the seat", async () => {
    await serve();
    const page = await signIn("anna");
    const since = Date.now();
    const before = crm.heard.length;
    for (let visit = 0; visit < 5; visit++) {
      await follow(page, 'a[href="/modal"]');
      await follow(page, 'a[href="/contacts"]');
    }
    await passed(2_500, since);
    expect(crm.heard.slice(before).map(({ name }) => name)).toEqual([]);
    expect(stateOf("anna")).toBe("seated");
    expect(tabsOf("anna")).toBe(1);
    // It is still the same tab to the seat service: closing it frees the seat.
    await chrome.browser.newPage();
    await page.close();
    await see(() => stateOf("anna") === "unseated");
    expect(crm.statusOf("anna").ended?.cause).toBe("closed");
  });

  test("[L6] a page made ready in advance is no open tab until the person goes to it", async () => {
    await serve();
    const page = await signIn("anna", "/prerender?go");
    await see(() => crm.purposes.some((purpose) => purpose.includes("prerender")));
    const popup = await chrome.openPopup(page);
    await popup.waitForFunction(() => document.body.textContent.includes("1 tab uses it"));
    await popup.close().catch(() => undefined);
    await follow(page, 'a[href="/contacts"]');
    await passed(1_500);
    expect(stateOf("anna")).toBe("seated");
    expect(tabsOf("anna")).toBe(1);
  });
});

describe("closing", () => {
  test("[L6] a window with three tabs that is closed frees the seat after the grace", async () => {
    await serve();
    await signIn("anna");
    for (let more = 0; more < 2; more++) await chrome.open(`${crm.origin}/contacts?go`);
    await see(() => tabsOf("anna") === 3);
    const session = await chrome.browser.target().createCDPSession();
    await session.send("Target.createTarget", { url: "about:blank", newWindow: true });
    await chrome.inBackground(async () => {
      const { chrome } = globalThis as unknown as { chrome: ChromeApi };
      const [first] = await chrome.tabs.query({ url: "http://localhost/*" });
      if (first !== undefined) await chrome.windows.remove(first.windowId);
    });
    await see(() => stateOf("anna") === "unseated");
    expect(crm.statusOf("anna").ended?.cause).toBe("closed");
    expect(crm.statusOf("anna").draining).toBe(false);
  });

  /** A person opens the CRM in two tabs, and quits the browser: do the goodbyes get out? */
  const isClosedByQuitting = async (): Promise<boolean> => {
    await serve();
    const pages = [await signIn("anna"), await chrome.open(`${crm.origin}/contacts?go`)];
    await see(() => tabsOf("anna") === 2);
    for (const page of pages) await isAtRest(page);
    await chrome.close();
    return until(async () => stateOf("anna") === "unseated" || undefined, 5_000).catch(() => false);
  };

  test("[L6.7] the whole browser quits: free within seconds, wherever the documents' last words still get out", async () => {
    // A browser under load may take its network down before they are out, as Firefox does.
    for (let quits = 1; !(await isClosedByQuitting()); quits++) {
      expect(quits).toBeLessThan(4);
      await crm.close();
      await start();
    }
    expect(crm.statusOf("anna").ended?.cause).toBe("closed");
    expect(heard("bye").length).toBeGreaterThan(0);
  });

  test("[L5] the browser is killed: the time limit frees the seat", async () => {
    await serve({ timing: { heartbeatEveryMs: 1_000, lostAfterMs: 3_000, closeGraceMs: 1_000 } });
    await signIn("anna");
    chrome.kill();
    await see(() => stateOf("anna") === "unseated");
    expect(crm.statusOf("anna").ended?.cause).toBe("lost");
  });

  test("[L6] a tab that crashes is a tab that closed", async () => {
    await serve();
    const page = await signIn("anna");
    await page.goto("chrome://crash").catch(() => undefined);
    await see(() => stateOf("anna") === "unseated");
  });
});

describe("putting aside", () => {
  test("[L6] a discarded tab says goodbye, and comes back as a new document under the browser's new number", async () => {
    await serve();
    const page = await signIn("anna");
    await page.type("#notes", "typed");
    await chrome.open("about:blank");
    const [before, after] = await chrome.inBackground(async () => {
      const { chrome } = globalThis as unknown as { chrome: ChromeApi };
      const [tab] = await chrome.tabs.query({ url: "http://localhost/*" });
      return tab === undefined ? [] : [tab.id, (await chrome.tabs.discard(tab.id)).id];
    });
    expect(after).not.toBe(before);
    await see(() => heard("bye").length === 1);
    await chrome.inBackground(async () => {
      const { chrome } = globalThis as unknown as { chrome: ChromeApi };
      const [tab] = await chrome.tabs.query({ url: "http://localhost/*" });
      if (tab !== undefined) await chrome.tabs.update(tab.id, { active: true });
    });
    const gone = (heard("bye")[0]?.body as { tab: string } | undefined)?.tab;
    const told = () => (heard("heartbeat").at(-1)?.body as { tabs: { id: string }[] } | undefined)?.tabs ?? [];
    await see(() => told().length === 1 && told()[0]?.id !== gone);
    await see(() => stateOf("anna") === "seated" && tabsOf("anna") === 1);
  });

  test("[X4] a frozen page keeps its seat, and shows on waking what has happened since", async () => {
    await serve();
    const page = await signIn("anna");
    const session = await page.createCDPSession();
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    const before = crm.heard.length;
    const other = await chrome.open(`${crm.origin}/contacts?go`);
    const popup = await chrome.openPopup(other);
    await popup.waitForFunction(() => document.body.textContent.includes("2 tabs share it"));
    await press(popup, "#release");
    await see(() => stateOf("anna") === "unseated");
    expect(crm.heard.length).toBeGreaterThan(before);
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await overlayWith(page, "You released your licence");
  });
});

describe("starting again", () => {
  test("[X1.2] turned off and on again in mid-work, it serves the tab that is open without a reload", async () => {
    await serve();
    const page = await signIn("anna");
    await page.type("#notes", "typed before");
    const settings = await chrome.open("chrome://extensions");
    const turn = (on: boolean) =>
      settings.evaluate(
        (id, on) => {
          const { chrome } = window as unknown as {
            chrome: { management: { setEnabled(id: string, on: boolean): Promise<void> } };
          };
          return chrome.management.setEnabled(id, on);
        },
        chrome.extensionId,
        on,
      );
    await turn(false);
    const before = heard("heartbeat").length;
    await turn(true);
    await see(() => heard("heartbeat").length > before);
    expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("typed before");
    crm.evict("anna", "manager", "");
    await (await chrome.openPopup(page)).waitForSelector("#continue");
    await overlayWith(page, "Your licence was freed");
    await chrome.pressOverlay(page, "Continue working");
    await see(() => stateOf("anna") === "seated");
  });

  test("[P3] a browser that restores its tabs is the same client, and counts its beats on", async () => {
    const profileDir = await mkdtemp(join(tmpdir(), "hotseat-profile-"));
    try {
      await chrome.close();
      await start({ profileDir });
      await serve({ timing: { closeGraceMs: 1_000, heartbeatEveryMs: 2_000, lostAfterMs: 15_000 } });
      await signIn("anna");
      await chrome.open(`${crm.origin}/contacts?go`);
      await see(() => tabsOf("anna") === 2);
      // A document that has just come may quit without a word; then the time limit frees the seat.
      await chrome.close();
      await see(() => stateOf("anna") === "unseated");
      const before = heard("heartbeat");
      await start({ profileDir, args: ["--restore-last-session"] });
      await see(() => heard("heartbeat").length > before.length && tabsOf("anna") > 0);
      const bodies = heard("heartbeat").map(({ body }) => body as { client: string; seq: number });
      expect(new Set(bodies.map(({ client }) => client)).size).toBe(1);
      const seqs = bodies.map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    } finally {
      await chrome.close();
      await rm(profileDir, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  test("[X4] [L7] the background stopped before every single step", async () => {
    await serve();
    const page = await signIn("anna");
    await chrome.killBackground();
    await follow(page, 'a[href="/modal"]');
    await chrome.killBackground();
    await page.type("#notes", "half a sentence");
    await chrome.killBackground();
    const second = await chrome.open(`${crm.origin}/contacts?go`);
    await chrome.killBackground();
    const popup = await chrome.openPopup(page);
    await popup.waitForSelector("#release:enabled");
    await chrome.killBackground();
    await press(popup, "#release");
    await see(() => stateOf("anna") === "unseated");
    await popup.close().catch(() => undefined);
    for (const tab of [page, second]) await overlayWith(tab, "You released your licence");
    await chrome.killBackground();
    await chrome.pressOverlay(page, "Continue working");
    await see(() => stateOf("anna") === "seated");
    for (const tab of [page, second]) await noOverlay(tab);
    expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("half a sentence");
    await chrome.open("about:blank");
    await chrome.killBackground();
    await page.close();
    await chrome.killBackground();
    await second.close();
    await see(() => stateOf("anna") === "unseated");
    expect(crm.statusOf("anna").ended?.cause).toBe("closed");
  });
});

describe("many", () => {
  test("[X2] [L7] fifty tabs share one seat, one heartbeat and one release", async () => {
    await serve();
    const first = await signIn("anna");
    const pages = [first];
    const openOne = async () => {
      const page = await chrome.browser.newPage();
      await page.goto(`${crm.origin}/contacts?go`, { waitUntil: "domcontentloaded" });
      return page;
    };
    while (pages.length < 50) pages.push(...(await Promise.all(Array.from({ length: 7 }, openOne))));
    const opened = crm.heard.length;
    expect(opened).toBeLessThan(10);
    const popup = await chrome.openPopup(first);
    await popup.waitForFunction(() => document.body.textContent.includes("50 tabs share it"), {});
    await see(() => tabsOf("anna") === 50);
    await press(popup, "#release");
    await see(() => stateOf("anna") === "unseated");
    await popup.close().catch(() => undefined);
    for (const page of [pages[0], pages[24], pages[49]] as Page[]) await overlayWith(page, "You released your licence");
    const before = crm.heard.length;
    await passed(3_000);
    expect(crm.heard.length - before).toBeLessThan(3);
  }, 120_000);

  test("[X1] two CRMs at once: two seats, two random ids, each released by itself", async () => {
    await serve();
    const other = await startSeatServer({ limit: 1 });
    try {
      const page = await signIn("anna");
      const there = await chrome.open(other.loginAddress("berta"));
      await see(() => other.statusOf("berta").seat?.tabs === 1);
      const popup = await chrome.openPopup(there);
      await popup.waitForSelector("#release:enabled");
      await press(popup, "#release");
      await see(() => other.statusOf("berta").state === "unseated");
      await overlayWith(there, "You released your licence");
      expect(stateOf("anna")).toBe("seated");
      expect(await chrome.overlayOf(page)).toBeNull();
      const clientsOf = (server: SeatServer) =>
        server.heard.flatMap(({ body }) => (body as { client?: string } | null)?.client ?? []);
      expect(clientsOf(crm).some((client) => clientsOf(other).includes(client))).toBe(false);
    } finally {
      await other.close();
    }
  });
});

describe("pages that change under the overlay", () => {
  test("[X4] a document written again, and one whose body is replaced", async () => {
    await serve();
    const page = await signIn("anna", "/written?go");
    crm.evict("anna", "manager", "");
    await (await chrome.openPopup(page)).waitForSelector("#continue");
    await overlayWith(page, "Your licence was freed");
    await page.evaluate(() => (window as unknown as { swap(): void }).swap());
    await overlayWith(page, "Your licence was freed");
    await page.evaluate(() => (window as unknown as { rewrite(): void }).rewrite());
    await page.waitForSelector("h1");
    await overlayWith(page, "Your licence was freed");
    await chrome.pressOverlay(page, "Continue working");
    await see(() => stateOf("anna") === "seated");
    await noOverlay(page);
    // Work in it is still seen, and so is its closing.
    const activeAge = () =>
      (heard("heartbeat").at(-1)?.body as { tabs: { activeAgeMs: number | null }[] } | undefined)?.tabs[0];
    await page.type("#notes", "more");
    await (await chrome.openPopup(page)).waitForSelector("#release:enabled");
    await see(() => (activeAge()?.activeAgeMs ?? 60_000) < 5_000);
    await chrome.browser.newPage();
    await page.close();
    await see(() => stateOf("anna") === "unseated");
  });
});

test("[G8] [X1] in a private window it does not run: it would speak with the cookies of another person", async () => {
  await serve();
  const secret = await chrome.browser.createBrowserContext();
  const page = await secret.newPage();
  await page.goto(crm.loginAddress("anna"));
  expect(stateOf("anna")).toBe("seated");
  await page.mouse.move(200, 200);
  // An ordinary window beside it is served, and by then the private one would have spoken, too.
  await signIn("berta");
  expect(crm.heard.map(({ user }) => user)).not.toContain("anna");
  await secret.close();
});

test("[X1] on another site there is nothing of it: no script, no listener, no request", async () => {
  await serve();
  const there = await tracesIn(await signIn("anna"));
  expect(there.scripts).toHaveLength(1);
  expect(there.listeners).toContain("pointermove");
  // The same server under another name.
  const elsewhere = crm.origin.replace("localhost", "127.0.0.1");
  const before = crm.heard.length;
  const page = await chrome.browser.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${elsewhere}/login`, { waitUntil: "networkidle0" });
  await page.mouse.move(200, 200);
  await page.mouse.move(220, 240);
  expect(await tracesIn(page)).toEqual({ scripts: [], listeners: [] });
  expect(asked.filter((path) => path !== "/login" && path !== "/favicon.ico")).toEqual([]);
  expect(crm.heard.length).toBe(before);
});
