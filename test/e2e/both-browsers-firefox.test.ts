/** One person with a Firefox and a Chromium open at once: one seat, and both tell the truth. */
import { afterEach, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { startSeatServer } from "../extension/support/seat-server.ts";
import { launchChrome } from "./support/chrome.ts";
import { launchFirefox } from "./support/firefox.ts";
import { until } from "./support/waiting.ts";

const built = await buildExtensionOnce();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function opened<Thing extends { close(): Promise<void> }>(thing: Promise<Thing>): Promise<Thing> {
  open.push(await thing);
  return thing;
}

test("[L1] [L7] [L9] [X4] two browsers share one seat; a release in one shows in the other with its reason, and so does going on", async () => {
  const crm = await opened(startSeatServer({ limit: 2, timing: { heartbeatEveryMs: 1_000, closeGraceMs: 1_000 } }));
  const chrome = await opened(launchChrome({ extensionDir: built.chrome }));
  const firefox = await opened(launchFirefox({ extensionDir: built.firefox }));
  const see = (holds: () => boolean) => until(async () => holds() || undefined);
  const status = () => crm.statusOf("anna");
  const page = await chrome.open(crm.loginAddress("anna"));
  const tab = await firefox.open(crm.loginAddress("anna"));
  await see(() => status().seat?.tabs === 2);
  expect(status()).toMatchObject({ inUse: 1, seat: { clients: 2 } });

  // Released in Firefox: Chromium says so, hands its own pass back, and the seat is free.
  await tab.type("#notes", "typed in Firefox");
  await page.type("#notes", "typed in Chromium");
  const popup = await firefox.openPopup();
  await popup.waitForText("It is in use in 2 browsers");
  await popup.click("#release");
  await chrome.waitForOverlay(page, (overlay) => overlay?.text.includes("You released your licence") ?? false);
  await until(async () => (await tab.overlay())?.text.includes("You released your licence") || undefined);
  await see(() => !status().draining);
  expect(status()).toMatchObject({ state: "unseated", inUse: 0, ended: { cause: "released" } });

  // Going on in Chromium brings both back, with what was typed.
  await chrome.pressOverlay(page, "Continue working");
  await chrome.waitForOverlay(page, (overlay) => overlay === null);
  await until(async () => (await tab.overlay()) === null || undefined);
  await see(() => status().seat?.tabs === 2);
  expect(status().inUse).toBe(1);
  expect(await tab.evaluate<string>('document.querySelector("#notes").value')).toBe("typed in Firefox");
  expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("typed in Chromium");

  // A manager frees it: both say who.
  crm.evict("anna", "manager", "Month-end closing");
  await chrome.waitForOverlay(page, (overlay) => overlay?.text.includes("freed by Manager") ?? false);
  await until(async () => (await tab.overlay())?.text.includes("freed by Manager") || undefined);
  await tab.pressOverlay("Continue working");
  await chrome.waitForOverlay(page, (overlay) => overlay === null);

  // With one browser closed the other keeps the seat; with the second it is free.
  await tab.close();
  await see(() => status().seat?.clients === 1);
  expect(status()).toMatchObject({ state: "seated", inUse: 1 });
  await chrome.browser.newPage();
  await page.close();
  await see(() => status().state === "unseated");
  expect(status().ended?.cause).toBe("closed");
});
