/**
 * R5: use against the limit in force at each moment of a period, for an auditor. Every figure comes from rows of the
 * audit, each of which carries the seats in use and the limit; usage, which was counted from them, only says where to look.
 */
import { DAY_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { type Anchor, readRange } from "../audit-query.ts";
import { QUARTER_MS } from "../usage/usage-rows.ts";
import { findOverruns, type Overrun, type SeatRow } from "./overruns.ts";
import { type BoostsRow, foldBoosts, type PastBoost } from "./past-boosts.ts";
import { readUncounted, type Uncounted } from "./uncounted.ts";

export interface LimitSpan {
  from: number;
  to: number;
  limit: number;
  /** The most seats in use at one moment of it. */
  peak: number;
}

export interface Proof {
  /** The first and the last row of the audit in the period; null: nothing happened in it. */
  first: (Anchor & { at: number }) | null;
  last: (Anchor & { at: number }) | null;
  /** Rows of the period. */
  rows: number;
}

export interface Compliance {
  /** Null where the audit begins later, or nothing is recorded. */
  begins: number | null;
  limits: LimitSpan[];
  overruns: Overrun[];
  /** More rows of overruns than are read at once. */
  more: boolean;
  uncounted: Uncounted[];
  /** More people were not counted than are listed. */
  moreUncounted: boolean;
  boosts: PastBoost[];
  proof: Proof;
}

/** Rows read for the overruns of one report. */
export const OVERRUN_ROWS_MOST = 20_000;
/** A boost may be made so long before it begins, and repeats for so long. */
const BOOST_AHEAD_MS = (92 + 366) * DAY_MS;

// Said which index, here and below: left to choose, SQLite reads the whole period by number.
const LIMITS = `
  SELECT seq, at, in_use AS inUse, seat_limit AS "limit" FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind IN ('limit_changed', 'settings_changed', 'schedule_turned', 'chain_divided') AND seq BETWEEN ?2 AND ?3
  ORDER BY seq`;

// Whole quarters of a span from the usage; from the audit its edges, where rows of one moment may lie on both sides.
const PEAKS = `
  WITH spans AS (SELECT key AS span, value ->> 'from' AS at, value ->> 'to' AS till, value ->> 'seq' AS seq,
    value ->> 'endSeq' AS end_seq, value ->> 'first' AS first, value ->> 'end' AS last FROM json_each(?2))
  SELECT span, max(peak) AS peak FROM (
    SELECT span, max(u.peak) AS peak FROM spans CROSS JOIN usage u
      WHERE u.tenant = ?1 AND u.pool = '' AND u.quarter >= first AND u.quarter < last GROUP BY span
    UNION ALL
    SELECT span, max(e.in_use) FROM spans CROSS JOIN events e INDEXED BY events_by_time
      WHERE e.tenant = ?1 AND e.at >= spans.at AND e.at <= min(till, first * ${QUARTER_MS} - 1)
        AND e.seq >= spans.seq AND e.seq < end_seq GROUP BY span
    UNION ALL
    SELECT span, max(e.in_use) FROM spans CROSS JOIN events e INDEXED BY events_by_time
      WHERE e.tenant = ?1 AND e.at >= max(spans.at, last * ${QUARTER_MS}) AND e.at <= till
        AND e.seq >= spans.seq AND e.seq < end_seq GROUP BY span
  ) GROUP BY span`;

const OVER_QUARTERS = `
  SELECT quarter FROM usage WHERE tenant = ?1 AND pool = '' AND least_free < 0 AND quarter >= ?2 AND quarter < ?3
  ORDER BY quarter`;

const OVER_ROWS = `
  WITH ranges AS (SELECT value ->> 0 AS first, value ->> 1 AS end FROM json_each(?2))
  SELECT e.seq, e.at, e.kind, e.in_use AS inUse, e.seat_limit AS "limit", a.name AS actor,
    iif(e.kind = 'seat_granted', e.body ->> '$.over.via', NULL) AS via
  FROM ranges CROSS JOIN events e INDEXED BY events_by_time LEFT JOIN directory a ON a.tenant = e.tenant AND a.person = e.actor
  WHERE e.tenant = ?1 AND e.at >= ranges.first AND e.at < ranges.end ORDER BY e.seq LIMIT ?3`;

const BOOSTS = `
  SELECT seq, at, body -> 'patch' -> 'boosts' AS boosts, body -> 'kept' ->> 'from' AS givenUpFrom
  FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind IN ('settings_changed', 'chain_divided') AND at >= ?2 AND at < ?3
    AND coalesce(body -> 'patch' -> 'boosts', body -> 'kept') IS NOT NULL
  ORDER BY seq`;

/** Reports on the time from `from` until `to` (ms). */
export async function readCompliance(
  db: D1Database,
  tenant: TenantId,
  { from, to }: { from: number; to: number },
): Promise<Compliance> {
  const range = await readRange(db, tenant, { from, to });
  const bound = (sql: string, ...values: unknown[]) => db.prepare(sql).bind(tenant, ...values);
  const [before, changes, quarters, boosts, ends] = await db.batch([
    bound(
      `SELECT seq, at, in_use AS inUse, seat_limit AS "limit" FROM events
       WHERE tenant = ?1 AND at < ?2 ORDER BY at DESC, seq DESC LIMIT 1`,
      from,
    ),
    bound(LIMITS, range.first, range.last),
    bound(OVER_QUARTERS, Math.floor(from / QUARTER_MS), Math.ceil(to / QUARTER_MS)),
    bound(BOOSTS, from - BOOST_AHEAD_MS, to),
    bound(
      `SELECT seq, at, kind, in_use AS inUse, seat_limit AS "limit", hash FROM events
       WHERE tenant = ?1 AND seq IN (?2, ?3) ORDER BY seq`,
      range.first,
      range.last,
    ),
  ]);
  const rows = range.last < range.first ? [] : ((ends?.results ?? []) as (SeatRow & { hash: string })[]);
  const earlier = (before?.results[0] ?? null) as SeatRow | null;
  const start = earlier ?? rows[0] ?? null;
  const none = { begins: null, limits: [], overruns: [], more: false, uncounted: [], moreUncounted: false, boosts: [] };
  if (start === null) return { ...none, proof: { first: null, last: null, rows: 0 } };
  const begins = earlier === null ? start.at : from;
  const spans = cutSpans({ from: begins, to, start, endSeq: range.last + 1 }, (changes?.results ?? []) as Turn[]);
  const ranges = joinQuarters((quarters?.results ?? []) as { quarter: number }[]);
  const [[peaks, over], apart] = await Promise.all([
    db.batch([
      bound(PEAKS, JSON.stringify(spans.map(withQuarters))),
      bound(OVER_ROWS, JSON.stringify(ranges), OVERRUN_ROWS_MOST + 1),
    ]),
    readUncounted(db, tenant, { from, to }),
  ]);
  for (const { span, peak } of (peaks?.results ?? []) as { span: number; peak: number | null }[]) {
    const found = spans[span];
    if (found !== undefined) found.peak = Math.max(found.peak, peak ?? 0);
  }
  const overRows = (over?.results ?? []) as SeatRow[];
  return {
    begins,
    limits: spans.map(({ from: at, to: until, limit, peak }) => ({ from: at, to: until, limit, peak })),
    overruns: findOverruns(earlier, overRows.slice(0, OVERRUN_ROWS_MOST), { from, to }),
    more: overRows.length > OVERRUN_ROWS_MOST,
    ...apart,
    boosts: foldBoosts((boosts?.results ?? []) as BoostsRow[], { from, to }),
    proof: { first: rows[0] ?? null, last: rows.at(-1) ?? null, rows: Math.max(0, range.last - range.first + 1) },
  };
}

interface Turn {
  seq: number;
  at: number;
  inUse: number;
  limit: number;
}

/** A span with the numbers of its rows: from the first, before the last. */
type CountedSpan = LimitSpan & { seq: number; endSeq: number };

/** Stretches of one limit each. What was in use when one began counts in it, since it goes on. */
function cutSpans(
  { from, to, start, endSeq }: { from: number; to: number; start: Turn; endSeq: number },
  changes: readonly Turn[],
): CountedSpan[] {
  const spans: CountedSpan[] = [{ from, to, limit: start.limit, peak: start.inUse, seq: start.seq, endSeq }];
  for (const { seq, at, inUse, limit } of changes) {
    const last = spans.at(-1);
    if (last === undefined || limit === last.limit) continue;
    // A limit that held for no time held for nobody.
    if (at <= last.from) Object.assign(last, { limit, peak: inUse, seq });
    else {
      Object.assign(last, { to: at, endSeq: seq });
      spans.push({ from: at, to, limit, peak: inUse, seq, endSeq });
    }
  }
  return spans;
}

const withQuarters = (span: CountedSpan) => {
  const first = Math.floor(span.from / QUARTER_MS) + 1;
  return { ...span, first, end: Math.max(first, Math.floor(span.to / QUARTER_MS)) };
};

/** Ranges of ms, from the quarters that they are made of. */
function joinQuarters(quarters: readonly { quarter: number }[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const { quarter } of quarters) {
    const last = ranges.at(-1);
    const from = quarter * QUARTER_MS;
    if (last !== undefined && last[1] === from) last[1] = from + QUARTER_MS;
    else ranges.push([from, from + QUARTER_MS]);
  }
  return ranges;
}
