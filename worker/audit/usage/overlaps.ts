/**
 * R3: what two groups would save by one pool: the most of both at once, for every pair. Within an hour that is at most the sum
 * of both peaks of the hour, so that most hours of a year need no look. Pure.
 */

export interface Overlap {
  groups: [string, string];
  /** Members of both who had a counted seat. */
  people: number;
  /** The most of each at once, and the most of both together, a person of both counted once. */
  peaks: [number, number];
  common: number;
  /** Seats that one pool for both would save: the sum of the peaks less the common peak. */
  saved: number;
}

/** A group over the hours of a period. */
export interface GroupHours {
  group: string;
  peak: number;
  /** Of each hour: the most at once, and how many there are when it begins. */
  peaks: Uint32Array;
  starts: Uint32Array;
  /** Its turns in order, and where among them each hour begins. */
  turns: readonly number[];
  begins: Uint32Array;
}

export type Pair = readonly [GroupHours, GroupHours];

/**
 * One more or one less of a member, as a number: twice the ms since the hour began, and one more where a stay begins; times
 * this, plus the member. In their order ends come before beginnings of the same moment: a seat that changes hands is one.
 */
const MEMBERS = 2 ** 24;
export const turnAt = (ms: number, by: 1 | -1, member: number): number =>
  (2 * ms + (by === 1 ? 1 : 0)) * MEMBERS + member;
export const msOf = (turn: number): number => Math.floor(turn / (2 * MEMBERS));
// Not by `%`, which takes several times as long with numbers of this size.
export const memberOf = (turn: number): number => turn - Math.floor(turn / MEMBERS) * MEMBERS;
export const byOf = (turn: number): 1 | -1 => ((Math.floor(turn / MEMBERS) & 1) === 1 ? 1 : -1);

/** `groupsOf`: of each member. `pairs`: what is compared. What saves most comes first. */
export function findOverlaps(pairs: readonly Pair[], groupsOf: readonly (readonly string[])[]): Overlap[] {
  const shared = membersOfBoth(pairs, groupsOf);
  const overlaps = pairs.map(([a, b]): Overlap => {
    const both = shared.get(keyOf(a.group, b.group)) ?? [];
    const common = mostOfBoth(a, b, startsOf(a.turns.length < b.turns.length ? a : b, both, groupsOf.length));
    const saved = a.peak + b.peak - common;
    return { groups: [a.group, b.group], people: both.length, peaks: [a.peak, b.peak], common, saved };
  });
  return overlaps.sort((a, b) => b.saved - a.saved || b.people - a.people);
}

const keyOf = (a: string, b: string): string => JSON.stringify([a, b]);

/** By pair, who is in both; missing: nobody is. */
function membersOfBoth(pairs: readonly Pair[], groupsOf: readonly (readonly string[])[]): Map<string, number[]> {
  const compared = new Set(pairs.map(([a, b]) => keyOf(a.group, b.group)));
  const shared = new Map<string, number[]>();
  for (const [member, groups] of groupsOf.entries()) {
    for (const a of groups) {
      for (const b of groups) {
        const key = keyOf(a, b);
        if (a !== b && compared.has(key)) shared.set(key, [...(shared.get(key) ?? []), member]);
      }
    }
  }
  return shared;
}

/** How many of these members of the group are there when each hour begins. */
function startsOf({ turns, begins, peaks }: GroupHours, members: readonly number[], people: number): Uint32Array {
  const starts = new Uint32Array(peaks.length);
  const isOne = new Uint8Array(people);
  for (const member of members) isOne[member] = 1;
  let now = 0;
  for (let hour = 0; members.length > 0 && hour < peaks.length; hour++) {
    starts[hour] = now;
    const end = begins[hour + 1] as number;
    for (let at = begins[hour] as number; at < end; at++) {
      const turn = turns[at] as number;
      if (isOne[memberOf(turn)] === 1) now += byOf(turn);
    }
  }
  return starts;
}

function mostOfBoth(a: GroupHours, b: GroupHours, both: Uint32Array): number {
  const bound = (hour: number) => (a.peaks[hour] as number) + (b.peaks[hour] as number);
  const hours = a.peaks.length;
  // The hour that promises most, first: it rules most of the others out.
  let best = 0;
  for (let hour = 1; hour < hours; hour++) if (bound(hour) > bound(best)) best = hour;
  let common = hours === 0 ? 0 : mostIn(a, b, best, both[best] as number);
  for (let hour = 0; hour < hours; hour++)
    if (bound(hour) > common) common = Math.max(common, mostIn(a, b, hour, both[hour] as number));
  return common;
}

/** The turns of both, merged; one of somebody in both is in either list, and counts once. */
function mostIn(a: GroupHours, b: GroupHours, hour: number, both: number): number {
  let now = (a.starts[hour] as number) + (b.starts[hour] as number) - both;
  let most = now;
  let [one, other] = [a.begins[hour] as number, b.begins[hour] as number];
  const [endOne, endOther] = [a.begins[hour + 1] as number, b.begins[hour + 1] as number];
  while (one < endOne || other < endOther) {
    const x = one < endOne ? (a.turns[one] as number) : Number.POSITIVE_INFINITY;
    const y = other < endOther ? (b.turns[other] as number) : Number.POSITIVE_INFINITY;
    const turn = Math.min(x, y);
    if (x === turn) one++;
    if (y === turn) other++;
    now += byOf(turn);
    if (now > most) most = now;
  }
  return most;
}
