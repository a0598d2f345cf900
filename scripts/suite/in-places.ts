/** Works that are done side by side, as many as there are places. */

export interface Work {
  /** How many places it takes; all of them where there are fewer. */
  places: number;
}

/** Does each work once, in this order as far as places are free: one that does not fit yet lets the next go first. */
export async function doInPlaces<W extends Work>(
  works: readonly W[],
  places: number,
  take: (work: W) => Promise<void>,
): Promise<void> {
  const waiting = [...works];
  const underWay = new Set<Promise<void>>();
  const needs = (work: W) => Math.min(work.places, places);
  let free = places;
  const startNext = (): boolean => {
    const at = waiting.findIndex((work) => needs(work) <= free);
    const [work] = at === -1 ? [] : waiting.splice(at, 1);
    if (work === undefined) return false;
    free -= needs(work);
    const done = take(work).finally(() => {
      free += needs(work);
      underWay.delete(done);
    });
    underWay.add(done);
    return true;
  };
  while (waiting.length > 0 || underWay.size > 0) {
    while (startNext());
    await Promise.race(underWay);
  }
}
