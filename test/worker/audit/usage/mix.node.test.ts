/** [R3] The cheapest mix of a pool and named licences, held against trying every one. */
import { expect, test } from "vitest";
import { cheapestMix, searchMix } from "../../../../worker/audit/usage/mix.ts";
import { Cover } from "../../../../worker/audit/usage/mix-cover.ts";
import { joinWants, type Want } from "../../../../worker/audit/usage/mix-moments.ts";
import { searchInTurn, TURN_MOST_MS } from "../../../../worker/audit/usage/mix-turn.ts";
import { randomFrom } from "./year.ts";

/** A small firm: people who want a licence now and then, some of them most of the time. */
function makeFirm(random: () => number): Want[][] {
  const people = 1 + Math.floor(random() * 8);
  const hours = 6 + Math.floor(random() * 30);
  return Array.from({ length: people }, () => {
    const wants: Want[] = [];
    const keen = random() ** 2;
    for (let hour = 0; hour < hours; hour++)
      if (random() < keen) wants.push({ from: hour, to: hour + 1 + Math.floor(random() * 3) });
    return joinWants(wants);
  });
}

/** How many of these people want a licence at once, moment by moment. */
const peakOf = (wants: readonly (readonly Want[])[]): number => {
  let peak = 0;
  for (let moment = 0; moment < 45; moment++)
    peak = Math.max(peak, wants.filter((own) => own.some(({ from, to }) => from <= moment && moment < to)).length);
  return peak;
};

/** By trying every set of people. */
function bruteForce(wants: readonly Want[][], { concurrent, named }: { concurrent: number; named: number }): number {
  let least = Number.POSITIVE_INFINITY;
  for (let set = 0; set < 2 ** wants.length; set++) {
    const others = wants.filter((_, person) => (set & (1 << person)) === 0);
    least = Math.min(least, concurrent * peakOf(others) + named * (wants.length - others.length));
  }
  return least;
}

test("[R3] the cheapest mix costs what trying every mix finds, and is enough for everybody", () => {
  const random = randomFrom(14);
  for (let round = 0; round < 4_000; round++) {
    const wants = makeFirm(random);
    const prices = { concurrent: 1 + Math.floor(random() * 400), named: 1 + Math.floor(random() * 300) };
    const { best, sizes, atLeast } = cheapestMix(wants, prices);
    expect([round, best.cost]).toEqual([round, bruteForce(wants, prices)]);
    expect([round, atLeast]).toEqual([round, best.cost]);
    for (const { concurrent, named, cost } of [best, ...sizes]) {
      expect(new Set(named).size).toBe(named.length);
      const others = wants.filter((_, person) => !named.includes(person));
      expect([round, peakOf(others) <= concurrent]).toEqual([round, true]);
      expect(cost).toBe(prices.concurrent * concurrent + prices.named * named.length);
    }
  }
});

test("[R3] a search that is cut short says how much cheaper a mix might be, and is never wrong about it", () => {
  const random = randomFrom(15);
  let open = 0;
  for (let round = 0; round < 2_000; round++) {
    const wants = makeFirm(random);
    const prices = { concurrent: 100 + Math.floor(random() * 300), named: 60 + Math.floor(random() * 100) };
    const { best, atLeast } = cheapestMix(wants, prices, 0);
    const least = bruteForce(wants, prices);
    expect([round, atLeast <= least, least <= best.cost]).toEqual([round, true, true]);
    if (atLeast < best.cost) open++;
  }
  expect(open).toBeGreaterThan(0);
});

test("[R3] [A10] a search whose time is over after any of its pieces answers a mix that is enough, and is never wrong about it", () => {
  const random = randomFrom(16);
  let open = 0;
  for (let round = 0; round < 500; round++) {
    const wants = makeFirm(random);
    const prices = { concurrent: 100 + Math.floor(random() * 300), named: 60 + Math.floor(random() * 100) };
    const least = bruteForce(wants, prices);
    for (let most = 1, isWhole = false; !isWhole; most++) {
      const pieces = searchMix(wants, prices);
      let piece = pieces.next(false);
      for (let done = 1; done < most && piece.done !== true; done++) piece = pieces.next(false);
      isWhole = piece.done === true;
      if (piece.done !== true) piece = pieces.next(true);
      if (piece.done !== true) throw new Error(`round ${round}: it goes on after its time`);
      const { best, atLeast } = piece.value;
      expect([round, most, atLeast <= least, least <= best.cost]).toEqual([round, most, true, true]);
      const others = wants.filter((_, person) => !best.named.includes(person));
      expect([round, most, peakOf(others) <= best.concurrent]).toEqual([round, most, true]);
      if (atLeast < best.cost) open++;
    }
  }
  expect(open).toBeGreaterThan(0);
});

test("[R3] [A10] one search runs at a time: another is told when to ask again, also where the first was broken off", async () => {
  let now = 1_000_000;
  const clock = () => now;
  const first = Promise.withResolvers<string>();
  const running = searchInTurn(() => first.promise, clock);
  const busy = { code: "busy", retryAfterSeconds: 5 };
  expect(await searchInTurn(async () => "second", clock)).toMatchObject({ ok: false, error: busy });
  first.resolve("first");
  expect(await running).toEqual({ ok: true, value: "first" });
  expect(await searchInTurn(async () => "second", clock)).toEqual({ ok: true, value: "second" });
  await expect(searchInTurn(() => Promise.reject(new Error("the records are away")), clock)).rejects.toThrow("away");

  // A request that was broken off says nothing of its end.
  const late = Promise.withResolvers<string>();
  const brokenOff = searchInTurn(() => late.promise, clock);
  now += TURN_MOST_MS - 1;
  expect(await searchInTurn(async () => "third", clock)).toMatchObject({ ok: false, error: busy });
  now += 1;
  const third = Promise.withResolvers<string>();
  const next = searchInTurn(() => third.promise, clock);
  // The end of one whose turn is over takes nothing from the next.
  late.resolve("late");
  await brokenOff;
  expect(await searchInTurn(async () => "fourth", clock)).toMatchObject({ ok: false, error: busy });
  third.resolve("third");
  expect(await next).toEqual({ ok: true, value: "third" });
});

test("[R3] whoever works all day is better off with a named licence, whoever comes now and then is not", () => {
  const day = 24;
  const wants: Want[][] = [
    [{ from: 0, to: 40 * day }],
    [{ from: 0, to: 40 * day }],
    ...Array.from({ length: 10 }, (_, n) => [{ from: n * day, to: n * day + 8 }]),
  ];
  const { best } = cheapestMix(wants, { concurrent: 300, named: 100 });
  expect(best).toEqual({ concurrent: 1, named: [0, 1], cost: 500 });
  // One licence of the pool costs less than one of somebody's own.
  expect(cheapestMix(wants, { concurrent: 90, named: 100 }).best).toEqual({ concurrent: 3, named: [], cost: 270 });
});

test("[R3] nobody wanted a licence: none is needed", () => {
  expect(cheapestMix([[], []], { concurrent: 300, named: 100 }).best).toEqual({ concurrent: 0, named: [], cost: 0 });
});

test("[R3] two shifts of hundreds of people who never meet: what a mix costs at least is a figure, and true", () => {
  const shift = 200;
  const wantsOf = (moments: readonly number[]) => moments.map((at): Want => ({ from: at, to: at + 1 }));
  const dayMoments = Array.from({ length: 40 }, (_, n) => 2 * n);
  const nightMoments = Array.from({ length: 8 }, (_, n) => 1_000 + 2 * n);
  const wants = [dayMoments, nightMoments].flatMap((moments) => Array.from({ length: shift }, () => wantsOf(moments)));
  // A pool serves both shifts with one licence, until a named one costs less than half of it.
  for (const prices of [
    { concurrent: 300, named: 200 },
    { concurrent: 300, named: 100 },
  ]) {
    const { best, atLeast } = cheapestMix(wants, prices);
    expect(best.cost).toBe(shift * Math.min(prices.concurrent, 2 * prices.named));
    expect(Number.isFinite(atLeast)).toBe(true);
    expect(atLeast).toBeGreaterThan(best.cost / 2);
    expect(atLeast).toBeLessThanOrEqual(best.cost);
  }
});

test("[R3] no weight of a crowd of hundreds makes the bound of a mix more than is true", () => {
  const shift = 200;
  const day = Array.from({ length: shift }, (_, n) => n);
  const night = day.map((n) => shift + n);
  const crowds = [...Array.from({ length: 40 }, () => day), ...Array.from({ length: 8 }, () => night)];
  for (const most of [0, 1, 50, 100, 199]) {
    const bound = new Cover(crowds, 2 * shift, most).closeBound(60);
    const least = 2 * (shift - most);
    expect([most, bound <= least, bound > least / 2]).toEqual([most, true, true]);
  }
});
