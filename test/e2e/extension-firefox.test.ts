/** The built extension in a real Firefox: the same smoke as in Chromium. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type SeatServer, type SeatServerOptions, startSeatServer } from "../extension/support/seat-server.ts";
import { type Firefox, type FirefoxTab, launchFirefox } from "./support/firefox.ts";
import { until } from "./support/waiting.ts";

let firefox: Firefox;
let crm: SeatServer;

const built = await buildExtensionOnce();
/** One browser for all tests. */
beforeAll(async () => {
  firefox = await launchFirefox({ extensionDir: built.firefox });
});
afterEach(async () => {
  await firefox.leave();
  await crm.close();
});
afterAll(() => firefox.close());

const serve = async (options: Partial<SeatServerOptions> = {}) => {
  crm = await startSeatServer({ limit: 2, ...options });
};
const see = (holds: () => boolean) => until(async () => holds() || undefined);
const stateOf = (user: string) => crm.statusOf(user).state;
const tabsOf = (user: string) => crm.statusOf(user).seat?.tabs ?? 0;

async function signIn(user: string, next?: string): Promise<FirefoxTab> {
  const tab = await firefox.open(crm.loginAddress(user, next));
  await see(() => (crm.statusOf(user).seat?.tabs ?? 0) > 0);
  return tab;
}

const overlayWith = (tab: FirefoxTab, words: string) =>
  until(async () => {
    const overlay = await tab.overlay();
    return overlay?.text.includes(words) ? overlay : undefined;
  });
const noOverlay = (tab: FirefoxTab) => until(async () => (await tab.overlay()) === null || undefined);
const fieldOf = (tab: FirefoxTab, selector: string) =>
  tab.evaluate<string>(`document.querySelector("${selector}").value`);

test("[X3] [L7] the popup releases the seat on all tabs; continuing keeps what was typed", async () => {
  await serve();
  const first = await signIn("anna");
  const second = await firefox.open(`${crm.origin}/strict?go`);
  await first.type("#notes", "half a sentence");
  const popup = await firefox.openPopup();
  await popup.waitForText("2 tabs share it");
  await popup.click("#release");
  await see(() => stateOf("anna") === "unseated");
  await popup.waitForText("You released your licence");
  for (const tab of [first, second]) await overlayWith(tab, "You released your licence");
  // [L8] Working mice take nothing back.
  await first.stir();
  expect(stateOf("anna")).toBe("unseated");
  await first.pressOverlay("Continue working");
  await see(() => stateOf("anna") === "seated");
  for (const tab of [first, second]) await noOverlay(tab);
  expect(await fieldOf(first, "#notes")).toBe("half a sentence");
  expect(await first.evaluate("document.activeElement.id")).toBe("notes");
});

test("[L6] a navigation keeps the seat, the last tab frees it", async () => {
  await serve({ timing: { closeGraceMs: 20_000 } });
  const tab = await signIn("anna");
  const since = Date.now();
  await tab.goto(`${crm.origin}/strict`);
  await see(() => Date.now() - since > 2_000 && tabsOf("anna") === 1);
  // Past the grace by the seat service's own clock.
  crm.skip(25_000);
  expect(stateOf("anna")).toBe("seated");
  await tab.close();
  await see(() => tabsOf("anna") === 0);
  crm.skip(25_000);
  await see(() => stateOf("anna") === "unseated");
  expect(crm.statusOf("anna").ended?.cause).toBe("closed");
});

test("[L4] [L15] [X4] idle: warned, ended, back by a movement; in a full house in line and on by itself", async () => {
  await serve({ limit: 1, idleTimeoutMs: 12_000, timing: { idleWarningMs: 8_000 } });
  const tab = await signIn("anna");
  await overlayWith(tab, "Are you still there?");
  await overlayWith(tab, "because you were away");
  await tab.stir();
  await see(() => stateOf("anna") === "seated");
  await noOverlay(tab);
  await overlayWith(tab, "because you were away");
  await see(() => !crm.statusOf("anna").draining);
  crm.seat("berta");
  await tab.stir();
  const full = await overlayWith(tab, "Your place in line");
  expect(full.text).toContain("No available licenses, please contact IT");
  crm.releaseFor("berta");
  await see(() => stateOf("anna") === "seated");
  await noOverlay(tab);
});

test("[L12] [X4] says who freed the seat, also under the strictest content policy", async () => {
  await serve();
  const tab = await signIn("anna", "/strict?go");
  crm.evict("anna", "manager", "Month-end closing");
  const popup = await firefox.openPopup();
  await popup.waitForText("Your licence was freed by Manager");
  const overlay = await overlayWith(tab, "Your licence was freed by Manager");
  expect(overlay.text).toContain("Month-end closing");
});

test("[X7] one press allows notifications: the seat that comes is told once; another press gives the permission back", async () => {
  await serve({ limit: 1 });
  const tab = await signIn("anna");
  const popup = await firefox.openPopup();
  await popup.click("#release");
  await overlayWith(tab, "You released your licence");
  await see(() => !crm.statusOf("anna").draining);
  crm.seat("berta");
  await tab.pressOverlay("Continue working");
  await overlayWith(tab, "Your place in line");

  const options = await firefox.openOwn("options/options.html");
  const isTrue = (expression: string) => until(async () => (await options.evaluate<boolean>(expression)) || undefined);
  await isTrue("document.querySelector('#notices')?.checked === false");
  await options.click("#notices");
  await isTrue("document.querySelector('#notices').checked");
  // Without a screen the system takes the notification, and closes it at once.
  await options.evaluate(
    "(globalThis.told = [], browser.notifications.onClosed.addListener((id) => void globalThis.told.push(id)), null)",
  );
  crm.releaseFor("berta");
  await see(() => stateOf("anna") === "seated");
  await noOverlay(tab);
  await isTrue(`globalThis.told.join() === ${JSON.stringify(crm.origin)}`);
  await options.click("#notices");
  await isTrue("browser.permissions.contains({ permissions: ['notifications'] }).then((has) => !has)");
  await isTrue("!document.querySelector('#notices').checked");
});
