/** The main job in front of a real Tryton in the other browser; the colleague asks as Tryton's client does, without one. */
import { expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { REFUSED_HEADER } from "../../shared/protocol.ts";
import { callRpc, signInByRpc, signOutByRpc, type TrytonSession } from "../fixtures/tryton/json-rpc.ts";
import { saoUrl } from "../fixtures/tryton/sao-page.ts";
import { type FirefoxTab, launchFirefox } from "./support/firefox.ts";
import { realTryton } from "./support/real-tryton.ts";
import type { Stack } from "./support/stack.ts";
import { eventually, PATIENCE_MS } from "./support/waiting.ts";

/** As WebDriver spells the key. */
const ENTER = "\uE007";
const NO_LICENCE = "No available licenses, please contact IT";
/** Short, so that one that was not handed back is soon over. */
const PASSES = { passLifeMs: 5_000, passRenewAheadMs: 1_000, clockSkewMs: 500 };
/** L9: the colleague has no browser that could show that it took the sign-out's answer, so the pass is waited for. */
const PASS_OVER_MS = PASSES.passLifeMs + 2 * PATIENCE_MS;

const built = await buildExtensionOnce();
const tryton = realTryton();

/** A new session at Tryton's own login, and why its first call, which claims, is refused; null: it is not. */
async function colleague(stack: Stack, login: string): Promise<{ session: TrytonSession; refused: string | null }> {
  const session = await signInByRpc(stack.url, tryton.database(), tryton.userOf(login));
  const method = "model.res.user.get_preferences";
  const answer = await callRpc(stack.url, `/${tryton.database()}/`, method, [false, {}], session.authorization);
  return { session, refused: answer.headers.get(REFUSED_HEADER) };
}

/** Types once the dialog of the field stands still: a click would miss one that still slides in. */
async function typeInto(tab: FirefoxTab, selector: string, text: string): Promise<void> {
  const field = `document.querySelector(${JSON.stringify(selector)})`;
  await eventually(
    () => tab.evaluate<boolean>(`${field}?.closest(".modal").getAnimations({ subtree: true }).length === 0`),
    PATIENCE_MS,
  );
  await tab.type(selector, text);
}

async function signIn(tab: FirefoxTab, login: string): Promise<void> {
  const user = tryton.userOf(login);
  await typeInto(tab, ".modal.in #login", user.login + ENTER);
  await typeInto(tab, ".ask-dialog.in #ask-dialog-entry", user.password + ENTER);
}

const personShown = (tab: FirefoxTab) =>
  tab.evaluate<string>('document.querySelector("#user-preferences > a")?.textContent.trim() ?? ""');

test("[L1] [L2] [L7] [L8] [X3] [X4] Tryton in Firefox: a release frees the seat at once, and it comes back by itself without a second login", async () => {
  const stack = await tryton.stack({ seatLimit: 1, timing: PASSES });
  const firefox = tryton.keep(await launchFirefox({ extensionDir: built.firefox }));
  const tab = await firefox.open(saoUrl(stack.url, tryton.database()));
  await signIn(tab, "anna");
  await eventually(async () => (await personShown(tab)).includes("Anna Berg"), PATIENCE_MS);
  await eventually(async () => (await stack.view()).holders[0]?.tabs === 1, PATIENCE_MS);
  expect((await colleague(stack, "mira")).refused).toBe("limit_reached");

  const popup = await firefox.openPopup();
  await popup.waitForText("Release licence on all tabs");
  await popup.click("#release");
  await eventually(async () => (await stack.view()).inUse === 0);
  await eventually(async () => (await tab.overlay())?.text.includes("released") === true, PATIENCE_MS);
  const mira = await colleague(stack, "mira");
  expect(mira.refused).toBeNull();
  expect(await stack.seated()).toEqual(["Mira Holm"]);

  await tab.pressOverlay("Continue working");
  await eventually(async () => (await tab.overlay())?.text.includes(NO_LICENCE) === true, PATIENCE_MS);
  await signOutByRpc(stack.url, tryton.database(), mira.session);
  // Where Tryton sent something meanwhile, a note that it was not saved stays beside the page.
  await eventually(async () => (await tab.overlay())?.kind !== "dialog", PASS_OVER_MS);
  expect(await stack.seated()).toEqual(["Anna Berg"]);
  expect(await personShown(tab)).toContain("Anna Berg");
});

test("[G5] [L2] Tryton in Firefox: anyone who signs in to a full house sees the refusal over the client, and goes on by itself", async () => {
  const stack = await tryton.stack({ seatLimit: 1, timing: PASSES });
  const mira = await colleague(stack, "mira");
  expect(mira.refused).toBeNull();
  const firefox = tryton.keep(await launchFirefox({ extensionDir: built.firefox }));
  const tab = await firefox.open(saoUrl(stack.url, tryton.database()));
  await signIn(tab, "anna");
  // The page lies in a closed root; beneath it Tryton's own dialog says the same, by the shape of its refusals.
  const covered = `document.querySelector("hotseat-refusal") !== null && document.body.innerText.includes("${NO_LICENCE}")`;
  await eventually(() => tab.evaluate<boolean>(covered), PATIENCE_MS);
  await eventually(async () => (await stack.view()).waiting.length === 1, PATIENCE_MS);
  await signOutByRpc(stack.url, tryton.database(), mira.session);
  await eventually(async () => (await personShown(tab)).includes("Anna Berg"), PASS_OVER_MS);
  expect(await stack.seated()).toEqual(["Anna Berg"]);
});
