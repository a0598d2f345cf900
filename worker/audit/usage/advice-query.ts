/** R3, L25: what to do about licences, whatever counts them: seats of a pool, named licences or the CRM's records. */
import type { TenantId } from "../../../shared/ids.ts";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import type { Fullness } from "../../ledger/fullness.ts";
import type { Settings } from "../../ledger/settings/settings.ts";
import { readUnassigned } from "../denials/denial-query.ts";
import { readRecommendation } from "./evidence-query.ts";
import type { NamedEvidence } from "./model-choice.ts";
import type { Recommendation } from "./recommendation.ts";

export type Advice =
  | { about: "limit"; recommendation: Recommendation }
  | { about: "named"; evidence: NamedEvidence }
  | { about: "records"; records: Settings["records"] };

/** What of the tenant counts. */
export interface AdviceNow {
  limit: number;
  full: Pick<Fullness, "measure" | "named">;
  settings: Pick<Settings, "timeZone" | "refusalToleranceMs" | "named" | "records">;
}

export async function readAdvice(db: D1Database, tenant: TenantId, view: AdviceNow, now: number): Promise<Advice> {
  const { full, settings } = view;
  if (full.measure === "records") return { about: "records", records: settings.records };
  if (full.measure !== "named")
    return { about: "limit", recommendation: await readRecommendation(db, tenant, view, now) };
  const [{ evidence }, unassigned] = await Promise.all([
    readRecommendation(db, tenant, view, now),
    readUnassigned(db, tenant, now - DENIALS_KEPT_MS),
  ]);
  const { licences, assigned } = full.named;
  const known = new Set<string>(settings.named.assigned.map(({ id }) => id));
  const refused = unassigned.filter((id) => !known.has(id)).length;
  return {
    about: "named",
    evidence: { licences, assigned, refused, peak: evidence.peak, usedDays: evidence.usedDays },
  };
}
