/**
 * L9.36: a gate whose clock is set back would take a pass that was over for a live one. So each set-back begins another
 * generation, and what the gate remembers of an earlier one counts for nothing.
 */

/** How often the clock was seen set back by more than clocks may differ. */
export type ReadGeneration = () => number;

/** `now` and `skewMs` in ms. Only what is read is seen: between two readings the clock may do what it likes. */
export function createClockGeneration(now: () => number, skewMs: number): ReadGeneration {
  let latest = Number.NEGATIVE_INFINITY;
  let generation = 0;
  return () => {
    const at = now();
    if (at < latest - skewMs) generation++;
    if (at > latest || at < latest - skewMs) latest = at;
    return generation;
  };
}
