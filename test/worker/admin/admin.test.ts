import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sentence } from "../../../shared/sentence.ts";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import type { AdminView, Role } from "../../../worker/tenant/tenant-calls.ts";
import { EXTENSION, SITE } from "../../support/site/browser.ts";
import { person, whoCookie } from "../../support/site/signed-cookies.ts";
import { holderRow, TOKEN, VIEW, waitingRow } from "../../support/site/tenant-answers.ts";
import { openSite, type Site } from "../../support/site.ts";
import { writeDenials } from "../audit/denials/denial-rows.ts";

const ADMIN = "/.hotseat/admin";
const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
const MANAGERS = ["licence_manager", "admin", "support"] as const;

const visit = async (site: Site, path: string, role: Role = "licence_manager") =>
  site.ask(path, { headers: { cookie: await whoCookie(role) } });

const submit = async (
  site: Site,
  path: string,
  fields: Record<string, string>,
  { role = "licence_manager" as Role, headers = {} as Record<string, string>, cookie = "" } = {},
) =>
  site.ask(path, {
    method: "POST",
    redirect: "manual",
    headers: {
      cookie: cookie === "" ? await whoCookie(role) : cookie,
      origin: SITE,
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });

/** Text of a page: tags gone, entities of our own making read, blanks as one. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");

const PAGES = [
  ADMIN,
  `${ADMIN}/refusals`,
  `${ADMIN}/free?holder=bert`,
  `${ADMIN}/licensing`,
  `${ADMIN}/licensing/pool`,
  `${ADMIN}/integrations`,
  `${ADMIN}/integrations/revoke?id=abcdef`,
];
const CHANGES: [string, Record<string, string>, "setLimit" | "setIdleTimeout" | "evict"][] = [
  [`${ADMIN}/licensing/limit`, { limit: "3", version: "7" }, "setLimit"],
  [`${ADMIN}/licensing/idle-timeout`, { minutes: "30", version: "7" }, "setIdleTimeout"],
  [`${ADMIN}/free`, { holder: "bert", note: "Month-end" }, "evict"],
];

beforeEach(async () => {
  await env.RECORDS.exec("DELETE FROM denials");
});
afterEach(() => {
  vi.restoreAllMocks();
});

test.each(PAGES)(
  "[A1] %s: managers, admins and support see it; a user gets a clear 403; nobody is told to sign in",
  async (path) => {
    for (const role of MANAGERS) {
      const site = openSite();
      const response = await visit(site, path, role);
      expect([role, response.status]).toEqual([role, 200]);
      const [look] = site.tenant.asked.filter(({ call }) => call === "adminView");
      expect(look?.args[0]).toEqual(person(role));
    }
    const site = openSite();
    const user = await visit(site, path, "user");
    expect(user.status).toBe(403);
    const told = await user.text();
    expect(textOf(told)).toContain("This page is for licence managers");
    expect(told).not.toContain("Bert Baker");
    // Whom to ask is the tenant's to say, and all that it is asked.
    expect(site.tenant.asked.map(({ call }) => call)).toEqual(["status"]);
    site.tenant.asked.length = 0;
    const nobody = await site.ask(path);
    expect(nobody.status).toBe(401);
    const page = await nobody.text();
    expect(textOf(page)).toContain("Sign in to the CRM first");
    expect(page).toContain('href="/"');
    expect(page).not.toContain("Bert Baker");
    expect(site.tenant.asked).toEqual([]);
  },
);

test.each(CHANGES)(
  "[A1] [L10] POST %s is asked of the tenant for every role, which alone decides and records",
  async (path, fields, call) => {
    for (const role of MANAGERS) {
      const site = openSite();
      const response = await submit(site, path, fields, { role });
      expect([role, response.status]).toEqual([role, 303]);
      expect(response.headers.get("location")).toMatch(
        /^\/\.hotseat\/admin(?:\/licensing(?:\/[a-z]+)?)?\?done=[a-z-]+(?:#[a-z]+)?$/,
      );
      expect(site.tenant.only(call)[0]).toEqual(person(role));
    }
    const site = openSite();
    site.tenant.change = { ok: false, error: { code: "forbidden", says: sentence("supportNamed") } };
    const user = await submit(site, path, fields, { role: "user" });
    expect(user.status).toBe(403);
    const told = await user.text();
    expect(textOf(told)).toContain("Only support lowers the number of named licences.");
    expect(told).not.toContain("Bert Baker");
    expect(site.tenant.only(call)[0]).toEqual(person("user"));
    const empty = openSite();
    expect((await submit(empty, path, fields, { cookie: "none=1" })).status).toBe(401);
    expect(empty.tenant.asked).toEqual([]);
  },
);

test.each(CHANGES)(
  "[A2] POST %s from another site, an extension or nowhere is refused and asks nobody",
  async (path, fields) => {
    const site = openSite();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: EXTENSION },
      { origin: "null" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { origin: "http://crm.acme.example" },
    ]) {
      const response = await submit(site, path, fields, { headers });
      expect([headers, response.status]).toEqual([headers, 403]);
      expect(textOf(await response.text())).toContain("Nothing was changed");
    }
    expect(site.tenant.asked).toEqual([]);
  },
);

test.each(CHANGES)(
  "POST %s: what is no form of the page is refused in the 400s and asks nobody",
  async (path, fields) => {
    const site = openSite();
    const send = async (body: BodyInit, type = "application/x-www-form-urlencoded") => {
      const headers = { cookie: await whoCookie("admin"), origin: SITE, "content-type": type };
      return (await site.ask(path, { method: "POST", headers, body })).status;
    };
    const good = new URLSearchParams(fields).toString();
    expect(await send(good, "text/plain")).toBe(415);
    expect(await send(good, "multipart/form-data; boundary=x")).toBe(415);
    expect(await send(JSON.stringify(fields), "application/json")).toBe(415);
    expect(await send("")).toBe(400);
    expect(await send(`${good}&surprise=1`)).toBe(400);
    expect(await send(`${good}&${good}`)).toBe(400);
    expect(await send(`__proto__=1&${good}`)).toBe(400);
    expect(await send(good.replace("version=7", "version=-1").replace("holder=bert", "holder="))).toBe(400);
    expect(await send(`${good}&more=${"x".repeat(70_000)}`)).toBe(413);
    expect(await send(new Uint8Array([0xff, 0xfe, 0x25]))).toBe(400);
    expect(site.tenant.asked).toEqual([]);
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const response = await site.ask(path, { method, headers: { cookie: await whoCookie("admin"), origin: SITE } });
      expect([method, response.status]).toEqual([method, 405]);
      expect(response.headers.get("allow")).toContain("POST");
    }
  },
);

test("the holders are written for people, with times for machines", async () => {
  const site = openSite();
  const holders = [
    holderRow("anna", { name: "Anna Adams", sinceAgeMs: 125 * 60_000, activeAgeMs: 2_000, tabs: 4, clients: 2 }),
    holderRow("sue", { name: "Sue Support", email: null, role: "support", exempt: true, activeAgeMs: 40_000 }),
  ];
  site.tenant.view = { ok: true, value: { ...VIEW, inUse: 1, exempt: 1, holders } };
  const begun = Date.now();
  const html = await (await visit(site, ADMIN)).text();
  const text = textOf(html);
  expect(text).toMatch(/Anna Adams anna@acme\.example 2 hr 5 min ago just now 4 2 Free this licence /);
  expect(html).toContain('aria-label="Free this licence of Anna Adams"');
  expect(text).toMatch(/Sue Support support not counted 1 hr 5 min ago 40 sec ago/);
  expect(text).toContain("1 of 2 licences in use");
  expect(text).toContain("1 free");
  expect(text).toContain("1 exempt person is signed in and not counted");
  const times = [...html.matchAll(/<time datetime="([^"]+)"/g)].map(([, at]) => Date.parse(at ?? ""));
  const [earliest, latest] = [begun - 125 * 60_000 - 1_000, Date.now() - 125 * 60_000 + 1_000];
  expect(times.some((at) => earliest <= at && at <= latest)).toBe(true);
});

test("[L10] over the limit, draining seats and the line are explained", async () => {
  const site = openSite();
  const value: AdminView = {
    ...VIEW,
    limit: 1,
    effective: { limit: 1, pools: [], until: null },
    inUse: 3,
    overBy: 2,
    draining: 1,
    queue: 2,
    waiting: [
      waitingRow("carla", { name: "Carla Cole", sinceAgeMs: 60_000, offered: true, offeredForMs: 40_000 }),
      waitingRow("dora", { name: "Dora Dean", sinceAgeMs: 30_000, position: 2 }),
    ],
  };
  site.tenant.view = { ok: true, value };
  const text = textOf(await (await visit(site, ADMIN)).text());
  expect(text).toContain("3 of 1 licence in use");
  expect(text).toContain("Over by 2");
  expect(text).toContain("Nobody is sent away");
  expect(text).toMatch(/1 of these licences was just given back/);
  expect(text).toMatch(/Carla Cole joined 1 min ago A licence is held for 40 sec more/);
  expect(text).toMatch(/Dora Dean joined 30 sec ago/);
});

test("an empty list of holders says so", async () => {
  const site = openSite();
  site.tenant.view = { ok: true, value: { ...VIEW, inUse: 0, seated: 0, found: 0, holders: [] } };
  const text = textOf(await (await visit(site, ADMIN)).text());
  expect(text).toContain("Nobody has a licence at the moment.");
  expect(text).toContain("Nobody is waiting.");
  expect(text).toContain("Nobody was refused today.");
});

test.each([
  ["en", "Got the licence 5 min"],
  ["de", "Hat die Lizenz vor 5 Min. bekommen, war zuletzt"],
  ["fr", "Licence prise il y a 5"],
  ["es", "Tomó la licencia hace 5"],
])("[A4] a person's page says in %s since when there is a licence", async (language, said) => {
  const site = openSite();
  const holders = [holderRow("anna", { sinceAgeMs: 5 * 60_000 })];
  site.tenant.view = { ok: true, value: { ...VIEW, holders } };
  const headers = { cookie: await whoCookie("licence_manager"), "accept-language": language };
  const html = await (await site.ask(`${ADMIN}/person?holder=anna`, { headers })).text();
  expect(textOf(html)).toContain(said);
});

test("[L10] raising the limit sends the version of the page, then shows the new limit with a notice", async () => {
  const site = openSite();
  const html = await (await visit(site, `${ADMIN}/licensing`)).text();
  expect(html).toContain('name="version" value="7"');
  site.tenant.asked.length = 0;
  const response = await submit(site, `${ADMIN}/licensing/limit`, { limit: " 3 ", version: "7" });
  expect(response.status).toBe(303);
  expect(site.tenant.only("setLimit")).toEqual([person("licence_manager"), 3, 7]);
  const after = await visit(site, response.headers.get("location") ?? "");
  expect(textOf(await after.text())).toContain("The limit is set.");
});

test("[L10] a manager who lowers is told that support does it, and the tenant hears of the attempt", async () => {
  const site = openSite();
  const says = sentence("lowersLimit", { from: 10, to: 9 });
  site.tenant.change = { ok: false, error: { code: "forbidden", says } };
  const response = await submit(site, `${ADMIN}/licensing/limit`, { limit: "1", version: "7" });
  expect(response.status).toBe(403);
  const html = await response.text();
  expect(textOf(html)).toContain(
    "Only support lowers the limit. It stays at 10; ask support to lower it to 9. This attempt is recorded.",
  );
  expect(html).toMatch(/<input[^>]*name="limit"[^>]*value="1"/);
  expect(site.tenant.asked[0]).toMatchObject({ call: "setLimit", args: [{ role: "licence_manager" }, 1, 7] });
});

test("[L4] an idle time-out out of range is refused with the tenant's own sentence of the range", async () => {
  const site = openSite();
  const says = sentence("idleRangeNot", { least: 5, most: 60, minutes: 61 });
  site.tenant.change = { ok: false, error: { code: "out_of_range", says } };
  const response = await submit(site, `${ADMIN}/licensing/idle-timeout`, { minutes: "61", version: "7" });
  expect(response.status).toBe(422);
  expect(textOf(await response.text())).toContain("The idle time-out is from 5 to 60 minutes, not 61.");
  expect(site.tenant.asked[0]).toMatchObject({ call: "setIdleTimeout", args: [{}, 61 * 60_000, 7] });
});

test("what is not a number is refused with what would be right, and keep what was typed", async () => {
  for (const typed of ["", "three", "3.5", "1e3", "0x10", "９", "99999999999999999999", "-"]) {
    const site = openSite();
    const limit = await submit(site, `${ADMIN}/licensing/limit`, { limit: typed, version: "7" });
    expect([typed, limit.status]).toEqual([typed, 422]);
    expect(textOf(await limit.text())).toContain("Enter a whole number from 1 to 100,000.");
    const idle = await submit(site, `${ADMIN}/licensing/idle-timeout`, { minutes: typed, version: "7" });
    expect([typed, idle.status]).toEqual([typed, 422]);
    expect(site.tenant.asked.every(({ call }) => call === "adminView")).toBe(true);
  }
});

test("[A7] a form that somebody overtook is told what changed, keeps what was typed, and may be sent again", async () => {
  const site = openSite();
  site.tenant.change = { ok: false, error: { code: "stale", says: sentence("stale", { from: 7, to: 8 }) } };
  const history: AdminView["settings"]["history"] = [
    { version: 7, by: "Nobody", what: "long ago" },
    {
      version: 8,
      by: "Mia <b>",
      byId: holderRow("mia").id,
      at: Date.UTC(2026, 10, 21, 9),
      what: "the limit from 2 to 5",
      traces: [{ field: "limit", from: 2, to: 5 }],
    },
    { version: 9, by: "Older", what: "the idle time-out from 20 to 30 minutes" },
  ];
  const settings = { ...VIEW.settings, version: 9, limit: 5, history };
  site.tenant.view = { ok: true, value: { ...VIEW, version: 9, limit: 5, settings } };
  const response = await submit(site, `${ADMIN}/licensing/limit`, { limit: "3", version: "7" });
  expect(response.status).toBe(409);
  const html = await response.text();
  const text = textOf(html);
  expect(text).toContain("Your change was not made");
  expect(text).toContain("Mia <b> : Limit: 2 → 5");
  expect(text).toContain("the idle time-out from 20 to 30 minutes");
  expect(text).toContain("Now 5, at most 100,000");
  expect(text.slice(0, text.indexOf("Latest changes"))).not.toContain("long ago");
  expect(html).toMatch(/<input[^>]*name="limit"[^>]*value="3"/);
  expect(html).toContain('name="version" value="9"');
  const german = await submit(
    site,
    `${ADMIN}/licensing/limit`,
    { limit: "3", version: "7" },
    { headers: { "accept-language": "de" } },
  );
  expect(textOf(await german.text())).toContain("Limit von 2 → 5");
  const ancient = await submit(site, `${ADMIN}/licensing/limit`, { limit: "3", version: "1" });
  expect(textOf(await ancient.text())).toContain("much has changed");
});

test("[L12] freeing a seat: who it hits, what that person will read, a reason that must be given", async () => {
  const site = openSite();
  const text = textOf(await (await visit(site, `${ADMIN}/free?holder=bert`)).text());
  expect(text).toContain("Free the licence of Bert Baker ?");
  expect(text).toContain("What Bert Baker will see");
  expect(text).toContain("Your licence was freed by Anna Adams");
  site.tenant.asked.length = 0;
  for (const [note, said] of [
    ["", "Say why"],
    [" \t ", "Say why"],
    ["x".repeat(301), "at most 300 characters; this one has 301"],
  ] as const) {
    const response = await submit(site, `${ADMIN}/free`, { holder: "bert", note });
    expect(response.status).toBe(422);
    const html = await response.text();
    expect(textOf(html)).toContain(said);
    expect(html).toContain(note.trim());
  }
  expect(site.tenant.asked.every(({ call }) => call === "adminView" || call === "viewHolder")).toBe(true);
  site.tenant.asked.length = 0;
  const done = await submit(site, `${ADMIN}/free`, { holder: "bert", note: " Month-end:\r\n  please  call me " });
  expect(done.status).toBe(303);
  expect(site.tenant.only("evict")).toEqual([person("licence_manager"), "bert", "Month-end: please call me"]);
});

test("[L12] a seat that is already gone is reported as gone, whether asked for or freed", async () => {
  const site = openSite();
  for (const holder of ["nobody", "", encodeURIComponent(HOSTILE)]) {
    const response = await visit(site, `${ADMIN}/free?holder=${holder}`);
    expect(response.status).toBe(404);
    expect(textOf(await response.text())).toContain("This person has no licence any more");
  }
  expect((await visit(site, `${ADMIN}/free`)).status).toBe(404);
  site.tenant.change = {
    ok: false,
    error: { code: "not_found", says: sentence("noLicence") },
  };
  const gone = await submit(site, `${ADMIN}/free`, { holder: "nobody", note: "why" });
  expect(gone.status).toBe(404);
  expect(textOf(await gone.text())).toContain("This person has no licence in use any more.");
});

test("[R1] refusals of the last sixty days with date and time, newest first", async () => {
  const at = Date.UTC(2026, 10, 21, 14, 3, 9);
  vi.useFakeTimers({ now: at + 3_600_000, toFake: ["Date"] });
  try {
    await writeDenials(env.RECORDS, [
      { id: "old", name: "Old Otto", lastAt: Date.now() - DENIALS_KEPT_MS - 1 },
      { id: "one", lastAt: at, attempts: 3, waitedMs: 125_000, outcome: "seated" },
      {
        id: "two",
        name: "Dora Dean",
        lastAt: at + 60_000,
        reason: "others_waiting",
        outcome: "gave_up",
        limit: 3,
        inUse: 4,
      },
      { id: "three", name: "Else Where", tenant: "other", lastAt: at },
    ]);
    const site = openSite();
    const html = await (await visit(site, `${ADMIN}/refusals`)).text();
    const text = textOf(html);
    expect(html).toContain('<time datetime="2026-11-21T14:03:09.000Z">21 Nov 2026, 14:03</time>');
    expect(text).toMatch(/Carla Cole carla@acme\.example All licences in use 2 of 2 3 2 min Got a licence/);
    expect(text).toMatch(/Dora Dean .* Others were waiting 4 of 3 1 – Gave up/);
    expect(text.indexOf("Dora Dean")).toBeLessThan(text.indexOf("Carla Cole"));
    expect(text).not.toContain("Old Otto");
    expect(text).not.toContain("Else Where");
  } finally {
    vi.useRealTimers();
  }
});

test("[R1] refusals are paged a hundred at a time", async () => {
  const now = Date.now();
  await writeDenials(
    env.RECORDS,
    Array.from({ length: 205 }, (_, n) => ({ id: `d${n}`, name: `Person ${n};`, lastAt: now - n * 1_000 })),
  );
  const site = openSite();
  const second = await (await visit(site, `${ADMIN}/refusals?page=2`)).text();
  expect(textOf(second)).toContain("Person 100;");
  expect(textOf(second)).not.toContain("Person 99;");
  expect(textOf(second)).toContain("Page 2 of 3");
  expect(second).toContain(`href="${ADMIN}/refusals?page=1"`);
  expect(second).toContain(`href="${ADMIN}/refusals?page=3"`);
  expect(textOf(await (await visit(site, `${ADMIN}/refusals?page=4`)).text())).toContain("There is no page 4.");
  for (const page of ["0", "-1", "x", "1.5", "99999999999", "1%27"]) {
    expect([page, (await visit(site, `${ADMIN}/refusals?page=${page}`)).status]).toEqual([page, 404]);
  }
});

test("[R1] records that fail or do not answer cost the page only their own part", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const failing = {
    prepare: () => {
      throw new Error("D1_ERROR: down");
    },
  } as unknown as D1Database;
  const silent = {
    prepare: () => ({
      bind: () => ({ all: () => new Promise(() => undefined), first: () => new Promise(() => undefined) }),
    }),
  } as unknown as D1Database;
  for (const records of [failing, silent]) {
    const site = openSite(records);
    const response = await visit(site, `${ADMIN}/refusals`);
    expect(response.status).toBe(200);
    expect(textOf(await response.text())).toContain("The records do not answer at the moment");
    expect(textOf(await (await visit(site, ADMIN)).text())).toContain("Bert Baker");
  }
});

test("[A4] the first page comes without asking the records", async () => {
  const touched = {
    prepare: () => {
      throw new Error("asked");
    },
  } as unknown as D1Database;
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const response = await visit(openSite(touched), `${ADMIN}?live`);
  const html = await response.text();
  expect(response.status).toBe(200);
  for (const part of ["clock", "usage", "refused", "holders", "waiting"]) expect(html).toContain(`data-live="${part}"`);
  expect(logged).not.toHaveBeenCalled();
});

test("[A1] hostile names, notes and addresses are text on every page", async () => {
  await writeDenials(env.RECORDS, [{ id: "x", name: HOSTILE, email: HOSTILE, outcome: HOSTILE, lastAt: Date.now() }]);
  const site = openSite();
  const hostile: AdminView = {
    ...VIEW,
    tenant: { name: HOSTILE, contact: HOSTILE },
    holders: [holderRow(HOSTILE, { name: HOSTILE, email: HOSTILE })],
    waiting: [waitingRow(HOSTILE, { name: HOSTILE, email: HOSTILE, offered: true })],
    effective: { limit: 3, pools: [HOSTILE], until: Date.now() },
    settings: {
      ...VIEW.settings,
      contact: HOSTILE,
      named: { licences: 2, assigned: [{ id: holderRow(HOSTILE).id, name: HOSTILE }] },
      exempt: [{ id: holderRow(HOSTILE).id, name: HOSTILE }],
      pools: [{ id: "x", name: HOSTILE, groups: [HOSTILE], reserved: 1, most: null, priority: 0, windows: null }],
      boosts: [{ id: "b1", extra: 1, from: 0, until: Date.now() + 60_000, by: HOSTILE }],
      history: [{ version: 7, by: HOSTILE, what: HOSTILE }],
    },
  };
  site.tenant.known = [{ id: holderRow(HOSTILE).id, name: HOSTILE, email: HOSTILE }];
  site.tenant.tokens = [{ ...TOKEN, name: HOSTILE, kind: HOSTILE, madeBy: HOSTILE }];
  site.tenant.view = { ok: true, value: hostile };
  site.tenant.change = { ok: false, error: { code: "out_of_range", says: sentence("namedHas", { name: HOSTILE }) } };
  const cookie = await whoCookie("admin");
  const pages = [
    await visit(site, ADMIN),
    await visit(site, `${ADMIN}/refusals`),
    await visit(site, `${ADMIN}/free?holder=${encodeURIComponent(HOSTILE)}`),
    await visit(site, `${ADMIN}/${encodeURIComponent(HOSTILE)}`),
    await submit(site, `${ADMIN}/licensing/limit`, { limit: HOSTILE, version: "7" }, { cookie }),
    await submit(site, `${ADMIN}/free`, { holder: HOSTILE, note: HOSTILE.repeat(6) }, { cookie }),
    await visit(site, `${ADMIN}?done=${encodeURIComponent(HOSTILE)}`),
    await visit(site, `${ADMIN}?q=${encodeURIComponent(HOSTILE)}&sort=${encodeURIComponent(HOSTILE)}&page=-3`),
    await visit(site, `${ADMIN}/licensing?assign=${encodeURIComponent(HOSTILE)}&done=${encodeURIComponent(HOSTILE)}`),
    await visit(site, `${ADMIN}/licensing/pool?id=x`),
    await visit(site, `${ADMIN}/licensing/pool?id=${encodeURIComponent(HOSTILE)}`),
    await submit(site, `${ADMIN}/licensing/contact`, { contact: HOSTILE, version: "7" }, { cookie }),
    await submit(site, `${ADMIN}/licensing/pool`, { name: HOSTILE, groups: HOSTILE, version: "7" }, { cookie }),
    await visit(site, `${ADMIN}/integrations`),
    await visit(site, `${ADMIN}/integrations/revoke?id=${TOKEN.id}`),
    await submit(site, `${ADMIN}/integrations/make`, { name: HOSTILE, kind: "erp", policy: "check" }, { cookie }),
  ];
  for (const page of pages) {
    const html = await page.text();
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)?.length ?? 0).toBeLessThanOrEqual(1);
  }
});

test("[A2] pages cannot be framed, stored or given script, and forms go nowhere else", async () => {
  const site = openSite();
  for (const response of [await visit(site, ADMIN), await visit(site, ADMIN, "user"), await site.ask(ADMIN)]) {
    const csp = response.headers.get("content-security-policy") ?? "";
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).toContain("form-action 'self'");
    expect(csp).toContain(`script-src ${SITE}/.hotseat/admin.js;`);
    expect(csp).not.toContain("unsafe");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("cache-control")).toBe("no-store");
    // With "no-referrer" browsers send the page's own forms with `Origin: null`.
    expect(response.headers.get("referrer-policy")).toBe("same-origin");
    const html = await response.text();
    expect(html).not.toMatch(/ style=| on[a-z]+=|javascript:/i);
  }
});

test("the pages' files are there without a person", async () => {
  const site = openSite();
  const style = await site.ask("/.hotseat/admin.css");
  expect([style.status, style.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"]);
  const script = await site.ask("/.hotseat/admin.js");
  expect([script.status, script.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
});

test("an unknown page is a page, a wrong method says which", async () => {
  const site = openSite();
  for (const path of ["nothing", "licensing/nothing", "free/bert"]) {
    const response = await visit(site, `${ADMIN}/${path}`);
    expect([path, response.status]).toEqual([path, 404]);
    expect(textOf(await response.text())).toContain("There is no such page");
  }
  const get = await visit(site, `${ADMIN}/licensing/limit`);
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
});

test("[P5.3] a tenant that fails is said in a page, never a 500, and when to ask again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const site = openSite();
  site.tenant.broken = true;
  const responses = [...(await Promise.all(PAGES.map((path) => visit(site, path))))];
  for (const [path, fields] of CHANGES) responses.push(await submit(site, path, fields));
  for (const response of responses) {
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(textOf(await response.text())).toContain("The licence service does not answer");
  }
});

test.each([
  ["en-GB,en;q=0.9", "en", "1 of 2 licences in use", "2 hr 5 min ago", "21 Nov 2026, 15:03"],
  ["fr-CH, fr;q=0.9, en;q=0.8", "fr", "1 sur 2 licences utilisées", "il y a 2 h 5 min", "21 nov. 2026, 15:03"],
  ["de-AT", "de", "1 von 2 Lizenzen in Gebrauch", "vor 2 Std. 5 Min.", "21.11.2026, 15:03"],
  ["es-MX", "es", "1 de 2 licencias en uso", "hace 2 h 5 min", "21 nov 2026, 15:03"],
])("[A6] a reader who asks for %s reads %s", async (asked, tag, figure, age, moment) => {
  const at = Date.UTC(2026, 10, 21, 14, 3, 9);
  vi.spyOn(Date, "now").mockReturnValue(at + 125 * 60_000);
  const site = openSite();
  site.tenant.view = {
    ok: true,
    value: {
      ...VIEW,
      settings: { ...VIEW.settings, timeZone: "Europe/Berlin" },
      inUse: 1,
      holders: [holderRow("anna", { sinceAgeMs: 125 * 60_000 })],
    },
  };
  const headers = { cookie: await whoCookie("licence_manager"), "accept-language": asked };
  const response = await site.ask(ADMIN, { headers });
  const html = await response.text();
  expect(html).toContain(`<html lang="${tag}">`);
  expect(response.headers.get("content-language")).toBe(tag);
  expect(textOf(html)).toContain(figure);
  expect(textOf(html)).toContain(age);
  expect(html).toContain(`title="${moment}"`);
  expect(html).not.toMatch(/\{\w+\}/);
  const unknown = await site.ask(`${ADMIN}/nothing-here`, { headers: { "accept-language": asked } });
  expect(await unknown.text()).toContain(`<html lang="${tag}">`);
});

test("[A6] a language chosen on a page is kept by a cookie of the administration's own path, and leads back", async () => {
  const site = openSite();
  const choose = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    submit(site, `${ADMIN}/language`, fields, { cookie: "none=1", headers });
  const chosen = await choose({ language: "de", back: `${ADMIN}/usage?period=30` });
  expect([chosen.status, chosen.headers.get("location")]).toEqual([303, `${ADMIN}/usage?period=30`]);
  const cookie = chosen.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(
    /^__Secure-hotseat-language=de; Path=\/\.hotseat\/admin; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/,
  );
  const page = await site.ask(ADMIN, {
    headers: { cookie: `${await whoCookie("admin")}; ${cookie.split(";")[0]}`, "accept-language": "fr" },
  });
  expect(await page.text()).toContain("Lizenzen in Gebrauch");
  const odd = await site.ask(ADMIN, { headers: { cookie: "__Secure-hotseat-language=xx", "accept-language": "fr" } });
  expect(await odd.text()).toContain('<html lang="fr">');

  for (const back of ["https://evil.example/", "//evil.example", "/", "/.hotseat/administer", "\\\\evil", "x"]) {
    const answer = await choose({ language: "fr", back });
    expect([back, answer.headers.get("location")]).toEqual([back, ADMIN]);
  }
  expect((await choose({ language: "tlh", back: ADMIN })).status).toBe(400);
  expect((await choose({ language: "de", back: ADMIN }, { origin: "https://evil.example" })).status).toBe(403);
  expect(site.tenant.asked.filter(({ call }) => call !== "adminView")).toEqual([]);
});

test("[A6] what the tenant refuses is said in the reader's language, with its values", async () => {
  const site = openSite();
  const headers = { "accept-language": "de" };
  const says = sentence("limitRangeNot", { most: 100_000, limit: '<b>"1' });
  site.tenant.change = { ok: false, error: { code: "out_of_range", says } };
  const answer = await submit(site, `${ADMIN}/licensing/limit`, { limit: "1000", version: "7" }, { headers });
  expect(await answer.text()).toContain("Das Limit ist eine ganze Zahl von 1 bis 100000, nicht &lt;b&gt;&quot;1.");
});

test("[A6] what an earlier release kept as a text is shown as the English that it is", async () => {
  const site = openSite();
  const history = [{ version: 7, by: "Ann", what: "the <limit>" }];
  site.tenant.view = { ok: true, value: { ...VIEW, settings: { ...VIEW.settings, history } } };
  const page = await (await visit(site, `${ADMIN}/licensing/general`)).text();
  expect(page).toContain('<span lang="en">the &lt;limit&gt;</span>');
});
