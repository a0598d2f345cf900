/** L16: asking a holder for their seat, as far as both sides have to agree on it. */

import { MINUTE_MS } from "./durations.ts";

/** A waiting person asks at most so often; ms. */
export const NUDGE_EVERY_MS = 5 * MINUTE_MS;

/** Why nobody was asked: the `reason` of the problem that answers. */
export const NOT_ASKED_REASONS = ["nobody_helps", "at_work", "asked_before", "asked_already"] as const;
export type NotAskedReason = (typeof NOT_ASKED_REASONS)[number];
