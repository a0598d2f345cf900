/**
 * The walk of staff and of licence managers through one firm, in real Chromiums: one with the extension, one without.
 * Heartbeats come once a minute as in life, so that what is seen sooner came by another way.
 */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { HOUR_MS } from "../../shared/durations.ts";
import { HolderId } from "../../shared/ids.ts";
import type { SettingsChange } from "../../worker/ledger/settings/settings.ts";
import type { Person, TenantCalls } from "../../worker/tenant/tenant-calls.ts";
import { axeFaults } from "./support/axe.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { signIn } from "./support/larch-page.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { enter, follow, press } from "./support/press.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { takeSeat } from "./support/tenant.ts";
import { eventually } from "./support/waiting.ts";

const SAM: Person = { id: HolderId.parse("u8"), name: "Sam Whitlock", email: null, role: "support" };
/** Less than any heartbeat or pass takes; ms. */
const SOON_MS = 15_000;

let stack: Stack;
let chrome: Chrome;
let plain: Browser;
let version = 0;
const tenant = (): TenantCalls => stack.worker().tenant("larch");
const text = (page: Page) => page.evaluate(() => document.body.innerText);
const says = (page: Page, words: string) => eventually(async () => (await text(page)).includes(words));

beforeAll(async () => {
  const { chrome: extensionDir } = await buildExtensionOnce();
  // Nobody beats for those who fill the house.
  stack = await startStack({ seatLimit: 3, timing: { lostAfterMs: HOUR_MS } });
  [chrome, plain] = await Promise.all([launchChrome({ extensionDir }), launchPlainChrome()]);
  version = (await stack.view()).version;
});
afterAll(async () => {
  await chrome?.close();
  await plain?.close();
  await stack?.close();
});

async function change(what: SettingsChange): Promise<void> {
  const changed = await tenant().changeSettings(SAM, what, version);
  if (!changed.ok) throw new Error(changed.error.says.key);
  version = changed.value.version;
}

const holderOf = async (name: string) => (await stack.view()).holders.find((holder) => holder.name.startsWith(name));

async function withoutExtension(login: string): Promise<Page> {
  const page = await (await plain.createBrowserContext()).newPage();
  await signIn(page, stack.url, login);
  return page;
}

/** Resolves once the page's connection for news stands. Called before the page goes anywhere. */
async function listening(page: Page): Promise<{ stands: Promise<void> }> {
  const session = await page.createCDPSession();
  await session.send("Network.enable");
  const opened = new Set<string>();
  const stands = new Promise<void>((settle) => {
    session.on("Network.webSocketCreated", ({ requestId, url }) => {
      if (url.endsWith("/.hotseat/listen")) opened.add(requestId);
    });
    session.on("Network.webSocketHandshakeResponseReceived", ({ requestId, response }) => {
      if (opened.has(requestId) && response.status === 101) settle();
    });
  });
  return { stands };
}

/** Until there is no licence left. */
async function fill(): Promise<void> {
  for (let number = 1; (await stack.view()).inUse < (await stack.view()).effective.limit; number++)
    await takeSeat(stack, `filler${number}`, `Filler ${number}`);
}

/** Two more people than there are licences, so that a seat given back meanwhile lets nobody in. Returns the limit before. */
async function overfill(): Promise<number> {
  await fill();
  const { inUse, limit, effective, version: now } = await stack.view();
  await tenant().setLimit(SAM, Math.max(1, inUse - (effective.limit - limit) - 2), now);
  ({ version } = await stack.view());
  return limit;
}

describe("staff", () => {
  test("[P7] [L12] a freed person is told at once, with the extension and without", async () => {
    const hers = await chrome.browser.newPage();
    const his = await (await plain.createBrowserContext()).newPage();
    const listen = await Promise.all([listening(hers), listening(his)]);
    await signIn(hers, stack.url, "ben");
    await signIn(his, stack.url, "carla");
    await Promise.all(listen.map(({ stands }) => stands));
    for (const name of ["Ben", "Carla"]) {
      const holder = await holderOf(name);
      if (holder === undefined) throw new Error(`${name} has no licence`);
      await tenant().evict(SAM, holder.id, "Month-end");
    }
    await chrome.waitForOverlay(hers, (overlay) => overlay?.text.includes("freed by Sam Whitlock") ?? false, SOON_MS);
    await eventually(async () => (await his.$("hotseat-refusal")) !== null, SOON_MS);
    // Or the overlay comes over the page on which she is to sign in next.
    await chrome.pressOverlay(hers, "Continue working");
    await chrome.waitForOverlay(hers, (overlay) => overlay === null);
    await chrome.leave();
    await his.browserContext().close();
  });

  test("[L11] [L14] [X3] a named person reads that they are always let in, and gives nothing back by the main button", async () => {
    const page = await chrome.browser.newPage();
    // L11.1: who is always let in is let in again by the CRM's own polls, within seconds of the end that is looked at here.
    await page.evaluateOnNewDocument(() => {
      for (const name of ["fetch", "WebSocket"]) Reflect.deleteProperty(window, name);
    });
    await signIn(page, stack.url, "ben");
    await eventually(async () => (await holderOf("Ben"))?.tabs === 1);
    const ben = await holderOf("Ben");
    await change({ what: "named_licences", licences: 2 });
    await change({ what: "assign", person: { id: ben?.id ?? HolderId.parse("nobody"), name: "Ben Okafor" } });
    const popup = await chrome.openPopup(page);
    await says(popup, "You have a named licence; you are always let in.");
    expect(await popup.$(".primary")).toBeNull();
    await press(popup, "#release");
    const overlay = await chrome.waitForOverlay(
      page,
      (shown) => shown?.text.includes("You ended your session") ?? false,
    );
    expect(overlay?.text).toContain("You are always let in");
    expect(overlay?.text).not.toContain("if one is free");
    await chrome.pressOverlay(page, "Continue working");
    await chrome.waitForOverlay(page, (shown) => shown === null);
    await popup.close().catch(() => undefined);
  });
});

describe("a licence manager", () => {
  test("[A4] [L17] sees for whom free licences are kept, why each person waits, and which people are not counted", async () => {
    const pool = { id: "accounts", name: "Month-end", groups: ["accounts"], reserved: 2, most: null, priority: 0 };
    await change({ what: "pools", pools: [{ ...pool, windows: null }] });
    await takeSeat(stack, "p1", "Otto Other");
    await takeSeat(stack, "p2", "Wanda Waits");
    const page = await withoutExtension("frank");
    await page.goto(`${stack.url}/.hotseat/admin`);
    const seen = await text(page);
    expect(await page.$$eval(".pill", (pills) => pills.map((pill) => [pill.className, pill.textContent]))).toEqual([
      ["pill pill-warn", "1 free, kept for Month-end"],
    ]);
    expect(seen).toMatch(/Wanda Waits[\s\S]*1 free, kept for Month-end/);
    expect(seen).toMatch(/Not counted[\s\S]*Ben Okafor[\s\S]*End session/);
    expect(await page.$$eval(".gauge-kept", ([bar]) => bar?.getAttribute("width"))).toBe("1");
    // A name leads to the person.
    await follow(page, 'li[data-key="p2"] a.name');
    expect(await text(page)).toContain("Waits for a licence.");
    await eventually(async () => {
      await page.reload();
      return (await text(page)).includes("Free licences reserved for other groups");
    });
    await page.browserContext().close();
  });

  test("[R2] [R5] prints the report and copies the audit's newest hash by one press", async () => {
    const page = await withoutExtension("frank");
    await page.evaluateOnNewDocument(() => {
      const seen = globalThis as unknown as { printed: boolean; copied: string };
      window.print = () => {
        seen.printed = true;
      };
      navigator.clipboard.writeText = async (words) => {
        seen.copied = words;
      };
    });
    await page.goto(`${stack.url}/.hotseat/admin/report`);
    await press(page, "[data-print]");
    expect(await page.evaluate("globalThis.printed")).toBe(true);
    await page.goto(`${stack.url}/.hotseat/admin/audit`);
    await press(page, "[data-copy]");
    expect(await page.evaluate("globalThis.copied")).toMatch(/^\d+:[0-9a-f]{64}$/);
    await page.browserContext().close();
  });

  test("[A1] anyone who is signed out reaches the page asked for, once signed in", async () => {
    const context = await plain.createBrowserContext();
    const wanted = await context.newPage();
    await wanted.goto(`${stack.url}/.hotseat/admin/licensing/rules`);
    await says(wanted, "Sign in to the CRM first");
    const [opened] = await Promise.all([
      new Promise<Page>((settle) => {
        context.on("targetcreated", async (target) => {
          const page = await target.page();
          if (page !== null) settle(page);
        });
      }),
      press(wanted, "a.button"),
    ]);
    await signIn(opened, stack.url, "frank");
    await wanted.bringToFront();
    await says(wanted, "Idle time-out");
    expect(new URL(wanted.url()).pathname).toBe("/.hotseat/admin/licensing/rules");
    await context.close();
  });

  test("[L12] [A1] a quick reason is what the person will read, and an empty look-up keeps its form", async () => {
    const page = await withoutExtension("frank");
    const ben = await holderOf("Ben");
    await page.goto(`${stack.url}/.hotseat/admin/free?holder=${ben?.id}`);
    const reason = await page.$eval(".reasons a", (link) => link.textContent);
    await follow(page, ".reasons a");
    expect(await page.$eval("#note", (note) => (note as HTMLTextAreaElement).value)).toBe(reason);
    expect(await page.$eval("[data-mirror]", (shown) => shown.textContent)).toBe(reason);
    await page.browserContext().close();
    const keeper = await withoutExtension("grace");
    await keeper.goto(`${stack.url}/.hotseat/admin/audit/person?holder=nobody-of-that-key`);
    expect(await keeper.$eval("#holder", (field) => (field as HTMLInputElement).value)).toBe("nobody-of-that-key");
    await keeper.browserContext().close();
  });

  test("[A7] the browser's own time zone is proposed, and set by one press", async () => {
    const page = await withoutExtension("frank");
    await page.emulateTimezone("America/Lima");
    await page.goto(`${stack.url}/.hotseat/admin/licensing/general`);
    await press(page, "[data-browser-zone] button");
    const field = await page.$eval("[data-browser-zone]", (proposal) => (proposal as HTMLElement).dataset.zoneField);
    expect(await page.$eval(`#${field}`, (zone) => (zone as HTMLInputElement).value)).toBe("America/Lima");
    await page.browserContext().close();
  });

  test("[L17] a pool offers the known groups with their people, and asks before it leaves nobody else a seat", async () => {
    const page = await withoutExtension("frank");
    await page.goto(`${stack.url}/.hotseat/admin/licensing/pool`);
    const sales = await page.$eval('input[type=checkbox][value="sales"]', (box) => box.parentElement?.innerText);
    expect(sales).toContain("Ben Okafor");
    // Together with what the pool of an earlier test keeps.
    const { effective, settings } = await stack.view();
    const kept = settings.pools.reduce((sum, { reserved }) => sum + reserved, 0);
    await page.type("#name", "Sales alone");
    await press(page, 'input[type=checkbox][value="sales"]');
    await page.$eval(
      "#reserved",
      (field, most) => ((field as HTMLInputElement).value = `${most}`),
      effective.limit - kept,
    );
    const save = () => enter(page);
    await page.focus("#name");
    await save();
    await page.waitForSelector("button[name=sure]:focus");
    expect((await stack.view()).settings.pools.map(({ name }) => name)).not.toContain("Sales alone");
    await page.browserContext().close();
  });

  test("[A7] a change is confirmed where it was made, in sight, also on a phone", async () => {
    const page = await withoutExtension("frank");
    await page.setViewport({ width: 390, height: 844 });
    await page.goto(`${stack.url}/.hotseat/admin/licensing`);
    const inSight = async (selector: string) =>
      page.$eval(selector, (element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    await page.$eval("#extra", (field) => ((field as HTMLInputElement).value = "2"));
    await follow(page, "#boosts form:has(#extra) button[type=submit]");
    expect(await page.$eval("#boosts .said", (said) => said.textContent)).toBe("The boost is added.");
    expect(await inSight("#boosts .said")).toBe(true);
    await page.$eval("#extra", (field) => ((field as HTMLInputElement).value = "none"));
    await follow(page, "#boosts form:has(#extra) button[type=submit]");
    await page.waitForSelector("#extra:focus");
    expect(await inSight("#extra")).toBe(true);
    await page.browserContext().close();
  });

  test("[L28] [L29] support sets an overdraft, and a manager lends a pool's seats, by forms that keep what was chosen", async () => {
    const support = await withoutExtension("sam");
    const save = (page: Page, form: string) => follow(page, `${form} button[type=submit]`);
    const type = (page: Page, field: string, typed: string) =>
      page.$eval(field, (input, value) => ((input as HTMLInputElement).value = value), typed);
    await support.goto(`${stack.url}/.hotseat/admin/licensing`);
    await type(support, "#overdraft-seats", "2");
    await type(support, "#overdraft-hours", "0");
    await save(support, "#overdraft");
    await support.waitForSelector("#overdraft-hours:focus");
    expect(await support.$eval("#overdraft-seats", (field) => (field as HTMLInputElement).value)).toBe("2");
    await type(support, "#overdraft-hours", "40");
    await save(support, "#overdraft");
    await support.waitForSelector("#overdraft .said");
    expect((await stack.view()).settings.overdraft).toEqual({ seats: 2, hoursPerMonth: 40 });
    const manager = await withoutExtension("frank");
    await manager.goto(`${stack.url}/.hotseat/admin/licensing`);
    expect(await manager.$eval("#overdraft", (card) => card.querySelector("input"))).toBeNull();
    await manager.goto(`${stack.url}/.hotseat/admin/licensing/pool`);
    expect(await manager.$eval("#guarantee-strict", (choice) => (choice as HTMLInputElement).checked)).toBe(true);
    await manager.type("#name", "Lent");
    await manager.type("#groups", "lenders");
    await type(manager, "#reserved", "1");
    await press(manager, "label[for=guarantee-lent]");
    await type(manager, "#minutes", "2");
    const send = () => enter(manager);
    await manager.focus("#minutes");
    await send();
    await manager.waitForSelector("#minutes:focus");
    expect(await manager.$eval("#guarantee-lent", (choice) => (choice as HTMLInputElement).checked)).toBe(true);
    await type(manager, "#minutes", "10");
    await send();
    const lent = (await stack.view()).settings.pools.find(({ name }) => name === "Lent");
    expect(lent?.guarantee).toEqual({ kind: "lent", minutes: 10 });
    await support.goto(`${stack.url}/.hotseat/admin/licensing`);
    await type(support, "#overdraft-seats", "0");
    await save(support, "#overdraft");
    expect((await stack.view()).settings.overdraft.seats).toBe(0);
    await Promise.all([support, manager].map((page) => page.browserContext().close()));
  });
});

describe("people who ask", () => {
  test("[Q1] [Q2] [Q3] staff ask for more on the refusal page, and a manager gives it by one press", async () => {
    version = (await stack.view()).version;
    await change({ what: "pools", pools: [] });
    const before = await overfill();
    const staff = await withoutExtension("elif");
    await staff.waitForSelector("#request:not([hidden])");
    await press(staff, "#request");
    await says(staff, "Your request for more licences is with the people who may decide.");
    expect(await staff.$eval("#request", (button) => (button as HTMLElement).hidden)).toBe(true);
    const manager = await withoutExtension("frank");
    await manager.goto(`${stack.url}/.hotseat/admin`);
    await says(manager, "1 request is open");
    await follow(manager, ".requests a");
    expect(await text(manager)).toMatch(/Elif Şahin asks for 1 more licence/);
    expect(await text(manager)).toMatch(/1 refusal in the last sixty days|No refusal in the last sixty days/);
    expect(await axeFaults(manager)).toEqual([]);
    const { limit } = (await stack.view()).effective;
    await follow(manager, "button[value=boost]");
    expect(await manager.$eval("#open .said", (said) => said.textContent)).toBe("The licences are added for a time.");
    expect((await stack.view()).effective.limit).toBe(limit + 1);
    await manager.goto(`${stack.url}/.hotseat/admin`);
    expect(await manager.$(".requests")).toBeNull();
    ({ version } = await stack.view());
    await tenant().setLimit(SAM, before, version);
    await staff.browserContext().close();
    await manager.browserContext().close();
  });

  test("[Q1] [Q2] a manager asks for a lower limit from where it is locked, and support carries it out by one press", async () => {
    const manager = await withoutExtension("frank");
    await manager.goto(`${stack.url}/.hotseat/admin/licensing`);
    await follow(manager, "#limit .lock a");
    expect(await manager.$eval("#kind-lower", (field) => (field as HTMLInputElement).checked)).toBe(true);
    await manager.type("#count", "99");
    await follow(manager, "#ask button[type=submit]");
    const { limit } = await stack.view();
    expect(await manager.$eval("#count-fault", (fault) => fault.textContent)).toBe(
      `A lower limit is a whole number from 1 to ${limit - 1}.`,
    );
    await manager.$eval("#count", (field) => ((field as HTMLInputElement).value = "2"));
    await manager.type("#note", "Two people have left.");
    await follow(manager, "#ask button[type=submit]");
    expect(await text(manager)).toMatch(/Support decides this\./);
    expect(await manager.$("button[value=lower]")).toBeNull();
    const support = await withoutExtension("sam");
    await support.goto(`${stack.url}/.hotseat/admin/requests`);
    expect(await text(support)).toMatch(
      new RegExp(`asks for a limit of 2 instead of ${limit}\\s+Two people have left\\.`),
    );
    await follow(support, "button[value=lower]");
    expect((await stack.view()).limit).toBe(2);
    await manager.reload();
    expect(await text(manager)).toMatch(/Limit lowered, by Sam Whitlock/);
    await manager.browserContext().close();
    await support.browserContext().close();
  });
});

describe("an announcement", () => {
  test("[Q4] is made on a page, read beside the CRM's page with the extension and without, and covers nothing", async () => {
    version = (await stack.view()).version;
    const raised = await tenant().setLimit(SAM, 20, version);
    if (!raised.ok) throw new Error(raised.error.says.key);
    // Ben is signed in since an earlier test.
    await chrome.leave();
    const hers = await chrome.browser.newPage();
    const his = await (await plain.createBrowserContext()).newPage();
    await signIn(hers, stack.url, "ben");
    await signIn(his, stack.url, "carla");
    await eventually(async () => (await holderOf("Ben"))?.tabs === 1 && (await holderOf("Carla"))?.tabs === 1);
    const manager = await withoutExtension("frank");
    await manager.goto(`${stack.url}/.hotseat/admin/licensing/general`);
    await manager.type("#announcement-text", "Maintenance at 18:00, please save");
    await follow(manager, "#announcement form:has(textarea) button[type=submit]");
    expect(await manager.$eval("#announcement .said", (said) => said.textContent)).toBe("It is announced.");
    // The next heartbeat brings it; a page that opens sends one at once.
    await Promise.all([hers.reload(), his.reload()]);
    await chrome.waitForOverlay(
      hers,
      (overlay) => overlay?.kind === "warning" && overlay.text.includes("Maintenance at 18:00, please save"),
    );
    const popup = await chrome.openPopup(hers);
    await says(popup, "Maintenance at 18:00, please save");
    await popup.close().catch(() => undefined);
    await chrome.pressOverlay(hers, "OK");
    await chrome.waitForOverlay(hers, (overlay) => overlay === null);
    await hers.reload();
    await eventually(async () => (await holderOf("Ben"))?.tabs === 1);
    expect(await chrome.overlayOf(hers)).toBeNull();
    await his.waitForSelector('::-p-aria(OK[role="button"])');
    expect(JSON.stringify(await his.accessibility.snapshot({ interestingOnly: false }))).toContain(
      "Maintenance at 18:00, please save",
    );
    expect(await his.$("#sign-out")).not.toBeNull();
    await press(his, '::-p-aria(OK[role="button"])');
    await eventually(async () => (await his.$('::-p-aria(OK[role="button"])')) === null);
    await chrome.leave();
    await his.browserContext().close();
    await manager.browserContext().close();
  });
});

describe("by keyboard alone", () => {
  const focusComesTo = (page: Page, words: string) =>
    page.waitForFunction((wanted) => document.activeElement?.textContent === wanted, {}, words);
  const focusOf = (page: Page) =>
    page.evaluate(() => (document.activeElement?.textContent ?? "").replace(/\s+/g, " ").trim());
  const tabTo = async (page: Page, selector: string) => {
    await page.bringToFront();
    for (let presses = 0; presses < 150; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    }
    throw new Error(`Tab does not lead to ${selector}`);
  };
  const pressByKey = async (page: Page, selector: string) => {
    await tabTo(page, selector);
    await page.keyboard.press("Enter");
  };
  const enterAt = async (page: Page, selector: string) => {
    await tabTo(page, selector);
    await enter(page);
  };
  const signInByKeys = async (login: string): Promise<Page> => {
    const page = await (await plain.createBrowserContext()).newPage();
    await page.goto(`${stack.url}/login`, { waitUntil: "domcontentloaded" });
    if (!(await page.evaluate(() => document.activeElement?.id === "login"))) await tabTo(page, "#login");
    await page.keyboard.type(login);
    await tabTo(page, "#password");
    await page.keyboard.type(`${login}-larch`);
    await enter(page, "domcontentloaded");
    return page;
  };
  test("[A1] [G5] staff leave the line and join it, a manager raises the limit, support lowers it; the focus is never lost", async () => {
    version = (await stack.view()).version;
    await change({ what: "pools", pools: [] });
    await tenant().setLimit(SAM, 4, version);
    await overfill();
    const staff = await signInByKeys("dmitri");
    await staff.waitForSelector("#leave:not([hidden])");
    await tabTo(staff, ".way-on button");
    await pressByKey(staff, "#leave");
    await says(staff, "You have left the line");
    expect(await focusOf(staff)).toBe("Wait for a licence");
    await enter(staff);
    await staff.waitForSelector("#ask:not([hidden])");
    await pressByKey(staff, "#ask");
    await staff.waitForFunction(() => document.querySelector("#asked:focus")?.textContent !== "");

    const manager = await withoutExtension("frank");
    await manager.goto(`${stack.url}/.hotseat/admin`);
    // Whoever waits is let in as soon as there is room for everybody in line.
    for (let raises = 0; raises < 8 && (await stack.view()).waiting.length > 0; raises++) {
      await enterAt(manager, ".quick form button:not(.button-quiet)");
      await focusComesTo(manager, "The limit is set.");
    }
    await staff.bringToFront();
    await staff.waitForFunction(() => document.querySelector("#sign-out") !== null);

    const support = await signInByKeys("sam");
    await support.goto(`${stack.url}/.hotseat/admin/licensing`);
    await tabTo(support, "#limit-field");
    await support.keyboard.type("nine");
    await enter(support);
    await eventually(() => support.evaluate(() => document.activeElement?.id === "limit-field"));
    await support.keyboard.press("End");
    for (let typed = 0; typed < 4; typed++) await support.keyboard.press("Backspace");
    await support.keyboard.type("1");
    await enter(support);
    await focusComesTo(support, "The limit is set.");
    expect((await stack.view()).limit).toBe(1);
    for (const page of [staff, manager, support]) await page.browserContext().close();
  });
});
