/** The main job in a real Firefox with the extension, before the demo CRM; the other people ask without a browser. */
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type Firefox, type FirefoxTab, launchFirefox } from "./support/firefox.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { manage } from "./support/tenant.ts";
import { eventually } from "./support/waiting.ts";

/** As WebDriver spells the key. */
const ENTER = "\uE007";
const NO_LICENCE = "No available licenses, please contact IT";

const built = await buildExtensionOnce();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function signIn(firefox: Firefox, stack: Stack, login: string): Promise<FirefoxTab> {
  const tab = await firefox.open(`${stack.url}/login`);
  await tab.type("#login", login);
  // Enter: a click could miss while the page still lays itself out.
  await tab.type("#password", `${login}-larch${ENTER}`);
  return tab;
}

/** A colleague at a browser without the extension: signs in and asks for a page, as navigations do. */
async function colleague(
  stack: Stack,
  login: string,
): Promise<{ go(path: string): Promise<number>; signOut(): Promise<void> }> {
  const cookies = new Map<string, string>();
  // Not `fetch`: it says of itself what it is, and a person's navigation is what is wanted here.
  const ask = (path: string, body: string | null = null) =>
    new Promise<number>((resolve, reject) => {
      const headers = {
        accept: "text/html",
        "sec-fetch-mode": "navigate",
        "sec-fetch-user": "?1",
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body === null ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      };
      const sent = request(stack.url + path, { method: body === null ? "GET" : "POST", headers }, (answer) => {
        for (const line of answer.headers["set-cookie"] ?? []) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (/max-age=0/i.test(line)) cookies.delete(name);
          else cookies.set(name, value);
        }
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  expect(await ask("/login", `login=${login}&password=${login}-larch`)).toBe(303);
  const signOut = async () => {
    expect(await ask("/logout")).toBe(303);
    // As browsers follow it: this request shows that the answer was taken, and frees the seat.
    expect(await ask("/login")).toBe(200);
  };
  return { go: (path) => ask(path), signOut };
}

const overlayWith = (tab: FirefoxTab, words: string, withinMs?: number) =>
  eventually(async () => (await tab.overlay())?.text.includes(words) === true, withinMs);
const noOverlay = (tab: FirefoxTab, withinMs?: number) =>
  eventually(async () => (await tab.overlay()) === null, withinMs);

test("[L1] [L2] [L7] [L8] [L31] [X3] [X4] Firefox: release from the popup, a colleague seated, waiting, and the seat back with the typed text, also after a closing", async () => {
  const stack = await startStack({ seatLimit: 1, timing: { heartbeatEveryMs: 3_000, closingAheadMs: 6_000 } });
  open.push(stack);
  const firefox = await launchFirefox({ extensionDir: built.firefox });
  open.push(firefox);
  const first = await signIn(firefox, stack, "anna");
  await first.waitForText("Contacts", 30_000);
  const second = await firefox.open(`${stack.url}/contacts/c1`);
  await eventually(async () => (await stack.view()).holders[0]?.tabs === 2);
  const ben = await colleague(stack, "ben");
  expect(await ben.go("/contacts")).toBe(503);

  await second.evaluate('document.querySelector("#notes").scrollIntoView({ block: "center" })');
  await second.type("#notes", "Typed in Firefox. ");
  const popup = await firefox.openPopup();
  await popup.waitForText("2 tabs");
  await popup.click("#release");
  await eventually(async () => (await stack.view()).inUse === 0);
  for (const tab of [first, second]) await overlayWith(tab, "released");
  expect(await ben.go("/contacts")).toBe(200);
  expect(await stack.seated()).toEqual(["Ben Okafor"]);

  await second.pressOverlay("Continue working");
  await overlayWith(second, NO_LICENCE);
  await ben.signOut();
  for (const tab of [first, second]) await noOverlay(tab);
  expect(await stack.seated()).toEqual(["Anna Lindström"]);
  expect(await second.evaluate<string>('document.querySelector("#notes").value')).toContain("Typed in Firefox.");

  // A planned closing is counted down, covers both tabs, and goes away by itself.
  await manage(stack, { what: "close", startsInMs: 20_000, lastsMs: 3_600_000, text: "An update" });
  await overlayWith(second, "It closes for maintenance soon.");
  await second.type("#notes", "Typed in the countdown.");
  for (const tab of [first, second]) await overlayWith(tab, "It opens again at");
  await eventually(async () => (await stack.view()).inUse === 0);
  const late = await colleague(stack, "ben");
  expect(await late.go("/contacts")).toBe(503);
  await late.signOut();
  const closed = await firefox.openPopup();
  await closed.waitForText("Nobody can work just now.");
  await manage(stack, { what: "end_closing" });
  for (const tab of [first, second]) await noOverlay(tab);
  expect(await stack.seated()).toEqual(["Anna Lindström"]);
  const notes = await second.evaluate<string>('document.querySelector("#notes").value');
  expect(notes).toContain("Typed in Firefox.");
  expect(notes).toContain("Typed in the countdown.");
});

test("[G5] [L2] [L6] Firefox: the refusal page goes on by itself; closing the last tab gives the seat back", async () => {
  const stack = await startStack({ seatLimit: 1 });
  open.push(stack);
  const ben = await colleague(stack, "ben");
  expect(await ben.go("/contacts")).toBe(200);
  const firefox = await launchFirefox({ extensionDir: built.firefox });
  open.push(firefox);
  const tab = await signIn(firefox, stack, "anna");
  await tab.waitForText(NO_LICENCE, 30_000);
  await eventually(async () => (await stack.view()).waiting.length === 1);
  await ben.signOut();
  await tab.waitForText("Contacts", 30_000);
  await eventually(async () => (await stack.view()).holders[0]?.tabs === 1);
  await tab.close();
  await eventually(async () => (await stack.view()).inUse === 0, 30_000);
});
