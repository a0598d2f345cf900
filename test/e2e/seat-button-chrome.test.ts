/** The seat button of people without the extension, in a real Chromium. HOTSEAT_SHOTS names a folder for pictures. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ElementHandle, Page, SerializedAXNode } from "puppeteer-core";
import { beforeAll, expect, test } from "vitest";
import { HolderId } from "../../shared/ids.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { plainDesk } from "./support/plain-desk.ts";
import { pressElement } from "./support/press.ts";
import type { Gate, StackOptions } from "./support/stack.ts";
import { html, signInAs } from "./support/stub-crm.ts";
import { eventually, PATIENCE_MS } from "./support/waiting.ts";

const NOTE = '<main id="crm"><h1>Note</h1><textarea id="note"></textarea></main>';
/** Whatever a page can do to a stranger in it. */
const HOSTILE = `${NOTE}<style>* { display: none !important; color: red !important } html, body, main, h1, textarea { display: block !important }
  html > * { visibility: hidden !important }</style><script>
  let removed = 0;
  new MutationObserver((records) => { for (const { addedNodes } of records) for (const node of addedNodes)
    if (node.localName?.startsWith("hotseat") && removed++ < 3) node.remove(); }).observe(document.documentElement, { childList: true });</script>`;
const TIMING = {
  heartbeatEveryMs: 1_000,
  lostAfterMs: 20_000,
  // A page that says goodbye as the next one comes: on a busy machine that one is heard of seconds later.
  closeGraceMs: 6_000,
  passLifeMs: 3_000,
  passRenewAheadMs: 800,
  clockSkewMs: 300,
};
const SUPPORT: Person = { id: HolderId.parse("operator"), name: "Operator", email: null, role: "support" };

const shots = process.env.HOTSEAT_SHOTS;
const desk = plainDesk(
  { "/note": { body: html("Note", NOTE) }, "/hostile": { body: html("Hostile", HOSTILE) } },
  TIMING,
);
let stack: Gate;
beforeAll(async () => {
  if (shots !== undefined) await mkdir(shots, { recursive: true });
});
const start = async (timing?: StackOptions["timing"]) => {
  stack = await desk.start(timing);
};

async function open(login: string, path: string, language = "en"): Promise<Page> {
  const page = await desk.openBrowser();
  await page.setExtraHTTPHeaders({ "accept-language": language });
  await signInAs(page, stack.url, login);
  await page.goto(`${stack.url}${path}`);
  return page;
}

/** By what a screen reader knows, which sees into a closed shadow root. */
const find = (page: Page, role: string, name = ""): Promise<ElementHandle<Element> | null> =>
  page.$(`::-p-aria(${name}[role="${role}"])`);
const waitFor = (page: Page, role: string, name: string) =>
  page.waitForSelector(`::-p-aria(${name}[role="${role}"])`) as Promise<ElementHandle<Element>>;
const PILL = "My licence: You have had a licence since";
/** Its name says how things stand, and the time with it. */
async function pillOf(page: Page): Promise<ElementHandle<Element>> {
  let name = "";
  await eventually(async () => {
    const { children = [] } = (await page.accessibility.snapshot({ interestingOnly: true })) ?? {};
    name = children.find((node) => node.role === "button" && node.name?.startsWith(PILL))?.name ?? "";
    return name !== "";
  });
  return waitFor(page, "button", name);
}
/** All that a screen reader could read. */
async function textOf(page: Page): Promise<string> {
  const names: string[] = [];
  const walk = ({ name, children = [] }: SerializedAXNode) => {
    if (name !== undefined) names.push(name);
    children.forEach(walk);
  };
  const root = await page.accessibility.snapshot({ interestingOnly: false });
  if (root !== null) walk(root);
  return names.join("\n");
}
const isSeated = async (name: string) => (await stack.seated()).includes(name);
const isCovered = (page: Page) => page.evaluate(() => document.querySelector("hotseat-refusal") !== null);
const shoot = async (page: Page, name: string) => {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) as `${string}.png` });
};

test("[G12] [L7] [X3] says how the licence stands, and gives it back on all tabs at once", async () => {
  await start();
  const page = await open("anna", "/note");
  const other = await page.browserContext().newPage();
  await other.goto(`${stack.url}/note`);
  await page.bringToFront();
  await page.type("#note", "half a note");
  const pill = await pillOf(page);
  await shoot(page, "button-closed");
  await pressElement(page, pill);
  await eventually(async () => {
    const read = await textOf(page);
    return read.includes("Licences in use: 1 of 1") && read.includes("Open tabs: 2");
  });
  for (const value of ["light", "dark"] as const) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    await shoot(page, `button-open-${value}`);
  }
  await page.setViewport({ width: 360, height: 640 });
  await shoot(page, "button-open-narrow");
  await pressElement(page, await waitFor(page, "button", "Release licence on all tabs"));
  await eventually(async () => (await stack.view()).inUse === 0);
  await eventually(() => isCovered(page));
  await eventually(() => isCovered(other));
  await shoot(page, "button-released");
  const frame = await page.waitForFrame((frame) => frame.url().includes("/.hotseat/refused"));
  await frame.locator("#continue").setTimeout(PATIENCE_MS).click();
  await eventually(() => isSeated("anna"));
  for (const tab of [page, other]) await eventually(async () => !(await isCovered(tab)));
  expect(await page.$eval("#note", (note) => (note as HTMLTextAreaElement).value)).toBe("half a note");
});

test("[L4] warns before the licence goes; pressed, it stays", async () => {
  await start({ idleTimeoutMs: 30_000, idleWarningMs: 29_000 });
  const page = await open("anna", "/note");
  await page.type("#note", "word");
  const keep = await waitFor(page, "button", "Keep working");
  await waitFor(page, "alertdialog", "Are you still there?");
  await shoot(page, "button-warning");
  await pressElement(page, keep);
  await eventually(async () => (await find(page, "button", "Keep working")) === null);
  expect(await isSeated("anna")).toBe(true);
});

test("[G12.4] [L4] an answer to the warning never gives the licence back, where the button was left open", async () => {
  await start({ idleTimeoutMs: 40_000, idleWarningMs: 34_000 });
  const page = await open("anna", "/note");
  await page.type("#note", "word");
  await (await pillOf(page)).focus();
  await page.keyboard.press("Enter");
  await waitFor(page, "button", "Release licence on all tabs");
  // It has the focus of the button that it takes the place of.
  await waitFor(page, "button", "Keep working");
  await page.keyboard.press("Enter");
  await eventually(async () => (await find(page, "button", "Keep working")) === null);
  // The button closes: nothing else to press comes in the place of the answer.
  expect(await find(page, "button", "Release licence on all tabs")).toBeNull();
  await pillOf(page);
  expect(await isSeated("anna")).toBe(true);
});

test("[G12.4] what is pressed is not written again meanwhile, which in WebKit takes the press away", async () => {
  await start();
  const page = await open("anna", "/note");
  await page.evaluateOnNewDocument(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (options) {
      return attach.call(this, { ...options, mode: "open" });
    };
  });
  await page.goto(`${stack.url}/note`);
  await pressElement(page, await pillOf(page));
  const release = await waitFor(page, "button", "Release licence on all tabs");
  const text = await release.evaluateHandle((button) => button.firstChild);
  const isSame = () => release.evaluate((button, text) => button.firstChild === text, text);
  const box = await release.boundingBox();
  if (box === null) throw new Error("the button has no box");
  await page.mouse.move(box.x + 60, box.y + 10);
  let beats = 0;
  page.on("response", (response) => {
    if (response.url().endsWith("/heartbeat")) beats++;
  });
  // So that the press itself is the first activity for some time.
  await eventually(async () => beats >= 2);
  await page.mouse.down();
  beats = 0;
  await eventually(async () => beats >= 2);
  // Compared before the press ends: with it the button goes.
  const stood = await isSame();
  await page.mouse.up();
  expect(stood).toBe(true);
  await eventually(async () => (await stack.view()).inUse === 0);
});

test("[L16] asked for the licence, by name, it is kept or given", async () => {
  await start();
  const page = await open("anna", "/note");
  await pillOf(page);
  const status = await page.evaluate(() => fetch("/.hotseat/api/status").then((answer) => answer.json()));
  const answers: string[] = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const body = JSON.stringify({ ...status, nudge: answers.length > 0 ? null : { answerInMs: 30_000, by: "Bea" } });
    if (request.url().endsWith("/answer-nudge")) answers.push(request.postData() ?? "");
    if (/answer-nudge$|heartbeat$/.test(request.url())) void request.respond({ contentType: "application/json", body });
    else void request.continue();
  });
  await waitFor(page, "alertdialog", "Bea is waiting for a licence. Do you still need yours?");
  await waitFor(page, "button", "Give it away");
  await shoot(page, "button-nudge");
  await pressElement(page, await waitFor(page, "button", "Keep it"));
  await eventually(async () => answers.length === 1);
  expect(answers).toEqual(['{"keep":true}']);
  await pillOf(page);
});

test("[L32] [G12] handed over by the button: refused first, then to the colleague who was typed", async () => {
  await start();
  const page = await open("anna", "/note");
  await pillOf(page);
  const status = await page.evaluate(() => fetch("/.hotseat/api/status").then((answer) => answer.json()));
  const asked: string[] = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const json = { contentType: "application/json" };
    if (request.url().endsWith("/hand-over")) {
      asked.push(request.postData() ?? "");
      const problem = { status: 404, contentType: "application/problem+json", body: '{"code":"not_found"}' };
      const given = {
        ...status,
        state: "unseated",
        seat: null,
        ended: { cause: "released", ageMs: 0, by: "Anna", note: null },
      };
      void request.respond(asked.length === 1 ? problem : { ...json, body: JSON.stringify(given) });
    } else if (request.url().endsWith("/heartbeat"))
      void request.respond({ ...json, body: JSON.stringify({ ...status, handover: { people: null } }) });
    else void request.continue();
  });
  await pressElement(page, await pillOf(page));
  const field = await waitFor(page, "textbox", "Login or e-mail address of a colleague who waits");
  await shoot(page, "button-hand-over");
  await field.type("dora");
  const give = await waitFor(page, "button", "Hand over");
  await pressElement(page, give);
  await eventually(async () => (await textOf(page)).includes("It was not handed over"));
  await pressElement(page, give);
  await eventually(async () => asked.length === 2);
  expect(asked[0]).toBe('{"to":"dora"}');
  await eventually(() => isCovered(page));
});

test("[L32] [G12.4] nobody takes the place of the colleague who was chosen and has left", async () => {
  await start();
  const page = await open("anna", "/note");
  await pillOf(page);
  const status = await page.evaluate(() => fetch("/.hotseat/api/status").then((answer) => answer.json()));
  let people = [
    { id: "u2", name: "Ben" },
    { id: "u3", name: "Carla" },
  ];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const body = JSON.stringify({ ...status, handover: { people } });
    if (request.url().endsWith("/heartbeat")) void request.respond({ contentType: "application/json", body });
    else void request.continue();
  });
  await pressElement(page, await pillOf(page));
  const list = () => waitFor(page, "combobox", "Hand my licence to a colleague who waits");
  await (await list()).select("u3");
  const chosen = async () => (await list()).evaluate((list) => (list as HTMLSelectElement).value);
  const offered = async () => (await list()).evaluate((list) => (list as HTMLSelectElement).length);
  people = [{ id: "u1", name: "Dora" }, ...people];
  await eventually(async () => (await offered()) === 3);
  expect(await chosen()).toBe("u3");
  people = people.slice(0, 2);
  await eventually(async () => (await offered()) === 2);
  expect(await chosen()).toBe("");
});

test("[G12] by keyboard, moved, hidden, and off where the tenant wants none; a hostile page does not get at it", async () => {
  await start();
  const page = await open("anna", "/hostile");
  const pill = await pillOf(page);
  expect(await page.evaluate(() => document.querySelector("hotseat-seat")?.shadowRoot ?? null)).toBeNull();
  const before = await pill.boundingBox();
  expect(before?.width).toBe(40);
  await pill.focus();
  await page.keyboard.press("Enter");
  await waitFor(page, "button", "Release licence on all tabs");
  await page.keyboard.press("Escape");
  await eventually(async () => (await find(page, "button", "Release licence on all tabs")) === null);
  await page.keyboard.press("Enter");
  await pressElement(page, await waitFor(page, "button", "Move to another corner"));
  await page.keyboard.press("Escape");
  expect((await (await pillOf(page)).boundingBox())?.x).toBeLessThan(before?.x ?? 0);
  await pressElement(page, await pillOf(page));
  await pressElement(page, await waitFor(page, "button", "Hide until tomorrow"));
  await eventually(() => page.evaluate(() => document.querySelector("hotseat-seat") === null));
  const other = await open("anna", "/note");
  await pillOf(other);
  const { version } = await stack.view();
  const changed = await stack.tenant().changeSettings(SUPPORT, { what: "button", corner: "off" }, version);
  expect(changed.ok).toBe(true);
  await eventually(() => other.evaluate(() => document.querySelector("hotseat-seat") === null));
});

test.each([
  ["fr", "Rendre la licence sur tous les onglets"],
  ["de", "Lizenz in allen Tabs freigeben"],
  ["es", "Liberar la licencia en todas las pestañas"],
])("[G12] speaks the reader's language: %s", async (language, release) => {
  await start();
  const page = await open("anna", "/note", language);
  // The page has no button of its own.
  await eventually(async () => (await find(page, "button")) !== null);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await waitFor(page, "button", release);
});
