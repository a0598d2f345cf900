/**
 * The administration in a real Chromium: nothing for axe to find, each page's main task by keyboard alone, and the
 * seats as they change. HOTSEAT_SHOTS names a folder for pictures of it all.
 */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, ElementHandle, HTTPRequest, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS } from "../../shared/durations.ts";
import { HolderId } from "../../shared/ids.ts";
import type { Person, TenantCalls } from "../../worker/tenant/tenant-calls.ts";
import { axeFaults, axeFaultsInBoth, showIn } from "./support/axe.ts";
import { signIn } from "./support/larch-page.ts";
import { launchPlainChrome } from "./support/plain-chrome.ts";
import { enter } from "./support/press.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { takeSeat } from "./support/tenant.ts";
import { eventually } from "./support/waiting.ts";

const ADMIN = "/.hotseat/admin";
const shots = process.env.HOTSEAT_SHOTS;
const SUE: Person = { id: HolderId.parse("u8"), name: "Sam Whitlock", email: null, role: "support" };
/** Names that a CRM may hold. */
const NAMES = [
  "Anna Lindström",
  "<img src=x onerror=alert(1)>",
  "שלום \u202eעולם",
  '=HYPERLINK("http://evil.example")',
  "N".repeat(200),
  "Zoë Zimmer",
  "Bert Baker",
  "Gina Gates",
];

let stack: Stack;
let browser: Browser;
const tenant = (): TenantCalls => stack.worker().tenant("larch");

beforeAll(async () => {
  if (shots !== undefined) await mkdir(shots, { recursive: true });
  stack = await startStack({
    seatLimit: 6,
    // Nobody beats for the people who are seated here, and the file takes longer on a busy machine than silence may.
    timing: { lostAfterMs: HOUR_MS },
    bindings: { TIME_ZONE: "Europe/Berlin", SUPPORT: "help@vendor.example" },
  });
  await furnish();
  browser = await launchPlainChrome();
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const value = async <T>(answer: Promise<{ ok: true; value: T } | { ok: false; error: { says: { key: string } } }>) => {
  const told = await answer;
  if (!told.ok) throw new Error(told.error.says.key);
  return told.value;
};

const seat = (id: string, name: string, groups: string[] = ["sales"]) => takeSeat(stack, id, name, groups);

async function furnish() {
  let { version } = await value(tenant().adminView(SUE));
  const change = async (what: Parameters<TenantCalls["changeSettings"]>[1]) => {
    ({ version } = await value(tenant().changeSettings(SUE, what, version)));
  };
  const windows = [
    { kind: "weekly" as const, days: [1, 2], from: "08:00", to: "18:00" },
    { kind: "monthly" as const, fromDay: -3, toDay: -1 },
  ];
  const pool = { id: "finance", name: "Finance", groups: ["accounts"], reserved: 0, most: 5, priority: 3, windows };
  await change({ what: "pools", pools: [pool, { ...pool, id: "field", name: "<b>Field", windows: null }] });
  await change({ what: "named_licences", licences: 3 });
  await change({ what: "assign", person: { id: HolderId.parse("u20"), name: "Ursula Named" } });
  await change({ what: "exempt", person: { id: HolderId.parse("u21"), name: "<script>Eve" } });
  await change({ what: "records_agreed", agreed: 50_000 });
  await change({ what: "boost", extra: 5, startsInMs: 86_400_000, lastsMs: 86_400_000 });
  const christmas = { date: "2026-12-25", name: "Christmas <b>Day", yearly: true };
  await change({
    what: "holidays",
    holidays: [christmas, { date: "2027-03-26", name: "N".repeat(100), yearly: false }],
  });
  for (const [place, name] of NAMES.entries())
    await seat(`p${place}`, name, place % 3 === 0 ? ["accounts"] : ["sales"]);
  await value(tenant().makeToken(SUE, { name: "<i>Mail", kind: "mail", policy: "reserved" }));
}

/** A person signed in to the CRM, in a browser of their own. */
async function visitor(login: string): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  await signIn(page, stack.url, login);
  return page;
}

const PAGES: Record<string, string> = {
  now: "",
  "now-found": "?q=zim&sort=name-asc",
  free: "/free?holder=p1",
  licensing: "/licensing",
  people: "/licensing/people?assign=zimmer",
  rules: "/licensing/rules",
  general: "/licensing/general",
  pool: "/licensing/pool?id=finance",
  repeat: "/licensing/boost/repeat",
  holidays: "/licensing/holidays",
  trial: "/licensing/trial",
  groups: "/licensing/groups",
  integrations: "/integrations",
  warnings: "/warnings",
  managers: "/managers",
  rights: "/managers/rights",
};

describe("the pages", () => {
  test.each(["frank", "sam"])("[A1] axe finds nothing, and nothing is cut off, for %s", async (login) => {
    const page = await visitor(login);
    const alerts: string[] = [];
    page.on("dialog", (dialog) => {
      alerts.push(dialog.message());
      dialog.dismiss().catch(() => undefined);
    });
    for (const [name, path] of Object.entries(PAGES)) {
      const shoot = (width: number) => async (colour: string) => {
        const shot = `${login}-${name}-${width}-${colour}.png`;
        if (shots !== undefined) await page.screenshot({ path: join(shots, shot), fullPage: true });
      };
      const fits = async (width: number) =>
        expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
      await page.setViewport({ width: 380, height: 900 });
      await page.goto(`${stack.url}${ADMIN}${path}`);
      expect(await axeFaultsInBoth(page, shoot(380)), `${name}, 380`).toEqual([]);
      await fits(380);
      // Colours do not change with the width.
      await page.setViewport({ width: 1200, height: 900 });
      await showIn(page, "light");
      expect(await axeFaults(page), `${name}, 1200`).toEqual([]);
      await shoot(1200)("light");
      await fits(1200);
    }
    await page.setViewport({ width: 380, height: 900 });
    for (const language of ["de", "fr", "es"]) {
      await page.setExtraHTTPHeaders({ "accept-language": language });
      for (const [name, path] of Object.entries(PAGES)) {
        await page.goto(`${stack.url}${ADMIN}${path}`);
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name}, ${language}`).toBe(380);
        const shot = `${login}-${name}-380-${language}.png`;
        if (shots !== undefined) await page.screenshot({ path: join(shots, shot), fullPage: true });
      }
    }
    expect(alerts).toEqual([]);
    await page.browserContext().close();
  });
});

/** Presses Tab until the focus is where it should be: what a person without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard never reached ${selector}`);
}
const textOf = (page: Page): Promise<string> => page.evaluate(() => document.body.innerText);

describe("by keyboard alone", () => {
  test("[A4] [L12] somebody is found and the seat is freed", async () => {
    const page = await visitor("frank");
    await page.goto(`${stack.url}${ADMIN}`);
    await tabTo(page, "#q");
    await page.keyboard.type("ZIMMER");
    await enter(page);
    expect(await page.$$eval("table.people tbody tr", (rows) => rows.length)).toBe(1);
    await tabTo(page, "td.act a");
    await enter(page);
    expect(await textOf(page)).toContain("What Zoë Zimmer will see");
    await tabTo(page, "#note");
    await page.keyboard.type("Month-end");
    expect(await page.$eval("[data-mirror]", (mirror) => mirror.textContent)).toBe("Month-end");
    await tabTo(page, "button.button-danger");
    await enter(page);
    expect(await textOf(page)).toContain("The licence is freed");
    expect(await stack.seated()).not.toContain("Zoë Zimmer");
    await page.browserContext().close();
  });

  test("[A7] the limit is raised, and lowering is told to be support's", async () => {
    const page = await visitor("frank");
    await page.goto(`${stack.url}${ADMIN}/licensing`);
    const set = async (limit: string) => {
      await tabTo(page, "#limit-field");
      await page.keyboard.type(limit);
      await enter(page);
    };
    await set("9");
    expect(await textOf(page)).toContain("The limit is set.");
    expect((await stack.view()).limit).toBe(9);
    await set("3");
    expect(await textOf(page)).toContain("Only support lowers the limit");
    expect(await page.$eval("#limit-field", (field) => (field as HTMLInputElement).value)).toBe("3");
    expect((await stack.view()).limit).toBe(9);
    await page.browserContext().close();
  });

  test("[L20] a group of the firm's own is made, filled from a list and a file, and searched", async () => {
    const page = await visitor("frank");
    await page.goto(`${stack.url}${ADMIN}/licensing/groups`);
    await tabTo(page, "#name");
    await page.keyboard.type("Month-end");
    await enter(page);
    expect(await textOf(page)).toContain("The group is made.");
    await tabTo(page, "#find-name");
    await page.keyboard.type("zimmer");
    await enter(page);
    await tabTo(page, "#find button.button-small");
    await enter(page);
    expect(await textOf(page)).toContain("1 added, 0 taken out");
    const file = join(await mkdtemp(join(tmpdir(), "hotseat-list-")), "people.csv");
    await writeFile(file, "Name,Login\nBert Baker,bert\nGina Gates,gina\n");
    const field = (await page.$("#list-file")) as ElementHandle<HTMLInputElement>;
    await field.uploadFile(file);
    await tabTo(page, "#list button[type=submit]");
    await enter(page);
    expect(await textOf(page)).toContain("2 added, 0 taken out, 0 were in it before.");
    expect(await axeFaults(page)).toEqual([]);
    expect(
      await page.$$eval("#people li", (rows) => rows.map((row) => row.querySelector(".name")?.textContent)),
    ).toEqual(["Zoë Zimmer", "bert", "gina"]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, "frank-group.png"), fullPage: true });
    await page.goto(`${stack.url}${ADMIN}/licensing/pool`);
    expect(
      await page.$$eval('input[name^="k"]', (ticks) => ticks.map((tick) => (tick as HTMLInputElement).value)),
    ).toContain("Month-end");
    await page.browserContext().close();
  });

  test("[L33] a licence manager tries more licences, reads what would have come of it, and ends the trial", async () => {
    const page = await visitor("frank");
    await page.goto(`${stack.url}${ADMIN}/licensing/trial`);
    await tabTo(page, "#try-limit");
    await page.keyboard.down("Control");
    await page.keyboard.press("a");
    await page.keyboard.up("Control");
    await page.keyboard.type("99");
    await tabTo(page, "#try button[type=submit]");
    await enter(page);
    expect(await textOf(page)).toContain("The trial has begun.");
    const { limit, inUse } = await stack.view();
    for (let taken = inUse; taken < limit; taken++) await seat(`trial-of-${taken}`, `Gast ${taken}`, []);
    await seat("trial-1", "Tess Trial", []);
    await page.goto(`${stack.url}${ADMIN}/licensing/trial`);
    const told = await textOf(page);
    for (const said of ["Tess Trial", "Was refused, would have worked"]) expect(told).toContain(said);
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, 'form[action$="/trial/end"] button');
    await enter(page);
    expect(await textOf(page)).toContain("The trial has ended.");
    await page.browserContext().close();
  });

  test("[L30] holidays come from a calendar file, and a boost repeats at ends of quarters without them", async () => {
    const page = await visitor("frank");
    await page.goto(`${stack.url}${ADMIN}/licensing/holidays`);
    const file = join(await mkdtemp(join(tmpdir(), "hotseat-calendar-")), "holidays.ics");
    const event =
      "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261231\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:New Year’s Eve\r\nEND:VEVENT\r\n";
    await writeFile(file, `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${event}END:VCALENDAR\r\n`);
    await ((await page.$("#file")) as ElementHandle<HTMLInputElement>).uploadFile(file);
    await tabTo(page, "#import button[type=submit]");
    await enter(page);
    expect(await textOf(page)).toContain("Days listed from the file: 1.");
    expect(await page.$$eval("table tbody tr", (rows) => rows.length)).toBe(3);
    await page.goto(`${stack.url}${ADMIN}/licensing`);
    await tabTo(page, '#boosts a[href$="/boost/repeat"]');
    await enter(page);
    await tabTo(page, "#extra");
    await page.keyboard.type("4");
    await tabTo(page, 'input[name="q0-days"]');
    await page.keyboard.type("5");
    await tabTo(page, 'fieldset:has(input[name="q0-days"]) summary');
    await page.keyboard.press("Enter");
    await tabTo(page, 'select[name="q0-holidays"]');
    await page.keyboard.type("are");
    await tabTo(page, 'input[name="t0-to"]');
    await enter(page);
    expect(await textOf(page)).toContain("The boost is added.");
    expect(await textOf(page)).toContain("last 5 days of the quarter, not on holidays");
    expect(await axeFaults(page)).toEqual([]);
    const boost = (await stack.view()).settings.boosts.at(-1);
    expect(boost).toMatchObject({ extra: 4, windows: [{ kind: "quarterly", lastDays: 5, holidays: "except" }] });
    await page.browserContext().close();
  });

  test("[L24] everybody who would be refused is seen, and a manager switches the limit on", async () => {
    const { version } = await value(tenant().adminView(SUE));
    await value(tenant().changeSettings(SUE, { what: "enforcement", enforced: false }, version));
    const page = await visitor("frank");
    for (let more = 0; (await stack.view()).over.observing === 0; more++)
      await seat(`late${more}`, `Late Comer ${more}`);
    await page.goto(`${stack.url}${ADMIN}`);
    expect(await textOf(page)).toContain("The limit is only observed: nobody is refused.");
    expect(await page.$$eval("table.people .tag", (tags) => tags.map(({ textContent }) => textContent))).toContainEqual(
      expect.stringContaining("would have been refused"),
    );
    expect(await axeFaults(page)).toEqual([]);
    await page.goto(`${stack.url}${ADMIN}/licensing`);
    await tabTo(page, "#enforcement button[type=submit]");
    await enter(page);
    const view = await stack.view();
    expect(view.settings.enforced).toBe(true);
    expect(view.over).toEqual({ observing: 0, overdraft: 0 });
    expect(view.overBy).toBeGreaterThan(0);
    await page.browserContext().close();
  });

  test("[I13] who gains by “sales or higher” is shown, saved, and has the pages at once", async () => {
    const anna = await visitor("anna");
    await anna.goto(`${stack.url}${ADMIN}`);
    expect(await textOf(anna)).toContain("This page is for licence managers");
    const page = await visitor("sam");
    await page.goto(`${stack.url}${ADMIN}/managers`);
    await tabTo(page, `a[href$="/managers/rights"]`);
    await enter(page);
    await page.select(`select[aria-label="Right here: sales"]`, "licence_manager+");
    await tabTo(page, "#order");
    await page.keyboard.type("accounts");
    await tabTo(page, "button[value=preview]");
    await enter(page);
    expect(await textOf(page)).toContain("sales is not in the order of roles");
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, "#order");
    await page.keyboard.type("sales\n");
    await tabTo(page, "button[value=preview]");
    await enter(page);
    const told = await textOf(page);
    expect(told).toContain("People who gain");
    expect(told).toContain("user → licence manager (the CRM’s role sales)");
    expect(await axeFaults(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, "sam-rights.png"), fullPage: true });
    await tabTo(page, "#preview button");
    await enter(page);
    expect(await textOf(page)).toContain("Saved. It holds for everybody from now on.");
    await anna.goto(`${stack.url}${ADMIN}`);
    expect(await textOf(anna)).not.toContain("This page is for licence managers");
    await Promise.all([page.browserContext().close(), anna.browserContext().close()]);
  });

  test("[A8] a token is made, copied, and revoked", async () => {
    const page = await visitor("grace");
    await page
      .browserContext()
      .overridePermissions(stack.url, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    await page.goto(`${stack.url}${ADMIN}/integrations`);
    await tabTo(page, "#name");
    await page.keyboard.type("Outlook on the terminal server");
    await tabTo(page, "input[name=policy]");
    await page.keyboard.press("ArrowDown");
    await enter(page);
    const token = await page.$eval("#token", (code) => code.textContent ?? "");
    expect(token).toMatch(/^hs_[a-z0-9]{6}_[a-z0-9]{32}$/);
    expect(await axeFaults(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, "grace-made.png"), fullPage: true });
    await tabTo(page, "button[data-copy=token]");
    await page.keyboard.press("Enter");
    await eventually(async () => (await page.evaluate(() => navigator.clipboard.readText())) === token);
    await page.goto(`${stack.url}${ADMIN}/integrations`);
    expect(await textOf(page)).not.toContain(token);
    await tabTo(page, `a[href$="${token.slice(3, 9)}"]`);
    await enter(page);
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, "button.button-danger");
    await enter(page);
    expect(await textOf(page)).toContain("The token is revoked");
    expect(await textOf(page)).not.toContain("Outlook on the terminal server");
    await page.browserContext().close();
  });

  test("[R4] a receiver is added, and the page says in plain words why nothing reaches it", async () => {
    const page = await visitor("grace");
    await page.goto(`${stack.url}${ADMIN}/alerts`);
    await tabTo(page, "#url");
    // Names under .example never have an address.
    await page.keyboard.type("https://hooks.larch.example/key-of-the-receiver");
    await enter(page);
    const outcome = async () => {
      await page.goto(`${stack.url}${ADMIN}/alerts`);
      return page.$eval("#receivers tbody td:nth-of-type(2)", (cell) => cell.textContent);
    };
    const plain = /The receiver's (?:host name has no address in DNS: check its spelling|server takes no connection)\./;
    await page.goto(`${stack.url}${ADMIN}/alerts`);
    await tabTo(page, "form[action$='/test'] button");
    await enter(page);
    await eventually(async () => plain.test(await outcome()));
    expect(await textOf(page)).not.toContain("key-of-the-receiver");
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(page, "form[action$='remove'] button");
    await enter(page);
    expect(await page.$("#receivers tbody")).toBeNull();
    await page.browserContext().close();
  });
});

describe("as seats change", () => {
  // Room for whoever comes, and for those who wait since the earlier tests.
  beforeAll(async () => {
    const { version } = await value(tenant().adminView(SUE));
    await value(tenant().setLimit(SUE, 50, version));
  });

  test("[A5] a page is told, and keeps what is typed, the focus and the place", async () => {
    const page = await visitor("frank");
    await page.setViewport({ width: 1200, height: 500 });
    await page.goto(`${stack.url}${ADMIN}?sort=name-asc`);
    await page.waitForSelector("[data-linked]:not([hidden])");
    await page.type("#q", "half a na");
    await page.evaluate(() => {
      window.scrollTo(0, 200);
      (window as unknown as { same: boolean }).same = true;
    });
    const place = await page.evaluate(() => window.scrollY);
    await seat("late", "Lara Late");
    await eventually(async () => (await textOf(page)).includes("Lara Late"));
    const names = await page.$$eval("table.people tbody .name", (cells) => cells.map((cell) => cell.textContent ?? ""));
    expect(names).toContain("Lara Late");
    expect(names.indexOf("Gina Gates")).toBeLessThan(names.indexOf("Lara Late"));
    expect(await page.$eval("#q", (field) => (field as HTMLInputElement).value)).toBe("half a na");
    expect(await page.evaluate(() => [document.activeElement?.id, window.scrollY])).toEqual(["q", place]);
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
    // The focus stays on a row that stays, and goes to the heading with a row that goes.
    await page.focus('a[href$="holder=late"]');
    await seat("later", "Aaron Later");
    await eventually(async () => (await textOf(page)).includes("Aaron Later"));
    expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toContain("holder=late");
    await tenant().evict(SUE, HolderId.parse("late"), "for the test");
    await eventually(async () => !(await textOf(page)).includes("Lara Late"));
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("holders-title");
    await page.browserContext().close();
  });

  test("[A5] a row stays under a press: a link that moved away by its end would lead nowhere", async () => {
    await seat("pressed", "Paula Pressed");
    const page = await visitor("frank");
    await page.goto(`${stack.url}${ADMIN}?sort=name-asc`);
    await page.waitForSelector("[data-linked]:not([hidden])");
    const link = await page.waitForSelector('a[href$="holder=pressed"]');
    await link?.hover();
    // The page's question for its own view waits until the press has begun.
    const asked = Promise.withResolvers<HTTPRequest>();
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (new URL(request.url()).searchParams.has("live")) asked.resolve(request);
      else void request.continue();
    });
    await seat("above", "Aaron Above");
    const question = await asked.promise;
    await page.mouse.down();
    const answered = page.waitForResponse((response) => response.request() === question);
    await question.continue();
    expect(await (await answered).text()).toContain("Aaron Above");
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.mouse.up();
    await eventually(async () => page.url().endsWith("holder=pressed"));
    await page.browserContext().close();
  });

  test("[A5] without a socket the page renews itself; when the person signs out it says so", async () => {
    const page = await visitor("frank");
    await page.evaluateOnNewDocument(() => {
      const Real = window.WebSocket;
      window.WebSocket = class extends Real {
        constructor(address: string | URL) {
          super(new URL("/.hotseat/nothing", address));
        }
      };
    });
    await page.goto(`${stack.url}${ADMIN}`);
    await seat("slow", "Sally Slow");
    await eventually(async () => (await textOf(page)).includes("Sally Slow"), 25_000);
    expect(await page.$eval("[data-linked]", (mark) => (mark as HTMLElement).hidden)).toBe(true);
    const told = await (await page.browserContext()).newPage();
    await told.goto(`${stack.url}${ADMIN}`);
    await told.waitForSelector("[data-linked]:not([hidden])");
    // From a page of the CRM: the administration's own may ask nobody else.
    await page.goto(`${stack.url}/login`, { waitUntil: "domcontentloaded" });
    await page.evaluate(() => fetch("/logout", { method: "POST", redirect: "manual" }));
    await eventually(async () => (await textOf(told)).includes("Sign in to the CRM first"), 10_000);
    await page.browserContext().close();
  });
});
