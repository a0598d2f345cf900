/**
 * L9.36: a gate whose clock is set back would take a pass that was over for a live one. So it counts how often that happened,
 * and what it remembers by the clock of before counts for nothing.
 */

/** How often the clock was seen set back by more than clocks may differ. */
export type ReadCourse = () => number;

/** `now` and `skewMs` in ms. Only what is read is seen: between two readings the clock may do what it likes. */
export function createClockCourse(now: () => number, skewMs: number): ReadCourse {
  let latest = Number.NEGATIVE_INFINITY;
  let course = 0;
  return () => {
    const at = now();
    if (at < latest - skewMs) course++;
    if (at > latest || at < latest - skewMs) latest = at;
    return course;
  };
}
