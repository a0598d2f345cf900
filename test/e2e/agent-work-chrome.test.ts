/** What counts as work where nobody has the extension, and giving a seat to somebody who asks, in a real Chromium. */
import type { Browser, BrowserContext, CDPSession, ElementHandle, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ManyGates, startManyGates } from "./support/many-gates.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { press, pressElement } from "./support/press.ts";
import type { Gate, StackOptions } from "./support/stack.ts";
import { html, type StubCrm, type StubPage, startStubCrm } from "./support/stub-crm.ts";
import { eventually } from "./support/waiting.ts";

const WORK = `<main id="crm"><textarea id="note">text</textarea> <button id="save">Save</button> <p id="zone">Drop here</p>
  <style>#long { height: 200px; overflow-y: scroll } #long::-webkit-scrollbar { width: 24px } #long div { height: 4000px }</style>
  <div id="long"><div></div></div></main>`;
const TIMING = {
  heartbeatEveryMs: 1_000,
  lostAfterMs: 60_000,
  // A page that says goodbye as the next one comes: on a busy machine that one is heard of seconds later.
  closeGraceMs: 6_000,
  passLifeMs: 3_000,
  passRenewAheadMs: 800,
  clockSkewMs: 300,
};

let browser: Browser;
let crm: StubCrm;
let gates: ManyGates;
let stack: Gate;
const pages: Record<string, StubPage> = { "/work": { body: html("Work", WORK) } };
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await launchPlainChrome();
  crm = await startStubCrm(pages);
  gates = await startManyGates();
  // The CRM's own address is another host than the gate's.
  const frame = `<iframe src="${crm.origin}/assets/frame" width="400" height="200"></iframe>`;
  pages["/framed"] = { body: html("Framed", `<main id="crm">${frame}</main>`) };
  pages["/assets/frame"] = { body: html("Frame", "<textarea id=inner></textarea>") };
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close().catch(() => undefined);
  await stack.close();
});
afterAll(async () => {
  await browser.close();
  await gates.close();
  await crm.close();
});

async function start(timing: StackOptions["timing"] = {}, seatLimit = 50): Promise<void> {
  const options = { seatLimit, timing: { ...TIMING, ...timing } };
  stack = await gates.open({ origin: crm.origin, preset: "demo" }, options);
}
const rowOf = async (name: string) => (await stack.view()).holders.find((row) => row.name === name);

/** A browser of its own, as far as cookies and storage go, with somebody signed in. */
async function open(login: string, path: string): Promise<Page> {
  const context = await browser.createBrowserContext();
  contexts.push(context);
  await context.setCookie({ name: "larch_session", value: login, domain: "localhost", path: "/", httpOnly: true });
  const page = await context.newPage();
  await page.goto(`${stack.url}${path}`);
  return page;
}

/** Whether the seat service has heard of work since then; ms. */
const hasWorkedSince = async (name: string, since: number) => {
  // An answer that comes late tells of no work that was done since.
  const askedAt = Date.now();
  return askedAt - ((await rowOf(name))?.activeAgeMs ?? Number.POSITIVE_INFINITY) >= since;
};

/** Keys that the page keeps to itself: what else comes of them is all that a page sees of dictation or a screen reader. */
const withoutKeys = (page: Page) =>
  page.evaluateOnNewDocument(() => {
    for (const kind of ["keydown", "keyup"]) addEventListener(kind, (event) => event.stopImmediatePropagation(), true);
  });
const focus = (page: Page, selector: string) => page.$eval(selector, (element) => (element as HTMLElement).focus());

async function drag(session: CDPSession, types: ("dragEnter" | "dragOver" | "drop")[]): Promise<void> {
  const data = { items: [{ mimeType: "text/plain", data: "dragged" }], dragOperationsMask: 1 };
  for (const type of types) await session.send("Input.dispatchDragEvent", { type, x: 60, y: 60, data });
}

/** What a person does, without a key or a pointer that the page could see, but where it says so. */
const WAYS: Record<string, (page: Page, session: CDPSession) => Promise<unknown>> = {
  "an input method": async (page, session) => {
    await focus(page, "#note");
    await session.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
  },
  dictation: async (page, session) => {
    await focus(page, "#note");
    await session.send("Input.insertText", { text: "spoken " });
  },
  "a paste": async (_page, session) => {
    const key = { key: "v", code: "KeyV", modifiers: 2, commands: ["paste"] };
    await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  },
  "something dropped": (_page, session) => drag(session, ["dragEnter", "dragOver", "drop"]),
  "a screen reader's press": async (page) => {
    await focus(page, "#save");
    await page.keyboard.press("Enter");
  },
  "scrolling by keyboard, which shows keys": async (page) => {
    await page.keyboard.press("PageDown");
  },
  "scrolling by wheel": (page) => page.mouse.wheel({ deltaY: 100 }),
};

test("[G8] [X1] whatever people do is work, whether or not it presses keys or moves a pointer", async () => {
  await start();
  await Promise.all(
    Object.entries(WAYS).map(async ([name, act], at) => {
      const login = `anna${at}`;
      const page = await open(login, "/api/none");
      if (!name.includes("shows keys")) await withoutKeys(page);
      await page.goto(`${stack.url}/work`);
      await eventually(async () => (await rowOf(login))?.tabs === 1);
      const session = await page.createCDPSession();
      // What the page load was is over.
      await eventually(async () => ((await rowOf(login))?.activeAgeMs ?? 0) > 1_500);
      const since = Date.now();
      await act(page, session);
      await eventually(() => hasWorkedSince(login, since)).catch((error: unknown) => {
        throw new Error(`${name} was not seen as work`, { cause: error });
      });
    }),
  );
});

/** What pages do to what scripts rest on, each from the start of the page or while people work in it. */
const ODD_PAGES: Record<string, string> = {
  "whose addresses are relative to another site": '<base href="https://elsewhere.invalid/crm/">',
  "with Prototype 1.6, which gives lists another JSON and makes them by its own rules": `<script>
    Array.prototype.toJSON = function () { return "[" + this.join() + "]"; };
    Array.from = (list) => Array.prototype.slice.call(list);
    Array.prototype.reduce = function () { return this.length > 1 ? this : this[0]; };
    Array.prototype.entries = function () { return this; };
    for (const name of ["each", "collect", "pluck"]) Array.prototype[name] = function () { return this; };
  </script>`,
  "that puts things into every object": `<script>
    Object.prototype.body = "taken"; Object.prototype.keepalive = false; Object.prototype.each = () => undefined;
  </script>`,
  "with a clock of its own, set back an hour": `<script>
    const real = Date.now; setTimeout(() => { Date.now = () => real() - 3_600_000; }, 1_200);
  </script>`,
  "with calls and words of its own": `<script>
    window.fetch = () => new Promise(() => undefined);
    JSON.stringify = () => "{}"; JSON.parse = () => ({});
    window.BroadcastChannel = class { constructor() { throw new Error("none"); } };
    navigator.sendBeacon = () => false;
  </script>`,
  "that writes itself again, where goodbye is said as it hides": `<script>
    delete window.fetchLater; delete window.navigation;
    addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
    setTimeout(() => { document.open(); document.write("<title>Again</title><main id=crm>Again</main>"); document.close(); }, 1_200);
  </script>`,
  "with the browser's names for things of its own, as SuiteCRM's popup windows take `URL` and MooTools has a `Request`": `<script>
    for (const name of ["AbortController", "BroadcastChannel", "CSSStyleSheet", "CustomEvent", "Element", "Event", "Headers",
      "Map", "MutationObserver", "Promise", "Request", "Response", "Set", "URL", "WeakMap", "WeakRef", "WeakSet",
      "WebSocket"]) window[name] = "index.php?module=Accounts&action=Popup";
    fetch("/api/none");
  </script>`,
  "without storage": `<script>
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
  </script>`,
};

/** What of it is not heard; null: nothing. */
async function unheardOf(login: string, path: string): Promise<string | null> {
  const page = await open(login, path);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const holds = (question: () => Promise<boolean>) =>
    eventually(question).then(
      () => true,
      () => false,
    );
  if (!(await holds(async () => (await rowOf(login))?.tabs === 1))) return "the page";
  if (!(await holds(async () => ((await rowOf(login))?.activeAgeMs ?? 0) > 2_500))) return "rest";
  const since = Date.now();
  let step = 0;
  const works = await holds(async () => {
    await page.mouse.move(100 + ++step, 100);
    return hasWorkedSince(login, since);
  });
  if (!works) return "work";
  if (await page.evaluate(() => typeof URL === "string")) {
    // Not by the address bar: of that the page hears nothing beforehand.
    await Promise.all([page.waitForNavigation(), page.evaluate(() => location.assign("?again"))]);
    if (!(await holds(async () => (await rowOf(login))?.tabs === 1))) return "the next page";
  }
  if (errors.length > 0) return `errors: ${errors.join()}`;
  await page.close();
  return (await holds(async () => (await rowOf(login)) === undefined)) ? null : "the end";
}

test("[G8] [L6] pages, the work in them and their end are heard of, whatever they do to scripts", async () => {
  await start();
  const heard = await Promise.all(
    Object.entries(ODD_PAGES).map(async ([what, head], at) => {
      const body = '<body><main id="crm">Work</main></body>';
      pages[`/odd/${at}`] = { body: `<!doctype html><html><head>${head}<title>Odd</title></head>${body}</html>` };
      return [what, await unheardOf(`odd${at}`, `/odd/${at}`)];
    }),
  );
  expect(heard.filter(([, unheard]) => unheard !== null)).toEqual([]);
});

/** By what a screen reader knows, which sees into a closed shadow root. */
const waitFor = (page: Page, role: string, name: string) =>
  page.waitForSelector(`::-p-aria(${name}[role="${role}"])`) as Promise<ElementHandle<Element>>;

test("[G8] [L4] going into a frame of another host is work; what is done in there is unseen, so the person is asked first", async () => {
  await start({ idleTimeoutMs: 24_000, idleWarningMs: 20_000 });
  const page = await open("anna", "/framed");
  await eventually(async () => ((await rowOf("anna"))?.activeAgeMs ?? 0) > 1_500);
  const since = Date.now();
  const frame = page.frames().find((other) => other.url().endsWith("/assets/frame"));
  await frame?.click("#inner");
  await eventually(() => hasWorkedSince("anna", since));
  await page.keyboard.type("typed into the other host's frame");
  const keep = await waitFor(page, "button", "Keep working");
  expect(await rowOf("anna")).toBeDefined();
  const asked = Date.now();
  await pressElement(page, keep);
  await eventually(() => hasWorkedSince("anna", asked));
  expect(await frame?.$eval("#inner", (field) => (field as HTMLTextAreaElement).value)).toContain("typed into");
});

test("[G12] [L7] in a browser without popovers, as Safari 16, the seat button is there and gives the seat back", async () => {
  await start();
  const page = await open("anna", "/api/none");
  await page.evaluateOnNewDocument(() => {
    for (const name of ["popover", "showPopover", "hidePopover", "togglePopover"])
      delete (HTMLElement.prototype as unknown as Record<string, unknown>)[name];
  });
  await page.goto(`${stack.url}/work`);
  await eventually(() => page.evaluate(() => document.querySelector("hotseat-seat") !== null));
  await focus(page, "#save");
  const release = async () => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    return page.$('::-p-aria(Release licence on all tabs[role="button"])');
  };
  // The next thing after the page's own.
  let button: ElementHandle | null = null;
  await eventually(async () => {
    button ??= await release();
    return button !== null && ((await button.boundingBox())?.width ?? 0) > 100;
  });
  await pressElement(page, button as unknown as ElementHandle);
  await eventually(async () => (await rowOf("anna")) === undefined);
});

test.each([true, false])(
  "[L16] [G8] two people without the extension: one asks, the other keeps (%j)",
  async (keeps) => {
    await start({ nudgeIdleMs: 1_000 }, 1);
    const anna = await open("anna", "/work");
    await eventually(async () => ((await rowOf("anna"))?.activeAgeMs ?? 0) > 1_500);
    const ben = await open("ben", "/work");
    await ben.waitForSelector("#ask:not([hidden])");
    await press(ben, "#ask");
    await ben.waitForFunction(() => document.querySelector("#asked")?.textContent !== "");
    await anna.bringToFront();
    await waitFor(anna, "alertdialog", "Somebody is waiting for a licence. Do you still need yours?");
    await pressElement(anna, await waitFor(anna, "button", keeps ? "Keep it" : "Give it away"));
    if (keeps) {
      await eventually(async () => (await anna.$('::-p-aria([role="alertdialog"])')) === null);
      expect((await stack.view()).queue).toBe(1);
      expect(await stack.seated()).toEqual(["anna"]);
      return;
    }
    await eventually(() => ben.evaluate(() => document.querySelector("#save") !== null));
    expect(await stack.seated()).toEqual(["ben"]);
    await eventually(() => anna.evaluate(() => document.querySelector("hotseat-refusal") !== null));
  },
);
