/** PURE. R5: the periods that auditors ask for most. */

import { DAY_MS } from "../../../../shared/durations.ts";

export interface UsualPeriod {
  name: "thisMonth" | "lastMonth" | "lastQuarter" | "lastYear";
  /** Local days since 1970, both within the period. */
  first: number;
  last: number;
}

/** As seen from `today`, a local day since 1970. */
export function usualPeriods(today: number): UsualPeriod[] {
  const date = new Date(today * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const quarter = month - (month % 3);
  const firstOf = (months: number) => Date.UTC(year, months, 1) / DAY_MS;
  return [
    { name: "thisMonth", first: firstOf(month), last: today },
    { name: "lastMonth", first: firstOf(month - 1), last: firstOf(month) - 1 },
    { name: "lastQuarter", first: firstOf(quarter - 3), last: firstOf(quarter) - 1 },
    { name: "lastYear", first: firstOf(month - 12), last: firstOf(month) - 1 },
  ];
}
