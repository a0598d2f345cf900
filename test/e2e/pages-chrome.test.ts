/**
 * Everything that people see of the extension, in a real Chromium, in four languages and both colours: nothing for axe
 * to find, all of it by keyboard, and every popup state. HOTSEAT_SHOTS names a folder for pictures of it all.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { View } from "../../extension/messages.ts";
import { buildExtension } from "../../scripts/build/build-extension.ts";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { API_PATH } from "../../shared/reserved-path.ts";
import { play, statusOf } from "../extension/support/seat-script.ts";
import { axeFaults, showIn } from "./support/axe.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { eventually, until } from "./support/waiting.ts";

const LANGUAGES = ["en", "fr", "de", "es"] as const;
const project = join(import.meta.dirname, "../..");
const shots = process.env.HOTSEAT_SHOTS;
let outDir: string;
type Build = "local" | "generic" | "noticing";
const folders: Record<Build, string> = { local: "", generic: "", noticing: "" };
let running: { name: string; chrome: Chrome } | null = null;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "hotseat-extension-"));
  folders.local = (await buildExtensionOnce()).chrome;
  folders.generic = (await buildExtension({ targets: ["chrome"], outDir, hosts: [] })).chrome;
  folders.noticing = await allowNotifications(folders.local);
  if (shots !== undefined) await mkdir(shots, { recursive: true });
});
afterAll(async () => {
  await running?.chrome.close();
  await rm(outDir, { recursive: true, force: true });
});

/** A browser without a screen cannot be asked for a permission, so it is there from the start. Returns the folder. */
async function allowNotifications(built: string): Promise<string> {
  const folder = join(outDir, "noticing");
  await cp(built, folder, { recursive: true });
  const file = join(folder, "manifest.json");
  const { optional_permissions, permissions, ...rest } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...rest, permissions: [...permissions, ...optional_permissions] }));
  return folder;
}

async function start(buildName: Build, language: string): Promise<Chrome> {
  const name = `${buildName} ${language}`;
  // A browser keeps its build and language; one that fits is used again.
  if (running?.name === name) {
    await running.chrome.leave();
    return running.chrome;
  }
  await running?.chrome.close();
  // A build for any firm has no site, so nothing is registered to wait for.
  const options = { extensionDir: folders[buildName], language, hasSites: buildName !== "generic" };
  running = { name, chrome: await launchChrome(options) };
  return running.chrome;
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** Colours and structure are the same in every language; how wide the words are is not. */
async function check(page: Page, name: string, language = "en"): Promise<void> {
  const { width } = page.viewport() ?? { width: 0 };
  expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
  if (language !== "en") return shoot(page, name);
  // Colours do not change with the width: both on a narrow page, one on a wide one.
  for (const colour of width < 600 ? (["light", "dark"] as const) : (["light"] as const)) {
    await showIn(page, colour);
    expect(await axeFaults(page, colour === "light" ? "all" : "colours"), `${name}, ${colour}`).toEqual([]);
    await shoot(page, `${name}-${colour}`);
  }
}

const SEATED = "0s hello A ->\n0s hello B ->\n0s heartbeat: seated";
const STATES: Record<string, string> = {
  none: "",
  seated: `${SEATED} ->`,
  warned: `${SEATED} idle=30s ->`,
  nudged: `${SEATED} nudge=30s by=Bea ->`,
  closing: `${SEATED} closes=20m opens=50m ->`,
  closed: "0s hello A ->\n0s heartbeat: waiting evicted by=Mia closed_for_maintenance opens=30m ->",
  released: `${SEATED} ->\n1s release ->\n1s release: unseated released ->`,
  evicted: "0s hello A ->\n0s heartbeat: unseated evicted by=Bea note=Month-end ->",
  denied: "0s hello A ->\n0s heartbeat: unseated limit_reached inUse=2 ->",
  waiting:
    "0s hello A ->\n0s heartbeat: unseated released ->\n1s continue ->\n1s claim: unseated limit_reached inUse=2 ->\n2s wait: waiting place=2 inUse=2 wait=4m mayAsk ->",
  asked:
    "0s hello A ->\n0s heartbeat: waiting released place=1 inUse=2 mayAsk ->\n2s nudge ->\n2s nudge: waiting released place=1 inUse=2 mayAsk ->",
  nobody: "0s hello A ->\n0s heartbeat: waiting released place=1 inUse=2 mayAsk ->\n2s nudge ->\n2s nudge: refused ->",
  exempt: `${SEATED} exempt ->`,
  offered: "0s hello A ->\n0s heartbeat: offered place=1 held=40s inUse=2 ->",
  signedOut: "0s hello A ->\n0s heartbeat: signed_out ->",
  unreachable: "0s hello A ->\n0s heartbeat: unreachable ->",
};

/** A seat as the script leaves it, as if it had happened just now. */
function seatOf(script: string): unknown {
  const { seat } = play(script);
  const delta = Date.now() - seat.statusAt;
  const shifted = JSON.stringify(seat, (_, value) =>
    typeof value === "number" && value > 1_700_000_000_000 ? value + delta : value,
  );
  return JSON.parse(shifted);
}

/** Opens the popup's page with this seat and no other. */
async function keepSeat(page: Page, driven: Chrome, seat: unknown): Promise<void> {
  await page.goto(`chrome-extension://${driven.extensionId}/popup/popup.html`);
  await page.evaluate(async (seat) => {
    const { chrome } = window as unknown as {
      chrome: { storage: { session: { clear(): Promise<void>; set(what: object): Promise<void> } } };
    };
    await chrome.storage.session.clear();
    if (seat !== null) await chrome.storage.session.set({ "seat https://crm.acme.com": seat });
  }, seat);
}

describe("the popup", () => {
  test.each(LANGUAGES)("[X3] in every state, %s", async (language) => {
    const driven = await start("local", language);
    const page = await driven.browser.newPage();
    await page.setViewport({ width: 360, height: 560 });
    for (const [state, script] of Object.entries(STATES)) {
      await keepSeat(page, driven, script === "" ? null : seatOf(script));
      await page.waitForFunction(
        (known) => (document.querySelector("header span")?.textContent === "") === !known,
        {},
        script !== "",
      );
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      await check(page, `popup-${state}-${language}`, language);
    }
    await page.$eval("details", (details) => {
      details.open = true;
    });
    await check(page, `popup-sent-${language}`, language);
  });

  test("[X3] nothing changes under a press, and nobody takes the place of the colleague who was chosen and has left", async () => {
    const driven = await start("local", "en");
    const page = await driven.browser.newPage();
    await page.setViewport({ width: 360, height: 560 });
    const ben = { id: "u2", name: "Ben" };
    const carla = { id: "u3", name: "Carla" };
    type Kept = { status: { inUse: number; handover: unknown } };
    const seat = (inUse: number, ...people: (typeof ben)[]): Kept => {
      const seat = seatOf(STATES.seated ?? "") as Kept;
      return { ...seat, status: { ...seat.status, inUse, handover: { people } } };
    };
    const keep = (seat: Kept) =>
      page.evaluate((seat) => {
        interface Storage {
          session: { set(what: object): Promise<void>; get(all: null): Promise<unknown> };
          onChanged: { addListener(hear: () => void): void };
        }
        const { storage } = (window as unknown as { chrome: { storage: Storage } }).chrome;
        // After the popup, which has listened for longer.
        const heard = new Promise<void>((settle) => storage.onChanged.addListener(settle));
        void storage.session.set({ "seat https://crm.acme.com": seat });
        // And reads what is kept.
        return heard.then(() => storage.session.get(null)).then(() => undefined);
      }, seat);
    const options = () => page.$$eval("#hand-over-to option", (options) => options.map((option) => option.textContent));
    const chosen = () => page.$eval("#hand-over-to", (list) => (list as HTMLSelectElement).value);
    await keepSeat(page, driven, seat(2, ben, carla));
    await page.waitForSelector("#hand-over-to");
    expect(await chosen()).toBe("u2");
    await page.select("#hand-over-to", "u3");
    await keep(seat(2, { id: "u1", name: "Anna" }, ben, carla));
    await eventually(async () => (await options()).length === 3);
    expect(await chosen()).toBe("u3");
    await keep(seat(2, ben));
    await eventually(async () => (await options()).length === 1);
    expect(await chosen()).toBe("");
    // A press that ends somewhere else does nothing.
    await page.hover("header");
    await page.mouse.down();
    await keep(seat(1, ben, carla));
    expect(await options()).toEqual(["Ben"]);
    await page.mouse.up();
    await eventually(async () => (await options()).length === 2);
  });

  test("[X3] a background that does not answer: it says so, and offers to start it again", async () => {
    const driven = await start("local", "en");
    const page = await driven.browser.newPage();
    await page.setViewport({ width: 360, height: 560 });
    await page.evaluateOnNewDocument(() => {
      // Newer browsers have both names, and two objects.
      const { chrome, browser } = window as unknown as Record<string, { runtime: object } | undefined>;
      for (const api of [chrome, browser])
        if (api !== undefined)
          Object.defineProperty(api.runtime, "sendMessage", { value: () => new Promise(() => undefined) });
    });
    await keepSeat(page, driven, seatOf(STATES.seated ?? ""));
    await page.reload();
    await page.waitForSelector("#repair");
    await check(page, "popup-stuck");
  });
});

describe("options and welcome", () => {
  test.each(LANGUAGES)("for any firm and for one, %s", async (language) => {
    const driven = await start("generic", language);
    await driven.welcomed();
    const page = await driven.browser.newPage();
    for (const width of language === "en" ? [900, 380] : [380]) {
      await page.setViewport({ width, height: 900 });
      for (const hash of ["", "#welcome"]) {
        await page.goto("about:blank");
        await page.goto(`chrome-extension://${driven.extensionId}/options/options.html${hash}`);
        await page.waitForSelector("#address");
        await page.type("#address", "my crm");
        await page.keyboard.press("Enter");
        await page.waitForSelector("#wrong:not([hidden])");
        await check(page, `options${hash.replace("#", "-")}-${width}-${language}`, language);
      }
    }
    // No site is allowed yet: the popup says so, with a way to where it is allowed.
    await page.setViewport({ width: 360, height: 560 });
    await page.goto(`chrome-extension://${driven.extensionId}/popup/popup.html`);
    await page.waitForSelector("#allow-site");
    await check(page, `popup-no-site-${language}`, language);
    if (language === "en")
      expect(await page.$eval("h1", (title) => title.textContent)).toMatch(/^Hotseat needs your permission/);
  });

  test("a firm's own build has nothing to ask, unless its site was taken back", async () => {
    const driven = await start("local", "en");
    const page = await driven.open(`chrome-extension://${driven.extensionId}/options/options.html`);
    await page.waitForSelector(".sites li");
    expect(await page.$("#address")).toBeNull();
    await check(page, "options-baked");
    expect(await page.$eval("#crm-sites + p", (text) => text.textContent)).toMatch(/^Hotseat runs here/);
    // As when the person has taken the site back.
    await page.evaluateOnNewDocument(() => {
      const { chrome, browser } = window as unknown as Record<string, { permissions: object } | undefined>;
      for (const api of [chrome, browser])
        if (api !== undefined)
          Object.defineProperty(api.permissions, "getAll", { value: () => Promise.resolve({ origins: [] }) });
    });
    await page.reload();
    await page.waitForSelector(".sites button");
    expect(await page.$eval("#crm-sites + p", (text) => text.textContent)).toMatch(/^Hotseat needs your permission/);
  });
});

describe("notifications", () => {
  const shownIn = (driven: Chrome) =>
    driven.inBackground(async () => {
      const { chrome } = globalThis as unknown as { chrome: { notifications: { getAll(): Promise<object> } } };
      return Object.keys(await chrome.notifications.getAll());
    });

  test("[X7] off until the switch is pressed; then the seat that comes is announced, but not while the CRM is in front", async () => {
    let words = "waiting limit_reached place=1 every=1s";
    const crm = createServer((request, response) => {
      const isOurs = request.url?.startsWith(API_PATH) ?? false;
      response.setHeader("content-type", isOurs ? "application/json" : "text/html");
      response.end(isOurs ? JSON.stringify(statusOf(words.split(" "))) : "<!doctype html><title>CRM</title>");
    });
    await new Promise<void>((resolve) => crm.listen(0, "localhost", resolve));
    try {
      const origin = `http://localhost:${(crm.address() as AddressInfo).port}`;
      const driven = await start("noticing", "en");
      const work = await driven.open(origin);
      await driven.waitForOverlay(work, (overlay) => overlay !== null);
      const options = await driven.open(`chrome-extension://${driven.extensionId}/options/options.html`);
      await options.waitForSelector("#notices:not(:checked)");
      words = "seated every=1s";
      await driven.waitForOverlay(work, (overlay) => overlay === null);
      expect(await shownIn(driven)).toEqual([]);
      words = "waiting limit_reached place=1 every=1s";
      await driven.waitForOverlay(work, (overlay) => overlay !== null);

      await options.focus("#notices");
      await options.keyboard.press("Space");
      await options.waitForSelector("#notices:checked");
      await check(options, "options-notices-on");
      words = "seated every=1s";
      await until(async () => ((await shownIn(driven)).join() === origin ? true : undefined));
      await work.bringToFront();
      await until(async () => ((await shownIn(driven)).length === 0 ? true : undefined));
    } finally {
      crm.closeAllConnections();
      crm.close();
    }
  });

  test.each([true, false])("[X7] set by the firm (%j): shown, and not to be changed", async (notices) => {
    const driven = await start("local", "en");
    const page = await driven.browser.newPage();
    await page.setViewport({ width: 380, height: 900 });
    await page.evaluateOnNewDocument((notices) => {
      const { chrome, browser } = window as unknown as Record<string, { storage: { managed: object } } | undefined>;
      for (const api of [chrome, browser])
        if (api !== undefined) Object.defineProperty(api.storage.managed, "get", { value: async () => ({ notices }) });
    }, notices);
    await page.goto(`chrome-extension://${driven.extensionId}/options/options.html`);
    await page.waitForSelector("#notices:disabled:not(:checked)");
    // No policy gives the browser's permission: where the firm wants them, the person is asked.
    expect((await page.$("#notices-allow")) !== null).toBe(notices);
    await check(page, `options-notices-policy-${notices}`);
  });
});

const VIEWS: Record<string, View> = {
  released: { show: "gone", reason: "released", by: null, note: null, asking: false },
  releasedHere: { show: "gone", reason: "released_here", by: null, note: null, asking: false },
  idle: { show: "gone", reason: "idle", by: null, note: null, asking: false },
  evicted: { show: "gone", reason: "evicted", by: "Bea Lindström", note: "Month-end closing", asking: true },
  unsaved: { show: "gone", reason: "released", by: null, note: null, asking: false },
  /** Back again, and the change is still to be saved. */
  unsavedSince: { show: "gone", reason: "released", by: null, note: null, asking: false },
  ended: { show: "gone", reason: "ended", by: null, note: null, asking: false },
  full: {
    show: "full",
    reason: "limit_reached",
    measure: "concurrent",
    canWait: true,
    limit: 2,
    inUse: 2,
    contact: "IT desk, extension 4711",
    position: 2,
    waits: true,
    asking: false,
  },
  denied: {
    show: "full",
    reason: "others_waiting",
    measure: "concurrent",
    canWait: true,
    limit: 2,
    inUse: 2,
    contact: "",
    position: null,
    waits: false,
    asking: false,
  },
  warning: { show: "warning", endsInMs: 42_000 },
  announcement: { show: "announcement", id: "a7", text: "Maintenance at 18:00, please save your work by then." },
  nudge: { show: "nudge", answerInMs: 25_000, by: "Bea Lindström" },
  closing: { show: "closing", beginsInMs: 125_000, text: "An update of the CRM" },
};

/** The overlay's own code in a page of its own, its shadow root open, so that axe sees into it. */
async function bundleOverlay(language: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { coverPage } from "./extension/content/overlay.ts";
        import { wordsOf } from "./extension/words.ts";
        import messages from "./extension/_locales/${language}/messages.json";
        const getMessage = (key, values = []) =>
          (messages[key]?.message ?? "").replace(/\\$(\\d)/g, (_, place) => values[Number(place) - 1] ?? "");
        window.cover = coverPage(wordsOf({ getMessage }), { goOn() {}, answerNudge() {} });`,
      resolveDir: project,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "iife",
    loader: { ".css": "text" },
  });
  return (outputFiles[0]?.text ?? "").replace('mode: "closed"', 'mode: "open"');
}

describe("the overlay", () => {
  test.each(LANGUAGES)("[X4] in every view, %s", async (language) => {
    const driven = await start("local", "en");
    const script = await bundleOverlay(language);
    const page = await driven.browser.newPage();
    for (const width of language === "en" ? [900, 380] : [380]) {
      await page.setViewport({ width, height: 700 });
      for (const [name, view] of Object.entries(VIEWS)) {
        await page.goto(
          "data:text/html,<!doctype html><html lang=en><title>CRM</title><main><h1>Contacts</h1><p>Text of the page</main>",
        );
        await page.evaluate(script);
        await page.evaluate(
          (shown, name) => {
            const { cover } = window as unknown as { cover: { show(view: unknown): void; noteUnsaved(): void } };
            cover.show(shown);
            if (name.startsWith("unsaved")) cover.noteUnsaved();
            if (name === "unsavedSince") cover.show({ show: "nothing" });
          },
          view,
          name,
        );
        // Nothing of it is cut off.
        const cut = await page.evaluate(() => {
          const shown = [...document.documentElement.children].flatMap((host) => [
            ...(host.shadowRoot?.querySelectorAll<HTMLElement>(":modal, :popover-open") ?? []),
          ]);
          return shown.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.className);
        });
        expect(cut, name).toEqual([]);
        await check(page, `overlay-${name}-${width}-${language}`, language);
      }
    }
  });

  test("[X4] stands still for those who want less motion", async () => {
    const driven = await start("local", "en");
    const page = await driven.browser.newPage();
    await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    await page.goto("data:text/html,<!doctype html><title>CRM</title>");
    await page.evaluate(await bundleOverlay("en"));
    await page.evaluate((view) => {
      (window as unknown as { cover: { show(view: unknown): void } }).cover.show(view);
    }, VIEWS.full);
    const moving = await page.evaluate(
      () => document.getAnimations().filter(({ playState }) => playState === "running").length,
    );
    expect(moving).toBe(0);
  });
});
