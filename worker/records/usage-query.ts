/** R3: usage by day, by hour of the week and by group, in the tenant's time zone. D1 adds up; a year is a few hundred rows. */
import type { TenantId } from "../../shared/ids.ts";
import { type Span, spansOf, weekdayOf } from "./time-zone.ts";
import { foldUsage } from "./usage-fold.ts";
import { ALL, QUARTER_MS, type UsageRow } from "./usage-rows.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface UsageSum {
  peak: number;
  seatMs: number;
  limitMs: number;
  fullMs: number;
  leastFree: number;
  grants: number;
  denials: number;
  waitedMs: number;
  lostMs: number;
  /** The most seats wanted in one quarter: its peak and the refusals that began in it. */
  wanted: number;
}

export interface UsageView {
  spans: Span[];
  /** By local day, counted since 1970, ascending; days without use are missing. */
  days: (UsageSum & { day: number })[];
  /** By local weekday (Sunday 0) times 24 plus hour; hours without use are missing. */
  hours: (UsageSum & { hour: number })[];
  groups: (UsageSum & { pool: string })[];
  total: UsageSum;
}

const SUMS = `max(peak) AS peak, sum(seat_ms) AS seatMs, sum(limit_ms) AS limitMs, sum(full_ms) AS fullMs,
  min(least_free) AS leastFree, sum(grants) AS grants, sum(denials) AS denials, sum(waited_ms) AS waitedMs,
  sum(lost_ms) AS lostMs, max(peak + denials) AS wanted`;
const LOCAL = `
  WITH spans AS (SELECT value ->> 'first' AS first, value ->> 'end' AS end, value ->> 'offsetMs' AS offset FROM json_each(?2)),
  local AS (
    SELECT u.*, (u.quarter * ${QUARTER_MS} + spans.offset) AS at FROM spans CROSS JOIN usage u
    WHERE u.tenant = ?1 AND u.pool = '' AND u.quarter >= spans.first AND u.quarter < spans.end
  )`;

export const NO_USE: UsageSum = {
  peak: 0,
  seatMs: 0,
  limitMs: 0,
  fullMs: 0,
  leastFree: Number.MAX_SAFE_INTEGER,
  grants: 0,
  denials: 0,
  waitedMs: 0,
  lostMs: 0,
  wanted: 0,
};

/** Usage from `from` to `to` (ms). What is in use since the last event is counted up to `to` as well. */
export async function readUsage(
  db: D1Database,
  tenant: TenantId,
  { zone, from, to }: { zone: string; from: number; to: number },
): Promise<UsageView> {
  const spans = spansOf(zone, from, to);
  const json = JSON.stringify(spans);
  const [days, hours, groups, newest] = await db.batch([
    db.prepare(`${LOCAL} SELECT at / ${DAY_MS} AS day, ${SUMS} FROM local GROUP BY 1 ORDER BY 1`).bind(tenant, json),
    db
      .prepare(
        `${LOCAL} SELECT ((at / ${DAY_MS} + 4) % 7) * 24 + at / ${HOUR_MS} % 24 AS hour, ${SUMS} FROM local GROUP BY 1`,
      )
      .bind(tenant, json),
    db
      .prepare(
        `SELECT pool, ${SUMS} FROM usage WHERE tenant = ?1 AND pool > '' AND quarter >= ?2 AND quarter < ?3 GROUP BY pool`,
      )
      .bind(tenant, Math.floor(from / QUARTER_MS), Math.ceil(to / QUARTER_MS)),
    db
      .prepare(
        `SELECT seq, at, in_use AS inUse, seat_limit AS "limit" FROM events WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1`,
      )
      .bind(tenant),
  ]);
  const view: UsageView = {
    spans,
    days: (days?.results ?? []) as UsageView["days"],
    hours: (hours?.results ?? []) as UsageView["hours"],
    groups: (groups?.results ?? []) as UsageView["groups"],
    total: NO_USE,
  };
  const last = newest?.results[0] as { seq: number; at: number; inUse: number; limit: number } | undefined;
  if (last !== undefined && last.inUse > 0 && last.at < to && to - last.at < DAY_MS) addSince(view, last, from, to);
  for (const day of view.days) view.total = addUp(view.total, day);
  return view;
}

function addSince(
  view: UsageView,
  last: { seq: number; at: number; inUse: number; limit: number },
  from: number,
  to: number,
): void {
  const state = { at: last.at, limit: last.limit, pools: { [ALL]: { inUse: last.inUse, row: null } } };
  const until = { seq: last.seq, at: to, kind: "now", inUse: last.inUse, limit: last.limit, body: "{}" };
  for (const row of foldUsage(state, [until]).touched) {
    const at = row.quarter * QUARTER_MS;
    const span = view.spans.find(({ first, end }) => row.quarter >= first && row.quarter < end);
    if (at + QUARTER_MS <= from || span === undefined) continue;
    const local = at + span.offsetMs;
    const day = Math.floor(local / DAY_MS);
    const hour = weekdayOf(day) * 24 + (Math.floor(local / HOUR_MS) % 24);
    put(view.days, "day", day, row);
    put(view.hours, "hour", hour, row);
  }
}

function put<K extends "day" | "hour">(rows: (UsageSum & Record<K, number>)[], key: K, value: number, row: UsageRow) {
  const index = rows.findIndex((candidate) => candidate[key] === value);
  const before = rows[index] ?? NO_USE;
  const after = { ...addUp(before, { ...row, wanted: row.peak + row.denials }), [key]: value } as UsageSum &
    Record<K, number>;
  if (index === -1) rows.push(after);
  else rows[index] = after;
}

export const addUp = (a: UsageSum, b: UsageSum): UsageSum => ({
  peak: Math.max(a.peak, b.peak),
  seatMs: a.seatMs + b.seatMs,
  limitMs: a.limitMs + b.limitMs,
  fullMs: a.fullMs + b.fullMs,
  leastFree: Math.min(a.leastFree, b.leastFree),
  grants: a.grants + b.grants,
  denials: a.denials + b.denials,
  waitedMs: a.waitedMs + b.waitedMs,
  lostMs: a.lostMs + b.lostMs,
  wanted: Math.max(a.wanted, b.wanted),
});

/** How many hours of each weekday and hour of the day the spans hold: a day of the clock's change has 23 or 25. */
export function countHours(spans: readonly Span[]): number[] {
  const counts = new Array<number>(168).fill(0);
  const part = QUARTER_MS / HOUR_MS;
  for (const { first, end, offsetMs } of spans) {
    for (let quarter = first; quarter < end; quarter++) {
      const local = quarter * QUARTER_MS + offsetMs;
      const hour = weekdayOf(Math.floor(local / DAY_MS)) * 24 + (Math.floor(local / HOUR_MS) % 24);
      counts[hour] = (counts[hour] ?? 0) + part;
    }
  }
  return counts;
}
