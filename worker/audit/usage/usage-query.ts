/** R3: usage by day, by hour of the week and by group, in the tenant's time zone. D1 adds up; a year is a few hundred rows. */
import { DAY_MS, HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { GIVEN_UP } from "../divisions.ts";
import { type Span, spansOf, weekdayOf } from "../time-zone.ts";
import { ALL, QUARTER_MS, type UsageFigures, type UsageRow } from "./usage-rows.ts";
import { readSince } from "./use-since.ts";

export interface UsageSum extends UsageFigures {
  /** R1: refusals that ended with a seat within the tolerance; they are not among `denials`. */
  brief: number;
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
  min(least_free) AS leastFree, sum(grants) AS grants, sum(denials) - sum(brief) AS denials, sum(brief) AS brief, sum(waited_ms) AS waitedMs,
  sum(lost_ms) AS lostMs, max(peak + denials - brief) AS wanted`;
// A refusal counts in the quarter in which it began, of everybody ('') and of its group. One that was there before a course
// of events and ended in it goes on, if that was given up (R2.10).
export const BRIEFS = `${GIVEN_UP(String(Number.MAX_SAFE_INTEGER))}, briefs AS (
  SELECT quarter, each.value AS pool, count(*) AS brief FROM (
    SELECT o.at / ${QUARTER_MS} AS quarter, json_array('', o.body ->> 'group') AS pools
    FROM events c INDEXED BY events_by_kind CROSS JOIN events o INDEXED BY events_by_time
    WHERE c.tenant = ?1 AND c.kind = 'denial_closed' 
      AND c.seq >= (SELECT seq FROM events WHERE tenant = ?1 AND at >= ?3 ORDER BY at, seq LIMIT 1)
      AND c.seq <= (SELECT seq FROM events WHERE tenant = ?1 AND at < ?4 ORDER BY at DESC, seq DESC LIMIT 1)
      AND c.body ->> 'outcome' = 'seated' AND c.body ->> 'waitedMs' < ?5
      AND o.tenant = ?1 AND o.at = c.at - (c.body ->> 'waitedMs') AND o.kind = 'denial_opened'
      AND o.body ->> 'id' = c.body ->> 'id'
      AND NOT EXISTS (SELECT 1 FROM given_up g WHERE c.seq BETWEEN g.first AND g.last AND o.seq < g.first)
  ) begun, json_each(begun.pools) each WHERE each.value IS NOT NULL GROUP BY 1, 2
)`;
const LOCAL = `
  WITH spans AS (SELECT value ->> 'first' AS first, value ->> 'end' AS end, value ->> 'offsetMs' AS offset FROM json_each(?2)),
  ${BRIEFS},
  local AS (
    SELECT u.*, coalesce(briefs.brief, 0) AS brief, (u.quarter * ${QUARTER_MS} + spans.offset) AS at
    FROM spans CROSS JOIN usage u LEFT JOIN briefs ON briefs.quarter = u.quarter AND briefs.pool = u.pool
    WHERE u.tenant = ?1 AND u.pool = '' AND u.quarter >= spans.first AND u.quarter < spans.end
  )`;
const GROUPS = `
  WITH ${BRIEFS}
  SELECT u.pool, ${SUMS} FROM
    (SELECT u.*, coalesce(briefs.brief, 0) AS brief
      FROM usage u LEFT JOIN briefs ON briefs.quarter = u.quarter AND briefs.pool = u.pool
      WHERE u.tenant = ?1 AND u.pool > '' AND u.quarter >= ?2 AND u.quarter < ?6) u
  GROUP BY u.pool`;

export const NO_USE: UsageSum = {
  peak: 0,
  seatMs: 0,
  limitMs: 0,
  fullMs: 0,
  leastFree: Number.MAX_SAFE_INTEGER,
  grants: 0,
  denials: 0,
  brief: 0,
  waitedMs: 0,
  lostMs: 0,
  wanted: 0,
};

/**
 * Usage from `from` to `to` (ms); what is in use since the last event is counted up to `to` as well. `toleranceMs`: which
 * refusals are brief (R1).
 */
export async function readUsage(
  db: D1Database,
  tenant: TenantId,
  { zone, from, to, toleranceMs }: { zone: string; from: number; to: number; toleranceMs: number },
): Promise<UsageView> {
  const spans = spansOf(zone, from, to);
  const ask = (sql: string) => db.prepare(sql).bind(tenant, JSON.stringify(spans), from, to, toleranceMs);
  const [[days, hours, groups], since] = await Promise.all([
    db.batch([
      ask(`${LOCAL} SELECT at / ${DAY_MS} AS day, ${SUMS} FROM local GROUP BY 1 ORDER BY 1`),
      ask(
        `${LOCAL} SELECT ((at / ${DAY_MS} + 4) % 7) * 24 + at / ${HOUR_MS} % 24 AS hour, ${SUMS} FROM local GROUP BY 1`,
      ),
      db.prepare(GROUPS).bind(tenant, Math.floor(from / QUARTER_MS), from, to, toleranceMs, Math.ceil(to / QUARTER_MS)),
    ]),
    readSince(db, tenant, to),
  ]);
  const view: UsageView = {
    spans,
    days: (days?.results ?? []) as UsageView["days"],
    hours: (hours?.results ?? []) as UsageView["hours"],
    groups: (groups?.results ?? []) as UsageView["groups"],
    total: NO_USE,
  };
  addSince(view, since, { from, to });
  for (const day of view.days) view.total = addUp(view.total, day);
  return view;
}

function addSince(view: UsageView, since: readonly UsageRow[], { from, to }: { from: number; to: number }): void {
  for (const row of since) {
    const at = row.quarter * QUARTER_MS;
    const span = view.spans.find(({ first, end }) => row.quarter >= first && row.quarter < end);
    if (at + QUARTER_MS <= from || at >= to || span === undefined) continue;
    const local = at + span.offsetMs;
    const day = Math.floor(local / DAY_MS);
    const hour = weekdayOf(day) * 24 + (Math.floor(local / HOUR_MS) % 24);
    if (row.pool === ALL) {
      put(view.days, "day", day, row);
      put(view.hours, "hour", hour, row);
    } else put(view.groups, "pool", row.pool, row);
  }
}

function put<K extends "day" | "hour" | "pool">(
  rows: (UsageSum & Record<K, K extends "pool" ? string : number>)[],
  key: K,
  value: K extends "pool" ? string : number,
  row: UsageRow,
) {
  const index = rows.findIndex((candidate) => candidate[key] === value);
  const before = rows[index] ?? NO_USE;
  const after = {
    ...addUp(before, { ...row, brief: 0, wanted: row.peak + row.denials }),
    [key]: value,
  } as (typeof rows)[number];
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
  brief: a.brief + b.brief,
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
