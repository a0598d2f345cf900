/**
 * R3: the use of groups, and what two of them would save by one pool. A person in several groups counts in each. Pure: a
 * sweep over the beginnings and ends of stays, cut at full hours of the local clock.
 */

import type { Span } from "../time-zone.ts";
import { localAt } from "./local-time.ts";
import type { Stay } from "./stays-query.ts";

const HOUR_MS = 3_600_000;
/** Groups that are set side by side: those with the most use. */
const OVERLAPS_OF = 12;

export interface TeamMember {
  groups: readonly string[];
  stays: readonly Stay[];
}

export interface TeamUse {
  group: string;
  /** Members who had a counted seat. */
  people: number;
  heldMs: number;
  /** The most of them at once. */
  peak: number;
  /** By local day since 1970, and by hour of the week (Sunday 0 times 24 plus hour); those without use are missing. */
  days: { day: number; peak: number; heldMs: number }[];
  hours: { hour: number; peak: number; heldMs: number }[];
}

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

export interface Teams {
  /** With the most use first. */
  teams: TeamUse[];
  /** What saves most first. */
  overlaps: Overlap[];
}

interface Piece {
  from: number;
  to: number;
  member: number;
  /** Local hours since 1970. */
  hour: number;
}

/** `spans`: the offsets of the tenant's time zone over the period. */
export function compareTeams(members: readonly TeamMember[], spans: readonly Span[]): Teams {
  const used = members.map(({ groups, stays }) => ({
    groups: [...new Set(groups)],
    stays: stays.filter(({ counted, from, to }) => counted && to > from),
  }));
  const present = used.filter(({ stays }) => stays.length > 0);
  const pieces = present.flatMap(({ stays }, member) => stays.flatMap((stay) => cutHours(stay, member, spans)));
  const teams = new Map<string, TeamFold>();
  for (const { groups } of present) {
    for (const group of groups) {
      const fold = teams.get(group) ?? new TeamFold(group);
      teams.set(group, fold);
      fold.people++;
    }
  }
  for (const { from, to, member } of pieces)
    for (const group of present[member]?.groups ?? []) (teams.get(group) as TeamFold).heldMs += to - from;
  const ordered = [...teams.values()].sort((a, b) => b.heldMs - a.heldMs || (a.group < b.group ? -1 : 1));
  const pairs = pairsOf(ordered.slice(0, OVERLAPS_OF).map(({ group }) => group));
  const pairsByMember = present.map(({ groups }) =>
    pairs.filter(({ groups: [a, b] }) => groups.includes(a) || groups.includes(b)),
  );
  for (const pair of pairs)
    pair.people = present.filter(({ groups }) => pair.groups.every((group) => groups.includes(group))).length;
  sweep(pieces, (piece, by) => {
    for (const group of present[piece.member]?.groups ?? []) (teams.get(group) as TeamFold).count(piece, by);
    for (const pair of pairsByMember[piece.member] ?? []) {
      pair.now += by;
      pair.common = Math.max(pair.common, pair.now);
    }
  });
  const peakOf = (group: string) => teams.get(group)?.peak ?? 0;
  return {
    teams: ordered.map((fold) => fold.result()),
    overlaps: pairs
      .map(({ groups, people, common }): Overlap => {
        const peaks: [number, number] = [peakOf(groups[0]), peakOf(groups[1])];
        return { groups, people, peaks, common, saved: peaks[0] + peaks[1] - common };
      })
      .sort((a, b) => b.saved - a.saved || b.people - a.people),
  };
}

class TeamFold {
  readonly group: string;
  people = 0;
  heldMs = 0;
  peak = 0;
  #now = 0;
  readonly #days = new Map<number, { peak: number; heldMs: number }>();
  readonly #hours = new Map<number, { peak: number; heldMs: number }>();

  constructor(group: string) {
    this.group = group;
  }

  count({ from, to, hour }: Piece, by: 1 | -1): void {
    this.#now += by;
    if (by === -1) return;
    this.peak = Math.max(this.peak, this.#now);
    const day = Math.floor(hour / 24);
    this.#add(this.#days, day, to - from);
    this.#add(this.#hours, ((((day + 4) % 7) + 7) % 7) * 24 + (hour - day * 24), to - from);
  }

  #add(into: Map<number, { peak: number; heldMs: number }>, key: number, ms: number): void {
    const known = into.get(key) ?? { peak: 0, heldMs: 0 };
    into.set(key, { peak: Math.max(known.peak, this.#now), heldMs: known.heldMs + ms });
  }

  result(): TeamUse {
    const { group, people, heldMs, peak } = this;
    const sorted = (map: Map<number, { peak: number; heldMs: number }>) => [...map].sort(([a], [b]) => a - b);
    return {
      group,
      people,
      heldMs,
      peak,
      days: sorted(this.#days).map(([day, sums]) => ({ day, ...sums })),
      hours: sorted(this.#hours).map(([hour, sums]) => ({ hour, ...sums })),
    };
  }
}

function pairsOf(groups: readonly string[]) {
  return groups.flatMap((a, place) =>
    groups.slice(place + 1).map((b) => ({ groups: [a, b] as [string, string], people: 0, now: 0, common: 0 })),
  );
}

function cutHours({ from, to }: Stay, member: number, spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at < to; ) {
    const local = localAt(spans, at);
    const hour = Math.floor(local / HOUR_MS);
    // Clocks change at full quarters, so that no piece is longer than what is left of its quarter's span.
    const end = Math.min(to, at + (hour + 1) * HOUR_MS - local);
    pieces.push({ from: at, to: end, member, hour });
    at = end;
  }
  return pieces;
}

/** Ends come before beginnings of the same moment: a seat that changes hands is one. */
function sweep(pieces: readonly Piece[], turn: (piece: Piece, by: 1 | -1) => void): void {
  const ends = [...pieces].sort((a, b) => a.to - b.to);
  const begins = [...pieces].sort((a, b) => a.from - b.from);
  let next = 0;
  for (const piece of begins) {
    for (let end = ends[next]; end !== undefined && end.to <= piece.from; end = ends[++next]) turn(end, -1);
    turn(piece, 1);
  }
}
