/** [A6] Each page of the administration, whole, in each language. */

import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { DAY_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { type SentenceKey, sentence } from "../../../shared/sentence.ts";
import { ENGLISH } from "../../../shared/sentences.ts";
import { TABLES as ALL } from "../../../worker/admin/language.ts";
import { SHADOW } from "../../../worker/api/examples.ts";
import { directoryStatements } from "../../../worker/audit/directory.ts";
import type { RequestEnd, RequestKind } from "../../../worker/ledger/requests.ts";
import type { Window } from "../../../worker/ledger/settings/settings.ts";
import type { ShadowView } from "../../../worker/tenant/shadow/shadow-calls.ts";
import { SITE } from "../../support/site/browser.ts";
import { whoCookie } from "../../support/site/signed-cookies.ts";
import { holderRow, TOKEN, VIEW, waitingRow } from "../../support/site/tenant-answers.ts";
import { openSite, type Site } from "../../support/site.ts";
import { writeEvents } from "../audit/audit-rows.ts";
import { writeDenials } from "../audit/denials/denial-rows.ts";
import { makeHistory } from "../audit/usage/year.ts";

const HEAD = {
  tenant: "acme",
  day: "2026-11-21",
  seq: 12,
  at: Date.UTC(2026, 10, 21),
  hash: "a".repeat(64),
  signature: "s".repeat(86),
  key: "k".repeat(43),
};

const ADMIN = "/.hotseat/admin";
const { en, fr, de, es } = ALL;

type Tree = { [name: string]: string | Tree };
const leaves = (tree: Tree, path = ""): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`),
  );

/** What a reader sees or hears of a page: texts and telling attributes; not what is marked as another language. */
async function readerOf(html: string): Promise<string[]> {
  const found: string[] = [];
  let foreign = 0;
  let text = "";
  const rewriter = new HTMLRewriter()
    .on("[lang]:not(html)", {
      element(element) {
        foreign++;
        element.onEndTag(() => {
          foreign--;
        });
      },
    })
    .on("*", {
      element(element) {
        if (foreign > 0) return;
        for (const name of ["title", "aria-label", "data-label", "alt", "placeholder"]) {
          const value = element.getAttribute(name);
          if (value !== null) found.push(value);
        }
      },
      text(chunk) {
        text += chunk.text;
        if (!chunk.lastInTextNode) return;
        if (foreign === 0 && text.trim() !== "") found.push(text.trim());
        text = "";
      },
    });
  await rewriter.transform(new Response(html)).text();
  return [...new Set(found)].map((piece) =>
    piece.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
  );
}

/** With the words that follow a number in a sentence of the core: `{count|licence|licences}`. */
const PLACE = /\{\w+(?:\|[^}]*)?\}/;

/** English texts that are not the same in the other language, as patterns of a whole text and of its pieces. */
function englishOf(other: Tree): RegExp[] {
  const own = new Map(leaves(other));
  const said = new Set([...own.values()].flatMap((text) => text.split(PLACE)).map((piece) => piece.trim()));
  return (
    leaves(en)
      // "31 ago" is a day in Spanish.
      .filter(([name, text]) => own.get(name) !== text && name !== "time.ago")
      .flatMap(([, text]) => {
        const escaped = (piece: string) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        const pieces = text.split(PLACE).map((piece) => piece.trim());
        const told = pieces.filter((piece) => /\p{L}{2}/u.test(piece) && !said.has(piece));
        const whole = /\p{L}{2}/u.test(text.replace(new RegExp(PLACE, "g"), "")) && !said.has(text);
        return [
          ...told.map((piece) => new RegExp(`^${escaped(piece)}$`)),
          ...(whole ? [new RegExp(`^${text.split(PLACE).map(escaped).join(".+")}$`, "s")] : []),
        ];
      })
  );
}

/** What is the same in every language: names of the firm, of people and of things. */
const HASH = /^[0-9a-f]{64}$/;
const NAMES =
  /^(?:Hotseat|Acme Ltd|[\w.+-]+@acme\.example|Anna Adams|Bert Baker|Carl Cole|Una Unger|crm-\d|hooks\.example\.com\/…|Slack|Microsoft Teams|CSV|node verify-audit\.mjs FILE(?: --heads HEADS)?|--key|k{43}|webhook-(?:id|timestamp|signature)|the-secret|Month-end|\d+:[0-9a-f]{64}|abc|mail|consume|sales|finance|\d+ min|[\d:]+ UTC|Administration|UTC|Maria|anna|<meta .*|IT, extension 4711|Anna Adams anna|abcdef|integration:[a-z0-9…]+|curl [\s\S]*|hs_made_once|Europe\/Berlin|[A-Z]\w+\/[\w/+-]+|[a-z]{3}_[\w]+)$/;

const TABLES: [string, Tree][] = [
  ["fr", fr],
  ["de", de],
  ["es", es],
];

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
beforeAll(async () => {
  const from = Math.floor(Date.now() / DAY_MS) * DAY_MS - 20 * DAY_MS;
  const event = (kind: string, body: Record<string, unknown>, note?: string) => ({
    at: Date.now() - 1_000,
    kind,
    holder: "p-1",
    actor: "p-1",
    inUse: 1,
    limit: 4,
    body,
    ...(note === undefined ? {} : { note }),
  });
  await writeEvents(env.RECORDS, "acme", [
    ...makeHistory({ from, days: 20, people: 20, limit: 4 }),
    event("limit_changed", { from: 4, to: 5 }),
    event("idle_timeout_changed", { from: 1_200_000, to: 600_000 }),
    event("token_made", { token: "abc", kind: "mail", policy: "consume" }),
    event("token_made", { token: "abc", label: "Zweigstelle", kind: "mail", policy: "consume" }),
    {
      ...event("change_refused", { reason: ENGLISH.freesSeats }),
      sentences: { reason: sentence("freesSeats") },
    },
    event("lease_ended", { cause: "evicted", heldMs: 60_000, exempt: true }, "Month-end"),
    event("line_left", { cause: "lapsed" }),
    event("seats_requested", { id: "q1", kind: "more", count: 2 }, "Month-end"),
    event("request_decided", { id: "q1", end: "decline" }),
    event("seat_offered", { until: Date.now() }),
    event("alert_share_changed", { percent: 80 }),
    event("records_reported", { count: 90, agreed: 100, reached: 90 }),
    event("lease_ended", { cause: "closed", heldMs: 60_000, exempt: true, named: true }),
  ]);
  await env.RECORDS.batch(
    directoryStatements(env.RECORDS, "acme", [
      { person: "p-1", holder: "crm-1", name: "Una Unger", email: "una@acme.example", role: "user", revision: 1 },
    ]),
  );
  await writeDenials(env.RECORDS, [
    { id: "a", holder: "crm-1", name: "Una Unger", lastAt: Date.now() - DAY_MS, waitedMs: 90_000 },
    { id: "b", holder: "", name: "", email: null, outcome: null, reason: "others_waiting", lastAt: Date.now() },
    { id: "c", holder: "crm-1", name: "Una Unger", outcome: "gave_up", reason: "seat_idle", lastAt: Date.now() },
  ]);
});

const asked = (id: string, kind: RequestKind, end: RequestEnd | null) => ({
  id,
  kind,
  count: 1,
  note: "crm-1",
  person: { id: "anna" as HolderId, name: "Anna Adams", role: "licence_manager" as const },
  at: Date.now() - DAY_MS,
  decision: end && { end, by: "Bert Baker", byId: "bert" as HolderId, note: "crm-1", at: Date.now() },
});

/** Settings with something of everything. */
function furnished(): typeof VIEW.settings {
  const pool = { id: "fin", name: "finance", groups: ["sales"], reserved: 1, most: 3, priority: 2, windows: null };
  const windows = [{ kind: "weekly" as const, days: [1], from: "08:00", to: "09:00" }];
  const hours = { from: "08:00", to: "09:00" };
  const everyKind: Window[] = [
    { kind: "weekly", days: [1, 3], ...hours, every: { weeks: 2, from: "2026-01-05" }, zone: "Asia/Tokyo" },
    { kind: "weekly", days: [1, 2, 3, 4, 5, 6, 7], ...hours, holidays: "only" },
    { kind: "monthly", fromDay: -3, toDay: -1, hours, holidays: "except" },
    { kind: "quarterly", lastDays: 2 },
    { kind: "dates", from: "2026-12-24", to: "2026-12-31" },
  ];
  const anna = { id: "anna" as HolderId, name: "Anna Adams" };
  const boost = { id: "b1", extra: 1, from: 0, until: Date.now() + DAY_MS, by: "Bert Baker" };
  const { reserved, most, priority, groups } = pool;
  const short = { reserved, most, priority, groups, windows: 1 };
  const nudge = VIEW.settings.nudge;
  return {
    ...VIEW.settings,
    pools: [pool, { ...pool, id: "two", windows, most: null }],
    named: { licences: 3, assigned: [anna] },
    exempt: [anna],
    requests: [asked("q1", "more", null), asked("q2", "lower", null), asked("q3", "more", "decline")],
    records: { agreed: 100, count: 83 },
    boosts: [boost, { ...boost, id: "b2", from: Date.now() + DAY_MS / 2 }, { ...boost, id: "b3", windows: everyKind }],
    closing: {
      id: "c7",
      text: "crm-1",
      by: "Bert Baker",
      holder: "bert" as HolderId,
      from: Date.now() + DAY_MS,
      until: Date.now() + DAY_MS,
    },
    holidays: [
      { date: "2026-12-25", name: "crm-1", yearly: true },
      { date: "2027-03-26", name: "crm-1", yearly: false },
    ],
    history: [
      {
        version: 7,
        by: "Bert Baker",
        at: Date.now(),
        what: "",
        traces: [
          { field: "limit", from: 2, to: 3 },
          { field: "idle_timeout", from: 300_000, to: 600_000 },
          { field: "named_licences", from: 2, to: 3 },
          { field: "records_agreed", from: null, to: 3 },
          { field: "model", from: "concurrent", to: "named" },
          { field: "time_zone", from: "UTC", to: "Asia/Tokyo" },
          { field: "contact", from: "", to: "crm-1" },
          { field: "assigned", person: anna, to: true },
          { field: "assigned", person: anna, to: false },
          { field: "exempt", person: anna, to: true },
          { field: "exempt", person: anna, to: false },
          { field: "pool", name: "finance", from: null, to: short },
          { field: "pool", name: "finance", from: short, to: null },
          { field: "pool", name: "finance", from: short, to: { ...short, windows: null, most: null } },
          { field: "boost", extra: 2, starts: 0, ends: DAY_MS, to: true },
          { field: "boost", extra: 1, starts: 0, ends: DAY_MS, to: false },
          { field: "boost", extra: 2, starts: 0, ends: DAY_MS, to: true, windows: 2 },
          { field: "boost", extra: 1, starts: 0, ends: DAY_MS, to: false, windows: 2 },
          { field: "holidays", from: 2, to: 3 },
          { field: "closing", from: null, to: { from: 0, until: DAY_MS, text: "" } },
          { field: "nudge", from: nudge, to: { ...nudge, showNames: true } },
        ],
      },
    ],
  };
}

function openFull(): Site {
  const site = openSite();
  site.tenant.tokens = [
    { ...TOKEN, name: "abc" },
    { ...TOKEN, name: "abc", kind: "erp", policy: "reserved", lastUsedAt: Date.now() },
  ];
  site.tenant.shadowAnswer = {
    shadow: { ...(SHADOW.shadow as ShadowView), by: "Bert Baker", beganAt: Date.now() - 86_400_000 },
  };
  site.tenant.view = {
    ok: true,
    value: {
      ...VIEW,
      inUse: 4,
      overBy: 2,
      draining: 1,
      holders: [
        holderRow("anna", { name: "Anna Adams", role: "admin", exempt: true }),
        holderRow("bert", { name: "Bert Baker", activeAgeMs: 0, sinceAgeMs: 3 * DAY_MS }),
      ],
      seated: 2,
      found: 2,
      exempt: 1,
      named: 1,
      queue: 3,
      waiting: [waitingRow("carl", { name: "Carl Cole", sinceAgeMs: 30_000, offered: true, offeredForMs: 40_000 })],
      refusedToday: 3,
      effective: { limit: 2, pools: ["finance"], until: Date.now() + DAY_MS },
      settings: furnished(),
    },
  };
  if (site.tenant.recordsAnswer.ok) {
    const { value } = site.tenant.recordsAnswer;
    site.tenant.recordsAnswer = {
      ok: true,
      value: {
        ...value,
        lag: 3,
        head: value.head ?? { seq: 12, hash: "a".repeat(64) },
        secret: "the-secret",
        heads: { key: "k".repeat(43), list: [HEAD] },
        alerts: {
          nearPercent: 80,
          canMail: true,
          waiting: 2,
          hooks: [
            {
              id: "h",
              kind: "generic",
              url: "https://hooks.example.com/x",
              on: ["near", "full", "denied", "records"],
              events: true,
              names: true,
              heads: true,
              report: false,
              confirmed: true,
              signed: true,
              lag: 3,
              last: {
                at: Date.now(),
                fault: sentence("sentStatus", { status: 500 }),
                since: Date.now() - 86_400_000,
                off: Date.now(),
              },
            },
          ],
        },
      },
    };
  }
  return site;
}

const PAGES = [
  "",
  "?q=zz&sort=name-asc",
  "/licensing",
  "/licensing?done=contact",
  "/licensing?assign=nobody",
  "/licensing/general",
  "/licensing/pool",
  "/licensing/pool?id=fin",
  "/licensing/pool?id=gone",
  "/licensing/boost/repeat",
  "/licensing/holidays?done=import&added=3&skipped=2",
  "/licensing/trial?done=began",
  "/integrations",
  "/integrations?done=revoked",
  "/integrations/revoke?id=abcdef",
  "/integrations/revoke?id=gone",
  "?done=freed",
  "/free?holder=anna",
  "/free?holder=nobody",
  "/refusals",
  "/refusals?page=9",
  "/refusals?page=0",
  "/refusals?from=x",
  "/refusals?from=2026-02-02&to=2026-02-01",
  "/refusals/export?format=xml",
  "/usage",
  "/usage?period=365",
  "/usage/what-if?limit=30&minutes=20",
  "/usage/people",
  "/usage/teams",
  "/usage/people?show=unused&sort=name&from=x",
  "/usage/what-if?limit=1&minutes=20",
  "/usage/what-if?limit=0&minutes=20",
  "/usage/what-if?limit=3&minutes=1",
  "/usage/what-if?limit=4&minutes=20&group=sales&reserved=1&most=3",
  "/usage/what-if?limit=4&minutes=20&group=sales&reserved=9",
  "/usage/what-if?limit=4&minutes=20&group=sales&reserved=2&most=1",
  "/report",
  "/report?from=x",
  "/report?from=2020-01-01&to=2022-01-01",
  "/audit",
  "/audit?done=erased",
  "/audit?done=replayed",
  "/audit?person=nobody-of-that-name",
  "/audit/person?holder=crm-1",
  "/audit/person?holder=crm-9",
  "/audit/person?holder=",
  "/alerts",
  "/alerts?done=added",
  "/alerts?done=near",
  "/requests",
  "/requests?done=boost",
  "/requests?done=asked&kind=lower",
  "/nothing-here",
];
const FORMS: [string, Record<string, string>][] = [
  ["/licensing/limit", { limit: "many", version: "7" }],
  ["/licensing/idle-timeout", { minutes: "x", version: "7" }],
  ["/licensing/boost", { extra: "1", starts: "", ends: "never", version: "7" }],
  ["/licensing/pool", { name: "", version: "7" }],
  ["/licensing/pool/try", { name: "", version: "7" }],
  ["/licensing/trial/begin", { limit: "x", minutes: "20", overdraft: "0", enforced: "yes" }],
  ["/licensing/trial/begin", { limit: "2", minutes: "20", overdraft: "0", enforced: "yes" }],
  ["/integrations/make", { name: "", kind: "mail", policy: "check" }],
  ["/integrations/make", { name: "abc", kind: "mail", policy: "reserved" }],
  ["/free", { holder: "anna", note: "" }],
  ["/free", { holder: "anna", note: "x".repeat(301) }],
  ["/free", { surprise: "1" }],
  ["/requests/ask", { kind: "more", count: "x", note: "" }],
  ["/usage/recount", { mend: "no" }],
  ["/alerts/add", { kind: "generic", url: "https://hooks.example.com/x", full: "yes" }],
];

describe.each(TABLES)("[A6] in %s", (tag, table) => {
  const both = new Set(leaves(en).flatMap(([name, text]) => (new Map(leaves(table)).get(name) === text ? [text] : [])));
  const english = englishOf(table);
  const check = async (name: string, response: Response): Promise<string[]> => {
    const html = await response.text();
    expect([name, html.includes(`<html lang="${tag}">`)]).toEqual([name, true]);
    expect([name, response.headers.get("content-language")]).toEqual([name, tag]);
    const read = await readerOf(html);
    expect(read.length, name).toBeGreaterThan(5);
    // Names of events and fields that the tables lack, and places that nobody filled.
    expect([name, read.filter((text) => /\{\w+\}|undefined|NaN|\[object/.test(text))]).toEqual([name, []]);
    expect([name, read.filter((text) => english.some((pattern) => pattern.test(text)))]).toEqual([name, []]);
    expect([name, html.match(/<[a-z]+ lang="en">[^<]*/g)]).toEqual([name, null]);
    return read;
  };

  test.each(PAGES)("%s says nothing in English", async (page) => {
    const headers = { cookie: await whoCookie("admin"), "accept-language": tag };
    const told = await check(page, await openFull().ask(`${ADMIN}${page}`, { headers }));
    // What is no word of the tables at all, and so the same in every language.
    const english = await openFull().ask(`${ADMIN}${page}`, { headers: { ...headers, "accept-language": "en" } });
    const also = new Set(await readerOf(await english.text()));
    const same = told.filter(
      (text) => also.has(text) && /\p{L}{3}/u.test(text) && !both.has(text) && !NAMES.test(text) && !HASH.test(text),
    );
    expect(same).toEqual([]);
  });

  test("nor is a user or a stranger turned away in English", async () => {
    for (const role of ["user", "licence_manager"] as const) {
      const headers = { cookie: await whoCookie(role), "accept-language": tag };
      for (const page of ["", "/audit/person?holder=crm-1"]) {
        await check(`${page} for ${role}`, await openFull().ask(`${ADMIN}${page}`, { headers }));
      }
    }
    await check("signed out", await openFull().ask(ADMIN, { headers: { "accept-language": tag } }));
  });

  test("nor does what answers a form say anything in English", async () => {
    const headers = {
      cookie: await whoCookie("support"),
      "accept-language": tag,
      "content-type": "application/x-www-form-urlencoded",
    };
    for (const [path, fields] of FORMS) {
      const body = new URLSearchParams(fields).toString();
      const own = await openFull().ask(`${ADMIN}${path}`, {
        method: "POST",
        body,
        headers: { ...headers, origin: SITE },
      });
      await check(`${path} ${body}`, own);
      const foreign = { ...headers, origin: "https://evil.example" };
      await check("foreign", await openFull().ask(`${ADMIN}${path}`, { method: "POST", body, headers: foreign }));
    }
    const json = { ...headers, origin: SITE, "content-type": "application/json" };
    await check(
      "json",
      await openFull().ask(`${ADMIN}/licensing/limit`, { method: "POST", body: "{}", headers: json }),
    );
  });

  test("nor do records that do not answer, or a tenant that refuses", async () => {
    const headers = { cookie: await whoCookie("admin"), "accept-language": tag };
    const gone = new Proxy(env.RECORDS, {
      get: () => () => {
        throw new Error("D1 is down");
      },
    });
    for (const page of ["", "/refusals", "/usage", "/audit", "/audit/person?holder=crm-1"]) {
      await check(`${page} without records`, await openSite(gone).ask(`${ADMIN}${page}`, { headers }));
    }
    const site = openFull();
    site.tenant.view = {
      ok: false,
      error: { code: "forbidden", says: sentence("notYours") },
    };
    await check("refused", await site.ask(ADMIN, { headers }));
  });
});

test("[A6] every sentence of the core has the same places in every language", () => {
  const placesOf = (text: string) => [...text.matchAll(/\{(\w+)(?:\|[^}]*)?\}/g)].map(([, place]) => place).sort();
  for (const [key, text] of Object.entries(ENGLISH)) {
    for (const { problems } of Object.values(ALL))
      expect([key, placesOf(problems[key as SentenceKey])]).toEqual([key, placesOf(text)]);
  }
});

test("[A6] a sentence of sentences comes out in German, with what was changed in its place", async () => {
  const headers = { cookie: await whoCookie("support"), "accept-language": "de" };
  const send = { "content-type": "application/x-www-form-urlencoded", origin: SITE, ...headers };
  const body = new URLSearchParams({ limit: "3", version: "7" }).toString();
  const site = openSite();
  const changes = [
    sentence("changed", { who: "Anna Adams", what: sentence("limitFromTo", { from: 5, to: 6 }) }),
    sentence("changed", { who: "Bert", what: sentence("nudgeTo", { how: sentence("nudgeNames") }) }),
  ];
  const says = sentence("staleSince", { from: 7, to: 9, changes });
  site.tenant.change = { ok: false, error: { code: "conflict", says } };
  expect(await (await site.ask(`${ADMIN}/licensing/limit`, { method: "POST", body, headers: send })).text()).toContain(
    "Dies ging von Version 7 der Einstellungen aus, jetzt gilt Version 9: Anna Adams hat geändert: das Limit von 5 auf 6; Bert hat geändert: das Bitten um eine Lizenz: erlaubt, mit Namen. Sehen Sie sie an und versuchen Sie es noch einmal.",
  );
});
