/** R3, R7: a day or an hour of use as an item. */
import { HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import type { ItemOf } from "../../../shared/read-protocol.ts";
import { iso, share } from "../item-values.ts";
import { startOfDay, writeDay } from "../time-zone.ts";
import { type SeriesAsk, STEPS, type UsageStep } from "./usage-series.ts";

export function usageItem(
  { zone, by, pool }: Pick<SeriesAsk, "zone" | "by" | "pool">,
  row: UsageStep,
): ItemOf<"usage"> {
  const start = by === "day" ? startOfDay(zone, row.step) : row.step * HOUR_MS - row.offsetMs;
  return {
    start: iso(start),
    day: writeDay(Math.floor((row.step * STEPS[by]) / STEPS.day)),
    pool,
    peak: row.peak,
    seatHours: share(row.seatMs, HOUR_MS),
    limitHours: share(row.limitMs, HOUR_MS),
    fullMinutes: share(row.fullMs, MINUTE_MS),
    leastFree: row.leastFree,
    grants: row.grants,
    denials: row.denials,
    brief: row.brief,
    waitedMinutes: share(row.waitedMs, MINUTE_MS),
    lostMinutes: share(row.lostMs, MINUTE_MS),
  };
}
