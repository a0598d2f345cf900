/**
 * R3: what is usual at an hour of a weekday, and how far single days were from it. The mean of the weekday is moved towards
 * that hour of all days of its kind (working days, or the others), the more the less the weekdays differ: twelve weeks
 * alone say too little of one hour. Pure.
 */
import { weekdayOf } from "../time-zone.ts";

/** As many weeks of the same weekday count as much as the same hour of all days of its kind. */
const WEIGHT_LEAST = 0.5;
const WEIGHT_MOST = 60;
/** Days that are as good as alike are half a person apart: what was seen stands for what lies around it, too. */
const BAND = 0.5;
/** Where there is less use than this, days spread as if there were so much. */
const USE_LEAST = 0.3;

export interface UsualUse {
  /** People who have a licence or want one at once; and how wrong that may be (standard error). */
  mean: number;
  error: number;
  /** How much more or fewer there were on each of the days. */
  spread: readonly number[];
}

interface Seen {
  /** By weekday. */
  means: ReadonlyMap<number, number>;
  all: number;
  /** Of the days within each weekday. */
  variance: number;
}

/** `days` of one kind; `wantedAt` gives the most at once in an hour (0 to 23) of a day. */
export function usualUse(
  days: readonly number[],
  wantedAt: (day: number, hour: number) => number,
): (weekday: number, hour: number) => UsualUse {
  const weekdays = Map.groupBy(days, weekdayOf);
  const seen = Array.from({ length: 24 }, (_, hour): Seen => {
    const means = new Map(
      [...weekdays].map(([weekday, own]) => [weekday, meanOf(own.map((day) => wantedAt(day, hour)))]),
    );
    const squares = days.map((day) => (wantedAt(day, hour) - (means.get(weekdayOf(day)) ?? 0)) ** 2);
    const variance = squares.reduce((sum, square) => sum + square, 0) / Math.max(1, days.length - weekdays.size);
    return { means, all: meanOf(days.map((day) => wantedAt(day, hour))), variance };
  });
  const weight = weightOf(seen, days.length / Math.max(1, weekdays.size));
  const inflated = Math.sqrt(days.length / Math.max(1, days.length - weekdays.size));
  return (weekday, hour) => {
    const { means, all, variance } = seen[hour] as Seen;
    const meanAt = (of: number) => {
      const weeks = weekdays.get(of)?.length ?? 0;
      return ((means.get(of) ?? 0) * weeks + weight * all) / (weeks + weight);
    };
    const mean = meanAt(weekday);
    const spread = days.map((day) => {
      const own = weekdayOf(day);
      const alike = Math.sqrt(Math.max(mean, USE_LEAST) / Math.max(meanAt(own), USE_LEAST));
      return (wantedAt(day, hour) - (means.get(own) ?? 0)) * inflated * alike;
    });
    const weeks = weekdays.get(weekday)?.length ?? 0;
    return { mean, error: Math.sqrt(variance / Math.max(1, weeks + weight)), spread };
  };
}

/** Compares how much the weekdays differ with how much they would by chance alone. */
function weightOf(seen: readonly Seen[], weeks: number): number {
  let [chance, differ] = [0, 0];
  for (const { means, all, variance } of seen) {
    chance += variance;
    for (const mean of means.values()) differ += (mean - all) ** 2 / Math.max(1, means.size - 1);
    differ -= variance / weeks;
  }
  return differ <= 0 ? WEIGHT_MOST : Math.min(WEIGHT_MOST, Math.max(WEIGHT_LEAST, chance / differ));
}

/** The chance that at least `wanted` people want a licence; people are whole. `doubt`: how wrong the mean may be. */
export function chanceOfAtLeast({ mean, spread }: UsualUse, doubt: number, wanted: number): number {
  if (mean === 0) return 0;
  const band = Math.hypot(doubt, BAND);
  return meanOf(spread.map((more) => normal((mean + more - wanted + 0.5) / band)));
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Of the standard normal distribution, the share below `z`: Abramowitz and Stegun 26.2.17, to within 1e-7. */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - above : above;
}
