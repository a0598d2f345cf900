/** R3: what the limit should be, in a sentence with its reason. */
import type { UsageSum } from "./usage-query.ts";

export interface Evidence {
  limit: number;
  total: UsageSum;
  /** Days that the evidence covers, and days of them with any use. */
  days: number;
  usedDays: number;
}

export interface Recommendation {
  verdict: "raise" | "keep" | "lower" | "wait";
  limit: number;
  sentence: string;
  reason: string;
}

/** Fewer days of use say nothing of a month's end. */
const DAYS_ENOUGH = 20;
const MINUTE = 60_000;
/** A limit is called too high only where this share of it was never used. */
const SPARE = 0.2;

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Judges the `days` before now. */
export function recommendLimit({ limit, total, days, usedDays }: Evidence): Recommendation {
  const minutes = Math.round((total.waitedMs + total.lostMs) / MINUTE);
  const history = `in the last ${counted(days, "day", "days")}`;
  if (total.denials > 0) {
    const wanted = Math.max(limit + 1, total.wanted);
    if (total.wanted <= limit) {
      return {
        verdict: "keep",
        limit,
        sentence: `Keep the limit of ${limit}.`,
        reason: `There ${total.denials === 1 ? "was" : "were"} ${counted(total.denials, "refusal", "refusals")} ${history}, but never more than ${total.wanted} people wanted a seat at once: a limit of ${limit} would have been enough for all of them.`,
      };
    }
    return {
      verdict: "raise",
      limit: wanted,
      sentence: `Raise the limit from ${limit} to ${wanted}.`,
      reason: `${counted(total.denials, "refusal", "refusals")} ${history} cost ${counted(minutes, "minute", "minutes")} of waiting; at the fullest moment up to ${total.wanted} people wanted a seat.`,
    };
  }
  if (usedDays < DAYS_ENOUGH) {
    return {
      verdict: "wait",
      limit,
      sentence: `Keep the limit of ${limit} for now.`,
      reason: `Nobody was refused, but there ${usedDays === 1 ? "is" : "are"} only ${counted(usedDays, "day", "days")} of use on record; ${DAYS_ENOUGH} show more than one month's end.`,
    };
  }
  const enough = total.peak + Math.max(1, Math.ceil(total.peak * 0.1));
  if (enough <= limit * (1 - SPARE)) {
    return {
      verdict: "lower",
      limit: enough,
      sentence: `${enough} seats would be enough; the limit is ${limit}.`,
      reason: `Nobody was refused ${history}, and never more than ${counted(total.peak, "seat was", "seats were")} in use at once. Support lowers a limit.`,
    };
  }
  return {
    verdict: "keep",
    limit,
    sentence: `Keep the limit of ${limit}.`,
    reason: `Nobody was refused ${history}, and up to ${counted(total.peak, "seat was", "seats were")} in use at once.`,
  };
}
