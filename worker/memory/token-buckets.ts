/** Token buckets in an isolate's memory: so many acts at once, and one more each `everyMs`, of each who is named by a key. */
import { BoundedMap } from "./bounded-map.ts";

export interface TokenBuckets {
  /** ms until the bucket of `key` has something left; 0: it has. */
  emptyForMs(key: string): number;
  take(key: string): void;
}

/** At most `max` buckets; a whole one is none. `everyMs` 0: nothing is ever used up. */
export function createTokenBuckets(
  { atOnce, everyMs, max }: { atOnce: number; everyMs: number; max: number },
  now: () => number,
): TokenBuckets {
  /** When each is whole again, ms. */
  const wholeAt = new BoundedMap<string, { ms: number }>(max);
  return {
    emptyForMs: (key) => Math.max(0, (wholeAt.get(key)?.ms ?? 0) - now() - (atOnce - 1) * everyMs),
    take(key) {
      const bucket = wholeAt.get(key);
      const ms = Math.max(bucket?.ms ?? 0, now()) + everyMs;
      if (bucket === undefined) wholeAt.set(key, { ms });
      else bucket.ms = ms;
    },
  };
}
