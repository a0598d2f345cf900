/** Two people and one seat, each in a real Chromium of their own; and one person's seat, tab by tab. */
import type { Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type SeatServer, type SeatServerOptions, startSeatServer } from "../extension/support/seat-server.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { press } from "./support/press.ts";
import { until } from "./support/waiting.ts";

let hers: Chrome;
let his: Chrome;
let crm: SeatServer;

beforeAll(async () => {
  const { chrome: extensionDir } = await buildExtensionOnce();
  [hers, his] = await Promise.all([launchChrome({ extensionDir }), launchChrome({ extensionDir })]);
});
afterAll(() => Promise.all([hers.close(), his.close()]));
afterEach(async () => {
  await Promise.all([hers.leave(), his.leave()]);
  await crm.close();
});

const see = (holds: () => boolean) => until(async () => holds() || undefined);
const stateOf = (user: string) => crm.statusOf(user).state;
const tabsOf = (user: string) => crm.statusOf(user).seat?.tabs ?? 0;
const heard = (name: string) => crm.heard.filter((call) => call.name === name);
const says = (popup: Page, words: string) =>
  popup.waitForFunction((wanted) => document.body.textContent.includes(wanted), {}, words);
const overlayWith = (chrome: Chrome, page: Page, words: string) =>
  chrome.waitForOverlay(page, (overlay) => overlay?.text.includes(words) ?? false);
const noOverlay = (chrome: Chrome, page: Page) => chrome.waitForOverlay(page, (overlay) => overlay === null);

async function serve(options: Partial<SeatServerOptions> = {}): Promise<void> {
  crm = await startSeatServer({ limit: 1, ...options });
}

async function signIn(chrome: Chrome, user: string): Promise<Page> {
  const page = await chrome.open(crm.loginAddress(user));
  await see(() => tabsOf(user) === 1);
  return page;
}

describe("one seat, and a colleague who asks for it", () => {
  /** L16: who did something in the last two minutes is not asked. */
  const UNDISTURBED_MS = 125_000;
  const HEARTBEAT = { heartbeatEveryMs: 1_000 };

  /** Berta gave the seat away, wants it again and waits; Anna has it and has done nothing for two minutes. */
  async function waitForAnna(options: Partial<SeatServerOptions> = {}) {
    await serve({ timing: HEARTBEAT, ...options });
    const waiting = await signIn(his, "berta");
    const popup = await his.openPopup(waiting);
    await popup.waitForSelector("#release:enabled");
    await press(popup, "#release");
    await overlayWith(his, waiting, "You released your licence");
    await popup.close().catch(() => undefined);
    const working = await signIn(hers, "anna");
    crm.skip(UNDISTURBED_MS);
    await his.pressOverlay(waiting, "Continue working");
    await overlayWith(his, waiting, "Your place in line");
    expect(stateOf("berta")).toBe("waiting");
    return { waiting, working };
  }

  async function ask(waiting: Page): Promise<Page> {
    const popup = await his.openPopup(waiting);
    await popup.waitForSelector("#ask");
    await press(popup, "#ask");
    return popup;
  }

  test("[L16] [L15] [X3] given: asked by name, counted down, handed over; the person in line is seated and told", async () => {
    const { waiting, working } = await waitForAnna({ showNames: true });
    const popup = await ask(waiting);
    await says(popup, "A colleague was asked");
    expect(await popup.$("#ask")).toBeNull();
    const asked = await overlayWith(hers, working, "Berta is waiting for a licence");
    expect(asked?.kind).toBe("warning");
    expect(asked?.buttons).toEqual(["Keep it", "Give it away"]);
    const secondsIn = (text: string) => Number(/given away in (\d+) second/.exec(text)?.[1]);
    const first = secondsIn(asked?.text ?? "");
    expect(first).toBeGreaterThan(30);
    await hers.waitForOverlay(working, (overlay) => secondsIn(overlay?.text ?? "") < first);
    await hers.pressOverlay(working, "Give it away");
    await see(() => stateOf("berta") === "seated");
    expect(stateOf("anna")).toBe("unseated");
    await noOverlay(his, waiting);
    await says(popup, "You have had a licence since");
    await overlayWith(hers, working, "You released your licence");
    await see(() => !crm.statusOf("anna").draining);
  });

  test("[L32] [X3] handed over from the popup: to a colleague chosen by name, who is seated", async () => {
    const { waiting, working } = await waitForAnna({ showNames: true });
    const popup = await hers.openPopup(working);
    await popup.waitForSelector("#hand-over");
    expect(
      await popup.$$eval("#hand-over-to option", (options) => options.map(({ textContent }) => textContent)),
    ).toEqual(["Berta"]);
    await press(popup, "#hand-over");
    await see(() => stateOf("berta") === "seated");
    expect(stateOf("anna")).toBe("unseated");
    await noOverlay(his, waiting);
    await overlayWith(hers, working, "You handed your licence over to Berta");
    await see(() => !crm.statusOf("anna").draining);
  });

  test("[L32] [X3] by key where no names are told; somebody who does not wait is refused and the licence stays", async () => {
    const { working } = await waitForAnna();
    const popup = await hers.openPopup(working);
    await popup.waitForSelector("input#hand-over-to");
    await popup.type("#hand-over-to", "dora");
    await press(popup, "#hand-over");
    await says(popup, "It was not handed over");
    expect(stateOf("anna")).toBe("seated");
    await popup.$eval("#hand-over-to", (field) => {
      (field as HTMLInputElement).value = "berta";
    });
    await press(popup, "#hand-over");
    await see(() => stateOf("berta") === "seated");
  });

  test("[L29] a lent seat goes back: counted down whatever its holder does, and then the holder reads who has it", async () => {
    await serve({ timing: HEARTBEAT, lentTo: "berta" });
    const working = await signIn(hers, "anna");
    crm.seat("berta");
    crm.wait("berta");
    const asked = await overlayWith(hers, working, "Your licence was lent by Month-end, whose people need it now.");
    expect(asked?.buttons).not.toContain("Keep it");
    const secondsIn = (text: string) => Number(/It goes back in (\d+) second/.exec(text)?.[1]);
    const first = secondsIn(asked?.text ?? "");
    expect(first).toBeGreaterThan(60);
    expect(first).toBeLessThanOrEqual(180);
    const beats = heard("heartbeat").length;
    await working.mouse.move(50, 50);
    await working.mouse.move(90, 90);
    await see(() => heard("heartbeat").length > beats + 1);
    await hers.waitForOverlay(working, (overlay) => secondsIn(overlay?.text ?? "") < first);
    crm.skip(180_000);
    await see(() => stateOf("berta") !== "waiting");
    await hers.waitForOverlay(
      working,
      (overlay) => overlay?.text.includes("Your licence was freed by Month-end") ?? false,
    );
    expect(stateOf("anna")).not.toBe("seated");
  });

  test("[L16] [X3] kept, from the popup: the holder is left in peace, and the line stays", async () => {
    const { waiting, working } = await waitForAnna();
    await ask(waiting);
    await overlayWith(hers, working, "Somebody is waiting for a licence");
    const answer = await hers.openPopup(working);
    await says(answer, "Without an answer it is given away in");
    await press(answer, "#keep");
    await noOverlay(hers, working);
    await see(() => crm.statusOf("anna").nudge === null);
    await says(answer, "You have had a licence since");
    expect(stateOf("anna")).toBe("seated");
    expect(stateOf("berta")).toBe("waiting");
    expect(heard("nudge")).toHaveLength(1);
  });

  test("[L16] not answered: given away when the minute is over", async () => {
    const { waiting, working } = await waitForAnna();
    await ask(waiting);
    await overlayWith(hers, working, "Somebody is waiting for a licence");
    crm.skip(61_000);
    await see(() => stateOf("berta") === "seated");
    await noOverlay(his, waiting);
    await overlayWith(hers, working, "Your licence was given back");
  });

  test("[L16] [X3] nobody to ask: said so, nobody disturbed, and nothing taken for a broken network", async () => {
    const { waiting, working } = await waitForAnna();
    await working.bringToFront();
    await working.mouse.move(300, 300);
    await working.mouse.move(330, 340);
    await see(() => (crm.statusOf("anna").seat?.idleInMs ?? 0) > 1_190_000);
    const popup = await ask(waiting);
    await says(popup, "Everybody is at work just now");
    expect(await popup.$("#ask")).not.toBeNull();
    expect(crm.statusOf("anna").nudge).toBeNull();
    expect(await hers.overlayOf(working)).toBeNull();
  });
});

describe("one person, several tabs", () => {
  test("[L7] [X3] released on this tab only: the others go on, and the last one takes the seat with it", async () => {
    await serve();
    const first = await signIn(hers, "anna");
    const second = await hers.open(`${crm.origin}/contacts?go`);
    await see(() => tabsOf("anna") === 2);
    await second.type("#notes", "half a sentence");
    const popup = await hers.openPopup(second);
    await popup.waitForSelector("#release-here");
    await press(popup, "#release-here");
    await overlayWith(hers, second, "You released your licence on this tab");
    await see(() => tabsOf("anna") === 1);
    expect(await hers.overlayOf(first)).toBeNull();
    expect(stateOf("anna")).toBe("seated");
    await says(popup, "You released it on this tab");
    // Back on this tab: under another id, since a released one is dead (P3).
    await popup.waitForSelector("#resume-here");
    await press(popup, "#resume-here");
    await noOverlay(hers, second);
    await see(() => tabsOf("anna") === 2);
    const released = heard("release")[0]?.body as { tab: string } | undefined;
    expect(released?.tab).toBeTruthy();
    expect(JSON.stringify(heard("heartbeat").at(-1)?.body)).not.toContain(`"${released?.tab}"`);
    expect(await second.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("half a sentence");
    await popup.close().catch(() => undefined);
    for (const page of [first, second]) {
      const here = await hers.openPopup(page);
      await here.waitForSelector(page === first ? "#release-here" : "#release:enabled");
      await press(here, page === first ? "#release-here" : "#release");
      await overlayWith(hers, page, "You released your licence");
      await here.close().catch(() => undefined);
    }
    expect(stateOf("anna")).toBe("unseated");
    expect(crm.statusOf("anna").ended?.cause).toBe("released");
  });

  test("[L1] [L7] two browsers of one person: one seat; released in one, the other says so truly", async () => {
    await serve({ timing: { heartbeatEveryMs: 1_000 } });
    const here = await signIn(hers, "anna");
    const there = await his.open(crm.loginAddress("anna"));
    await see(() => crm.statusOf("anna").seat?.tabs === 2);
    expect(crm.statusOf("anna").inUse).toBe(1);
    const popup = await hers.openPopup(here);
    await says(popup, "It is in use in 2 browsers");
    await press(popup, "#release");
    await overlayWith(his, there, "You released your licence");
    await overlayWith(hers, here, "You released your licence");
    // The other browser's pass is out yet, and is handed back once it hears.
    await see(() => !crm.statusOf("anna").draining);
    await his.pressOverlay(there, "Continue working");
    for (const [chrome, page] of [
      [his, there],
      [hers, here],
    ] as const)
      await noOverlay(chrome, page);
    expect(stateOf("anna")).toBe("seated");
  });
});
