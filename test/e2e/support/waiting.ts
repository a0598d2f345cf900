/** Waiting for conditions. */
import { setTimeout as pause } from "node:timers/promises";

/** A condition that comes to hold costs no more than that; on a busy machine it may take this long. */
export const PATIENCE_MS = 30_000;

/** Looking costs more than what is looked for, in a browser above all: the longer it takes, the more seldom; ms. */
const LOOK_AFTER_MS = { first: 25, times: 1.25, most: 250 };

/** Asks until there is an answer; throws when there is none in time. */
export async function until<Found>(ask: () => Promise<Found | undefined>, withinMs = PATIENCE_MS): Promise<Found> {
  let wait = LOOK_AFTER_MS.first;
  for (const end = performance.now() + withinMs; ; ) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Waited ${withinMs} ms in vain`, { cause: ask.toString() });
    await pause(wait);
    wait = Math.min(LOOK_AFTER_MS.most, wait * LOOK_AFTER_MS.times);
  }
}

/** Asks until it holds; throws after `withinMs`. A question that fails (a page that is just leaving) is asked again. */
export async function eventually(holds: () => Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
  let last: unknown = "it never held";
  const tried = async () => {
    last = "it never held";
    return (await holds()) || undefined;
  };
  const look = () =>
    tried().catch((error: unknown) => {
      last = error;
      return undefined;
    });
  await until(look, withinMs).catch(() => {
    throw new Error(`Waited ${withinMs} ms in vain: ${last instanceof Error ? last.message : last}`, {
      cause: holds.toString(),
    });
  });
}

/** Where something is once it stands still: twice in the same place. Throws when it is not there, or moves on. */
export function settledPlace<Place extends { x: number; y: number }>(
  find: () => Promise<Place | undefined>,
): Promise<Place> {
  let last: Place | undefined;
  return until(async () => {
    const before = last;
    last = await find();
    return last !== undefined && last.x === before?.x && last.y === before.y ? last : undefined;
  });
}

/** Begins to watch now and rejects unless it comes to hold in time; to be awaited after the act that causes it. */
export function within(withinMs: number, holds: () => Promise<boolean>): Promise<void> {
  const watched = eventually(holds, withinMs);
  // Awaited later: a rejection before that is not unhandled.
  watched.catch(() => undefined);
  return watched;
}
