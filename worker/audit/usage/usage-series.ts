/** R7: use of seats as a series of local days or hours, for programs. */
import { DAY_MS, HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { spansOf } from "../time-zone.ts";
import { BRIEF_BY_QUARTER } from "./usage-query.ts";
import { QUARTER_MS, type UsageFigures } from "./usage-rows.ts";

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
  briefs AS (${BRIEF_BY_QUARTER})
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
}

/** Days or hours without use are missing. */
export async function readSeries(db: D1Database, tenant: TenantId, ask: SeriesAsk): Promise<UsageStep[]> {
  const spans = JSON.stringify(spansOf(ask.zone, ask.from, ask.to));
  const { results } = await db
    .prepare(SERIES)
    .bind(tenant, spans, ask.from, ask.to, ask.toleranceMs, ask.pool, STEPS[ask.by], ask.size)
    .all<UsageStep>();
  return results;
}
