/**
 * R3: how likely it is, hour by hour of the next two weeks, that all licences are taken or that somebody is refused. Pure, and as
 * simple as can be explained: what is usual at that hour of that weekday (usual-use.ts), more or less as it was on the days before.
 */
import { weekdayOf } from "../time-zone.ts";
import { chanceOfAtLeast, usualUse } from "./usual-use.ts";

/** Whole weeks looked at, at most. */
export const FORECAST_WEEKS = 12;
export const FORECAST_DAYS = 14;
/** Fewer days of use say nothing of a week, as for the recommendation. */
export const DAYS_ENOUGH = 20;
/** So many in a hundred of the weeks did not need more: what a boost is planned for. */
const PLANNED_FOR = 0.9;
/** A change of the level less sure than the root of this (standard errors) is none; and none is followed further than this. */
const DOUBT = 1;
const FACTOR_MOST = 1.5;
/** Fewer days of a weekday say nothing of what is usual on it. */
const SEEN_LEAST = 4;

export interface ForecastHistory {
  /** Local days since 1970: the first and the last whole one looked at. */
  first: number;
  last: number;
  /** By local hour since 1970: the most people who had a licence or wanted one at once; hours without use are missing. */
  hours: ReadonlyMap<number, number>;
}

export interface ForecastHour {
  /** Local hours since 1970. */
  hour: number;
  limit: number;
  /** Of people who have a licence or want one at once, on average; and how many as good as always suffice. */
  expected: number;
  enough: number;
  /** The chance that all licences are taken, and that somebody wants one more. */
  reached: number;
  refused: number;
}

export interface Forecast {
  /** Days looked at, of them days of use, and by how much a week the use grows (1: not at all). */
  first: number;
  last: number;
  usedDays: number;
  growth: number;
  /** null: too few days of use to say. */
  hours: ForecastHour[] | null;
}

/** Forecasts the `FORECAST_DAYS` days from `history.last + 2`, the day after today, on. `limitAt`: by local hour. */
export function forecastHours(history: ForecastHistory, limitAt: (hour: number) => number): Forecast {
  const { last } = history;
  const first = firstUsed(history);
  const days = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  const peakOf = (day: number) => Math.max(0, ...hoursOf(day).map((hour) => history.hours.get(hour) ?? 0));
  const peaks = new Map(days.map((day) => [day, peakOf(day)]));
  const usedDays = days.filter((day) => (peaks.get(day) ?? 0) > 0).length;
  const { growth, error } = growthOf(days, relativeUse(days, history.hours));
  const known = { first, last, usedDays, growth };
  if (usedDays < DAYS_ENOUGH) return { ...known, hours: null };
  const working = workingDays(days, peaks);
  const middle = last + 1 + FORECAST_DAYS / 2;
  /** What was wanted at an hour of a day, as high as it would be two weeks' middle from now. */
  const wantedAt = (day: number, hour: number): number => {
    const factor = growth ** ((middle - day) / 7);
    return (history.hours.get(day * 24 + hour) ?? 0) * Math.min(FACTOR_MOST, Math.max(1 / FACTOR_MOST, factor));
  };
  const kinds = [true, false].map((isWorking) => days.filter((day) => working.has(weekdayOf(day)) === isWorking));
  const usual = kinds.map((alike) => usualUse(alike, wantedAt));
  const hours: ForecastHour[] = [];
  for (let target = last + 2; target < last + 2 + FORECAST_DAYS; target++) {
    const weekday = weekdayOf(target);
    const kind = working.has(weekday) ? 0 : 1;
    const alike = kinds[kind] ?? [];
    const weeksAhead = (target - (first + last) / 2) / 7;
    for (let hour = 0; hour < 24; hour++) {
      const limit = limitAt(target * 24 + hour);
      const own = alike.filter((day) => weekdayOf(day) === weekday).map((day) => wantedAt(day, hour));
      const all = alike.map((day) => wantedAt(day, hour));
      const use = usual[kind]?.(weekday, hour) ?? NO_USE;
      // How wrong the mean may be: by the few weeks that were seen, and by the trend.
      const doubt = Math.hypot(use.error, use.mean * error * weeksAhead);
      hours.push({
        hour: target * 24 + hour,
        limit,
        expected: own.reduce((sum, wanted) => sum + wanted, 0) / Math.max(1, own.length),
        enough: Math.round(quantile([...own, ...all], PLANNED_FOR)),
        reached: chanceOfAtLeast(use, doubt, limit),
        refused: chanceOfAtLeast(use, doubt, limit + 1),
      });
    }
  }
  return { ...known, hours };
}

const NO_USE = { mean: 0, error: 0, spread: [] };

const hoursOf = (day: number): number[] => Array.from({ length: 24 }, (_, hour) => day * 24 + hour);

/** Before the first use nothing is known; it is no quiet time. */
function firstUsed({ first, last, hours }: ForecastHistory): number {
  const used = [...hours].filter(([, wanted]) => wanted > 0).map(([hour]) => Math.floor(hour / 24));
  return Math.max(first, Math.min(last + 1, ...used));
}

/** Weekdays on which there was use in at least half of the weeks. */
function workingDays(days: readonly number[], peaks: ReadonlyMap<number, number>): Set<number> {
  const working = new Set<number>();
  for (let weekday = 0; weekday < 7; weekday++) {
    const own = days.filter((day) => weekdayOf(day) === weekday);
    if (own.length > 0 && own.filter((day) => (peaks.get(day) ?? 0) > 0).length * 2 >= own.length) working.add(weekday);
  }
  return working;
}

/** Of each day of use, all its hours together, as a share of what is usual on its weekday: Fridays are no trend. */
function relativeUse(days: readonly number[], hours: ForecastHistory["hours"]): Map<number, number> {
  const sums = new Map(
    days.map((day) => [day, hoursOf(day).reduce((sum, hour) => sum + (hours.get(hour) ?? 0), 0)] as const),
  );
  const used = days.filter((day) => (sums.get(day) ?? 0) > 0);
  const relative = new Map<number, number>();
  for (const own of Map.groupBy(used, weekdayOf).values()) {
    if (own.length < SEEN_LEAST) continue;
    const mean = own.reduce((sum, day) => sum + (sums.get(day) ?? 0), 0) / own.length;
    for (const day of own) relative.set(day, (sums.get(day) ?? 0) / mean);
  }
  return relative;
}

/**
 * The factor from one week to the next of a line through the use of each day; 1 where it is not sure. `error`: how wrong
 * it may be (standard error).
 */
function growthOf(days: readonly number[], use: ReadonlyMap<number, number>): { growth: number; error: number } {
  const points = days.flatMap((day) => (use.has(day) ? [[day, use.get(day) ?? 0] as const] : []));
  const count = points.length;
  if (count < DAYS_ENOUGH) return { growth: 1, error: 0 };
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / count;
  const [midDay, midUse] = [mean(([day]) => day), mean(([, one]) => one)];
  const spread = points.reduce((sum, [day]) => sum + (day - midDay) ** 2, 0);
  const slope = points.reduce((sum, [day, one]) => sum + (day - midDay) * (one - midUse), 0) / spread;
  const left = points.reduce((sum, [day, one]) => sum + (one - midUse - slope * (day - midDay)) ** 2, 0);
  const error = Math.sqrt(left / (count - 2) / spread);
  // The less sure, the less of it is believed.
  const believed = Math.max(0, 1 - DOUBT * (error / slope) ** 2);
  const growth = slope === 0 ? 1 : Math.max(0.9, Math.min(1.1, 1 + (7 * slope * believed) / midUse));
  return { growth, error: (7 * error) / midUse };
}

function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** A stretch of hours of one day in which somebody may be refused, and how many licences more would do. */
export interface PlannedBoost {
  /** Local hours since 1970: from the first, before the last. */
  from: number;
  until: number;
  extra: number;
  /** The highest chance of a refusal in one of its hours. */
  refused: number;
}

/** From this chance of a refusal on a boost is proposed. */
export const PLAN_FROM = 0.2;
const BOOSTS_MOST = 10;

/** The likeliest first. An hour between two such hours is part of one boost. */
export function planBoosts(hours: readonly ForecastHour[]): PlannedBoost[] {
  const planned: PlannedBoost[] = [];
  for (const { hour, limit, enough, refused } of hours) {
    if (refused < PLAN_FROM) continue;
    const extra = Math.max(1, enough - limit);
    const before = planned.at(-1);
    if (before !== undefined && hour - before.until <= 1 && Math.floor(hour / 24) === Math.floor(before.from / 24)) {
      before.until = hour + 1;
      before.extra = Math.max(before.extra, extra);
      before.refused = Math.max(before.refused, refused);
    } else planned.push({ from: hour, until: hour + 1, extra, refused });
  }
  return planned.sort((a, b) => b.refused - a.refused || a.from - b.from).slice(0, BOOSTS_MOST);
}
