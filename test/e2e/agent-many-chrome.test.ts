/**
 * The page agent in fifty tabs, on a telephone that never sends `Sec-Fetch-User`, beside a frame behind a service worker,
 * and beside the extension.
 */
import { KnownDevices, type Page } from "puppeteer-core";
import { describe, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { HolderId } from "../../shared/ids.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { PASS_ON, SERVICE_WORKER_PATH, startOddBrowser } from "./support/odd-browser.ts";
import { plainDesk } from "./support/plain-desk.ts";
import type { Gate, StackOptions } from "./support/stack.ts";
import { html, signInAs } from "./support/stub-crm.ts";
import { eventually } from "./support/waiting.ts";

const NOTE =
  '<main id="crm"><textarea id="note"></textarea> <a id="deals" href="/deals">Deals</a> <a id="offer" href="/offer.pdf">Offer</a></main>';
/** A page that loads its frame again and again. */
const BOARD = `<main id="crm"><iframe src="/ticker"></iframe></main><script>
  let loads = 0;
  const frame = document.querySelector("iframe");
  frame.onload = () => { document.title = String(++loads); setTimeout(() => { frame.src = "/ticker?" + loads; }, 200); };
</script>`;
const TIMING = {
  heartbeatEveryMs: 4_000,
  lostAfterMs: 20_000,
  // A page that says goodbye as the next one comes: on a busy machine that one is heard of seconds later.
  closeGraceMs: 6_000,
  passLifeMs: 3_000,
  passRenewAheadMs: 800,
  clockSkewMs: 300,
};
const TABS = 50;
const MANAGER: Person = { id: HolderId.parse("observer"), name: "Frank", email: null, role: "support" };

const desk = plainDesk(
  {
    "/note": { body: html("Note", NOTE) },
    "/board": { body: html("Board", BOARD) },
    "/ticker": { body: html("Ticker", "<p>12 deals</p>") },
    "/offer.pdf": { body: "%PDF-1.4", headers: { "content-disposition": 'attachment; filename="offer.pdf"' } },
  },
  TIMING,
);
let stack: Gate;
const start = async (timing?: StackOptions["timing"]) => {
  stack = await desk.start(timing);
};
const holder = async () => (await stack.view()).holders[0];
const isBeat = ({ url }: { url: string }) => url.endsWith("/.hotseat/api/heartbeat");

test("[G8] [X2] fifty tabs share one client and one heartbeat", { timeout: 240_000 }, async () => {
  await start();
  const beats: number[] = [];
  const watch = (page: Page) =>
    page.on("request", (request) => {
      if (isBeat({ url: request.url() })) beats.push(Date.now());
    });
  const first = await desk.openBrowser();
  watch(first);
  await signInAs(first, stack.url, "anna");
  const openOne = async () => {
    const page = await first.browserContext().newPage();
    watch(page);
    await page.goto(`${stack.url}/note`, { waitUntil: "domcontentloaded" });
  };
  for (let tab = 1; tab < TABS; tab += 7) await Promise.all(Array.from({ length: 7 }, openOne));
  await eventually(async () => (await holder())?.tabs === TABS, 90_000);
  expect(await holder()).toMatchObject({ tabs: TABS, clients: 1 });
  // Each speaks for all: from some moment on there is one heartbeat a period, not fifty.
  await eventually(async () => {
    const last = beats.slice(-4);
    const gaps = last.slice(1).map((at, place) => at - (last[place] ?? at));
    return gaps.length === 3 && gaps.every((gap) => gap > TIMING.heartbeatEveryMs / 2);
  }, 90_000);
});

test("[G8] [G4] on a telephone: told of, idle, back by a touch, and by a link after that", async () => {
  await start({ idleTimeoutMs: 6_000, idleWarningMs: 1_000 });
  const passage = await startOddBrowser(stack.url, { without: ["sec-fetch-user"] });
  try {
    const page = await desk.openBrowser();
    await page.emulate(KnownDevices["iPhone 15"]);
    await signInAs(page, passage.url, "anna");
    await page.goto(`${passage.url}/note`);
    await page.tap("#note");
    await page.keyboard.sendCharacter("half a note");
    // A busy machine may take longer than the person may be idle.
    await eventually(async () => {
      await page.tap("#note");
      return (await holder())?.tabs === 1;
    });
    await eventually(async () => (await holder()) === undefined);
    await eventually(async () => {
      await page.touchscreen.tap(40, 60);
      return (await holder()) !== undefined;
    });
    expect(await page.$eval("#note", (note) => (note as HTMLTextAreaElement).value)).toBe("half a note");
    await eventually(async () => (await holder()) === undefined);
    await Promise.all([page.waitForNavigation(), page.tap("#deals")]);
    await eventually(async () => (await holder()) !== undefined);
  } finally {
    await passage.close();
  }
});

test("[G4] [L8] behind a service worker a frame that loads again takes no seat back, and the person does", async () => {
  await start();
  const passage = await startOddBrowser(stack.url, { serviceWorker: PASS_ON });
  try {
    const page = await desk.openBrowser();
    await signInAs(page, passage.url, "anna");
    await page.goto(`${passage.url}/board`);
    await page.evaluate(async (path) => {
      await navigator.serviceWorker.register(path);
      await navigator.serviceWorker.ready;
    }, SERVICE_WORKER_PATH);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.waitForFunction(() => document.cookie.includes("__Host-hotseat-framed="));
    await stack.tenant().evict(MANAGER, HolderId.parse("anna"), "Month-end");
    const ticker = () => page.frames().find((frame) => frame.url().includes("/ticker"));
    await eventually(async () => (await ticker()?.$("#text")) != null);
    const loads = Number(await page.title());
    await page.waitForFunction((from) => Number(document.title) > from + 5, {}, loads);
    expect(await holder()).toBeUndefined();
    await page.goto(`${passage.url}/note`);
    await eventually(async () => (await holder()) !== undefined);
  } finally {
    await passage.close();
  }
});

test("[G8] where the extension speaks for a tab, the agent says nothing", async () => {
  await start();
  const chrome: Chrome = await launchChrome({ extensionDir: (await buildExtensionOnce()).chrome });
  try {
    const page = await chrome.open("about:blank");
    const beats: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/.hotseat/api/")) beats.push(request.url());
    });
    await signInAs(page, stack.url, "anna");
    await page.goto(`${stack.url}/note`);
    await page.type("#note", "half a note");
    await eventually(async () => (await holder())?.tabs === 1);
    const log = desk.crm().log.length;
    // Two periods of the agent's, in which it asks each time whether it is to speak.
    for (const until = Date.now() + 2 * TIMING.heartbeatEveryMs; Date.now() < until; )
      await page.type("#note", ".", { delay: 300 });
    expect(desk.crm().log.length).toBe(log);
    expect(beats.filter((url) => !/\/bye(?:\?last)?$/.test(url))).toEqual([]);
    expect(await holder()).toMatchObject({ tabs: 1, clients: 1 });
  } finally {
    await chrome.close();
  }
});

test("[G8] the first heartbeat comes at once at any date, also where a browser would take 'long ago' for weeks ahead", async () => {
  await start();
  const page = await desk.openBrowser();
  await page.evaluateOnNewDocument(() => {
    const { now } = Date;
    const ahead = (2 ** 32 + 3_000_000_000 - (now() % 2 ** 32)) % 2 ** 32;
    Date.now = () => now() + ahead;
  });
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/note`);
  await eventually(async () => (await holder())?.tabs === 1);
});

test("[L6.9] [G8] a tab that is closed soon after a download frees the seat within the grace", async () => {
  // Nobody is lost by silence within the test.
  await start({ heartbeatEveryMs: 20_000, lostAfterMs: 120_000 });
  const page = await desk.openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/note`);
  await eventually(async () => (await holder())?.tabs === 1);
  const session = await page.createCDPSession();
  await session.send("Page.setDownloadBehavior", { behavior: "deny" });
  await page.click("#offer");
  await eventually(async () => desk.crm().log.includes("GET /offer.pdf anna"));
  await page.browserContext().newPage();
  await page.close({ runBeforeUnload: true });
  await eventually(async () => (await holder()) === undefined);
});

describe("an extension that can no longer do its work leaves it to the agent", () => {
  /** A person at work in one tab with the extension, and the agent's heartbeats. */
  async function atWork(chrome: Chrome): Promise<{ page: Page; beats: string[] }> {
    const page = await chrome.open("about:blank");
    const beats: string[] = [];
    page.on("request", (request) => {
      if (isBeat({ url: request.url() })) beats.push(request.url());
    });
    await signInAs(page, stack.url, "anna");
    // An agent that says nothing asks once a minute of its own clock whether it is to speak.
    await page.evaluateOnNewDocument(() => {
      const { setTimeout } = window;
      const { now } = Date;
      const start = now();
      Date.now = () => start + (now() - start) * 20;
      Object.assign(window, { setTimeout: (act: () => void, ms = 0) => setTimeout(act, ms / 20) });
    });
    await page.goto(`${stack.url}/note`);
    await page.type("#note", "half a note");
    await eventually(async () => (await holder())?.tabs === 1);
    expect(beats).toEqual([]);
    return { page, beats };
  }
  /** The person types on; in the end the agent alone speaks, and the seat has been kept. */
  const isTakenOver = (page: Page, beats: readonly string[]) =>
    eventually(async () => {
      await page.type("#note", ".", { delay: 200 });
      const { tabs, clients } = (await holder()) ?? {};
      return beats.length > 2 && tabs === 1 && clients === 1;
    }, 60_000);
  const withChrome = async (work: (chrome: Chrome) => Promise<void>) => {
    const chrome = await launchChrome({ extensionDir: (await buildExtensionOnce()).chrome });
    try {
      await work(chrome);
    } finally {
      await chrome.close();
    }
  };

  test("[G8.10] [L5] its background hangs", () =>
    withChrome(async (chrome) => {
      await start();
      const { page, beats } = await atWork(chrome);
      await chrome.inBackground(() => {
        setTimeout(() => {
          for (;;);
        });
      });
      await isTakenOver(page, beats);
    }));

  test("[G8.10] [L5] the person or the firm takes the site away from it", () =>
    withChrome(async (chrome) => {
      await start();
      const { page, beats } = await atWork(chrome);
      const settings = await chrome.open("chrome://extensions");
      await settings.evaluate(async (extensionId) => {
        const { chrome } = window as unknown as {
          chrome: { developerPrivate: { updateExtensionConfiguration(what: object): Promise<void> } };
        };
        await chrome.developerPrivate.updateExtensionConfiguration({ extensionId, hostAccess: "ON_CLICK" });
      }, chrome.extensionId);
      await page.bringToFront();
      await isTakenOver(page, beats);
    }));
});
