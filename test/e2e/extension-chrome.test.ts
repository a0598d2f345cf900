/** The built extension in a real Chromium, against a scripted CRM with the real ledger behind it. */
import type { Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type SeatServer, type SeatServerOptions, startSeatServer } from "../extension/support/seat-server.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { press } from "./support/press.ts";
import { until } from "./support/waiting.ts";

let chrome: Chrome;
let crm: SeatServer;

/** One browser for all tests. */
beforeAll(async () => {
  chrome = await launchChrome({ extensionDir: (await buildExtensionOnce()).chrome });
});
afterEach(async () => {
  await chrome.leave();
  await crm.close();
});
afterAll(() => chrome.close());

const serve = async (options: Partial<SeatServerOptions> = {}) => {
  crm = await startSeatServer({ limit: 2, ...options });
};

/** Waits until the seat service sees it so. */
const see = (holds: () => boolean) => until(async () => holds() || undefined);
const stateOf = (user: string) => crm.statusOf(user).state;
const tabsOf = (user: string) => crm.statusOf(user).seat?.tabs ?? 0;

async function signIn(user: string, next?: string): Promise<Page> {
  const page = await chrome.open(crm.loginAddress(user, next));
  await see(() => tabsOf(user) > 0);
  return page;
}

const noOverlay = (page: Page) => chrome.waitForOverlay(page, (overlay) => overlay === null);
const overlayWith = (page: Page, words: string) =>
  chrome.waitForOverlay(page, (overlay) => overlay?.text.includes(words) ?? false);

const popupText = (popup: Page, words: string) =>
  popup.waitForFunction((wanted) => document.body.textContent.includes(wanted), {}, words);

/** A small movement by the person's own mouse. */
async function stir(page: Page): Promise<void> {
  await page.bringToFront();
  await page.mouse.move(300 + Math.random() * 200, 300 + Math.random() * 200, { steps: 3 });
}

describe("releasing", () => {
  test("[X3] [L7] the popup releases the seat on all four tabs; continuing keeps what was typed", async () => {
    await serve();
    const pages = [await signIn("anna")];
    for (let more = 0; more < 3; more++) pages.push(await chrome.open(`${crm.origin}/contacts?go`));
    const last = pages[3] as Page;
    await last.type("#notes", "half a sentence");
    const popup = await chrome.openPopup(last);
    await popupText(popup, "4 tabs share it");
    await popupText(popup, "1 of 2");
    await press(popup, "#release");
    await see(() => stateOf("anna") === "unseated");
    await popupText(popup, "You released your licence");
    for (const page of pages) await overlayWith(page, "You released your licence");

    // [L8] Working mice and open pages take nothing back.
    for (const page of pages) await stir(page);
    expect(stateOf("anna")).toBe("unseated");

    await chrome.pressOverlay(last, "Continue working");
    await see(() => stateOf("anna") === "seated");
    for (const page of pages) await noOverlay(page);
    expect(await last.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("half a sentence");
    expect(await last.evaluate(() => document.activeElement?.id)).toBe("notes");
    await last.keyboard.type(" and the rest");
    expect(await last.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe(
      "half a sentence and the rest",
    );
  });

  test("[X3] the popup continues too, and shows what is sent, word for word and the last message", async () => {
    await serve();
    const page = await signIn("manager");
    const popup = await chrome.openPopup(page);
    await popup.waitForSelector("#administration");
    await press(popup, "#release");
    await popup.waitForSelector("#continue");
    await press(popup, "#continue");
    await see(() => stateOf("manager") === "seated");
    await popupText(popup, "You have had a licence since");
    await press(popup, "#sent summary");
    await popupText(popup, "Never sent");
    await popup.waitForFunction(() => document.querySelector("#last-sent")?.textContent.includes("heartbeat"));
    const sent = await popup.$eval("#last-sent", (element) => element.textContent ?? "");
    expect(sent).toContain("activeAgeMs");
    expect(sent).not.toContain("localhost");
  });
});

describe("closing", () => {
  test("[L6] a reload, a navigation and a second tab keep the seat; the last tab frees it", async () => {
    await serve({ timing: { closeGraceMs: 1_500 } });
    const page = await signIn("anna");
    const since = Date.now();
    await page.reload();
    await page.goto(`${crm.origin}/strict`);
    const second = await chrome.open(`${crm.origin}/contacts?go`);
    await page.close();
    await see(() => tabsOf("anna") === 1);
    // Longer than the grace has passed by then, with no claim of the reloads' own needed.
    await see(() => Date.now() - since > 2_500);
    expect(stateOf("anna")).toBe("seated");
    const blank = await chrome.browser.newPage();
    await second.close();
    await see(() => stateOf("anna") === "unseated");
    expect(crm.statusOf("anna").ended?.cause).toBe("closed");
    expect(crm.statusOf("anna").draining).toBe(false);
    await blank.close();
  });

  test("[L6] leaving for another site frees it; coming back from the back-forward cache is a new document", async () => {
    await serve({ timing: { closeGraceMs: 1_000 } });
    const page = await signIn("anna");
    await page.goto("data:text/html,elsewhere");
    await see(() => stateOf("anna") === "unseated");
    const before = crm.heard.length;
    await page.goBack();
    await see(() => crm.heard.slice(before).some(({ name }) => name === "heartbeat"));
  });
});

describe("being away", () => {
  const idle = { idleTimeoutMs: 5_000, timing: { idleWarningMs: 2_500 } };

  test("[L4] warned, kept by a movement, then ended, then back by a movement without a reload", async () => {
    await serve(idle);
    const page = await signIn("anna");
    await page.type("#name", "Zoe");
    const warning = await overlayWith(page, "Are you still there?");
    expect(warning).toMatchObject({ kind: "warning", buttons: ["Keep working"] });
    await chrome.pressOverlay(page, "Keep working");
    await noOverlay(page);
    await see(() => (crm.statusOf("anna").seat?.idleInMs ?? 0) > 3_000);
    await overlayWith(page, "Are you still there?");
    await overlayWith(page, "because you were away");
    expect(crm.statusOf("anna").ended?.cause).toBe("idle");
    await stir(page);
    await see(() => stateOf("anna") === "seated");
    await noOverlay(page);
    expect(await page.$eval("#name", (field) => (field as HTMLInputElement).value)).toBe("Zoe");
  });

  test("[L15] [X4] back to a full house: told so, in line, and on by itself when a seat comes", async () => {
    // The colleague does nothing either, and is to have the seat for as long as a busy machine takes.
    await serve({ ...idle, limit: 1, idleTimeoutMs: 15_000 });
    const page = await signIn("anna");
    await overlayWith(page, "because you were away");
    await see(() => !crm.statusOf("anna").draining);
    crm.seat("berta");
    await stir(page);
    const full = await overlayWith(page, "No available licenses, please contact IT");
    expect(full?.text).toContain("1 of 1");
    expect(full?.text).toContain("it@acme.example");
    await overlayWith(page, "Your place in line");
    await see(() => stateOf("anna") === "waiting");
    // [L19.5] Why, in the overlay and in the popup, by the same question; nobody is named.
    await chrome.pressOverlay(page, "Why?");
    const why = await overlayWith(page, "1 of 1 licences are in use.");
    for (const line of ["All licences are in use.", "Nobody waits before you."]) expect(why?.text).toContain(line);
    expect(why?.text).toContain("What would change it");
    expect(why?.text).not.toContain("Berta");
    const popup = await chrome.openPopup(page);
    await popup.focus("#why summary");
    await popup.keyboard.press("Enter");
    await popupText(popup, "A licence manager frees a licence or raises the limit above 1.");
    await popup.close();
    crm.releaseFor("berta");
    await see(() => stateOf("anna") === "seated");
    await noOverlay(page);
  });

  test("[L4] [X1] work in a frame without an address of its own is work", async () => {
    await serve({ idleTimeoutMs: 10_000, timing: { idleWarningMs: 5_000 } });
    const page = await signIn("anna", "/frames?go");
    const editor = await (await page.$("iframe[srcdoc]"))?.contentFrame();
    const field = await editor?.waitForSelector("textarea");
    for (const end = Date.now() + 12_000; Date.now() < end; ) {
      await field?.type("x", { delay: 120 });
    }
    expect(stateOf("anna")).toBe("seated");
  });
});

describe("the overlay", () => {
  test("[L12] [X4] says who freed the seat and what that person wrote", async () => {
    await serve();
    const page = await signIn("anna");
    crm.evict("anna", "manager", "Month-end closing, please call me");
    const popup = await chrome.openPopup(page);
    await popupText(popup, "Your licence was freed by Manager");
    const overlay = await overlayWith(page, "Your licence was freed by Manager");
    expect(overlay?.text).toContain("Month-end closing, please call me");
  });

  test("[X4] lies above a modal of the page, one that was open and one that opens later", async () => {
    await serve();
    const page = await signIn("anna", "/modal?go");
    const release = async () => {
      const popup = await chrome.openPopup(page);
      await popup.waitForSelector("#release:enabled");
      await press(popup, "#release");
      await popupText(popup, "You released your licence");
      await popup.close().catch(() => undefined);
    };
    await press(page, "#open");
    await page.type("#own-field", "kept");
    await release();
    await overlayWith(page, "You released your licence");
    await chrome.pressOverlay(page, "Continue working");
    await noOverlay(page);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("own-field");
    await page.evaluate(() => document.querySelector<HTMLDialogElement>("#own")?.close());

    await release();
    await overlayWith(page, "You released your licence");
    await page.evaluate(() => document.querySelector<HTMLDialogElement>("#own")?.showModal());
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await chrome.pressOverlay(page, "Continue working");
    await see(() => stateOf("anna") === "seated");
    await noOverlay(page);
  });

  test("[X4] comes back when the page removes it, and does not fight for ever", async () => {
    await serve();
    const page = await signIn("anna", "/hostile?go");
    crm.evict("anna", "manager", "");
    await (await chrome.openPopup(page)).waitForSelector("#continue");
    await page.waitForFunction(() => ((window as { removed?: number }).removed ?? 0) >= 4, {});
    const removed = () => page.evaluate(() => (window as { removed?: number }).removed ?? 0);
    const first = await removed();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await removed()).toBe(first);
    expect(first).toBeLessThan(8);
  });

  test("[X4] works under the strictest content policy, with its own looks", async () => {
    await serve();
    const page = await signIn("anna", "/strict?go");
    crm.evict("anna", "manager", "");
    await (await chrome.openPopup(page)).waitForSelector("#continue");
    await overlayWith(page, "Your licence was freed");
    await chrome.pressOverlay(page, "Continue working");
    await see(() => stateOf("anna") === "seated");
  });

  test("[X4] by keyboard: not closed by Escape, not pressed by somebody typing, keys hidden from the page", async () => {
    await serve();
    const page = await signIn("anna", "/keys?go");
    await page.type("#notes", "ab");
    crm.evict("anna", "manager", "");
    const popup = await chrome.openPopup(page);
    await popup.waitForSelector("#continue");
    await popup.close().catch(() => undefined);
    await overlayWith(page, "Your licence was freed");
    await page.bringToFront();
    const seen = () => page.evaluate(() => (window as unknown as { seen: string[] }).seen.join());
    const before = await seen();
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    expect((await chrome.overlayOf(page))?.buttons).toEqual(["Continue working"]);
    expect(stateOf("anna")).toBe("unseated");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await see(() => stateOf("anna") === "seated");
    await noOverlay(page);
    expect(await seen()).toBe(before);
    expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("ab");
  });

  test("[X4] [G5] never lies on a refusal page; Hotseat's own pages are left alone", async () => {
    await serve({ limit: 1 });
    crm.seat("berta");
    const page = await chrome.open(crm.loginAddress("anna"));
    await page.waitForSelector('meta[name="hotseat"]');
    await see(() => crm.heard.some(({ name }) => name === "heartbeat"));
    await stir(page);
    expect(await chrome.overlayOf(page)).toBeNull();
    crm.releaseFor("berta");
    await page.waitForSelector("#user");
    await see(() => stateOf("anna") === "seated");
    await page.goto(`${crm.origin}/.hotseat/admin`);
    await see(() => tabsOf("anna") === 0 || stateOf("anna") === "unseated");
  });
});

describe("beside the gate's agent", () => {
  const refuse = (page: Page, reason: string) =>
    page.evaluate(
      (detail) => document.dispatchEvent(new CustomEvent("hotseat:refused", { cancelable: true, detail })),
      reason,
    );

  test("[G5] [X4] a page at work is covered by the extension at once, and never by both", async () => {
    await serve();
    const page = await signIn("anna");
    await page.type("#notes", "kept");
    crm.evict("anna", "manager", "");
    expect(await refuse(page, "seat_evicted")).toBe(false);
    // Sooner than by a heartbeat, which is a minute away.
    await overlayWith(page, "Your licence was freed by Manager");
    // Its polls go on being refused; by now it waits in a full house.
    expect(await refuse(page, "limit_reached")).toBe(false);
  });

  test("[X4] a save that was refused is told, over the page and beside it, until the person has read it", async () => {
    await serve();
    const page = await signIn("anna");
    await page.type("#notes", "a long text");
    crm.evict("anna", "manager", "");
    expect(await refuse(page, "seat_evicted save")).toBe(false);
    await overlayWith(page, "Your last change was not saved");
    await chrome.pressOverlay(page, "Continue working");
    await overlayWith(page, "please save it again");
    expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("a long text");
    await press(page, "#notes");
    await page.keyboard.type("!");
    await overlayWith(page, "please save it again");
    await chrome.pressOverlay(page, "OK");
    await noOverlay(page);
    expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toContain("!");
  });

  test("[G11] a page that was refused before it had a seat is loaded again when one comes", async () => {
    await serve({ limit: 1 });
    crm.seat("berta");
    const page = await chrome.open(crm.loginAddress("anna"));
    await page.goto(`${crm.origin}/assets/shell`);
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    await until(async () => ((await refuse(page, "limit_reached")) ? undefined : true));
    await overlayWith(page, "No available licenses");
    await chrome.pressOverlay(page, "Wait for a licence");
    crm.releaseFor("berta");
    await see(() => stateOf("anna") === "seated");
    await page.waitForFunction(() => !("isSame" in window));
    await noOverlay(page);
  });

  test("[G11] a page that went on without a load and was refused there is loaded again when the seat comes", async () => {
    await serve();
    const page = await signIn("anna");
    await page.evaluate(() => {
      Object.assign(window, { isSame: true });
      location.hash = "#deals/7";
    });
    crm.evict("anna", "manager", "");
    expect(await refuse(page, "seat_evicted moved")).toBe(false);
    await overlayWith(page, "Your licence was freed by Manager");
    await chrome.pressOverlay(page, "Continue working");
    await page.waitForFunction(() => !("isSame" in window));
    expect(await page.evaluate(() => location.hash)).toBe("#deals/7");
    await noOverlay(page);
  });

  test("[G11.5] what is typed in an editor's frame keeps the page from being loaded again", async () => {
    await serve();
    const page = await signIn("anna", "/frames?go");
    await page.evaluate(() => {
      Object.assign(window, { isSame: true });
    });
    const editor = await until(async () => page.frames().find((frame) => frame.url() === "about:srcdoc"));
    await editor.type("#editor", "half a note, ");
    await page.evaluate(() => {
      location.hash = "#deals/7";
    });
    crm.evict("anna", "manager", "");
    expect(await refuse(page, "seat_evicted moved")).toBe(false);
    await overlayWith(page, "Your licence was freed by Manager");
    await chrome.pressOverlay(page, "Continue working");
    await noOverlay(page);
    expect(await page.evaluate(() => "isSame" in window)).toBe(true);
    expect(await editor.$eval("#editor", (field) => (field as HTMLTextAreaElement).value)).toContain("half a note");
  });

  test("[G11] a page at work stays the extension's, also when it is refused for a full house", async () => {
    await serve();
    const page = await signIn("anna");
    await page.evaluate(() => {
      document.addEventListener("hotseat:cover", () => Object.assign(window, { left: true }));
    });
    await page.type("#notes", "kept");
    crm.evict("anna", "manager", "");
    crm.seat("berta");
    crm.seat("carla");
    expect(await refuse(page, "limit_reached")).toBe(false);
    await overlayWith(page, "Your licence was freed by Manager");
    expect(await page.evaluate(() => "left" in window)).toBe(false);
  });
});

describe("trouble", () => {
  test("[X5] a seat service that does not answer blocks nobody", async () => {
    await serve({ idleTimeoutMs: 4_000, timing: { idleWarningMs: 1_000 } });
    const page = await signIn("anna");
    await overlayWith(page, "because you were away");
    crm.down = true;
    await chrome.pressOverlay(page, "Continue working");
    await noOverlay(page);
    const popup = await chrome.openPopup(page);
    await popupText(popup, "cannot be reached");
    crm.down = false;
  });

  test("[X4] [L15] the background may be stopped at any time: overlay, line and seat go on", async () => {
    await serve({ limit: 1, timing: { waitPollMs: 3_000 } });
    const page = await signIn("anna");
    crm.evict("anna", "manager", "");
    await (await chrome.openPopup(page)).waitForSelector("#continue");
    await overlayWith(page, "Your licence was freed");
    await see(() => !crm.statusOf("anna").draining);
    crm.seat("berta");
    await chrome.killBackground();
    await chrome.pressOverlay(page, "Continue working");
    await overlayWith(page, "No available licenses");
    await see(() => stateOf("anna") === "waiting");
    await chrome.killBackground();
    crm.releaseFor("berta");
    // Nothing of the browser wakes it before the overlay itself asks, which is within 20 s.
    await see(() => stateOf("anna") === "seated");
    await noOverlay(page);
  });

  test("[X1] after an update of the extension open tabs go on with the new one alone", async () => {
    await serve();
    const page = await signIn("anna");
    await page.type("#notes", "kept");
    const clients = () => new Set(crm.heard.map(({ body }) => (body as { client?: string } | null)?.client));
    const before = crm.heard.length;
    await chrome.update();
    await see(() => crm.heard.length > before);
    expect(clients().size).toBe(1);
    await see(() => tabsOf("anna") === 1);
    expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("kept");
  });
});
