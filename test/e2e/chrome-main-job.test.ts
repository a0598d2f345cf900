/** The main job in real browsers: a full house, a released seat, a seated colleague. Each person has a browser of their own. */
import type { Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import type { Timing } from "../../shared/timing.ts";
import { type DemoCrm, startDemoCrm } from "../fixtures/demo-crm/demo-crm.ts";
import { axeFaults } from "./support/axe.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { ask, headingOf, isRefused, isWorking, opensSocket, signIn } from "./support/larch-page.ts";
import { type ManyGates, startManyGates } from "./support/many-gates.ts";
import { follow, press } from "./support/press.ts";
import { type Gate, type StackOptions, startStack } from "./support/stack.ts";
import { manage } from "./support/tenant.ts";
import { eventually, within } from "./support/waiting.ts";

const NO_LICENCE = "No available licenses, please contact IT";

const built = await buildExtensionOnce();
let gates: ManyGates;
const open: { close(): Promise<void> }[] = [];
/** Browsers in use, and those that wait for the next person: starting one takes longer than most of what is done in it. */
const busy: Chrome[] = [];
const free: Chrome[] = [];

beforeAll(async () => {
  gates = await startManyGates();
});
afterEach(async () => {
  for (const chrome of busy.splice(0)) {
    if (!chrome.browser.connected) continue;
    await chrome.leave();
    free.push(chrome);
  }
  for (const thing of open.splice(0).reverse()) await thing.close();
});
afterAll(async () => {
  for (const chrome of free.splice(0)) await chrome.close();
  await gates.close();
});

/** A gate before a CRM of its own. */
async function start(options: StackOptions = {}): Promise<Gate & { crm: DemoCrm }> {
  const crm = await startDemoCrm();
  const gate = await gates.open({ origin: crm.origin, preset: "demo" }, options);
  open.push(crm, gate);
  return { ...gate, crm };
}

interface Desk {
  chrome: Chrome;
  page: Page;
}

/** A person at a browser of their own, signed in to the CRM. */
async function desk(stack: Gate, login: string): Promise<Desk> {
  const chrome = free.pop() ?? (await launchChrome({ extensionDir: built.chrome }));
  busy.push(chrome);
  const page = await chrome.browser.newPage();
  await signIn(page, stack.url, login);
  return { chrome, page };
}

/** The extension has said hello for so many tabs of the holder. */
const tabsKnown = (stack: Gate, name: string, tabs: number) =>
  eventually(async () => (await stack.view()).holders.find((holder) => holder.name.startsWith(name))?.tabs === tabs);

const reads = (page: Page, words: RegExp) =>
  eventually(async () => words.test(await page.evaluate(() => document.body.innerText)));

test("[L1] [L2] [L7] [L8] [G5] [X3] [X4] a full house, a refusal, a release from the popup, a colleague seated, typed text kept", async () => {
  const stack = await start();
  const anna = await desk(stack, "anna");
  const ben = await desk(stack, "ben");
  expect(await isWorking(anna.page)).toBe(true);
  expect(await isWorking(ben.page)).toBe(true);
  const benPages = [ben.page];
  for (const path of ["/contacts/c1", "/dashboard", "/activity"])
    benPages.push(await ben.chrome.open(stack.url + path));
  await tabsKnown(stack, "Ben", 4);
  expect(await stack.seated()).toEqual(["Anna Lindström", "Ben Okafor"]);

  // The third one signs in once, and meets the refusal in place of the page.
  const carla = await desk(stack, "carla");
  expect(await isRefused(carla.page)).toBe(true);
  expect(await headingOf(carla.page)).toBe(NO_LICENCE);
  const words = await carla.page.evaluate(() => document.body.innerText);
  expect(words).toContain("IT desk, extension 4711");
  expect(words).toMatch(/2\s+of\s+2/);
  const refused = await ask(carla.page, "/api/pipeline");
  expect(refused).toMatchObject({ status: 503, refused: "limit_reached" });
  expect(refused.type).toContain("application/json");
  expect(JSON.parse(refused.body)).toMatchObject({ error: "no_seat", reason: "limit_reached", limit: 2, inUse: 2 });
  expect(await opensSocket(carla.page)).toBe(false);
  expect((await ask(carla.page, "/assets/larch.css")).status).not.toBe(503);
  await eventually(async () => (await stack.view()).waiting.length === 1);

  // The second one types, and releases from the toolbar.
  const [, form, dashboard] = benPages as [Page, Page, Page];
  await form.bringToFront();
  await form.type("textarea#notes", "Typed before the release. ");
  const typed = await form.$eval("textarea#notes", (area) => area.value);
  const popup = await ben.chrome.openPopup(form);
  await eventually(async () => (await popup.evaluate(() => document.body.innerText)).includes("4 tabs"));
  expect(await popup.evaluate(() => document.body.innerText)).toMatch(/2\s+of\s+2/);
  const seatedWithin = within(15_000, () => isWorking(carla.page));
  await popup.evaluate(() => {
    const button = [...document.querySelectorAll("button")].find((other) => other.textContent?.includes("on all tabs"));
    if (button === undefined) throw new Error("no button to release on all tabs");
    button.click();
  });
  await seatedWithin;
  await eventually(async () => (await stack.seated()).join() === "Anna Lindström,Carla Núñez");
  // The page may still be loading what it was refused.
  await eventually(async () => (await ask(carla.page, "/api/pipeline")).status === 200);

  // All four tabs are covered; none takes the seat back by polling.
  for (const page of benPages) {
    await ben.chrome.waitForOverlay(page, (overlay) => overlay?.kind === "dialog" && overlay.text.includes("released"));
  }
  await eventually(async () =>
    (await dashboard.$eval("#poll-status", (status) => status.textContent ?? "")).includes("503"),
  );
  expect(await stack.seated()).toEqual(["Anna Lindström", "Carla Núñez"]);

  // "Continue working" finds a full house, waits, and goes on by itself when the first one closes the last tab.
  await ben.chrome.pressOverlay(form, "Continue working");
  await ben.chrome.waitForOverlay(form, (overlay) => overlay?.text.includes(NO_LICENCE) === true);
  await anna.page.close();
  await eventually(async () => (await stack.seated()).join() === "Carla Núñez,Ben Okafor", 30_000);
  for (const page of benPages) await ben.chrome.waitForOverlay(page, (overlay) => overlay === null);
  expect(await form.$eval("textarea#notes", (area) => area.value)).toBe(typed);
  expect(await ask(form, "/api/pipeline")).toMatchObject({ status: 200 });

  // Nothing of Hotseat's reached the CRM.
  for (const request of stack.crm.requests) {
    expect(request.path).not.toContain(".hotseat");
    // The platform itself names the Worker's zone to every origin.
    const { "cf-worker": _, ...headers } = request.headers;
    expect(JSON.stringify(headers)).not.toMatch(/hotseat/i);
  }
});

test("[L6] a reload, a navigation and a second tab keep the seat; closing the last tab frees it after the grace", async () => {
  const stack = await start({ seatLimit: 1, timing: { closeGraceMs: 5_000 } });
  const { chrome, page } = await desk(stack, "anna");
  await tabsKnown(stack, "Anna", 1);
  const since = async () => (await stack.view()).holders[0]?.sinceAgeMs ?? -1;
  const grantedAt = performance.now() - (await since());
  await page.reload();
  await press(page, "a.person");
  await page.waitForSelector("textarea#notes");
  await chrome.browser.newPage();
  const second = await chrome.open(`${stack.url}/dashboard`);
  await tabsKnown(stack, "Anna", 2);
  await page.close();
  await tabsKnown(stack, "Anna", 1);
  expect(Math.abs(performance.now() - (await since()) - grantedAt)).toBeLessThan(3_000);
  const closedAt = performance.now();
  await second.close();
  await eventually(async () => (await stack.view()).inUse === 0, 30_000);
  expect(performance.now() - closedAt).toBeGreaterThan(4_500);
});

/** Periods short enough to wait for, in the same relations as the real ones. */
const SHORT: Partial<Timing> = {
  heartbeatEveryMs: 1_500,
  lostAfterMs: 6_000,
  closeGraceMs: 1_500,
  passLifeMs: 5_000,
  passRenewAheadMs: 1_000,
  clockSkewMs: 500,
  waitPollMs: 1_000,
  waitLostAfterMs: 4_000,
  claimWindowMs: 4_000,
};

test("[L5] a killed browser frees its seat within the lost window", async () => {
  const stack = await start({ seatLimit: 1, timing: SHORT });
  const anna = await desk(stack, "anna");
  await tabsKnown(stack, "Anna", 1);
  anna.chrome.kill();
  await eventually(async () => (await stack.view()).inUse === 0, 30_000);
});

test("[L4] [L8] idle: warned, ended, back by a moved mouse; over a full house the page says so", async () => {
  const stack = await start({ seatLimit: 1, timing: { ...SHORT, idleWarningMs: 3_000, idleTimeoutMs: 7_000 } });
  const { chrome, page } = await desk(stack, "anna");
  await tabsKnown(stack, "Anna", 1);
  await chrome.waitForOverlay(page, (overlay) => overlay?.kind === "warning");
  await chrome.waitForOverlay(page, (overlay) => overlay?.kind === "dialog");
  await eventually(async () => (await stack.view()).inUse === 0);
  const address = page.url();
  await page.evaluate(() => {
    document.title = "not reloaded";
  });
  await chrome.stirUntil(page, (overlay) => overlay === null);
  await eventually(async () => (await stack.view()).inUse === 1);
  expect(await page.title()).toBe("not reloaded");
  expect(page.url()).toBe(address);

  // Idle once more, and somebody else takes the seat.
  await eventually(async () => (await stack.view()).inUse === 0, 20_000);
  const ben = await desk(stack, "ben");
  expect(await stack.seated()).toEqual(["Ben Okafor"]);
  await page.bringToFront();
  let step = 0;
  await chrome.stirUntil(page, (overlay) => {
    // He works on: away for as long as a busy machine takes, he would lose the seat himself.
    void ben.page.mouse.move(200 + (step++ % 10) * 20, 200).catch(() => undefined);
    return overlay?.text.includes(NO_LICENCE) === true;
  });
  expect(await page.title()).toBe("not reloaded");
});

test("[L11] support is let in over a full house and not counted", async () => {
  const stack = await start({ seatLimit: 1 });
  await desk(stack, "anna");
  const sam = await desk(stack, "sam");
  expect(await isWorking(sam.page)).toBe(true);
  expect(await stack.view()).toMatchObject({ inUse: 1, overBy: 0 });
  expect((await stack.view()).holders.find((holder) => holder.name.startsWith("Sam"))).toMatchObject({ exempt: true });
});

test("[L9] kill -9 of the runtime and a start: seats as before, and nobody over the limit", async () => {
  const stack = await startStack({ seatLimit: 2 });
  open.push(stack);
  const anna = await desk(stack, "anna");
  await desk(stack, "ben");
  const carla = await desk(stack, "carla");
  expect(await isRefused(carla.page)).toBe(true);
  await stack.killWorker();
  await stack.startWorkerAgain();
  expect(await stack.seated()).toEqual(["Anna Lindström", "Ben Okafor"]);
  await carla.page.goto(`${stack.url}/contacts`);
  expect(await isRefused(carla.page)).toBe(true);
  expect(await ask(anna.page, "/api/pipeline")).toMatchObject({ status: 200 });
  expect((await stack.view()).inUse).toBe(2);
});

test("[L31] [X3] [X4] a planned closing: told, counted down, nobody works, nothing typed is lost, and all come back by themselves", async () => {
  const stack = await start({ seatLimit: 2, timing: { ...SHORT, closingAheadMs: 3_000 } });
  const anna = await desk(stack, "anna");
  const form = await anna.chrome.open(`${stack.url}/contacts/c1`);
  await form.type("textarea#notes", "Typed before. ");
  await tabsKnown(stack, "Anna", 2);
  const ben = await desk(stack, "ben");
  await tabsKnown(stack, "Ben", 1);
  const carla = await desk(stack, "carla");
  expect(await isRefused(carla.page)).toBe(true);
  for (const page of [anna.page, form, ben.page])
    await page.evaluate(() => document.body.setAttribute("data-kept", ""));

  // Planned by a manager on the administration's page; everybody is told when, by their own clock.
  const frank = await (await carla.chrome.browser.createBrowserContext()).newPage();
  await signIn(frank, stack.url, "frank");
  await frank.goto(`${stack.url}/.hotseat/admin/licensing/general`);
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16);
  for (const [field, minutes] of [
    ["starts", 20],
    ["ends", 50],
  ] as const)
    await frank.$eval(`#closing-${field}`, (input, at) => input.setAttribute("value", at), inMinutes(minutes));
  await frank.type("#closing-text", "An update of the CRM");
  await follow(frank, "form[action$='/close'] button");
  expect(await frank.$eval("#closing", ({ textContent }) => textContent)).toContain("planned by Frank Weiß");
  for (const { chrome, page } of [{ ...anna, page: form }, ben]) {
    await page.bringToFront();
    const told = await chrome.waitForOverlay(page, (overlay) =>
      /Closed for maintenance from/.test(overlay?.text ?? ""),
    );
    expect(told).toMatchObject({ kind: "warning", text: expect.stringContaining("An update of the CRM") });
  }
  const popup = await ben.chrome.openPopup(ben.page);
  await reads(popup, /Closed for maintenance from .+ to .+ An update of the CRM/);

  // A newer one takes its place: the last minutes are counted down, and people type on.
  const close = { what: "close", startsInMs: 6_000, lastsMs: 3_600_000, text: "Sooner" } as const;
  await manage(stack, close);
  await form.bringToFront();
  const counted = await anna.chrome.waitForOverlay(form, (overlay) =>
    /It closes in \d+ seconds?\./.test(overlay?.text ?? ""),
  );
  expect(counted).toMatchObject({ kind: "warning", text: expect.stringContaining("Please save your work.") });
  await form.type("textarea#notes", "Typed in the countdown.");

  // Begun: every page is covered and says until when, and nobody gets through to the CRM, by no act.
  for (const { chrome, page } of [anna, { ...anna, page: form }, ben]) {
    await page.bringToFront();
    const cover = await chrome.waitForOverlay(page, (overlay) =>
      /Closed for maintenance[\s\S]+It opens again at .+\.[\s\S]+Sooner/.test(overlay?.text ?? ""),
    );
    expect(cover?.kind).toBe("dialog");
    expect(cover?.buttons.filter((label) => /licence|working/i.test(label))).toEqual([]);
  }
  await eventually(async () => (await stack.view()).inUse === 0);
  expect(await stack.seated()).toEqual([]);
  for (const page of [form, ben.page, carla.page]) {
    expect(await ask(page, "/api/pipeline")).toMatchObject({ status: 503, refused: "closed_for_maintenance" });
    expect(await opensSocket(page)).toBe(false);
  }
  await eventually(async () => (await headingOf(carla.page)) === "Closed for maintenance");
  expect(await axeFaults(carla.page)).toEqual([]);
  await frank.goto(`${stack.url}/.hotseat/admin`);
  const now = await frank.evaluate(() => document.body.innerText);
  expect(now).toMatch(/Closed until .+ planned by Frank Weiß/);
  expect(now).toContain("It is closed for maintenance.");
  expect(now).not.toMatch(/\d free\b/);
  expect(await axeFaults(frank)).toEqual([]);
  const sam = await (await carla.chrome.browser.createBrowserContext()).newPage();
  await signIn(sam, stack.url, "sam");
  expect(await isWorking(sam)).toBe(true);
  const closed = await ben.chrome.openPopup(ben.page);
  await reads(closed, /Closed for maintenance\n+Nobody can work just now\./);

  // Opened: those who worked work again where they were, and whoever waited before still waits, and reads why.
  await manage(stack, { what: "end_closing" });
  for (const { chrome, page } of [anna, { ...anna, page: form }, ben]) {
    await chrome.waitForOverlay(page, (overlay) => overlay === null);
    expect(await page.$("body[data-kept]")).not.toBeNull();
    await eventually(async () => (await ask(page, "/api/pipeline")).status === 200);
  }
  expect((await stack.seated()).toSorted()).toEqual(["Anna Lindström", "Ben Okafor", "Sam Whitlock"]);
  expect(await form.$eval("textarea#notes", (area) => area.value)).toContain("Typed before. Typed in the countdown.");
  await eventually(async () => (await headingOf(carla.page)) === NO_LICENCE);
  expect(await carla.page.evaluate(() => document.body.innerText)).toContain("All licences are in use.");
});

test("[L10] [L12] [L13] [A1] [R1] a manager raises, frees, sets the time-out, reads the refusals; support lowers; a user gets 403", async () => {
  const stack = await start({ seatLimit: 2, timing: SHORT });
  const anna = await desk(stack, "anna");
  await desk(stack, "ben");
  const carla = await desk(stack, "carla");
  expect(await isRefused(carla.page)).toBe(true);
  await eventually(async () => (await stack.view()).waiting.length === 1);

  // Frank has no seat, and reaches the administration from the refusal page.
  const frank = await desk(stack, "frank");
  expect(await isRefused(frank.page)).toBe(true);
  await follow(frank.page, 'a[href^="/.hotseat/admin"]');
  const words = () => frank.page.evaluate(() => document.body.innerText);
  expect(await words()).toContain("Anna Lindström");
  expect(await words()).toContain("Carla Núñez");

  const submit = async (page: Page, selector: string) => {
    await Promise.all([
      page.waitForNavigation(),
      page.$eval(selector, (form) => (form as HTMLFormElement).requestSubmit()),
    ]);
  };
  const fill = (page: Page, selector: string, value: string) =>
    page.$eval(
      selector,
      (input, value) => {
        (input as HTMLInputElement).value = value;
      },
      value,
    );

  await frank.page.goto(`${stack.url}/.hotseat/admin/licensing`);
  const seated = within(15_000, () => isWorking(carla.page));
  await fill(frank.page, 'input[name="limit"]', "3");
  await submit(frank.page, 'form:has(input[name="limit"])');
  await seated;
  expect((await stack.view()).limit).toBe(3);

  await fill(frank.page, 'input[name="limit"]', "2");
  await submit(frank.page, 'form:has(input[name="limit"])');
  expect(await words()).toMatch(/support/i);
  expect((await stack.view()).limit).toBe(3);

  await frank.page.goto(`${stack.url}/.hotseat/admin/licensing/rules`);
  await fill(frank.page, 'input[name="minutes"]', "61");
  await frank.page.$eval('form:has(input[name="minutes"])', (form) => form.setAttribute("novalidate", ""));
  await submit(frank.page, 'form:has(input[name="minutes"])');
  expect(await words()).toMatch(/5 to 60 minutes/);

  // Anna is freed, and reads by whom and why.
  await frank.page.goto(`${stack.url}/.hotseat/admin/free?holder=u1`);
  await fill(frank.page, '[name="note"]', "month-end closing");
  await submit(frank.page, "form");
  await anna.chrome.waitForOverlay(
    anna.page,
    (overlay) => overlay?.text.includes("month-end closing") === true && overlay.text.includes("Frank"),
    15_000,
  );

  // Refusals with date and time, from D1. Carla's was a short wait, and such stand apart.
  await eventually(async () => {
    await frank.page.goto(`${stack.url}/.hotseat/admin/refusals?brief=yes`);
    const times = await frank.page.$$eval("time", (all) => all.map((time) => time.dateTime));
    return (await words()).includes("Carla Núñez") && times.some((time) => Date.now() - Date.parse(time) < 600_000);
  });

  // Support lowers; nobody is thrown out, and the page says by how many the firm is over.
  const sam = await desk(stack, "sam");
  await sam.page.goto(`${stack.url}/.hotseat/admin/licensing`);
  await fill(sam.page, 'input[name="limit"]', "1");
  await submit(sam.page, 'form:has(input[name="limit"])');
  expect(await stack.view()).toMatchObject({ limit: 1 });
  expect((await stack.view()).overBy).toBeGreaterThan(0);
  await sam.page.goto(`${stack.url}/.hotseat/admin`);
  expect(await sam.page.evaluate(() => document.body.innerText)).toMatch(/over/i);

  const answer = await carla.page.goto(`${stack.url}/.hotseat/admin`);
  expect(answer?.status()).toBe(403);
  expect(await headingOf(carla.page)).not.toBe("");
});
