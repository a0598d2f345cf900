/** R4, R8: what a receiver does not take is tried again. */
const LEAST_MS = 10_000;
const MOST_MS = 3_600_000;

/** ms to wait after `tries` tries that failed before this one: 10 s, then twice as long each time, up to an hour. */
export const retryPause = (tries: number): number => Math.min(MOST_MS, LEAST_MS * 2 ** Math.min(tries, 20));
