/** R3: what the limit should be, and why. The sentences are the pages' own, in the reader's language. */
import type { UsageSum } from "./usage-query.ts";

export interface Evidence {
  limit: number;
  total: UsageSum;
  /** Days that the evidence covers, and days of them with any use. */
  days: number;
  usedDays: number;
}

/**
 * `refused`: more people wanted a seat than there are. `enough`: people were refused, though the limit of now would
 * have done. `young`: too few days on record. `spare`: a good part of the limit was never used. `fits`: nothing to do.
 */
export type Why = "refused" | "enough" | "young" | "spare" | "fits";

export interface Recommendation {
  verdict: "raise" | "keep" | "lower" | "wait";
  /** What the limit should be. */
  limit: number;
  why: Why;
  evidence: Evidence;
}

/** Fewer days of use say nothing of a month's end. */
export const DAYS_ENOUGH = 20;
/** A limit is called too high only where this share of it was never used. */
const SPARE = 0.2;

/** Judges the `days` before now. */
export function recommendLimit(evidence: Evidence): Recommendation {
  const { limit, total, usedDays } = evidence;
  if (total.denials > 0) {
    return total.wanted <= limit
      ? { verdict: "keep", limit, why: "enough", evidence }
      : { verdict: "raise", limit: total.wanted, why: "refused", evidence };
  }
  if (usedDays < DAYS_ENOUGH) return { verdict: "wait", limit, why: "young", evidence };
  const enough = total.peak + Math.max(1, Math.ceil(total.peak * 0.1));
  if (enough <= limit * (1 - SPARE)) return { verdict: "lower", limit: enough, why: "spare", evidence };
  return { verdict: "keep", limit, why: "fits", evidence };
}
