/** Two sides, measured in turn, so that what else the machine does falls on both. */

export interface Comparison {
  /** Medians of both sides. */
  first: number;
  second: number;
  /** Median, least and most of the rounds' ratios: first to second. */
  ratio: number;
  low: number;
  high: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Measures both sides once unseen, then so many rounds, each beginning with the side that the last one ended with. */
export async function alternate<T>(
  rounds: number,
  first: () => Promise<T>,
  second: () => Promise<T>,
): Promise<[T, T][]> {
  await first();
  await second();
  const pairs: [T, T][] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const reading = await first();
      pairs.push([reading, await second()]);
    } else {
      const reading = await second();
      pairs.push([await first(), reading]);
    }
  }
  return pairs;
}

export function compare<T>(pairs: readonly [T, T][], read: (reading: T) => number): Comparison {
  const values = pairs.map(([a, b]) => [read(a), read(b)] as const);
  const ratios = values.map(([a, b]) => a / b);
  return {
    first: median(values.map(([a]) => a)),
    second: median(values.map(([, b]) => b)),
    ratio: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
  };
}
