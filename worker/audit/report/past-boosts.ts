/** R5, L17: which boosts held in a period, from the lists that changes of the settings left. Pure. */
import * as z from "zod/mini";

export interface PastBoost {
  id: string;
  extra: number;
  from: number;
  /** When it ended, or will; earlier than agreed where it was cancelled. */
  until: number;
  /** L30: how many times it repeats at, within that; left out: it held all the time. */
  times?: number;
}

const Boost = z.object({
  id: z.string(),
  extra: z.int(),
  from: z.int(),
  until: z.int(),
  windows: z.optional(z.array(z.unknown())),
});
const Boosts = z.array(Boost);

/** `changes`: in order, each with the JSON of all boosts that there were after it. */
export function foldBoosts(
  changes: readonly { at: number; boosts: string }[],
  { from, to }: { from: number; to: number },
): PastBoost[] {
  const known = new Map<string, PastBoost>();
  for (const { at, boosts } of changes) {
    const now = Boosts.parse(JSON.parse(boosts));
    const ids = new Set(now.map(({ id }) => id));
    for (const boost of known.values()) {
      // A boost that is over leaves the list by itself.
      if (!ids.has(boost.id) && boost.until > at) boost.until = at;
    }
    for (const { windows, ...boost } of now) {
      if (known.has(boost.id)) continue;
      known.set(boost.id, windows === undefined ? boost : { ...boost, times: windows.length });
    }
  }
  return [...known.values()]
    .filter((boost) => boost.from < to && boost.until > Math.max(from, boost.from))
    .sort((a, b) => a.from - b.from);
}
