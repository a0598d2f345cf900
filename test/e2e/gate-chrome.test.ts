/**
 * A real Chromium before the gate, without the extension and without the agent's script: what a person does, what a page
 * does by itself, and what the gate takes for which.
 */
import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { HolderId } from "../../shared/ids.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { FakeEspo } from "../fixtures/fake-crms/espocrm.ts";
import { FAKE_PEOPLE } from "../fixtures/fake-crms/fake-crm.ts";
import { serveFake } from "../fixtures/fake-crms/serve.ts";
import { isRefused } from "./support/larch-page.ts";
import { type ManyGates, startManyGates } from "./support/many-gates.ts";
import { type OddBrowserOptions, startOddBrowser } from "./support/odd-browser.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { follow, press } from "./support/press.ts";
import type { Gate } from "./support/stack.ts";
import { html, signInAs, startStubCrm } from "./support/stub-crm.ts";
import { eventually } from "./support/waiting.ts";

const TIMING = { passLifeMs: 3_000, passRenewAheadMs: 800, clockSkewMs: 300 };
const MANAGER: Person = { id: HolderId.parse("observer"), name: "Frank", email: null, role: "support" };

const open: { close(): Promise<unknown> }[] = [];
let browser: Browser;
let gates: ManyGates;
/** A browser of its own for each test, as far as cookies and storage go. */
let person: BrowserContext;
beforeAll(async () => {
  browser = await launchPlainChrome();
  gates = await startManyGates();
});
beforeEach(async () => {
  person = await browser.createBrowserContext();
  open.push(person);
});
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
afterAll(async () => {
  await browser.close();
  await gates.close();
});

async function start({ renews = false, timing = {}, seatLimit = 2 }): Promise<Gate> {
  const crm = await startStubCrm({}, { renews });
  open.push(crm);
  const options = { seatLimit, timing: { ...TIMING, ...timing } };
  const stack = await gates.open({ origin: crm.origin, preset: "demo" }, options);
  open.push(stack);
  return stack;
}

const isSeated = async (stack: Gate, login: string): Promise<boolean> => (await stack.seated()).includes(login);

async function evict(stack: Gate, login: string): Promise<void> {
  await stack.tenant().evict(MANAGER, HolderId.parse(login), "Month-end");
}

/** Asks the CRM from the page, as its own scripts do. */
const poll = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const answer = await fetch("/api/contacts");
    return `${answer.status} ${answer.headers.get("x-hotseat-refused") ?? ""}`.trim();
  });

test.each<[string, OddBrowserOptions]>([
  ["that never says who goes to a page, as Safari and all of iOS", { without: ["sec-fetch-user"] }],
  ["that says it", {}],
])("[G4] [G8] a browser %s: links are work, and bring a seat back after it was freed", async (_, options) => {
  const stack = await start({ timing: { idleTimeoutMs: 6_000, idleWarningMs: 1_000 } });
  const odd = await startOddBrowser(stack.url, options);
  open.push(odd);
  const page = await person.newPage();
  await signInAs(page, odd.url, "anna");
  expect(await isSeated(stack, "anna")).toBe(true);
  // By links alone for longer than the idle time-out.
  const end = Date.now() + 9_000;
  for (let count = 0; Date.now() < end; count++) {
    await follow(page, count % 2 === 0 ? "#contacts" : "#deals");
    expect(await isRefused(page)).toBe(false);
    await new Promise((settle) => setTimeout(settle, 700));
  }
  expect(await isSeated(stack, "anna")).toBe(true);
  // With its script the page hears of the end at once and covers its links, with a button in their place.
  await page.setJavaScriptEnabled(false);
  await follow(page, "#deals");
  await evict(stack, "anna");
  await eventually(async () => (await stack.view()).inUse === 0);
  await follow(page, "#contacts");
  expect(await isRefused(page)).toBe(false);
  expect(await isSeated(stack, "anna")).toBe(true);
});

test.each([true, false])(
  "[G9] [L8] a cookie that the CRM renews (%s): a page's poll takes back nothing, and a sign-out frees the seat",
  async (renews) => {
    const stack = await start({ renews });
    const page = await person.newPage();
    await signInAs(page, stack.url, "anna");
    for (let count = 0; count < 3; count++) expect(await poll(page)).toBe("200");
    await evict(stack, "anna");
    await eventually(async () => (await poll(page)) === "503 seat_evicted");
    for (let count = 0; count < 10; count++) expect(await poll(page)).toBe("503 seat_evicted");
    expect(await isSeated(stack, "anna")).toBe(false);
    await page.goto(`${stack.url}/contacts`);
    expect(await isSeated(stack, "anna")).toBe(true);
    await page.goto(`${stack.url}/logout`);
    expect(await isSeated(stack, "anna")).toBe(false);
  },
);

test("[G13] a frame in which the browser keeps no cookies says so in place of the login form, and a tab of its own works", async () => {
  const stack = await start({});
  // Another site, whose page shows the CRM in a frame.
  const portal = await startStubCrm({
    "/assets/portal": { body: html("Portal", `<iframe src="${stack.url}/contacts"></iframe>`) },
  });
  open.push(portal);
  const strict = await launchPlainChrome("en", [], ["--test-third-party-cookie-phaseout"]);
  open.push(strict);
  const crm = await strict.newPage();
  await signInAs(crm, stack.url, "anna");
  const page = await strict.newPage();
  const site = new URL(portal.origin);
  site.hostname = new URL(stack.url).hostname === "localhost" ? "127.0.0.1" : "localhost";
  await page.goto(`${site.origin}/assets/portal`, { waitUntil: "load" });
  const frame = page.frames().find((one) => one.parentFrame() !== null);
  expect(new URL(frame?.url() ?? "").pathname).toBe("/contacts");
  expect(await frame?.$eval("h1", (line) => line.textContent)).toBe("Please open the CRM in a tab of its own");
  expect(await frame?.$("input[name=login]")).toBeNull();
  const opening = new Promise<Page | null>((opened) => page.once("popup", opened));
  await frame?.click("button");
  const tab = await opening;
  await eventually(async () => tab !== null && new URL(tab.url()).pathname === "/contacts");
  await eventually(async () => (await tab?.$("#who"))?.evaluate((line) => line.textContent === "anna") ?? false);
  await frame?.goto(`${stack.url}/login`);
  expect(await frame?.$eval("h1", (line) => line.textContent)).toBe("Please open the CRM in a tab of its own");
});

test("[G7] a page hears that its WebSocket was refused, and nothing of it reaches the CRM", async () => {
  const stack = await start({ seatLimit: 1 });
  const anna = await person.newPage();
  await signInAs(anna, stack.url, "anna");
  const context = await browser.createBrowserContext();
  const ben = await context.newPage();
  await signInAs(ben, stack.url, "ben");
  expect(await isRefused(ben)).toBe(true);
  const heard = await ben.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const socket = new WebSocket(`${location.origin.replace("http", "ws")}/live`);
        const events: string[] = [];
        socket.onopen = () => events.push("open");
        socket.onerror = () => events.push("error");
        socket.onclose = ({ code }) => resolve([...events, `close ${code}`]);
      }),
  );
  expect(heard).toEqual(["error", "close 1006"]);
});

test("[G5] EspoCRM: the toast of a refused request goes when the seat is back, and no other message does", async () => {
  const espo = await serveFake(new FakeEspo());
  open.push(espo);
  const timing = { ...TIMING, heartbeatEveryMs: 1_000 };
  const stack = await gates.open({ origin: espo.origin, preset: "espocrm" }, { seatLimit: 1, timing });
  open.push(stack);
  const page = await person.newPage();
  const [anna] = FAKE_PEOPLE;
  await page.goto(stack.url, { waitUntil: "load" });
  // As EspoCRM's own script signs in, reads, and tells of an error.
  await page.evaluate(
    async (basic) => {
      const answer = await fetch("/api/v1/App/user", { headers: { "espo-authorization": basic } });
      await cookieStore.set("auth-token", ((await answer.json()) as { token: string }).token);
    },
    btoa(`${anna?.login}:${anna?.password}`),
  );
  await page.goto(stack.url, { waitUntil: "load" });
  const read = () =>
    page.evaluate(async () => {
      const { status } = await fetch("/api/v1/Account");
      const told = { error: "danger", note: "success" };
      for (const [id, kind] of status === 503 ? Object.entries(told) : []) {
        document.querySelector(`[data-told=${id}]`)?.remove();
        document.body.insertAdjacentHTML(
          "beforeend",
          `<div id="${id === "error" ? "notification" : "other"}" data-told="${id}" class="alert alert-${kind}">${status}</div>`,
        );
      }
      return status;
    });
  expect(await read()).toBe(200);
  // A page that was refused before it had a seat would be loaded again.
  await eventually(async () => (await stack.view()).holders[0]?.tabs === 1);
  await stack.tenant().evict(MANAGER, (await stack.view()).holders[0]?.id as HolderId, "Month-end");
  await eventually(async () => (await read()) === 503);
  const told = () =>
    page.evaluate(() => [...document.querySelectorAll("[data-told]")].map((one) => one.getAttribute("data-told")));
  expect(await told()).toEqual(["error", "note"]);
  const other = await person.newPage();
  await other.goto(stack.url, { waitUntil: "load" });
  await eventually(async () => (await stack.seated()).length === 1);
  await page.bringToFront();
  await eventually(() => page.evaluate(() => document.querySelector("hotseat-refusal") === null));
  await eventually(async () => (await told()).join() === "note");
});

test("[L16] a person who asks for a seat sees on the refusal page how long the holder still has, and then who has it", async () => {
  const nudgeIdleMs = 1_000;
  const stack = await start({ seatLimit: 1, timing: { nudgeIdleMs, waitPollMs: 2_000 } });
  const holder = await person.newPage();
  await signInAs(holder, stack.url, "anna");
  expect(await isSeated(stack, "anna")).toBe(true);
  const asker = await (await browser.createBrowserContext()).newPage();
  await signInAs(asker, stack.url, "ben");
  expect(await isRefused(asker)).toBe(true);
  await eventually(async () => ((await stack.view()).holders[0]?.activeAgeMs ?? 0) > nudgeIdleMs);
  await press(asker, "#ask");
  const left = async () => {
    const said = await asker.$eval("#asked", (line) => line.textContent);
    const [, minutes, seconds] = /Time left to answer: (\d+):(\d\d)/.exec(said) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };
  await eventually(async () => (await left()) > 0);
  const first = await left();
  // A heartbeat, by which the holder hears of it, and a minute.
  expect(first).toBeLessThanOrEqual(120);
  await eventually(async () => (await left()) < first);
  expect(await asker.$eval("#ask", (button) => (button as HTMLElement).hidden)).toBe(true);
  // The holder works: that is keeping.
  await follow(holder, "#contacts");
  await eventually(async () => {
    const said = await asker.$eval("#asked", (line) => line.textContent);
    return said.includes("still needs the licence and keeps it");
  });
  expect(await isSeated(stack, "anna")).toBe(true);
});
