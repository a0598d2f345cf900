/**
 * [R3] [R5] Weeks of small firms in all models, recounted from the exported audit alone: usage, people, teams, report and
 * the cheapest mix say the same.
 */

import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { exportAudit } from "../../../worker/audit/audit-export.ts";
import { EVERYTHING } from "../../../worker/audit/audit-query.ts";
import { readCompliance } from "../../../worker/audit/report/compliance.ts";
import { readMix } from "../../../worker/audit/usage/mix-query.ts";
import { readPeopleUse } from "../../../worker/audit/usage/people-usage.ts";
import { readTeams } from "../../../worker/audit/usage/teams-usage.ts";
import { readUsage } from "../../../worker/audit/usage/usage-query.ts";
import { readSeries } from "../../../worker/audit/usage/usage-series.ts";
import { wordOf } from "../../simulation/told-rows.ts";
import { LivingFirm } from "./living-firm.ts";
import { type CountedStay, type Line, recount } from "./recount.ts";

const ERASED = "u2";
const db = env.RECORDS;

interface Span {
  from: number;
  to: number;
}

/** What lies within the period; what goes on lasts as long as it. */
const clip = <T extends Span>(spans: readonly T[], { from, to }: Span): T[] =>
  spans
    .map((span) => ({ ...span, from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter((span) => span.from < span.to);
const sum = (spans: readonly Span[]): number => spans.reduce((ms, { from, to }) => ms + to - from, 0);

function peakOf(spans: readonly Span[]): number {
  const turns = spans.flatMap(({ from, to }) => [[from, 1] as const, [to, -1] as const]);
  let [now, peak] = [0, 0];
  for (const [, by] of turns.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
}

/** By local day, in pieces of a quarter of an hour. */
function inDays(spans: readonly Span[], dayAt: (at: number) => string): Map<string, Span[]> {
  const days = new Map<string, Span[]>();
  for (const span of spans) {
    for (let at = span.from; at < span.to; ) {
      const to = Math.min(span.to, (Math.floor(at / (15 * MINUTE_MS)) + 1) * 15 * MINUTE_MS);
      const day = dayAt(at);
      days.set(day, [...(days.get(day) ?? []), { ...span, from: at, to }]);
      at = to;
    }
  }
  return days;
}

/** The cost of the cheapest mix by trying everybody: who has a licence of their own, and a pool for the most of the others. */
function cheapest(wants: ReadonlyMap<string, readonly Span[]>, prices: { concurrent: number; named: number }): number {
  const people = [...wants.keys()];
  let least = Number.POSITIVE_INFINITY;
  for (let named = 0; named < 2 ** people.length; named++) {
    const [own, pooled] = [people.filter((_, n) => (named >> n) & 1), people.filter((_, n) => !((named >> n) & 1))];
    const most = peakOf(pooled.flatMap((person) => joined(wants.get(person) ?? [])));
    least = Math.min(least, own.length * prices.named + most * prices.concurrent);
  }
  return least;
}

/** One person wants one licence, however often at once. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else result.push({ from: span.from, to: span.to });
  }
  return result;
}

test.each([
  ["Europe/Berlin, over the end of summer time", 44, "Europe/Berlin", "2026-10-20T05:00:00Z"],
  ["Australia/Lord_Howe, whose clock goes by half an hour", 54, "Australia/Lord_Howe", "2026-09-30T05:00:00Z"],
  ["Asia/Kathmandu, over a leap day", 38, "Asia/Kathmandu", "2028-02-24T05:00:00Z"],
])(
  "[R3.18] [R3.19] [R3.20] [R5.4] %s: every figure is that of the exported audit",
  async (_, seed, zone, begins) => {
    const begin = Date.parse(begins);
    const firm = new LivingFirm(seed, { zone, begin });
    await firm.live(begin + 8 * DAY_MS + 5 * HOUR_MS, db);
    const { tenant, people } = firm;
    const end = firm.now + HOUR_MS;
    await db.prepare("DELETE FROM directory WHERE tenant = ?1 AND person = ?2").bind(tenant, wordOf(ERASED)).run();
    const lines = (await new Response(exportAudit(db, tenant, EVERYTHING, "jsonl", end)).text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line & { row: string })
      .filter(({ row }) => row === "event");
    const { stays, use, refusals, faults } = recount(lines, end);
    expect([seed, faults]).toEqual([seed, []]);
    const kinds = new Set(lines.map(({ kind }) => kind));
    for (const kind of ["lease_judged", "schedule_turned", "denial_closed", "settings_changed"])
      expect(kinds).toContain(kind);
    const toleranceMs = firm.ledger.settings.refusalToleranceMs;
    const isBrief = (refusal: (typeof refusals)[number]) =>
      refusal.outcome === "seated" && refusal.waitedMs < toleranceMs;
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" });
    const dayAt = (at: number) => format.format(at);
    const whole = { from: begin - DAY_MS, to: end };

    // Usage, by day.
    const ofDays = inDays(use, dayAt);
    const told = await readUsage(db, tenant, { zone, ...whole, toleranceMs });
    for (const day of told.days) {
      const date = new Date(day.day * DAY_MS).toISOString().slice(0, 10);
      const own = (ofDays.get(date) ?? []) as typeof use;
      const begun = refusals.filter(({ at }) => dayAt(at) === date);
      const rows = lines.filter(({ at }) => dayAt(at) === date);
      expect([seed, date, day]).toMatchObject([
        seed,
        date,
        {
          peak: Math.max(0, ...own.map(({ inUse }) => inUse), ...rows.map((row) => row.in_use)),
          seatMs: own.reduce((ms, { from, to, inUse }) => ms + inUse * (to - from), 0),
          fullMs: sum(own.filter((one) => one.inUse > 0 && one.inUse >= one.limit && one.limit > 0 && !one.isNamed)),
          grants: rows.filter(({ kind, body }) => kind === "seat_granted" && !body.exempt).length,
          denials: begun.filter((one) => !isBrief(one)).length,
          brief: begun.filter(isBrief).length,
        },
      ]);
    }
    expect(told.total.seatMs).toBe(use.reduce((ms, { from, to, inUse }) => ms + inUse * (to - from), 0));
    for (const by of ["day", "hour"] as const) {
      const series = await readSeries(db, tenant, {
        zone,
        ...whole,
        by,
        pool: "",
        toleranceMs,
        size: 10_000,
        now: end,
      });
      const seatMs = series.reduce((ms, step) => ms + step.seatMs, 0);
      expect([seed, by, seatMs]).toEqual([seed, by, told.total.seatMs]);
    }
    for (const { pool, seatMs } of told.groups) {
      const parts = stays.filter(({ group }) => group === pool).flatMap((stay) => stay.parts);
      const counted = sum(parts.filter((part) => part.counted));
      const ask = { zone, ...whole, by: "day", pool, toleranceMs, size: 10_000, now: end } as const;
      const inDays = (await readSeries(db, tenant, ask)).reduce((ms, day) => ms + day.seatMs, 0);
      expect([seed, pool, seatMs, inDays]).toEqual([seed, pool, counted, counted]);
    }

    const isOf = (person: string) => (one: { person: string }) => one.person === person;
    const lasting = (period: Span) =>
      // What goes on when the export is made goes on for the rest of the period.
      stays.map((stay): CountedStay => {
        const to = stay.isOver ? stay.to : Math.max(stay.to, period.to);
        return { ...stay, to, parts: stay.parts.map((part) => (part.to === stay.to ? { ...part, to } : part)) };
      });
    for (const period of [
      whole,
      { from: begin + 2 * DAY_MS + 4.1 * HOUR_MS, to: begin + 5 * DAY_MS },
      { from: end + DAY_MS, to: end + 2 * DAY_MS },
    ]) {
      const where = [seed, new Date(period.from).toISOString()];
      const all = lasting(period);
      const uses = await readPeopleUse(db, tenant, { zone, ...period, toleranceMs, named: [] });
      for (const person of uses) {
        const word = wordOf(person.id ?? ERASED);
        const own = clip(all.filter(isOf(word)), period);
        const begun = refusals.filter((one) => one.person === word && one.at >= period.from && one.at < period.to);
        expect([...where, word, person]).toMatchObject([
          ...where,
          word,
          {
            heldMs: sum(own),
            stays: own.length,
            days: inDays(own, dayAt).size,
            refusals: begun.filter((one) => !isBrief(one)).length,
            brief: begun.filter(isBrief).length,
          },
        ]);
      }
      const { teams } = await readTeams(db, tenant, { zone, ...period });
      for (const { group, heldMs, peak } of teams) {
        const members = people.filter(({ groups }) => groups?.includes(group)).map(({ id }) => wordOf(id));
        const parts = all.filter(({ person }) => members.includes(person)).flatMap((stay) => stay.parts);
        const counted = clip(
          parts.filter((part) => part.counted),
          period,
        );
        expect([...where, group, heldMs, peak]).toEqual([...where, group, sum(counted), peakOf(counted)]);
      }

      const report = await readCompliance(db, tenant, period);
      const over = clip(use, period).filter(({ inUse, limit }) => inUse > limit);
      const overMs = report.overruns.reduce((ms, one) => ms + (one.to ?? period.to) - one.from, 0);
      if (period.to <= end) expect([...where, overMs]).toEqual([...where, sum(over)]);
      for (const named of [true, false]) {
        const apart = people.flatMap(({ id }) => {
          const parts = all.filter(isOf(wordOf(id))).flatMap((stay) => stay.parts);
          const ms = sum(
            clip(
              parts.filter((part) => !part.counted && part.named === named),
              period,
            ),
          );
          return ms === 0 ? [] : [[wordOf(id), ms]];
        });
        const found = report.uncounted
          .filter((one) => one.named === named)
          .map(({ person, heldMs }) => [person, heldMs]);
        expect([...where, named, found.sort()]).toEqual([...where, named, apart.sort()]);
      }
    }

    // The cheapest mix: everybody who had a licence, or was refused for want of one.
    const prices = { concurrent: 900, named: 500 };
    const mix = await readMix(db, tenant, { zone, ...whole, toleranceMs, prices });
    const wants = new Map<string, Span[]>();
    for (const stay of stays) {
      const wanted = stay.parts.filter((part) => part.counted || part.named);
      wants.set(stay.person, [...(wants.get(stay.person) ?? []), ...wanted]);
    }
    for (const refusal of refusals.filter((one) => !isBrief(one))) {
      const reason = lines.find(({ kind, at, person }) => {
        return kind === "denial_opened" && at === refusal.at && person === refusal.person;
      })?.body.reason;
      if (!["limit_reached", "others_waiting", "reserved_for_others", "not_assigned"].includes(reason)) continue;
      const span = { from: refusal.at, to: Math.min(end, refusal.at + refusal.waitedMs) };
      wants.set(refusal.person, [...(wants.get(refusal.person) ?? []), span]);
    }
    expect([seed, mix.best.cost]).toEqual([seed, cheapest(wants, prices)]);
  },
  120_000,
);
