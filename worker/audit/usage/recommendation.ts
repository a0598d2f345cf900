/** R3: what the limit of the pool should be, why, and how sure that is. The sentences are the pages' own, in the reader's language. */
import type { DenialReason } from "../../../shared/denial.ts";
import type { Demand } from "./demand-query.ts";

export interface Evidence {
  limit: number;
  /** Whole days looked at: how many, the first and the last (local, since 1970). The day that is not over is none of them. */
  days: number;
  first: number;
  last: number;
  /** Of them, days on which anybody had a seat or wanted one. */
  usedDays: number;
  /** The most seats in use at once, and the most people who had a seat or wanted one. */
  peak: number;
  wanted: number;
  /** Refusals that count, and how long those people were without a seat. */
  refusals: number;
  waitedMs: number;
  /** Refusals that do not: short waits (R1), and those that no limit changes. */
  brief: number;
  ignored: { reason: DenialReason; count: number }[];
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
  /** The least chance that so much is enough on each of the next `DAYS_AHEAD` days of use; null: too little is known. */
  sure: number | null;
  evidence: Evidence;
}

/** Fewer days of use say nothing of a month's end. */
export const DAYS_ENOUGH = 20;
/** Days of use in a month. */
export const DAYS_AHEAD = 20;
/** A limit is called too high only where this share of it was never used. */
const SPARE = 0.2;

/** Puts together what is known of the days from `first` to `last`. `days`: by day, the most seats in use. */
export function gatherEvidence(
  { limit, first, last }: Pick<Evidence, "limit" | "first" | "last">,
  days: readonly { day: number; peak: number }[],
  demand: Demand,
): Evidence {
  const peak = Math.max(0, ...days.map((day) => day.peak));
  const used = new Set([...days.filter((day) => day.peak > 0), ...demand.days].map(({ day }) => day));
  const { refusals, waitedMs, brief, ignored } = demand;
  return {
    limit,
    days: last - first + 1,
    first,
    last,
    usedDays: used.size,
    peak,
    wanted: Math.max(peak, ...demand.days.map(({ wanted }) => wanted)),
    refusals,
    waitedMs,
    brief,
    ignored,
  };
}

/** What `evidence` says the limit should be. */
export function recommendLimit(evidence: Evidence): Recommendation {
  const { limit, peak, wanted, refusals, usedDays } = evidence;
  const so = (verdict: Recommendation["verdict"], advised: number, why: Why): Recommendation => ({
    verdict,
    limit: advised,
    why,
    // Of days that come in any order, the highest of n and `DAYS_AHEAD` more is among the n with at least this chance.
    sure: why === "young" ? null : usedDays / (usedDays + DAYS_AHEAD),
    evidence,
  });
  if (usedDays < DAYS_ENOUGH) return so("wait", limit, "young");
  if (refusals > 0) return wanted <= limit ? so("keep", limit, "enough") : so("raise", wanted, "refused");
  const enough = peak + Math.max(1, Math.ceil(peak * 0.1));
  if (enough <= limit * (1 - SPARE)) return so("lower", enough, "spare");
  return so("keep", limit, "fits");
}
