/** R4, R8: what a receiver does not take is tried again. */

import { HOUR_MS } from "../../../shared/durations.ts";

const LEAST_MS = 10_000;
const MOST_MS = HOUR_MS;

/** ms to wait after `tries` tries that failed before this one: 10 s, then twice as long each time, up to an hour. */
export const retryPause = (tries: number): number => Math.min(MOST_MS, LEAST_MS * 2 ** Math.min(tries, 20));
