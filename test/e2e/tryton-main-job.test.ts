/** The main job in front of a real Tryton: no session cookie, a client that never navigates after login. */
import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import {
  enterCredentials,
  isSignedIn,
  openPartyForm,
  openPartyList,
  openSao,
  partyNameShown,
  personShown,
  pressSave,
  signIn,
  signOut,
  typePartyName,
  waitUntilSignedIn,
} from "../fixtures/tryton/sao-page.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { realTryton } from "./support/real-tryton.ts";
import type { Stack } from "./support/stack.ts";
import { eventually, within } from "./support/waiting.ts";

const NO_LICENCE = "No available licenses, please contact IT";

const built = await buildExtensionOnce();
const tryton = realTryton();

async function browserWithPage(): Promise<{ chrome: Chrome; page: Page; requests: () => number }> {
  const chrome = tryton.keep(await launchChrome({ extensionDir: built.chrome }));
  const page = await chrome.browser.newPage();
  let requests = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && !request.url().includes("/.hotseat/")) requests++;
  });
  return { chrome, page, requests: () => requests };
}

async function desk(stack: Stack, login: string) {
  const browser = await browserWithPage();
  await signIn(browser.page, stack.url, tryton.userOf(login));
  return browser;
}

const tabsKnown = (stack: Stack, name: string, tabs: number) =>
  eventually(async () => (await stack.view()).holders.find((holder) => holder.name.startsWith(name))?.tabs === tabs);

/** The refusal page that the gate's script lays over a client that never navigates. */
async function refusalOver(page: Page): Promise<string | null> {
  const frame = page.frames().find((other) => new URL(other.url()).pathname === "/.hotseat/refused");
  return frame === undefined ? null : await frame.evaluate(() => document.body.innerText);
}

test("[L1] [L2] [L7] [L8] [G5] Tryton: a full house, a refusal over the client, a release, a colleague seated without a second login", async () => {
  const stack = await tryton.stack();
  const anna = await desk(stack, "anna");
  expect(await personShown(anna.page)).toContain("Anna Berg");
  const tomas = await desk(stack, "tomas");
  const second = await tomas.chrome.browser.newPage();
  expect(await openSao(second, stack.url)).toBe("menu");
  await tabsKnown(stack, "Tomás", 2);
  expect(await stack.seated()).toEqual(["Anna Berg", "Tomás O'Neill"]);

  // The third one signs in once; the client gets its refusals in Tryton's own shape, and the person sees the page.
  const mira = await browserWithPage();
  expect(await openSao(mira.page, stack.url)).toBe("login");
  await enterCredentials(mira.page, tryton.userOf("mira"));
  await eventually(async () => (await refusalOver(mira.page))?.includes(NO_LICENCE) === true);
  await eventually(async () => /2\s+of\s+2/.test((await refusalOver(mira.page)) ?? ""));
  const asked = mira.requests();
  await eventually(async () => (await stack.view()).waiting.length === 1);
  // Tryton's client repeated a 401 thousands of times; it does not repeat this.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(mira.requests() - asked).toBeLessThan(10);
  expect(asked).toBeLessThan(40);

  // The second one types into a form and releases from the toolbar.
  await tomas.page.bringToFront();
  await openPartyForm(tomas.page);
  await typePartyName(tomas.page, "Skerry Boatyard");
  const popup = await tomas.chrome.openPopup(tomas.page);
  await eventually(async () => (await popup.evaluate(() => document.body.innerText)).includes("2 tabs"));
  const seated = within(40_000, () => isSignedIn(mira.page));
  await popup.evaluate(() => {
    const button = [...document.querySelectorAll("button")].find((other) => other.textContent?.includes("on all tabs"));
    if (button === undefined) throw new Error("no button to release on all tabs");
    button.click();
  });
  // The seat is held for her at once; the client then takes its time to load.
  await eventually(async () => {
    const { holders, waiting } = await stack.view();
    return [...holders, ...waiting.filter(({ offered }) => offered)].some(({ name }) => name === "Mira Holm");
  });
  await seated;
  await waitUntilSignedIn(mira.page);
  expect(await personShown(mira.page)).toContain("Mira Holm");
  expect(await openPartyList(mira.page)).toContain("Kestrel Yachts");
  await eventually(async () => (await stack.seated()).join() === "Anna Berg,Mira Holm");
  for (const page of [tomas.page, second]) {
    await tomas.chrome.waitForOverlay(
      page,
      (overlay) => overlay?.kind === "dialog" && overlay.text.includes("released"),
    );
  }

  // "Continue working" waits in line and goes on by itself when the first one closes the last tab; the text is there.
  await tomas.chrome.pressOverlay(tomas.page, "Continue working");
  await tomas.chrome.waitForOverlay(tomas.page, (overlay) => overlay?.text.includes(NO_LICENCE) === true);
  await anna.page.close();
  // Where Tryton sent something meanwhile, a note that it was not saved stays beside the page.
  await tomas.chrome.waitForOverlay(tomas.page, (overlay) => overlay?.kind !== "dialog");
  expect(await stack.seated()).toEqual(["Mira Holm", "Tomás O'Neill"]);
  expect(await partyNameShown(tomas.page)).toBe("Skerry Boatyard");
  await pressSave(tomas.page);
  await eventually(async () => (await openPartyList(tomas.page)).includes("Skerry Boatyard"));
});

test("[L11] [G5] [L2] Tryton: support is let in over a full house; logging out gives the seat back at once", async () => {
  // A pass that is not handed back is not over while the test runs.
  const stack = await tryton.stack({ seatLimit: 1, timing: { passLifeMs: 600_000 } });
  const anna = await desk(stack, "anna");
  const sven = await desk(stack, "sven");
  expect(await personShown(sven.page)).toContain("Sven Lund");
  expect(await stack.view()).toMatchObject({ inUse: 1, overBy: 0 });
  await signOut(anna.page);
  await eventually(async () => (await stack.view()).inUse === 0);
  expect(await stack.seated()).toEqual(["Sven Lund"]);
});

test("[L4] [L8] Tryton: an idle seat ends, and a moved mouse brings it back without reload or login", async () => {
  const stack = await tryton.stack({
    seatLimit: 1,
    timing: {
      heartbeatEveryMs: 1_500,
      lostAfterMs: 12_000,
      closeGraceMs: 1_500,
      passLifeMs: 5_000,
      passRenewAheadMs: 1_000,
      clockSkewMs: 500,
      idleWarningMs: 3_000,
      // Longer than a busy machine takes to show the seat and to open the form.
      idleTimeoutMs: 24_000,
    },
  });
  const { chrome, page } = await desk(stack, "anna");
  await tabsKnown(stack, "Anna", 1);
  await openPartyForm(page);
  await typePartyName(page, "Written before the pause");
  await chrome.waitForOverlay(page, (overlay) => overlay?.kind === "warning");
  await chrome.waitForOverlay(page, (overlay) => overlay?.kind === "dialog");
  await eventually(async () => (await stack.view()).inUse === 0);
  await chrome.stirUntil(page, (overlay) => overlay?.kind !== "dialog");
  await eventually(async () => (await stack.view()).inUse === 1);
  expect(await partyNameShown(page)).toBe("Written before the pause");
});
