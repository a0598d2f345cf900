/** R5, R7, R10: the report as rows of one form, for programs and files. */
import { HOUR_MS } from "../../../shared/durations.ts";
import { emptyItem, type ItemOf } from "../../../shared/read-protocol.ts";
import { iso, isoOrNull, share } from "../item-values.ts";
import type { Compliance } from "./compliance.ts";

const NOTHING = emptyItem("report");

/** R5 as rows: what the report page shows. */
export function reportItems(report: Compliance): ItemOf<"report">[] {
  const { limits, overruns, more, uncounted, moreUncounted, boosts, proof } = report;
  const cut = [...(more ? ["overrun"] : []), ...(moreUncounted ? ["uncounted"] : [])];
  const ends = [proof.first, proof.last].filter((row) => row !== null);
  return [
    ...limits.map(({ from, to, limit, peak }) => ({
      ...NOTHING,
      what: "limit" as const,
      from: iso(from),
      to: iso(to),
      limit,
      peak,
      over: Math.max(0, peak - limit),
    })),
    ...overruns.map(({ from, to, most, inUse, limit, cause, actor, seq }) => ({
      ...NOTHING,
      what: "overrun" as const,
      from: iso(from),
      to: isoOrNull(to),
      limit,
      peak: inUse,
      over: most,
      cause,
      actor: actor ?? null,
      seq,
    })),
    ...uncounted.map(({ person, name, named, stays, heldMs }) => ({
      ...NOTHING,
      what: "uncounted" as const,
      person,
      name,
      named,
      stays,
      heldHours: share(heldMs, HOUR_MS),
    })),
    ...boosts.map(({ extra, from, until }) => ({
      ...NOTHING,
      what: "boost" as const,
      from: iso(from),
      to: iso(until),
      extra,
    })),
    ...ends.map(({ seq, hash, at }) => ({ ...NOTHING, what: "proof" as const, from: iso(at), to: iso(at), seq, hash })),
    ...cut.map((cause) => ({ ...NOTHING, what: "cut" as const, cause })),
  ];
}
