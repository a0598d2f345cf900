/** [R3] The forecast, held against weeks that it has not seen. */
import { expect, test } from "vitest";
import { weekdayOf } from "../../../../worker/audit/time-zone.ts";
import { FORECAST_WEEKS, forecastHours, planBoosts } from "../../../../worker/audit/usage/forecast.ts";
import { randomFrom } from "./year.ts";

const START = 20_600;
const DAYS = 180;

interface Firm {
  people: number;
  limit: number;
  /** Share of people who come on a weekday, Sunday first. */
  week: readonly number[];
  /** By the week. */
  growth: number;
}

const FIRMS: Record<string, Firm> = {
  steady: { people: 14, limit: 6, week: [0, 0.8, 0.8, 0.8, 0.8, 0.8, 0], growth: 1 },
  "quiet on Fridays": { people: 24, limit: 10, week: [0, 0.9, 0.8, 0.8, 0.7, 0.35, 0], growth: 1 },
  "open at weekends": { people: 12, limit: 5, week: [0.6, 0.7, 0.7, 0.7, 0.7, 0.9, 0.9], growth: 1 },
  "growing a little": { people: 30, limit: 13, week: [0, 0.7, 0.8, 0.8, 0.8, 0.6, 0], growth: 1.01 },
  // Few people, or a limit far below the need, leave little to go by.
  small: { people: 8, limit: 3, week: [0, 0.8, 0.8, 0.8, 0.8, 0.8, 0], growth: 1 },
  "short of licences": { people: 14, limit: 4, week: [0, 0.8, 0.8, 0.8, 0.8, 0.8, 0], growth: 1 },
};

/** The most at once by local hour: each person comes or not, and works in stretches of about an hour. */
function live({ people, week, growth }: Firm, seed: number): Map<number, number> {
  const random = randomFrom(seed);
  const hours = new Map<number, number>();
  for (let n = 0; n < DAYS; n++) {
    const day = START + n;
    const here = Math.round(people * growth ** (n / 7));
    const stays: [number, number][] = [];
    for (let person = 0; person < here; person++) {
      if (random() >= (week[weekdayOf(day)] ?? 0)) continue;
      for (let at = 7.6 + random() * 3.4; at < 17; ) {
        const until = at + 0.1 + random() * 1.5;
        stays.push([at, until]);
        at = until + 0.3 + random() * 3;
      }
    }
    for (let hour = 0; hour < 24; hour++) {
      const begun = [hour, ...stays.map(([from]) => from).filter((from) => from >= hour && from < hour + 1)];
      const at = (moment: number) => stays.filter(([from, to]) => from <= moment && moment < to).length;
      const peak = Math.max(...begun.map(at));
      if (peak > 0) hours.set(day * 24 + hour, peak);
    }
  }
  return hours;
}

/** Every forecast from the 84th day on, and what came of it. */
function heldOut(firm: Firm, seed: number) {
  const hours = live(firm, seed);
  const seen: { chance: number; happened: boolean }[] = [];
  for (let last = START + 84; last + 16 < START + DAYS; last += 14) {
    const history = { first: last - 7 * FORECAST_WEEKS + 1, last, hours };
    for (const { hour, reached, refused } of forecastHours(history, () => firm.limit).hours ?? []) {
      const wanted = hours.get(hour) ?? 0;
      seen.push({ chance: reached, happened: wanted >= firm.limit });
      seen.push({ chance: refused, happened: wanted > firm.limit });
    }
  }
  return seen;
}

/** Of hours given a chance within each tenth: how many, the mean chance, and how often it happened. */
function binsOf(seen: readonly { chance: number; happened: boolean }[]) {
  return Array.from({ length: 10 }, (_, bin) => {
    const own = seen.filter(({ chance }) => Math.min(9, Math.floor(chance * 10)) === bin);
    const given = own.reduce((sum, { chance }) => sum + chance, 0) / own.length;
    return { bin, count: own.length, given, happened: own.filter(({ happened }) => happened).length / own.length };
  });
}

/** The most by which a bin of at least 400 hours is off. */
function farthest(seen: Parameters<typeof binsOf>[0]): number {
  const bins = binsOf(seen).filter(({ count }) => count >= 400);
  expect(bins.length).toBeGreaterThanOrEqual(6);
  return Math.max(...bins.map(({ given, happened }) => Math.abs(given - happened)));
}

test("[R3] of the hours given p, p ± 5 points happened over all firms, and p ± 8 in each", () => {
  const ofFirm = Object.entries(FIRMS).map(([name, firm]) => ({
    name,
    seen: Array.from({ length: 20 }, (_, n) => heldOut(firm, 100 + n)).flat(),
  }));
  expect(farthest(ofFirm.flatMap(({ seen }) => seen))).toBeLessThanOrEqual(0.05);
  for (const { name, seen } of ofFirm) expect([name, farthest(seen) <= 0.08]).toEqual([name, true]);
}, 60_000);

test("[R3] with fewer than twenty days of use there is no forecast", () => {
  const hours = live(FIRMS.steady as Firm, 1);
  const of = (days: number) => forecastHours({ first: START, last: START + days - 1, hours }, () => 6);
  expect(of(20)).toMatchObject({ hours: null });
  expect(of(20).usedDays).toBeLessThan(20);
  expect(of(30).hours).toHaveLength(14 * 24);
});

test("[R3] days before the first use are none of the history", () => {
  const hours = new Map([...live(FIRMS.steady as Firm, 2)].filter(([hour]) => hour >= (START + 40) * 24));
  const whole = forecastHours({ first: START, last: START + 83, hours }, () => 6);
  expect(whole.first).toBeGreaterThanOrEqual(START + 40);
  expect(whole).toEqual(forecastHours({ first: START + 40, last: START + 83, hours }, () => 6));
});

test("[R3] a boost is planned over the hours in which somebody may be refused, as large as nearly always suffices", () => {
  const hour = (hour: number, refused: number, enough: number) => ({
    hour,
    refused,
    enough,
    limit: 5,
    expected: 4,
    reached: 0.5,
  });
  expect(
    planBoosts([hour(240, 0.1, 5), hour(249, 0.3, 7), hour(250, 0.1, 5), hour(251, 0.6, 6), hour(270, 0.25, 5)]),
  ).toEqual([
    { from: 249, until: 252, extra: 2, refused: 0.6 },
    { from: 270, until: 271, extra: 1, refused: 0.25 },
  ]);
  expect(planBoosts([hour(249, 0.3, 7), hour(250, 0.5, 6)])).toEqual([
    { from: 249, until: 251, extra: 2, refused: 0.5 },
  ]);
});
