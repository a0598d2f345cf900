/** R3: the recommendation from the records. */
import type { TenantId } from "../../../shared/ids.ts";
import { dayOf, startOfDay } from "../time-zone.ts";
import { demandOf, readRefusalSpans } from "./demand-query.ts";
import { gatherEvidence, type Recommendation, recommendLimit } from "./recommendation.ts";
import { readUsage } from "./usage-query.ts";

export const EVIDENCE_DAYS = 90;

/** What of the tenant's settings counts. */
export interface Judged {
  limit: number;
  settings: { timeZone: string; refusalToleranceMs: number };
}

/** Judges the `EVIDENCE_DAYS` whole days before that of `now` (ms). */
export async function readRecommendation(
  db: D1Database,
  tenant: TenantId,
  { limit, settings }: Judged,
  now: number,
): Promise<Recommendation> {
  const { timeZone: zone, refusalToleranceMs: toleranceMs } = settings;
  const last = dayOf(zone, now) - 1;
  const first = last - EVIDENCE_DAYS + 1;
  const period = { from: startOfDay(zone, first), to: startOfDay(zone, last + 1) };
  const [{ days }, refusals] = await Promise.all([
    readUsage(db, tenant, { zone, ...period, toleranceMs }),
    readRefusalSpans(db, tenant, period),
  ]);
  return recommendLimit(gatherEvidence({ limit, first, last }, days, demandOf(refusals, { zone, toleranceMs })));
}
