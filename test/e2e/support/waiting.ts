/** Waiting for conditions. */
import { setTimeout as pause } from "node:timers/promises";

/** A condition that comes to hold costs no more than that; on a busy machine it may take this long. */
export const PATIENCE_MS = 30_000;

/** Asks until it holds; throws after `withinMs`. A question that fails (a page that is just leaving) is asked again. */
export async function eventually(holds: () => Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
  let last: unknown = "it never held";
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    try {
      if (await holds()) return;
      last = "it never held";
    } catch (error) {
      last = error;
    }
    await pause(30);
  }
  throw new Error(`Waited ${withinMs} ms in vain: ${last instanceof Error ? last.message : last}`, {
    cause: holds.toString(),
  });
}

/** Begins to watch now and rejects unless it comes to hold in time; to be awaited after the act that causes it. */
export function within(withinMs: number, holds: () => Promise<boolean>): Promise<void> {
  const watched = eventually(holds, withinMs);
  // Awaited later: a rejection before that is not unhandled.
  watched.catch(() => undefined);
  return watched;
}
