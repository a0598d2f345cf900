/** Reads days as typed into a filter, in the tenant's time zone. */
import { DAY_MS } from "../../shared/durations.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { type Sentence, sentence } from "../../shared/sentence.ts";
import { startOfDay, writeDay } from "./time-zone.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is wrong with the days of a filter, and which of the two fields it is. */
export interface DaysFault {
  says: Sentence;
  field: "from" | "to";
}

/** From the beginning of the first day to the end of the last, ms; empty: no bound. */
export function readDays(
  zone: string,
  { from, to }: { from: string; to: string },
): Result<{ from: number | null; to: number | null }, DaysFault> {
  const first = readDay(from);
  const last = readDay(to);
  if (first === undefined || last === undefined)
    return err({ says: sentence("days"), field: first === undefined ? "from" : "to" });
  if (first !== null && last !== null && last < first) return err({ says: sentence("daysOrder"), field: "from" });
  return ok({
    from: first === null ? null : startOfDay(zone, first),
    to: last === null ? null : startOfDay(zone, last + 1),
  });
}

/** Days since 1970; null: none was typed; undefined: it is no day. */
function readDay(typed: string): number | null | undefined {
  if (typed === "") return null;
  const at = DAY.test(typed) ? Date.parse(`${typed}T00:00:00Z`) : Number.NaN;
  // A day that a month does not have is read as one of the next month.
  return Number.isNaN(at) || writeDay(at / DAY_MS) !== typed ? undefined : at / DAY_MS;
}
