/** L17: ends of a boost that nobody has to type, by the tenant's clock. */
import { DAY_MS } from "../../../../shared/durations.ts";
import { dayOf, startOfDay, weekdayOf } from "../../../audit/time-zone.ts";

export const PRESETS = ["today", "week", "month", "times"] as const;
export type Preset = (typeof PRESETS)[number];

/** ms; the midnight that ends the day, the week (Sunday) or the month of `from`. */
export function endOfPreset(preset: Exclude<Preset, "times">, zone: string, from: number): number {
  const day = dayOf(zone, from);
  return startOfDay(zone, day + daysLeft(preset, day));
}

function daysLeft(preset: Exclude<Preset, "times">, day: number): number {
  if (preset === "today") return 1;
  if (preset === "week") return 7 - ((weekdayOf(day) + 6) % 7);
  const date = new Date(day * DAY_MS);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return last - date.getUTCDate() + 1;
}
