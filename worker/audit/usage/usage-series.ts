/** R7: use of seats as a series of local days or hours, for programs. */
import { DAY_MS, HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { type Span, spansOf } from "../time-zone.ts";
import { addUp, BRIEFS } from "./usage-query.ts";
import { QUARTER_MS, type UsageFigures, type UsageRow } from "./usage-rows.ts";
import { readSince } from "./use-since.ts";

export const STEPS = { day: DAY_MS, hour: HOUR_MS } as const;
export type Step = keyof typeof STEPS;

/** Sums over one day or hour; ms where the name says so. */
export interface UsageStep extends UsageFigures {
  /** Local days or hours since 1970. */
  step: number;
  /** First quarter of an hour with use in it, since 1970, UTC. */
  quarter: number;
  /** How far the zone's clock is ahead of UTC there. */
  offsetMs: number;
  /** R1: refusals that were over within the tolerance; they are not among `denials`. */
  brief: number;
}

// D1 binds every number as a real one. An hour that the clock repeats is two: what the zone is ahead by tells them apart.
const SERIES = `
  WITH spans AS (SELECT value ->> 'first' AS first, value ->> 'end' AS end, value ->> 'offsetMs' AS offset FROM json_each(?2)),
  ${BRIEFS}
  SELECT (u.quarter * ${QUARTER_MS} + spans.offset) / cast(?7 AS INTEGER) AS step, min(u.quarter) AS quarter,
    spans.offset AS offsetMs, max(peak) AS peak, sum(seat_ms) AS seatMs, sum(limit_ms) AS limitMs,
    sum(full_ms) AS fullMs, min(least_free) AS leastFree, sum(grants) AS grants,
    sum(denials) - sum(coalesce(briefs.brief, 0)) AS denials, sum(coalesce(briefs.brief, 0)) AS brief,
    sum(waited_ms) AS waitedMs, sum(lost_ms) AS lostMs
  FROM spans CROSS JOIN usage u LEFT JOIN briefs ON briefs.quarter = u.quarter AND briefs.pool = u.pool
  WHERE u.tenant = ?1 AND u.pool = ?6 AND u.quarter >= spans.first AND u.quarter < spans.end
  GROUP BY 1, CASE WHEN ?7 = ${HOUR_MS} THEN spans.offset ELSE 0 END ORDER BY 2 LIMIT ?8`;

export interface SeriesAsk {
  zone: string;
  /** ms. */
  from: number;
  to: number;
  by: Step;
  /** Empty: everybody. */
  pool: string;
  /** R1. */
  toleranceMs: number;
  size: number;
  /** ms: what is in use since the last event is counted up to this moment, and up to `to`. */
  now: number;
}

/** Days or hours without use are missing. */
export async function readSeries(db: D1Database, tenant: TenantId, ask: SeriesAsk): Promise<UsageStep[]> {
  const spans = spansOf(ask.zone, ask.from, ask.to);
  const [{ results }, since] = await Promise.all([
    db
      .prepare(SERIES)
      .bind(tenant, JSON.stringify(spans), ask.from, ask.to, ask.toleranceMs, ask.pool, STEPS[ask.by], ask.size)
      .all<UsageStep>(),
    readSince(db, tenant, Math.min(ask.to, ask.now)),
  ]);
  for (const row of since) if (row.pool === ask.pool) addSince(results, row, spans, ask);
  return results;
}

function addSince(steps: UsageStep[], row: UsageRow, spans: readonly Span[], { by, size }: SeriesAsk): void {
  const span = spans.find(({ first, end }) => row.quarter >= first && row.quarter < end);
  if (span === undefined) return;
  const { offsetMs } = span;
  const step = Math.floor((row.quarter * QUARTER_MS + offsetMs) / STEPS[by]);
  const place = steps.findIndex((one) => one.step === step && (by === "day" || one.offsetMs === offsetMs));
  const before = steps[place];
  const added = { ...row, brief: 0, wanted: 0 };
  if (before !== undefined) steps[place] = { ...before, ...addUp({ ...before, wanted: 0 }, added) };
  else if (steps.length < size) steps.push({ ...added, step, offsetMs });
}
