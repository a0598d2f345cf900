/** PURE. The evening until which licences are lent from a page by one press. */
import { HOUR_MS } from "../../shared/durations.ts";
import { dayOf, momentOf, startOfDay, writeDay } from "../audit/time-zone.ts";

const EVENING = 18;

/** Six in the evening by the tenant's clock, or midnight where that is near or past: in ms, and as a form's field has it. */
export function eveningAfter(zone: string, now: number): { at: number; typed: string } {
  const day = dayOf(zone, now);
  const evening = momentOf(zone, day * 24 + EVENING);
  if (evening - now >= HOUR_MS) return { at: evening, typed: `${writeDay(day)}T18:00` };
  return { at: startOfDay(zone, day + 1), typed: `${writeDay(day + 1)}T00:00` };
}
