/** What happens to tabs, containers and the whole browser, in a real Firefox. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildExtension } from "../../scripts/build-extension.ts";
import { type SeatServer, type SeatServerOptions, startSeatServer } from "../extension/support/seat-server.ts";
import { until } from "./support/chrome.ts";
import { type Firefox, type FirefoxTab, launchFirefox } from "./support/firefox.ts";

let outDir: string;
let firefox: Firefox;
let crm: SeatServer;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "hotseat-extension-"));
  await buildExtension({ targets: ["firefox"], outDir });
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

beforeEach(async () => {
  firefox = await launchFirefox({ extensionDir: join(outDir, "firefox") });
});
afterEach(async () => {
  await firefox.close();
  await crm.close();
});

const serve = async (options: Partial<SeatServerOptions> = {}) => {
  crm = await startSeatServer({ limit: 2, timing: { closeGraceMs: 1_000 }, ...options });
};
const see = (holds: () => boolean, withinMs = 10_000) => until(async () => holds() || undefined, withinMs);
const stateOf = (user: string) => crm.statusOf(user).state;
const tabsOf = (user: string) => crm.statusOf(user).seat?.tabs ?? 0;
const overlayWith = (tab: FirefoxTab, words: string) =>
  until(async () => ((await tab.overlay())?.text.includes(words) ? true : undefined), 10_000);
const noOverlay = (tab: FirefoxTab) => until(async () => (await tab.overlay()) === null || undefined, 10_000);

test("[X2] [L6] links within the CRM cost no message; the last tab's closing is heard", async () => {
  await serve();
  const tab = await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 1);
  const since = Date.now();
  const before = crm.heard.length;
  for (const path of ["/modal", "/contacts", "/modal"]) {
    await tab.click(`a[href="${path}"]`);
    await until(async () => (await tab.evaluate<string>("location.pathname")) === path || undefined, 5_000);
    await tab.evaluate("new Promise((resolve) => setTimeout(resolve, 200))");
  }
  await see(() => Date.now() - since > 2_000);
  expect(crm.heard.slice(before).map(({ name }) => name)).toEqual([]);
  expect(stateOf("anna")).toBe("seated");
  await firefox.open("about:blank");
  await tab.close();
  await see(() => stateOf("anna") === "unseated", 3_000);
  expect(crm.statusOf("anna").ended?.cause).toBe("closed");
});

test("[L6] the whole browser quits: free within seconds", async () => {
  await serve();
  await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 1);
  await firefox.quit();
  await see(() => stateOf("anna") === "unseated", 15_000);
  expect(crm.statusOf("anna").ended?.cause).toBe("closed");
});

test("[X3] [X4] in a container, whose cookies the background does not have, the seat is the tab's own", async () => {
  await serve();
  const tab = await firefox.open(crm.loginAddress("anna"), { container: true });
  await see(() => tabsOf("anna") === 1);
  await tab.type("#notes", "typed");
  const popup = await firefox.openPopup();
  await popup.waitForText("You have a licence since");
  await popup.click("#release");
  await see(() => stateOf("anna") === "unseated");
  expect(crm.statusOf("anna").draining).toBe(false);
  await overlayWith(tab, "You released your licence");
  await tab.pressOverlay("Continue working");
  await see(() => stateOf("anna") === "seated");
  await noOverlay(tab);
  expect(await tab.evaluate<string>('document.querySelector("#notes").value')).toBe("typed");
});
