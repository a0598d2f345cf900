/** R3: the period of a page of usage: days as typed, at most as long as the records go. */

import { DAY_MS } from "../../../../shared/durations.ts";
import { sentence } from "../../../../shared/sentence.ts";
import { type DaysFault, readDays } from "../../../audit/day-range.ts";
import { dayOf, startOfDay, writeDay } from "../../../audit/time-zone.ts";

/** Days shown before anybody chooses others. */
const DAYS = 90;
/** As long as the audit is kept (R2). */
const SPAN_MOST_MS = 398 * DAY_MS;

export interface UsagePeriod {
  /** The days as typed, or the usual ones. */
  typed: { from: string; to: string };
  /** ms; nothing after now. */
  from: number;
  to: number;
  /** The usual period is shown instead. */
  fault: DaysFault | null;
}

export function readPeriod(zone: string, query: (name: string) => string | undefined, now: number): UsagePeriod {
  const today = dayOf(zone, now);
  const usual = { from: startOfDay(zone, today - DAYS + 1), to: now };
  const typed = {
    from: (query("from") ?? "").trim().slice(0, 20) || writeDay(today - DAYS + 1),
    to: (query("to") ?? "").trim().slice(0, 20) || writeDay(today),
  };
  const days = readDays(zone, typed);
  if (!days.ok) return { typed, ...usual, fault: days.error };
  const from = days.value.from ?? usual.from;
  const to = Math.min(days.value.to ?? now, now);
  if (from >= to) return { typed, ...usual, fault: { says: sentence("daysOrder"), field: "from" } };
  if (to - from > SPAN_MOST_MS)
    return {
      typed,
      ...usual,
      fault: { says: sentence("periodLong"), field: "from" },
    };
  return { typed, from, to, fault: null };
}
