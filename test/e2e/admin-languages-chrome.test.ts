/**
 * The administration in a real Chromium, as readers of four languages meet it: nothing for axe to find on any page,
 * light and dark, in two of them; no page wider than a telephone in any; and what the pages of the records are for,
 * done by keyboard alone. HOTSEAT_SHOTS names a folder for pictures of it all.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, HTTPRequest, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFaults, axeFaultsInBoth, showIn } from "./support/axe.ts";
import { signIn } from "./support/larch-page.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { enter, follow } from "./support/press.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { eventually, until } from "./support/waiting.ts";

const ADMIN = "/.hotseat/admin";
const shots = process.env.HOTSEAT_SHOTS;
let stack: Stack;
let browser: Browser;
/** Frank manages licences, Grace administers, Anna and Ben have the seats, Carla has none. */
let frank: Page;
let grace: Page;
let carla: Page;

const personAt = async (login: string): Promise<Page> => {
  const page = await (await browser.createBrowserContext()).newPage();
  await signIn(page, stack.url, login);
  return page;
};

beforeAll(async () => {
  if (shots !== undefined) await mkdir(shots, { recursive: true });
  stack = await startStack({ seatLimit: 2, bindings: { TIME_ZONE: "Europe/Berlin" } });
  browser = await launchPlainChrome();
  await personAt("anna");
  await personAt("ben");
  carla = await personAt("carla");
  await carla.goto(`${stack.url}/contacts`);
  frank = await personAt("frank");
  grace = await personAt("grace");
  await eventually(async () => (await stack.view()).waiting.some(({ name }) => name.startsWith("Carla")));
  await rememberWeeks();
  PAGES.group = await makeGroup(grace);
  PAGES["refusal-then"] = await until(() => findPast(grace));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

/** Every page of the administration; a 401 is asked for by somebody who never signed in. */
const PAGES: Record<string, string> = {
  seats: "",
  found: "?q=ann&sort=name-asc",
  free: "/free?holder=u1",
  licensing: "/licensing",
  people: "/licensing/people?assign=elif",
  rules: "/licensing/rules",
  general: "/licensing/general",
  groups: "/licensing/groups",
  pool: "/licensing/pool",
  holidays: "/licensing/holidays",
  trial: "/licensing/trial",
  integrations: "/integrations",
  requests: "/requests",
  warnings: "/warnings",
  managers: "/managers",
  rights: "/managers/rights",
  refusals: "/refusals",
  "refusals-fault": "/refusals?from=2026-03-03&to=2026-02-02",
  usage: "/usage",
  "what-if": "/usage/what-if?limit=3&minutes=20",
  "usage-people": "/usage/people",
  teams: "/usage/teams",
  forecast: "/usage/forecast",
  mix: "/usage/mix?concurrent=60&named=25",
  "mix-fault": "/usage/mix?concurrent=60&named=0",
  report: "/report",
  audit: "/audit",
  person: "/audit/person?holder=u1",
  alerts: "/alerts",
  nothing: "/nothing-here",
};

/** Nine weeks of use before today, on most days by more people than there are licences for, as a forecast counts them. */
async function rememberWeeks(): Promise<void> {
  const records = await stack.worker().database("RECORDS");
  await records
    .prepare(
      `WITH RECURSIVE past (quarter) AS (
         SELECT unixepoch('now', 'start of day') / 900 - 96 * 63
         UNION ALL SELECT quarter + 1 FROM past WHERE quarter + 1 < unixepoch('now', 'start of day') / 900 - 96
       )
       INSERT INTO usage (tenant, pool, quarter, peak, seat_ms, limit_ms, full_ms, least_free, grants, denials, waited_ms,
         lost_ms, revision)
       SELECT 'larch', '', quarter, 2 + (quarter / 96) % 3, 900000, 1800000, 900000, 0, 1, 0, 0, 0, 0 FROM past
       WHERE quarter % 96 BETWEEN 32 AND 64`,
    )
    .run();
}

/** Makes a group of the firm's own; its page, without the administration's own path. */
async function makeGroup(page: Page): Promise<string> {
  await page.goto(`${stack.url}${ADMIN}/licensing/groups`);
  await page.type("[name=name]", "Night shift");
  await page.type("[name=rules]", "*@nights.example");
  await follow(page, "form[action$='/make'] button");
  return pathOf(page.url());
}

/** Where the list of refusals leads to the first as it was; undefined while the records do not have it yet. */
async function findPast(page: Page): Promise<string | undefined> {
  await page.goto(`${stack.url}${ADMIN}/refusals`);
  const link = await page
    .$eval("a[href*='/refusals/then']", (a) => (a as HTMLAnchorElement).href)
    .catch(() => undefined);
  return link === undefined ? undefined : pathOf(link);
}

const pathOf = (address: string): string => address.slice(`${stack.url}${ADMIN}`.length);

const speak = (page: Page, language: string) => page.setExtraHTTPHeaders({ "accept-language": language });
const shoot = async (page: Page, name: string) => {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
};

/** What is wider than the window and cannot be scrolled within itself. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((part) => part.getBoundingClientRect().right > clientWidth && part.closest(".scroll") === null)
      .map((part) => part.outerHTML.slice(0, 120));
  });

/** How far the row of rooms is scrolled although the page's own link would stand in view without it; px. */
const scrolledInVain = (page: Page) =>
  page.evaluate(() => {
    const row = document.querySelector(".top");
    const current = row?.querySelector("[aria-current]");
    if (row == null || current == null) return 0;
    const beyond = current.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (beyond > 0) return `the link lies ${beyond} px beyond the edge`;
    return beyond + row.scrollLeft > -16 ? 0 : row.scrollLeft;
  });

const openedAsTelephone = async (page: Page, name: string, path: string, language: string) => {
  await speak(page, language);
  await page.setViewport({ width: 380, height: 800 });
  await showIn(page, "light");
  await page.goto(`${stack.url}${ADMIN}${path}`);
  expect(await page.evaluate(() => document.documentElement.lang), name).toBe(language);
  expect(await overflow(page), name).toEqual([]);
  expect(await scrolledInVain(page), name).toBe(0);
  await shoot(page, `admin-${name}-${language}-380`);
};

describe("[A6] every page", () => {
  test.each(["en", "de"])(
    "fits a telephone, and has nothing for axe to find on a wide screen, %s",
    async (language) => {
      const stranger = await (await browser.createBrowserContext()).newPage();
      const visits: [string, Page, string][] = [
        ...Object.entries(PAGES).map(([name, path]): [string, Page, string] => [name, grace, path]),
        ["not-allowed", carla, ""],
        ["signed-out", stranger, ""],
      ];
      for (const [name, page, path] of visits) {
        await openedAsTelephone(page, name, path, language);
        await page.setViewport({ width: 1200, height: 900 });
        const pictured = (colour: string) => shoot(page, `admin-${name}-${language}-${colour}`);
        // Colours are the same in every language.
        if (language === "en") expect(await axeFaultsInBoth(page, pictured), name).toEqual([]);
        else {
          expect(await axeFaults(page), name).toEqual([]);
          await pictured("light");
        }
      }
    },
    240_000,
  );

  test.each(["fr", "es"])("fits a telephone, %s", async (language) => {
    for (const [name, path] of Object.entries(PAGES)) await openedAsTelephone(grace, name, path, language);
  });
});

test.each(["en", "fr", "de", "es"])(
  "[G5] the refusal in its place has nothing for axe to find and fits, %s",
  async (language) => {
    const page = await (await browser.createBrowserContext()).newPage();
    await speak(page, language);
    await signIn(page, stack.url, "elif");
    await page.setViewport({ width: 1200, height: 800 });
    const pictured = (colour: string) => shoot(page, `gate-refusal-${language}-${colour}-1200`);
    expect(await axeFaultsInBoth(page, pictured)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
    await showIn(page, "light");
    await page.setViewport({ width: 380, height: 800 });
    expect(await axeFaults(page)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
    await shoot(page, `gate-refusal-${language}-light-380`);
    await page.browserContext().close();
  },
);

/** Where each thing that can be pressed is on the page. */
const pressable = (page: Page) =>
  page.$$eval("a, button, summary, input:not([type=hidden])", (parts) =>
    parts
      .filter((part) => part.checkVisibility({ visibilityProperty: true }))
      .map((part) => {
        const { x, y } = part.getBoundingClientRect();
        return `${part.id || part.textContent} at ${Math.round(x)}, ${Math.round(y)}`;
      }),
  );

/** A refusal whose requests to this path of Hotseat are on their way until `answer` is called. */
async function refusedSlowly(path: string, login: string, width: number, language: string) {
  const page = await (await browser.createBrowserContext()).newPage();
  await speak(page, language);
  await page.setViewport({ width, height: 800 });
  await signIn(page, stack.url, login);
  let held: HTTPRequest[] | null = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (held !== null && request.url().includes(path)) held.push(request);
    else void request.continue();
  });
  const opened = page.goto(`${stack.url}/contacts`);
  await page.waitForSelector(".firm ~ #news");
  const answer = () => {
    for (const request of held ?? []) void request.continue();
    held = null;
    return opened;
  };
  return { page, answer };
}
const isInLine = (page: Page) => page.$eval("#leave", (leave) => !(leave as HTMLElement).hidden);

test.each([
  ["elif", 1200, "en"],
  ["elif", 380, "de"],
  ["frank", 1200, "es"],
  ["frank", 380, "fr"],
])(
  "[G5.13] nothing on a refusal that can be pressed moves when its script runs and is answered: %s, %i px, %s",
  async (login, width, language) => {
    const { page, answer } = await refusedSlowly("/.hotseat/", login, width, language);
    const before = await pressable(page);
    expect(before.length).toBeGreaterThan(2);
    await answer();
    await eventually(() => isInLine(page));
    await shoot(page, `gate-refusal-waiting-${login}-${language}-${width}`);
    expect(await pressable(page)).toEqual(expect.arrayContaining(before));
    await page.browserContext().close();
  },
);

test("[G5.13] a refusal stays as it is while something on it is pressed", async () => {
  const { page, answer } = await refusedSlowly("/.hotseat/api/", "elif", 1200, "en");
  await page.waitForFunction(() => document.readyState === "complete");
  await page.mouse.move(600, 160);
  await page.mouse.down();
  const answered = page.waitForResponse((response) => response.url().endsWith("/.hotseat/api/status"));
  await answer();
  await (await answered).text();
  await page.evaluate(() => new Promise((settle) => setTimeout(settle, 50)));
  expect(await isInLine(page)).toBe(false);
  await page.mouse.up();
  await eventually(() => isInLine(page));
  await page.browserContext().close();
});

/** Presses Tab until the element has the focus; throws when it cannot be reached so. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`${selector} is not reached by Tab`);
}
const textOf = (page: Page, selector: string) =>
  page.$eval(selector, (part) => (part.textContent ?? "").replace(/\s+/g, " ").trim());
const focusComesTo = (page: Page, words: string) =>
  page.waitForFunction((wanted) => document.activeElement?.textContent?.trim() === wanted, {}, words);
const retype = async (page: Page, text: string) => {
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.type(text);
};

/** Where the focus is: what it is on, and whether one sees it there. */
interface Stop {
  what: string;
  marked: boolean;
  inSight: boolean;
}
interface Walked extends Window {
  /** What had the focus at each press of Tab; null where nothing of the page has it. */
  stops: (Stop | null)[];
}

/** Runs in the page: at each press of Tab, before it moves the focus, notes where that is. */
function noteStops(): void {
  const scope = window as unknown as Walked;
  scope.stops = [];
  const stopAt = (at: Element | null): Stop | null => {
    if (at === null || at === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const { top, bottom, left, right, width, height } = at.getBoundingClientRect();
    return {
      what: at.outerHTML.slice(0, 100),
      marked: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      inSight: width > 0 && height > 0 && top < innerHeight && bottom > 0 && left < innerWidth && right > 0,
    };
  };
  addEventListener("keydown", ({ key }) => key === "Tab" && scope.stops.push(stopAt(document.activeElement)), true);
}

/** Each stop of Tab, from the page's start until it leads out of the page, or `most` of them. */
async function stopsOf(page: Page, most: number): Promise<Stop[]> {
  await page.evaluate(noteStops);
  const session = await page.createCDPSession();
  const press = (type: "rawKeyDown" | "keyUp") =>
    session.send("Input.dispatchKeyEvent", { type, key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
  try {
    for (;;) {
      // The browser takes them in their order: to wait for each costs more than the press.
      await Promise.all(Array.from({ length: 20 }, () => [press("rawKeyDown"), press("keyUp")]).flat());
      // The first is where Tab begins.
      const stops = (await page.evaluate(() => (window as unknown as Walked).stops)).slice(1);
      const out = stops.indexOf(null);
      if (out !== -1 || stops.length >= most)
        return stops.slice(0, out === -1 ? most : out).filter((stop) => stop !== null);
    }
  } finally {
    await session.detach();
  }
}

describe("by keyboard alone", () => {
  test.each([1200, 390])(
    "[A6] Tab leads through every page and out again, always in sight, %i px wide",
    async (width) => {
      await speak(grace, "en");
      await grace.setViewport({ width, height: 844 });
      for (const [name, path] of Object.entries(PAGES)) {
        await grace.goto(`${stack.url}${ADMIN}${path}`);
        await grace.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
        const stops = await stopsOf(grace, 250);
        expect(
          stops.filter(({ marked, inSight }) => !marked || !inSight).map(({ what }) => what),
          name,
        ).toEqual([]);
        expect(stops.length, `${name}: Tab leads out`).toBeLessThan(250);
        expect(stops.length, name).toBeGreaterThan(3);
      }
    },
  );

  const open = async (path: string, page = frank) => {
    await speak(page, "en");
    await page.setViewport({ width: 1200, height: 900 });
    await page.goto(`${stack.url}${ADMIN}${path}`);
  };

  test("[A6] a language is chosen, kept and chosen back", async () => {
    const page = await personAt("sam");
    await open("/usage?period=30", page);
    await tabTo(page, 'button[value="fr"]');
    await enter(page);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("fr");
    expect(page.url()).toBe(`${stack.url}${ADMIN}/usage?period=30`);
    await page.goto(`${stack.url}${ADMIN}`);
    expect(await textOf(page, "h1")).toBe("Maintenant");
    // The CRM never hears of it.
    await page.goto(`${stack.url}/login`);
    expect(await page.cookies()).not.toContainEqual(expect.objectContaining({ name: "__Secure-hotseat-language" }));
    await open("", page);
    await tabTo(page, 'button[value="en"]');
    await enter(page);
    expect(await textOf(page, "h1")).toBe("Now");
  });

  test("[A1] the skip link leads past the head of the page", async () => {
    await open("");
    await frank.keyboard.press("Tab");
    expect(await textOf(frank, ":focus")).toBe("Skip to the content");
    await frank.keyboard.press("Enter");
    await eventually(() => frank.evaluate(() => document.activeElement?.id === "main"));
  });

  test("[A1] refusals are filtered", async () => {
    await open("/refusals");
    await tabTo(frank, "#person");
    await frank.keyboard.type("nobody of that name");
    await enter(frank);
    expect(frank.url()).toContain("person=nobody");
    await tabTo(frank, "#person");
    await retype(frank, "Carla");
    await enter(frank);
    expect(await textOf(frank, "main")).toContain("Carla Núñez");
  });

  test("[A1] a period is shown and another limit tried", async () => {
    await open("/usage");
    await tabTo(frank, "#period");
    await frank.keyboard.press("ArrowUp");
    await tabTo(frank, "form.filter button");
    await enter(frank);
    expect(frank.url()).toContain("period=30");
    await tabTo(frank, "#try-limit");
    await retype(frank, "3");
    await enter(frank);
    expect(frank.url()).toContain("limit=3");
    expect(await textOf(frank, "#what-if")).toMatch(/With 3 licences|no days of use/);
  });

  test("[R3] on a narrow screen the chart of days opens at today, and leads back to the days before", async () => {
    await open("/usage?period=90");
    await frank.setViewport({ width: 390, height: 844 });
    await frank.reload();
    const chart = await frank.$eval(".scroll-end", (box) => {
      const [seen, drawn] = [box.getBoundingClientRect(), (box.firstElementChild as Element).getBoundingClientRect()];
      return {
        hidden: box.scrollWidth - box.clientWidth,
        beyond: drawn.right - seen.right,
        before: seen.left - drawn.left,
      };
    });
    expect(chart.hidden).toBeGreaterThan(50);
    expect(chart.beyond).toBeLessThan(4);
    expect(chart.before).toBeGreaterThan(50);
  });

  test("[R3.6] somebody is found among the people, and leads to their page", async () => {
    await open("/usage/people");
    expect(await textOf(frank, "main")).toContain("Carla Núñez");
    await tabTo(frank, "#q");
    await frank.keyboard.type("lindstr");
    await enter(frank);
    expect(await textOf(frank, "[aria-labelledby=list-title] .card-head .quiet")).toBe("1 person");
    expect(await textOf(frank, "[aria-labelledby=list-title] tbody")).toContain("has a licence now");
    await tabTo(frank, "[aria-labelledby=list-title] tbody a.name");
    await enter(frank);
    expect(await textOf(frank, "h1")).toBe("Anna Lindström");
  });

  test("[R3.7] a group's days and hours are opened", async () => {
    await open("/usage/teams");
    await tabTo(frank, "[aria-labelledby=teams-title] a.name");
    await enter(frank);
    const group = new URL(frank.url()).searchParams.get("group");
    expect(await textOf(frank, "#team-title")).toBe(group);
    expect(await frank.$$eval("[aria-labelledby=team-title] svg", (charts) => charts.length)).toBe(1);
  });

  test("[R3.9] the cheapest mix is found at prices typed in, and a wrong price is said", async () => {
    await open("/usage/mix");
    await tabTo(frank, "#price-concurrent");
    await retype(frank, "60");
    await tabTo(frank, "#price-named");
    await retype(frank, "0");
    await enter(frank);
    await eventually(() => frank.evaluate(() => document.activeElement?.id === "price-named"));
    await retype(frank, "25,50");
    await enter(frank);
    expect(await textOf(frank, "main .verdict")).toMatch(/ named licences?, for [\d.]+ in all\.$/);
  });

  test("[R3.9] [L18] a boost that the forecast proposes is planned by one press", async () => {
    await open("/usage/forecast");
    await tabTo(frank, "[aria-labelledby=plan-title] button");
    const [, extra] = /^Plan \+(\d+) /.exec(await textOf(frank, ":focus")) ?? [];
    await enter(frank);
    expect(pathOf(frank.url())).toMatch(/^\/licensing\?done=boost#boosts$/);
    const { boosts } = (await stack.view()).settings;
    expect(boosts.map((boost) => [boost.extra, boost.by])).toEqual([[Number(extra), "Frank Weiß"]]);
    expect(boosts[0]?.from).toBeGreaterThan(Date.now());
  });

  test("[A11] a warning leads to what puts it right, and goes with it", async () => {
    await open("/warnings");
    const warned = () => frank.$$eval(".warnings li", (rows) => rows.map(({ id }) => id));
    expect(await warned()).toContain("no_receiver");
    await tabTo(frank, "#no_receiver a");
    await enter(frank);
    await tabTo(frank, "#url");
    await frank.keyboard.type("https://hooks.example.com/warned");
    await enter(frank);
    await focusComesTo(frank, "The receiver is added. Send a test to see whether it arrives.");
    await open("/warnings");
    expect(await warned()).not.toContain("no_receiver");
    await open("/alerts");
    await tabTo(frank, 'button[aria-label="Remove hooks.example.com"]');
    await enter(frank);
    await focusComesTo(frank, "The receiver is removed.");
  });

  test("[L19] a refusal opens as it was", async () => {
    await open("/refusals?person=Carla");
    await tabTo(frank, "a[href*='/refusals/then']");
    await enter(frank);
    const said = await textOf(frank, "main");
    for (const part of ["Carla Núñez", "All licences in use", "2 of 2", "Limit 3", "Anna", "Ben"])
      expect(said).toContain(part);
  });

  test("[A1] the audit is filtered by kind", async () => {
    await open("/audit");
    await tabTo(frank, "#kind");
    await frank.keyboard.type("refused");
    await tabTo(frank, "form.filter button");
    await enter(frank);
    expect(frank.url()).toContain("kind=denial_opened");
    expect(await textOf(frank, "main")).toContain("Carla Núñez");
  });

  test("[A1] a receiver of alerts is refused with the reason, added, and taken away", async () => {
    await open("/alerts");
    await tabTo(frank, "#url");
    await frank.keyboard.type("https://localhost/hook");
    await enter(frank);
    expect(await textOf(frank, "#add [role=alert]")).toBe("The address must be one of the public internet.");
    await eventually(() => frank.evaluate(() => document.activeElement?.id === "url"));
    await retype(frank, "https://hooks.example.com/hook");
    await enter(frank);
    await focusComesTo(frank, "The receiver is added. Send a test to see whether it arrives.");
    await tabTo(frank, 'button[aria-label="Remove hooks.example.com"]');
    await enter(frank);
    await focusComesTo(frank, "The receiver is removed.");
    await tabTo(frank, "#percent");
    await retype(frank, "12");
    await enter(frank);
    await eventually(() => frank.evaluate(() => document.activeElement?.id === "percent"));
    await retype(frank, "85");
    await enter(frank);
    await focusComesTo(frank, "The share is set.");
    await eventually(() => frank.evaluate(() => document.activeElement?.closest("section")?.id === "near"));
  });

  test("[A1] one person's data is looked up", async () => {
    await open("/audit", grace);
    await tabTo(grace, "#holder");
    await grace.keyboard.type("u1");
    await enter(grace);
    expect(await textOf(grace, "h1")).toBe("What is recorded of u1");
    expect(await textOf(grace, "main")).toContain("Anna Lindström");
  });
});
