/** [R7] What programs read: every item once, page by page, and the same as CSV. */

import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { verifyAudit } from "../../../scripts/audit/verify-audit.mjs";
import { DAY_MS } from "../../../shared/durations.ts";
import { HolderId } from "../../../shared/ids.ts";
import { addressOfRead, READ_API, type ReadName } from "../../../shared/read-protocol.ts";
import { ok } from "../../../shared/result.ts";
import { directoryStatements } from "../../../worker/audit/directory.ts";
import type { Manager } from "../../../worker/tenant/tenant-calls.ts";
import { makeSecret } from "../../../worker/tenant/tokens/secret.ts";
import { warningsOf } from "../../../worker/tenant/warnings.ts";
import { config } from "../../support/site/signed-cookies.ts";
import { TOKEN, TOKEN_KEY, VIEW } from "../../support/site/tenant-answers.ts";
import { openSite, type Site } from "../../support/site.ts";
import { writeEvents } from "./audit-rows.ts";
import { writeDenials } from "./denials/denial-rows.ts";
import { makeHistory } from "./usage/year.ts";

/** The clocks of Berlin go back on the 25th of October 2026. */
const FROM = Date.UTC(2026, 9, 23, 22);
const TO = FROM + 6 * DAY_MS;
const NOW = TO + 3_600_000;
const QUERY = "from=2026-10-24&to=2026-10-29";

// Its weekend is quiet: moved by a day, people work on the Sunday of the change.
const seeds = makeHistory({ from: FROM, days: 5, people: 12, limit: 4, seed: 7 }).map((seed) => ({
  ...seed,
  at: seed.at + DAY_MS,
}));
const { tenant } = config;
await writeEvents(env.RECORDS, tenant, seeds);
await env.RECORDS.batch(
  directoryStatements(
    env.RECORDS,
    tenant,
    Array.from({ length: 12 }, (_, n) => {
      return { person: `p-${n}`, holder: `crm-${n}`, name: `Person ${n}`, email: null, role: "user", revision: 1 };
    }),
  ),
);
await writeDenials(
  env.RECORDS,
  Array.from({ length: 17 }, (_, n) => ({
    tenant,
    id: `d-${n % 2}-${n}`,
    // Two of each moment, so that a page may end between them.
    firstAt: FROM + Math.floor(n / 2) * 3_600_000,
    lastAt: FROM + Math.floor(n / 2) * 3_600_000 + 60_000,
    name: n === 3 ? '=1+1,"x"' : `Person ${n}`,
  })),
);

const secret = `hs_abcdef_${await makeSecret(TOKEN_KEY, "abcdef")}`;

const WARNED = warningsOf({
  full: { measure: "concurrent", limit: 10, agreed: 10, inUse: 12, overBy: 2 },
  records: { count: 1_200, agreed: 1_000 },
  pools: [{ id: "p", name: "Fair", groups: ["fair"], reserved: 10 }],
  knownGroups: ["sales"],
  receivers: 0,
  deafReceivers: 0,
  hasSecret: false,
  answersWithoutSecret: null,
  rowsWaiting: 3,
  rowsWaitingMs: 11 * 60_000,
  dividedAgeMs: null,
  browsers: 4,
  withoutExtension: 1,
  idleTimeoutMs: 30 * 60_000,
  crmSessionMs: 20 * 60_000,
});

const manager = { name: "Maria", through: "role:Office", since: FROM, seenAt: TO, lostAt: null, pools: null };
const MANAGERS: Manager[] = [
  { ...manager, id: HolderId.parse("ada"), role: "admin", through: "list" },
  { ...manager, id: HolderId.parse("mia"), role: "licence_manager", pools: ["p", "gone"] },
  { ...manager, id: HolderId.parse("old"), role: "licence_manager", through: null, lostAt: TO },
];

function open(): Site {
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  const site = openSite();
  site.tenant.useToken = async () => ({ ...TOKEN, policy: "read" as const });
  site.tenant.listManagers = async () => ok(MANAGERS);
  site.tenant.view = {
    ok: true,
    value: { ...VIEW, warnings: WARNED, settings: { ...VIEW.settings, timeZone: "Europe/Berlin" } },
  };
  return site;
}

async function ask(path: string): Promise<Response> {
  const response = await open().ask(path, { headers: { authorization: `Bearer ${secret}` } });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** The first refusal of the history, as programs name it. */
const refused = seeds.find(({ kind }) => kind === "denial_opened") as (typeof seeds)[number];
const REFUSED = `id=${refused.body?.id}&at=${new Date(refused.at).toISOString()}`;
const queryOf = (name: ReadName): string =>
  name === "refusal" ? REFUSED : "from" in READ_API[name].query.def.shape ? QUERY : "format=json";

type Item = Record<string, unknown>;

/** All pages of `size` items, by the address that each names as the next. */
async function readAll(name: ReadName, size: number, more = ""): Promise<Item[]> {
  const items: Item[] = [];
  let path: string | null = `/.hotseat/api/${addressOfRead(name)}?${queryOf(name)}&size=${size}${more}`;
  while (path !== null) {
    const response = await ask(path);
    const page = (await response.json()) as { items: Item[]; next: string | null };
    if (page.next !== null) expect(page.items).toHaveLength(size);
    items.push(...page.items);
    path = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
    expect(path === null).toBe(page.next === null);
  }
  return items;
}

test.each(Object.keys(READ_API) as ReadName[])("[R7] %s brings every item once, in pages of any size", async (name) => {
  const whole = await readAll(name, 5_000);
  // A forecast needs more days than these are.
  expect(whole.length).toBeGreaterThanOrEqual({ forecast: 0, advice: 1 }[name as string] ?? 3);
  expect(await readAll(name, 2)).toEqual(whole);
  expect(await readAll(name, Math.max(1, whole.length))).toEqual(whole);
  expect(await readAll(name, 7, name === "usage" ? "&by=hour" : "")).toHaveLength(
    name === "usage" ? (await readAll(name, 5_000, "&by=hour")).length : whole.length,
  );
});

test("[R3] [R7] days and hours of the firm's time zone add up to the same, also over a change of the clock", async () => {
  const [days, hours] = [await readAll("usage", 5_000), await readAll("usage", 5_000, "&by=hour")];
  const sum = (items: Item[], field: string) => items.reduce((total, item) => total + (item[field] as number), 0);
  for (const field of ["seatHours", "limitHours", "grants", "denials", "brief"]) {
    expect(sum(hours, field), field).toBeCloseTo(sum(days, field), 1);
  }
  // Counted apart from any usage, from the events themselves.
  const granted = (day: string) =>
    seeds.filter(({ at, kind }) => {
      const local = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(at);
      return kind === "seat_granted" && local === day;
    }).length;
  for (const { day, grants } of days) expect([day, grants]).toEqual([day, granted(String(day))]);
  expect(days.map(({ start }) => start)).toContain("2026-10-24T22:00:00.000Z");
  expect(days.map(({ start }) => start)).toContain("2026-10-27T23:00:00.000Z");
  expect(new Set(hours.map(({ start }) => start)).size).toBe(hours.length);
  expect(hours.every(({ start }) => Date.parse(String(start)) % 3_600_000 === 0)).toBe(true);
});

test("[R7] the CSV holds what the JSON holds, and no cell is a formula", async () => {
  for (const name of [
    "usage",
    "refusals",
    "report",
    "people",
    "teams",
    "mix",
    "advice",
    "whatIf",
    "managers",
    "warnings",
  ] as const) {
    const days = queryOf(name) === QUERY ? `${QUERY}&` : "";
    const response = await ask(`/.hotseat/api/${addressOfRead(name)}?${days}format=csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    const lines = (await response.text()).trimEnd().split("\r\n");
    const items = await readAll(name, 5_000);
    expect(lines).toHaveLength(items.length + 1);
    const columns = Object.keys(READ_API[name].item.shape);
    expect(lines[0]).toBe(columns.map((field) => field.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)).join(","));
    const plain = items.findIndex((item) => item.name !== '=1+1,"x"');
    expect(lines[plain + 1]?.split(",")).toEqual(columns.map((field) => String(items[plain]?.[field] ?? "")));
  }
  const refusals = await (await ask(`/.hotseat/api/read/refusals?${QUERY}&format=csv`)).text();
  expect(refusals).toContain(`"'=1+1,""x"""`);
});

test("[R2] [R7] each page of the audit as CSV verifies by itself, and hangs on the one before", async () => {
  const bytes = new TextEncoder();
  let cursor = "";
  let [count, hash] = [0, ""];
  do {
    const page = await ask(`/.hotseat/api/read/audit?${QUERY}&format=csv&size=40${cursor}`);
    const text = await page.text();
    const found = await verifyAudit([bytes.encode(text)], new Map(count === 0 ? [] : [[count, hash]]));
    expect(found).toMatchObject({ anchor: count, filtered: false });
    count += found.count;
    hash = found.hash;
    cursor = /[?&]cursor=(\d+)>/.exec(page.headers.get("link") ?? "")?.[1] ?? "";
    cursor = cursor === "" ? "" : `&cursor=${cursor}`;
  } while (cursor !== "");
  expect(count).toBe(seeds.length);
});

test("[A11] [R7] warnings are read with their numbers, and the CRM is looked at before", async () => {
  const site = open();
  const response = await site.ask("/.hotseat/api/read/warnings", { headers: { authorization: `Bearer ${secret}` } });
  const { items } = (await response.json()) as { items: Item[] };
  const calls = site.tenant.asked.map(({ call }) => call);
  expect(calls).toContain("checkOrigin");
  const none = { grave: false, pool: null, count: null, of: null, minutes: null };
  expect(items).toEqual([
    { ...none, kind: "over_limit", grave: true, count: 2, of: 10 },
    { ...none, kind: "records_over", grave: true, count: 1_200, of: 1_000 },
    { ...none, kind: "pool_without_people", pool: "Fair" },
    { ...none, kind: "all_reserved", of: 10 },
    { ...none, kind: "no_receiver" },
    { ...none, kind: "no_origin_secret" },
    { ...none, kind: "records_late", grave: true, count: 3, minutes: 11 },
    { ...none, kind: "without_extension", count: 1, of: 4 },
    { ...none, kind: "idle_beyond_session", of: 20, minutes: 30 },
  ]);
  const other = open();
  await other.ask("/.hotseat/api/read/people", { headers: { authorization: `Bearer ${secret}` } });
  expect(other.tenant.asked.map(({ call }) => call)).not.toContain("checkOrigin");
});

test("[A12] [R7] managers are read with what their right is limited to, and who lost one is among them", async () => {
  const items = await readAll("managers", 5_000);
  expect(items).toMatchObject([
    { person: "ada", role: "admin", through: "list", pools: null, lostAt: null },
    { person: "mia", pools: "p, gone", confirmedAt: new Date(TO).toISOString() },
    { person: "old", through: null, lostAt: new Date(TO).toISOString() },
  ]);
});

test("[R3] [R7] past days at other settings: what happened, the same replayed, and what is wrong with a setting", async () => {
  const tried = await readAll("whatIf", 5_000, "&limit=1&minutes=5&group=sales&reserved=1&most=2");
  expect(tried).toMatchObject([
    { what: "happened", limit: null },
    { what: "today", limit: 2, idleMinutes: 20, group: null },
    { what: "tried", limit: 1, idleMinutes: 5, group: "sales", reserved: 1, most: 2 },
  ]);
  const [happened, today, one] = tried as { peak: number; denials: number; days: number }[];
  expect([happened?.peak, today?.peak, one?.peak]).toEqual([4, 2, 1]);
  expect(one?.denials).toBeGreaterThan(today?.denials ?? 0);
  expect(today?.denials).toBeGreaterThan(happened?.denials ?? 0);
  for (const [query, field] of [
    ["limit=0", "limit"],
    ["minutes=61", "minutes"],
    ["limit=3&group=sales&reserved=4", "reserved"],
    ["limit=3&group=sales&reserved=2&most=1", "most"],
    ["reserved=1", "group"],
    ["most=2", "group"],
  ] as const) {
    const headers = { authorization: `Bearer ${secret}` };
    const response = await open().ask(`/.hotseat/api/read/what-if?${query}`, { headers });
    expect([query, response.status, await response.json()]).toMatchObject([
      query,
      422,
      { code: "out_of_range", field },
    ]);
  }
  const site = open();
  if (!site.tenant.view.ok) throw new Error("the fake answers");
  const { value } = site.tenant.view;
  site.tenant.view = { ok: true, value: { ...value, full: { ...value.full, measure: "named" } } };
  const named = await site.ask("/.hotseat/api/read/what-if", { headers: { authorization: `Bearer ${secret}` } });
  expect(await named.json()).toEqual({ items: [], next: null });
  const advised = await site.ask("/.hotseat/api/read/advice", { headers: { authorization: `Bearer ${secret}` } });
  expect(await advised.json()).toMatchObject({ items: [{ what: "advice", about: "named", now: 0, verdict: "none" }] });
});

test("[L19] [R7] a past refusal is read as it was: who had a seat, what was set, and what would have been enough", async () => {
  const items = await readAll("refusal", 5_000);
  const of = (what: string) => items.filter((item) => item.what === what);
  // Counted by hand from the history.
  const seated = new Map<string, number>();
  for (const { at, kind, holder } of seeds.slice(0, seeds.indexOf(refused))) {
    if (kind === "seat_granted") seated.set(String(holder), at);
    if (kind === "lease_ended") seated.delete(String(holder));
  }
  expect(of("holder").map(({ person, name, time, counted }) => [person, name, time, counted])).toEqual(
    [...seated]
      .map(([word, at]) => [
        word.replace("p-", "crm-"),
        word.replace("p-", "Person "),
        new Date(at).toISOString(),
        true,
      ])
      .sort(),
  );
  expect(of("refused")).toMatchObject([
    {
      person: String(refused.holder).replace("p-", "crm-"),
      time: new Date(refused.at).toISOString(),
      reason: "limit_reached",
      rule: "L2",
      inUse: 4,
      whole: false,
    },
  ]);
  expect(of("setting").map(({ setting }) => setting)).toEqual(["limit", "idle_minutes", "model"]);
  expect(items.map(({ seq }) => seq).filter((seq) => seq !== null)).toEqual([seeds.indexOf(refused) + 1]);
  const unknown = await open().ask(`/.hotseat/api/read/refusal?id=d-none&at=${new Date(refused.at).toISOString()}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([404, "not_found"]);
  const nothing = await open().ask("/.hotseat/api/read/refusal", { headers: { authorization: `Bearer ${secret}` } });
  expect(nothing.status).toBe(400);
});
