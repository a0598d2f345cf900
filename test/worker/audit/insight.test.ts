/** [R3] Figures of people, held against a recount from the exported audit that shares no code with them. */

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from "../../../shared/durations.ts";
import { TenantId } from "../../../shared/ids.ts";
import { exportAudit } from "../../../worker/audit/audit-export.ts";
import { EVERYTHING } from "../../../worker/audit/audit-query.ts";
import { directoryStatements } from "../../../worker/audit/directory.ts";
import { type ChainRow, eventStatements, recordEvents } from "../../../worker/audit/event-log.ts";
import { writeItems } from "../../../worker/audit/item-file.ts";
import { offsetAt, spansOf, writeDay } from "../../../worker/audit/time-zone.ts";
import { forecastHours } from "../../../worker/audit/usage/forecast.ts";
import { readForecast } from "../../../worker/audit/usage/forecast-query.ts";
import { mixItems } from "../../../worker/audit/usage/mix-items.ts";
import { readMix } from "../../../worker/audit/usage/mix-query.ts";
import { personItems } from "../../../worker/audit/usage/people-items.ts";
import { medianOf, type PersonUse, readPeopleUse } from "../../../worker/audit/usage/people-usage.ts";
import type { Stay } from "../../../worker/audit/usage/stays-query.ts";
import { fillStays } from "../../../worker/audit/usage/stays-store.ts";
import { compareTeams } from "../../../worker/audit/usage/teams.ts";
import { teamItems } from "../../../worker/audit/usage/teams-items.ts";
import { readTeams } from "../../../worker/audit/usage/teams-usage.ts";
import { recountUsage } from "../../../worker/audit/usage/usage-recount.ts";
import { chainRows, writeEvents } from "./audit-rows.ts";
import { makeHistory, randomFrom } from "./usage/year.ts";

const ZONE = "Europe/Berlin";
/** A Monday; the clocks change on the last Sunday of March. */
const FROM = Date.UTC(2026, 2, 9);
const END = FROM + 35 * DAY_MS;
const PEOPLE = 24;

interface Line {
  row: string;
  at: number;
  kind: string;
  person: string;
  in_use: number;
  body: Record<string, never>;
}

let tenant: TenantId;
let audit: Line[];

beforeAll(async () => {
  const seeds = makeHistory({ from: FROM, days: 35, people: PEOPLE, limit: 7 });
  // One works through a night, one has a seat at the end, support is not counted.
  const late = END - 3 * HOUR_MS;
  tenant = await writeEvents(env.RECORDS, "people", [
    ...seeds,
    { at: late - 30 * HOUR_MS, kind: "seat_granted", holder: "p-night", inUse: 1, body: { exempt: true } },
    { at: late, kind: "lease_ended", holder: "p-night", body: { exempt: true, heldMs: 30 * HOUR_MS, cause: "lost" } },
    { at: late + HOUR_MS, kind: "seat_granted", holder: "p-1", inUse: 1, body: { exempt: false } },
  ]);
  const words = [...Array.from({ length: PEOPLE }, (_, n) => `p-${n}`), "p-night", "p-never"];
  const entries = words.map((person) => ({
    person,
    holder: `crm${person}`,
    name: person,
    email: null,
    role: "user",
    revision: 1,
  }));
  // After a restore of the object one person has a second word.
  entries.push({ person: "p-3", holder: "crmp-2", name: "Twice", email: null, role: "user", revision: 2 });
  await env.RECORDS.batch(directoryStatements(env.RECORDS, tenant, entries));
  const file = exportAudit(env.RECORDS, tenant, EVERYTHING, "jsonl", END);
  let text = "";
  for await (const piece of file.pipeThrough(new TextDecoderStream())) text += piece;
  audit = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line)
    .filter(({ row }) => row === "event");
});

const berlinDay = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short" });

/** By hand, event by event: what each person's seat and refusals come to from `from` until `to`. */
function recount(from: number, to: number, holders: Record<string, string>) {
  const people = new Map<
    string,
    { heldMs: number; days: Set<string>; stays: number; lengths: number[]; refusals: number; last: number | null }
  >();
  const of = (person: string) => {
    const key = holders[person] ?? person;
    const found = people.get(key) ?? {
      heldMs: 0,
      days: new Set<string>(),
      stays: 0,
      lengths: [],
      refusals: 0,
      last: null,
    };
    people.set(key, found);
    return found;
  };
  const since = new Map<string, number>();
  const stay = (person: string, begun: number, ended: number, isOver: boolean) => {
    const [first, last] = [Math.max(begun, from), Math.min(ended, to)];
    if (begun < to) of(person).last = Math.max(of(person).last ?? 0, last);
    if (first >= last) return;
    const own = of(person);
    own.heldMs += last - first;
    own.stays++;
    if (isOver && ended < to) own.lengths.push(ended - begun);
    for (let at = first; at < last; at += 10 * MINUTE_MS) own.days.add(berlinDay.format(at));
    own.days.add(berlinDay.format(last - 1));
  };
  for (const { at, kind, person } of audit) {
    if (kind === "seat_granted") since.set(person, at);
    if (kind === "lease_ended") {
      stay(person, since.get(person) ?? 0, at, true);
      since.delete(person);
    }
    if (kind === "denial_opened" && at >= from && at < to) of(person).refusals++;
  }
  for (const [person, at] of since) stay(person, at, to, false);
  return people;
}

test.each([
  ["all of it", FROM, END],
  ["a week", FROM + 7 * DAY_MS, FROM + 14 * DAY_MS],
  ["from a morning to a noon", FROM + 8 * DAY_MS + 8.5 * HOUR_MS, FROM + 9 * DAY_MS + 12.25 * HOUR_MS],
  ["one night", END - 20 * HOUR_MS, END - 10 * HOUR_MS],
])("[R3] people over %s are as the exported audit says", async (_, from, to) => {
  const people = await readPeopleUse(env.RECORDS, tenant, { zone: ZONE, from, to, toleranceMs: MINUTE_MS, named: [] });
  const holders = Object.fromEntries([
    ...Array.from({ length: PEOPLE }, (_, n) => [`p-${n}`, `crmp-${n}`]),
    ["p-3", "crmp-2"],
    ["p-night", "crmp-night"],
  ]);
  const counted = recount(from, to, holders);
  expect(people.map(({ id }) => id).sort()).toEqual(
    [...new Set([...counted.keys(), "crmp-never", ...Object.values(holders)])].sort(),
  );
  for (const { id, heldMs, days, stays, typicalMs, refusals, lastSeenAt } of people) {
    const own = counted.get(id ?? "");
    expect([id, heldMs, days, stays, typicalMs, refusals, lastSeenAt]).toEqual([
      id,
      own?.heldMs ?? 0,
      own?.days.size ?? 0,
      own?.stays ?? 0,
      medianOf(own?.lengths ?? []),
      own?.refusals ?? 0,
      own?.last ?? null,
    ]);
  }
  const held = people.map((use) => use.heldMs);
  expect(held).toEqual([...held].sort((a, b) => b - a));
});

describe("[R3.12] [R3.13] the table of stays by week", () => {
  const all = async () =>
    (
      await env.RECORDS.prepare("SELECT week, person, ends FROM stays WHERE tenant = ?1 ORDER BY week, person")
        .bind(tenant)
        .all<{ week: number; person: string; ends: string }>()
    ).results;
  const people = () =>
    readPeopleUse(env.RECORDS, tenant, { zone: ZONE, from: FROM, to: END, toleranceMs: MINUTE_MS, named: [] });
  /** As it is where the audit is older than the table. */
  const forget = () =>
    env.RECORDS.batch(
      ["stays", "stays_since"].map((table) =>
        env.RECORDS.prepare(`DELETE FROM ${table} WHERE tenant = ?1`).bind(tenant),
      ),
    );

  test("has each stay of the audit once, whichever way and however often it comes", async () => {
    const table = await all();
    const ends = audit.filter(({ kind }) => kind === "lease_ended");
    expect(table.flatMap((row) => row.ends.split(","))).toHaveLength(3 * ends.length);
    const inWeek = table.find(
      ({ person, week }) => person === "p-1" && week === Math.floor((FROM + 8 * DAY_MS) / WEEK_MS),
    );
    const own = ends.filter(({ at, person }) => person === "p-1" && Math.floor(at / WEEK_MS) === inWeek?.week);
    expect(own.length).toBeGreaterThan(3);
    expect(inWeek?.ends).toBe(own.map(({ at, body }) => `${at % WEEK_MS},${body.heldMs},1`).join(","));
    // Delivered once more.
    const rows = await env.RECORDS.prepare(
      `SELECT seq, at, kind, holder, actor, in_use AS inUse, seat_limit AS "limit", body, hash FROM events WHERE tenant = ?1`,
    )
      .bind(tenant)
      .all<ChainRow>();
    for (let at = 0; at < rows.results.length; at += 500) {
      await env.RECORDS.batch(eventStatements(env.RECORDS, tenant, rows.results.slice(at, at + 500)));
    }
    expect(await all()).toEqual(table);
  });

  test("is filled from before in pieces, and figures are the same at every moment of that", async () => {
    const [table, figures] = [await all(), await people()];
    await forget();
    expect(await people()).toEqual(figures);
    let pieces = 1;
    while (await fillStays(env.RECORDS, tenant, 100)) {
      if (pieces++ % 3 === 0) expect(await people()).toEqual(figures);
    }
    expect(pieces).toBeGreaterThan(5);
    expect(await all()).toEqual(table);
    expect(await fillStays(env.RECORDS, tenant, 100)).toBe(false);
    expect(await all()).toEqual(table);
  });

  test("a row that comes while it is filled comes once", async () => {
    const own = TenantId.parse("filling");
    const stay = (seq: number) => ({
      at: FROM + seq * HOUR_MS,
      kind: "lease_ended",
      holder: "p-a",
      body: { heldMs: MINUTE_MS },
    });
    const rows = chainRows(own, [1, 2, 3, 4, 5, 6].map(stay));
    const put = (some: typeof rows) => recordEvents(env.RECORDS, own, { rows: some, people: [], usage: [] });
    const kept = async () =>
      (await env.RECORDS.prepare("SELECT ends FROM stays WHERE tenant = ?1").bind(own).first<{ ends: string }>())?.ends;
    await put(rows.slice(0, 4));
    await env.RECORDS.batch(
      ["stays", "stays_since"].map((table) => env.RECORDS.prepare(`DELETE FROM ${table} WHERE tenant = ?1`).bind(own)),
    );
    await put(rows.slice(4, 5));
    expect(await fillStays(env.RECORDS, own, 2)).toBe(true);
    await put(rows.slice(5));
    while (await fillStays(env.RECORDS, own, 2));
    expect(await kept()).toBe(rows.map(({ at }) => `${at % WEEK_MS},${MINUTE_MS},1`).join(","));
  });

  test("is counted again from the audit; what was falsified is found and mended", async () => {
    const table = await all();
    expect(await recountUsage(env.RECORDS, tenant, { mend: false })).toMatchObject({ different: 0, differentStays: 0 });
    await env.RECORDS.batch([
      env.RECORDS.prepare("UPDATE stays SET ends = '1,2,1' WHERE tenant = ?1 AND person = 'p-4'").bind(tenant),
      env.RECORDS.prepare("DELETE FROM stays WHERE tenant = ?1 AND person = 'p-5'").bind(tenant),
      env.RECORDS.prepare(
        "INSERT INTO stays SELECT tenant, week, 'nobody', ends FROM stays WHERE tenant = ?1 LIMIT 1",
      ).bind(tenant),
    ]);
    const wrong = table.filter(({ person }) => person === "p-4" || person === "p-5").length + 1;
    const found = await recountUsage(env.RECORDS, tenant, { mend: false });
    expect(found).toMatchObject({ different: 0, differentStays: wrong, mended: false });
    expect(await recountUsage(env.RECORDS, tenant, { mend: true })).toMatchObject({ mended: true });
    expect(await all()).toEqual(table);
    expect(await recountUsage(env.RECORDS, tenant, { mend: false })).toMatchObject({ differentStays: 0 });
    // Where the table has nothing of before yet, counting again brings it.
    await forget();
    await recountUsage(env.RECORDS, tenant, { mend: true });
    expect(await all()).toEqual(table);
  });
});

test("[R3] [L14] a named licence that nobody used, and whoever was never seen, are told", async () => {
  const named = [
    { id: "crmp-5", name: "Five" },
    { id: "crmp-never", name: "Never" },
    { id: "crm-unknown", name: "Uma Unknown" },
  ];
  const question = { zone: ZONE, from: FROM, to: END, toleranceMs: MINUTE_MS, named };
  const people = await readPeopleUse(env.RECORDS, tenant, question);
  const use = (id: string) => people.find((one) => one.id === id) as PersonUse;
  expect(use("crmp-5")).toMatchObject({ named: true, name: "p-5" });
  expect(use("crmp-5").stays).toBeGreaterThan(10);
  expect(use("crmp-never")).toMatchObject({ named: true, stays: 0, lastSeenAt: null });
  expect(use("crm-unknown")).toMatchObject({ named: true, name: "Uma Unknown", stays: 0, lastSeenAt: null });
  expect(use("crmp-1")).toMatchObject({ named: false, isSeated: true, lastSeenAt: END });
  expect(use("crmp-2").isSeated).toBe(false);
});

test("[R3] the cheapest mix is enough for everybody, and costs least, as the exported audit says", async () => {
  // By hand: from the first attempt of a refusal to its last, and from a grant to its end.
  const wants: { person: string; from: number; to: number }[] = [];
  const since = new Map<string, number>();
  for (const { at, kind, person, body } of audit) {
    if (person === "p-night") continue;
    // The second word of one person.
    const who = person === "p-3" ? "p-2" : person;
    if (kind === "seat_granted") since.set(person, at);
    if (kind === "lease_ended") {
      wants.push({ person: who, from: since.get(person) ?? 0, to: at });
      since.delete(person);
    }
    if (kind === "denial_closed") wants.push({ person: who, from: at, to: at + Number(body.waitedMs) });
  }
  for (const [person, at] of since) wants.push({ person, from: at, to: END });
  const peakWithout = (named: ReadonlySet<string>) => {
    const others = wants.filter(({ person }) => !named.has(person));
    const crowdAt = (moment: number) =>
      new Set(others.filter(({ from, to }) => from <= moment && moment < to).map(({ person }) => person)).size;
    return Math.max(0, ...others.map(({ from }) => crowdAt(from)));
  };
  const question = { zone: ZONE, from: FROM, to: END, toleranceMs: MINUTE_MS };
  const found = await readMix(env.RECORDS, tenant, { ...question, prices: { concurrent: 6_000, named: 2_500 } });
  const own = new Set(found.best.named.map(({ id }) => (id ?? "").replace("crm", "")));
  expect(own.size).toBe(found.best.named.length);
  expect(own.size).toBeGreaterThan(0);
  expect(peakWithout(own)).toBe(found.best.concurrent);
  expect(found.best.cost).toBe(6_000 * found.best.concurrent + 2_500 * own.size);
  expect(found.sizes[0]).toMatchObject({ concurrent: peakWithout(new Set()), named: [] });
  expect(found.people).toBe(new Set(wants.map(({ person }) => person)).size);
  expect(found.exempt).toBe(1);
  const days = new Set(wants.flatMap(({ from, to }) => [berlinDay.format(from), berlinDay.format(to - 1)]));
  expect(found.days).toBe(days.size);
  // Nobody named can be left out.
  for (const person of own) {
    const fewer = new Set([...own].filter((one) => one !== person));
    expect([person, peakWithout(fewer)]).toEqual([person, found.best.concurrent + 1]);
  }
});

test("[R3] [A10] a search for the cheapest mix that has no time answers what is proven at once", async () => {
  const question = { zone: ZONE, from: FROM, to: END, toleranceMs: MINUTE_MS };
  const prices = { concurrent: 6_000, named: 2_500 };
  const whole = await readMix(env.RECORDS, tenant, { ...question, prices });
  const { best, atLeast } = await readMix(env.RECORDS, tenant, { ...question, prices }, 0);
  expect(best.cost).toBeGreaterThan(whole.best.cost);
  expect(best).toMatchObject({ concurrent: whole.sizes[0]?.concurrent, named: [] });
  expect(atLeast).toBeLessThanOrEqual(whole.atLeast);
  expect(atLeast).toBeGreaterThan(0);
});

test("[R3] the mix is a file that spreadsheets and programs read", async () => {
  const question = { zone: ZONE, from: FROM, to: END, toleranceMs: MINUTE_MS };
  const view = await readMix(env.RECORDS, tenant, { ...question, prices: { concurrent: 6_000, named: 2_500 } });
  const text = async (format: "csv" | "jsonl") => {
    let all = "";
    for await (const piece of writeItems("mix", mixItems(view), format).pipeThrough(new TextDecoderStream()))
      all += piece;
    return all.trim();
  };
  const [head, ...lines] = (await text("csv")).split("\r\n");
  expect(head).toBe("what,concurrent,named,cost,at_least,person,name,days,hours");
  const rows = (await text("jsonl")).split("\n").map((line) => JSON.parse(line));
  expect(rows).toHaveLength(lines.length);
  expect(rows[0]).toMatchObject({ what: "cheapest", cost: view.best.cost / 100, at_least: view.atLeast / 100 });
  expect(rows.filter(({ what }) => what === "person")).toHaveLength(view.best.named.length);
});

test("[R3] the forecast rests on the hours of the exported audit", async () => {
  const settings = { timeZone: ZONE, refusalToleranceMs: MINUTE_MS, boosts: [] };
  const found = await readForecast(env.RECORDS, tenant, { limit: 7, settings }, END + DAY_MS);
  const hourOf = (at: number) => Math.floor((at + offsetAt(ZONE, at)) / HOUR_MS);
  const hours = new Map<number, number>();
  const saw = (hour: number, wanted: number) => hours.set(hour, Math.max(hours.get(hour) ?? 0, wanted));
  const trying: number[] = [];
  let [before, held] = [0, 0];
  for (const { at, kind, in_use: inUse, body } of audit) {
    // Whoever goes on working has a licence until then, at its very first moment, too.
    for (let hour = hourOf(before) + 1; held > 0 && hour <= hourOf(at); hour++) saw(hour, held);
    [before, held] = [at, inUse];
    saw(hourOf(at), inUse);
    if (kind !== "denial_opened") continue;
    const closed = audit.find((row) => row.kind === "denial_closed" && row.body.id === body.id);
    trying.push(at + Number(closed?.body.waitedMs));
    saw(hourOf(at), inUse + trying.filter((end) => end > at).length);
  }
  const { brief: _, ignored, ...forecast } = found;
  expect(ignored).toBe(0);
  const { first, last } = { first: Math.floor(END / DAY_MS) - 84, last: Math.floor(END / DAY_MS) };
  expect(forecast).toEqual(forecastHours({ first: first + 1, last, hours }, () => 7));
  expect(forecast.hours?.some(({ refused }) => refused > 0)).toBe(true);
});

test("[R3] people are a file that spreadsheets and programs read", async () => {
  const question = { zone: ZONE, from: FROM, to: END, toleranceMs: MINUTE_MS, named: [] };
  const people = await readPeopleUse(env.RECORDS, tenant, question);
  const text = async (format: "csv" | "jsonl") => {
    let all = "";
    for await (const piece of writeItems("people", personItems(people), format).pipeThrough(new TextDecoderStream()))
      all += piece;
    return all.trim();
  };
  const [head, ...lines] = (await text("csv")).split("\r\n");
  expect(head).toBe(
    "person,name,email,named,hours,days,stays,typical_minutes,last_seen,has_seat,refusals,short_waits,waited_seconds",
  );
  const rows = (await text("jsonl")).split("\n").map((line) => JSON.parse(line));
  expect(lines).toHaveLength(people.length);
  expect(rows).toHaveLength(people.length);
  const hours = rows.reduce((sum, row) => sum + row.hours, 0);
  expect(Math.abs(hours - people.reduce((sum, { heldMs }) => sum + heldMs, 0) / HOUR_MS)).toBeLessThan(0.01);
  expect(lines[0]?.split(",")[4]).toBe(String(rows[0].hours));
});

test("[R3] teams: peaks, hours and what one pool saves are as counted moment by moment, whatever the stays", () => {
  const random = randomFrom(5);
  const zone = "Europe/Berlin";
  // Over the night in which clocks go forward.
  const begin = Date.UTC(2026, 2, 28, 20);
  const spans = spansOf(zone, begin, begin + 2 * DAY_MS);
  const clock = Array.from({ length: 2 * 1_440 }, (_, minute) => {
    const moment = begin + minute * MINUTE_MS;
    const local = new Date(moment + offsetAt(zone, moment));
    return { moment, hour: local.getUTCDay() * 24 + local.getUTCHours() };
  });
  for (let round = 0; round < 60; round++) {
    const members = Array.from({ length: 7 }, () => {
      const groups = ["a", "b", "c"].filter(() => random() < 0.5);
      const stays: Stay[] = [];
      for (let at = begin + Math.floor(random() * 200) * MINUTE_MS; stays.length < 4; ) {
        const to = at + Math.floor(random() * 400) * MINUTE_MS;
        stays.push({ from: at, to, heldMs: to - at, counted: random() < 0.9, named: null });
        at = to + Math.floor(random() * 3) * 20 * MINUTE_MS;
      }
      return { groups, stays };
    });
    const at = (moment: number, of: (groups: readonly string[]) => boolean) =>
      members.filter(
        ({ groups, stays }) =>
          of(groups) && stays.some(({ from, to, counted }) => counted && from <= moment && moment < to),
      ).length;
    const moments = members.flatMap(({ stays }) => stays.map(({ from }) => from));
    const peakOf = (of: (groups: readonly string[]) => boolean) =>
      Math.max(0, ...moments.map((moment) => at(moment, of)));
    const { teams, overlaps } = compareTeams(members, spans);
    for (const { group, peak, heldMs, people, days, hours } of teams) {
      const counted = members
        .filter(({ groups }) => groups.includes(group))
        .flatMap(({ stays }) => stays)
        .filter((stay) => stay.counted);
      const held = counted.reduce((sum, { from, to }) => sum + to - from, 0);
      expect([round, group, peak, heldMs]).toEqual([round, group, peakOf((groups) => groups.includes(group)), held]);
      expect(people).toBe(
        members.filter(
          ({ groups, stays }) => groups.includes(group) && stays.some(({ counted, from, to }) => counted && to > from),
        ).length,
      );
      expect([Math.max(...days.map((day) => day.peak)), Math.max(...hours.map((hour) => hour.peak))]).toEqual([
        peak,
        peak,
      ]);
      expect(days.reduce((sum, day) => sum + day.heldMs, 0)).toBe(held);
      // Every minute of an hour of the week, by the wall clock of Berlin.
      for (const { hour, peak: most } of round < 2 ? hours : []) {
        const minutes = clock.filter((one) => one.hour === hour);
        const seen = minutes.map(({ moment }) => at(moment, (groups) => groups.includes(group)));
        expect([group, hour, most]).toEqual([group, hour, Math.max(0, ...seen)]);
      }
    }
    for (const {
      groups: [a, b],
      people,
      peaks,
      common,
      saved,
    } of overlaps) {
      const both = members.filter(
        ({ groups, stays }) =>
          groups.includes(a) && groups.includes(b) && stays.some(({ counted, from, to }) => counted && to > from),
      );
      expect(people).toBe(both.length);
      expect(common).toBe(peakOf((groups) => groups.includes(a) || groups.includes(b)));
      expect(saved).toBe(peaks[0] + peaks[1] - common);
      expect(saved).toBeGreaterThanOrEqual(0);
    }
  }
});

test("[R3.8] every two of the forty most used groups are compared, and a group that is asked for with every other", () => {
  const spans = spansOf(ZONE, FROM, FROM + 2 * DAY_MS);
  // The first group has the most use, the last the least; whoever is in an even one is in the first, too.
  const members = Array.from({ length: 43 }, (_, n) => {
    const stay = {
      from: FROM + n * MINUTE_MS,
      to: FROM + (200 - n) * MINUTE_MS,
      heldMs: 1,
      counted: true,
      named: null,
    };
    return { groups: [`g${n}`, ...(n % 2 === 0 && n > 0 ? ["g0"] : [])], stays: [stay] };
  });
  const usual = compareTeams(members, spans);
  expect(usual.overlaps).toHaveLength((40 * 39) / 2);
  const { overlaps } = compareTeams(members, spans, "g42");
  expect(overlaps).toHaveLength((40 * 39) / 2 + 42);
  const pair = (a: string, b: string) => overlaps.find(({ groups }) => groups.includes(a) && groups.includes(b));
  expect(pair("g42", "g41")).toMatchObject({ people: 0, common: 2, saved: 0 });
  expect(pair("g42", "g0")).toMatchObject({ people: 1, common: 22, saved: 1 });
  expect(pair("g1", "g3")).toMatchObject({ people: 0, common: 2, saved: 0 });
});

test("[R3] teams of the audit: by the groups in which each person was last seen", async () => {
  const person = (groups: string[]) => ({ exempt: false, person: { role: "user", groups } });
  const at = END - 2 * DAY_MS;
  const own = await writeEvents(env.RECORDS, "teams", [
    { at, kind: "seat_granted", holder: "p-a", inUse: 1, body: person(["sales"]) },
    { at: at + HOUR_MS, kind: "lease_ended", holder: "p-a", body: { exempt: false, heldMs: HOUR_MS } },
    { at: at + 2 * HOUR_MS, kind: "seat_granted", holder: "p-a", inUse: 1, body: person(["sales", "fair"]) },
    { at: at + 2 * HOUR_MS, kind: "seat_granted", holder: "p-b", inUse: 2, body: person(["fair"]) },
    { at: at + 3 * HOUR_MS, kind: "seat_granted", holder: "p-c", inUse: 3, body: { exempt: false, group: "old" } },
  ]);
  const entry = (word: string) => ({
    person: word,
    holder: `crm${word}`,
    name: word,
    email: null,
    role: "user",
    revision: 1,
  });
  await env.RECORDS.batch(directoryStatements(env.RECORDS, own, ["p-a", "p-b", "p-c"].map(entry)));
  const found = await readTeams(env.RECORDS, own, { zone: ZONE, from: at, to: at + 4 * HOUR_MS });
  const { teams, overlaps } = found;
  expect(teams.map(({ group, people, heldMs, peak }) => [group, people, heldMs / HOUR_MS, peak])).toEqual([
    ["fair", 2, 5, 2],
    ["sales", 1, 3, 1],
    ["old", 1, 1, 1],
  ]);
  expect(overlaps[0]).toEqual({ groups: ["fair", "sales"], people: 1, peaks: [2, 1], common: 2, saved: 1 });
  const items = teamItems(found);
  for (const { group, heldMs, peak, days, hours } of teams) {
    const own = items.filter((item) => item.group === group && item.what !== "overlap");
    expect(own.find(({ what }) => what === "team")).toMatchObject({ hours: heldMs / HOUR_MS, peak });
    const ofDays = own.filter(({ what }) => what === "day");
    expect(ofDays.map((item) => [item.day, item.peak])).toEqual(
      days.map(({ day, peak: most }) => [writeDay(day), most]),
    );
    const ofHours = own.filter(({ what }) => what === "hour");
    expect(ofHours.map((item) => [item.hourOfWeek, item.peak])).toEqual(hours.map((one) => [one.hour, one.peak]));
    for (const some of [ofDays, ofHours]) {
      expect(some.length).toBeGreaterThan(0);
      expect(some.reduce((sum, item) => sum + (item.hours ?? 0), 0)).toBeCloseTo(heldMs / HOUR_MS, 2);
    }
  }
});
