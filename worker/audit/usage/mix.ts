/**
 * R3: which people should have a licence of their own, and how many licences of a pool the others need, so that everybody
 * who wanted one in a history would have had one at once, and the whole costs least. Pure.
 *
 * For each size of the pool it looks for the fewest people to name: first on the moments at which most people wanted a
 * licence, then on all of the history, and what that shows is added to the moments. What holds on some moments is a
 * bound for all of them, so an answer is exact where no other size can be cheaper by its bound, and otherwise says how
 * much cheaper there might be. Where its time is over before it is done, it answers what it has found and proven so far.
 */
import { Cover } from "./mix-cover.ts";
import { type Crowd, Moments, type Want } from "./mix-moments.ts";

/** Of one licence, in hundredths of the currency, whole numbers above 0. */
export interface Prices {
  concurrent: number;
  named: number;
}

export interface Mix {
  /** Size of the pool. */
  concurrent: number;
  /** Numbers of the people with a licence of their own. */
  named: number[];
  /** Hundredths. */
  cost: number;
}

export interface MixAnswer {
  best: Mix;
  /** The mix that was found for each size of the pool that was looked at, largest first. */
  sizes: Mix[];
  /** No mix costs less than this; `best.cost` where it is exact. */
  atLeast: number;
}

/** Sizes of the pool looked at first; then those around the cheapest. */
const LOOKS = 24;
const BOUND_ROUNDS = 60;
/** People of crowds looked at in the exact search. */
const STEPS = 4_000_000;

/** `wants`: of each person, joined. `steps`: for tests of what happens where the search is cut short. */
export function cheapestMix(wants: readonly (readonly Want[])[], prices: Prices, steps: number = STEPS): MixAnswer {
  const pieces = searchMix(wants, prices, steps);
  for (;;) {
    const { done, value } = pieces.next(false);
    if (done) return value;
  }
}

/** Goes on when it is told `false`, and comes to an end when it is told `true`: its time is over. */
type Pieces<T> = Generator<void, T, boolean>;

/** The same in pieces of a tenth of a second or so, between which others have their turn. */
export function* searchMix(
  wants: readonly (readonly Want[])[],
  { concurrent, named }: Prices,
  steps: number = STEPS,
): Pieces<MixAnswer> {
  const people = wants.length;
  const moments = new Moments(wants);
  const crowds: Crowd[] = [];
  const costOf = (size: number, count: number) => size * concurrent + count * named;
  const mixOf = (size: number, own: number[]): Mix => ({
    concurrent: size,
    named: own,
    cost: costOf(size, own.length),
  });

  /** The people to name at a size of the pool, as good as is found at once; null: the time is over. */
  function* nameFor(size: number): Pieces<number[] | null> {
    for (;;) {
      const cover = new Cover(crowds, people, size);
      const own = cover.greedy();
      const more = moments.above(size, cover.named);
      if (more.length === 0) return own;
      crowds.push(...more);
      if (yield) return null;
    }
  }
  const peak = peakOf(moments, people);
  const found = new Map<number, Mix>();
  // At the peak, all who find no licence in the pool have one of their own.
  const bounds = Array.from({ length: peak + 1 }, (_, size) => costOf(size, peak - size));
  const answer = (): MixAnswer => {
    const sizes = [...found.values()].sort((a, b) => b.concurrent - a.concurrent);
    const best = cheapestOf(sizes);
    return { best, sizes, atLeast: Math.min(best.cost, ...bounds) };
  };
  /** True: the time is over. */
  function* look(size: number): Pieces<boolean> {
    if (size < 0 || size > peak || found.has(size)) return false;
    const own = yield* nameFor(size);
    if (own === null) return true;
    found.set(size, mixOf(size, own));
    return yield;
  }
  /** Looks at sizes far apart, then ever nearer to the cheapest. True: the time is over. */
  function* lookAround(): Pieces<boolean> {
    for (let step = Math.max(1, Math.ceil(peak / LOOKS)), size = peak; size > -step; size -= step)
      if (yield* look(Math.max(0, size))) return true;
    for (let step = Math.ceil(peak / LOOKS); step > 1; ) {
      step = Math.ceil(step / 2);
      const { concurrent: size } = cheapestOf([...found.values()]);
      for (const near of [size + step, size - step]) if (yield* look(near)) return true;
    }
    return false;
  }
  /** What each size costs at the least. True: the time is over. */
  function* boundAll(best: Mix): Pieces<boolean> {
    for (let size = 0; size <= peak; size++) {
      const cover = new Cover(crowds, people, size);
      const bound = costOf(size, cover.bound());
      const close = bound < best.cost ? costOf(size, cover.closeBound(BOUND_ROUNDS)) : bound;
      bounds[size] = Math.max(bounds[size] as number, close);
      if (yield) return true;
    }
    return false;
  }
  // A pool for everybody at the peak is found at once: there is always an answer.
  found.set(peak, mixOf(peak, []));
  if (yield* lookAround()) return answer();
  let { best } = answer();
  if (yield* boundAll(best)) return answer();
  const budget = { left: steps };
  for (const size of [...bounds.keys()].sort((a, b) => (bounds[a] as number) - (bounds[b] as number))) {
    while ((bounds[size] as number) < best.cost) {
      const most = Math.ceil((best.cost - size * concurrent) / named) - 1;
      const own = new Cover(crowds, people, size).search(most, budget);
      if (own === null) bounds[size] = costOf(size, most + 1);
      else if (own !== undefined) {
        const isNamed = new Uint8Array(people);
        for (const person of own) isNamed[person] = 1;
        const more = moments.above(size, isNamed);
        crowds.push(...more);
        if (more.length === 0) {
          best = mixOf(size, own);
          found.set(size, best);
        }
      }
      if (yield) return answer();
      if (own === undefined) break;
    }
  }
  return answer();
}

const cheapestOf = (mixes: readonly Mix[]): Mix => mixes.reduce((a, b) => (b.cost < a.cost ? b : a));

/** The most people who wanted a licence at once. */
function peakOf(moments: Moments, people: number): number {
  let peak = 0;
  for (;;) {
    const more = moments.above(peak, new Uint8Array(people));
    if (more.length === 0) return peak;
    peak = Math.max(...more.map(({ length }) => length));
  }
}
