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
type Boost = z.infer<typeof Boost>;
const Boosts = z.array(Boost);

/** A row after which there were these boosts, as JSON; or one that names a course that was given up from that row on (R2.10). */
export interface BoostsRow {
  seq: number;
  at: number;
  boosts: string | null;
  givenUpFrom: number | null;
}

/** `rows`: in order. */
export function foldBoosts(rows: readonly BoostsRow[], { from, to }: { from: number; to: number }): PastBoost[] {
  const found: PastBoost[] = [];
  const open = new Map<string, { listed: Boost; boost: PastBoost }>();
  let lists: { seq: number; boosts: Boost[] }[] = [];
  for (const { seq, at, boosts, givenUpFrom } of rows) {
    if (givenUpFrom !== null) lists = lists.filter((list) => list.seq < givenUpFrom);
    if (boosts !== null) lists.push({ seq, boosts: Boosts.parse(JSON.parse(boosts)) });
    const now = new Map((lists.at(-1)?.boosts ?? []).map((listed) => [listed.id, listed]));
    for (const [id, { listed, boost }] of open) {
      const after = now.get(id);
      // Courses that part may give one id to two boosts.
      if (after !== undefined && (givenUpFrom === null || isSame(after, listed))) continue;
      open.delete(id);
      // A boost that is over leaves the list by itself.
      if (boost.until > at) boost.until = at;
    }
    for (const [id, listed] of now) {
      if (open.has(id)) continue;
      const { windows, ...told } = listed;
      const begun = { ...told, from: givenUpFrom === null ? told.from : Math.max(told.from, at) };
      const boost = windows === undefined ? begun : { ...begun, times: windows.length };
      open.set(id, { listed, boost });
      found.push(boost);
    }
  }
  return found
    .filter((boost) => boost.from < to && boost.until > Math.max(from, boost.from))
    .sort((a, b) => a.from - b.from);
}

const isSame = (a: Boost, b: Boost): boolean => a.extra === b.extra && a.from === b.from && a.until === b.until;
