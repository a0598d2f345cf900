/** R1: how the refusals of the last sixty days spread over days, hours, reasons and people; brief ones are left out. */
import { DAY_MS, HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import { spansOf } from "../time-zone.ts";
import { QUARTER_MS } from "../usage/usage-rows.ts";
import { briefSql } from "./denial-query.ts";

const PEOPLE_MOST = 20;

export interface DenialStats {
  /** By local day, counted since 1970, of those with any. */
  days: { day: number; count: number; waitedMs: number }[];
  /** By hour of the local day. */
  hours: { hour: number; count: number }[];
  reasons: { reason: string; count: number }[];
  /** Those refused most often. */
  people: { holder: string; name: string; count: number; waitedMs: number }[];
}

/** `observed`: of those that there would have been (L24), instead of those that there were. */
export async function readDenialStats(
  db: D1Database,
  tenant: TenantId,
  { now, zone, toleranceMs, observed = false }: { now: number; zone: string; toleranceMs: number; observed?: boolean },
): Promise<DenialStats> {
  const from = now - DENIALS_KEPT_MS;
  const spans = spansOf(zone, from, now + 1).map(({ first, end, offsetMs }) => ({
    from: first * QUARTER_MS,
    to: end * QUARTER_MS,
    offsetMs,
  }));
  const local = `WITH local AS (
    SELECT d.*, d.first_at + (s.value ->> 'offsetMs') AS at FROM json_each(?3) s CROSS JOIN denials d
    WHERE d.tenant = ?1 AND d.last_at >= ?2 AND d.observed = ?5 AND NOT ${briefSql("?4")} AND d.first_at >= s.value ->> 'from' AND d.first_at < s.value ->> 'to')`;
  const ask = (sql: string) =>
    db.prepare(`${local} ${sql}`).bind(tenant, from, JSON.stringify(spans), toleranceMs, observed ? 1 : 0);
  const [days, hours, reasons, people] = await db.batch([
    ask(`SELECT at / ${DAY_MS} AS day, count(*) AS count, sum(waited_ms) AS waitedMs FROM local GROUP BY 1 ORDER BY 1`),
    ask(`SELECT at / ${HOUR_MS} % 24 AS hour, count(*) AS count FROM local GROUP BY 1 ORDER BY 1`),
    ask("SELECT reason, count(*) AS count FROM local GROUP BY 1 ORDER BY 2 DESC"),
    ask(`SELECT holder, max(name) AS name, count(*) AS count, sum(waited_ms) AS waitedMs FROM local
      GROUP BY 1 ORDER BY 3 DESC, 2 LIMIT ${PEOPLE_MOST}`),
  ]);
  return {
    days: (days?.results ?? []) as DenialStats["days"],
    hours: (hours?.results ?? []) as DenialStats["hours"],
    reasons: (reasons?.results ?? []) as DenialStats["reasons"],
    people: (people?.results ?? []) as DenialStats["people"],
  };
}
