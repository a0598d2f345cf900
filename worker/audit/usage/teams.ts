/**
 * R3: the use of groups, and what two of them would save by one pool. A person in several groups counts in each. Pure: a
 * sweep over the beginnings and ends of stays, cut at full hours of the local clock.
 */

import { HOUR_MS } from "../../../shared/durations.ts";
import type { Span } from "../time-zone.ts";
import { localAt } from "./local-time.ts";
import { countedOf, type Stay } from "./stays-query.ts";

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

/** `spans`: the offsets of the tenant's time zone over the period. */
export function compareTeams(members: readonly TeamMember[], spans: readonly Span[]): Teams {
  const used = members.map(({ groups, stays }) => ({
    groups: [...new Set(groups)],
    stays: countedOf(stays),
  }));
  const present = used.filter(({ stays }) => stays.length > 0);
  const teams = new Map<string, TeamFold>();
  for (const { groups } of present) {
    for (const group of groups) {
      const fold = teams.get(group) ?? new TeamFold(group);
      teams.set(group, fold);
      fold.people++;
    }
  }
  const foldsOf = present.map(({ groups }) => groups.map((group) => teams.get(group) as TeamFold));
  for (const [member, { stays }] of present.entries()) {
    const heldMs = stays.reduce((sum, { from, to }) => sum + to - from, 0);
    for (const fold of foldsOf[member] ?? []) fold.heldMs += heldMs;
  }
  const ordered = [...teams.values()].sort((a, b) => b.heldMs - a.heldMs || (a.group < b.group ? -1 : 1));
  const pairs = pairsOf(ordered.slice(0, OVERLAPS_OF).map(({ group }) => group));
  const pairsByMember = present.map(({ groups }) =>
    pairs.filter(({ groups: [a, b] }) => groups.includes(a) || groups.includes(b)),
  );
  for (const pair of pairs)
    pair.people = present.filter(({ groups }) => pair.groups.every((group) => groups.includes(group))).length;
  for (const hour of sortHours(present, spans)) {
    for (const fold of teams.values()) fold.openHour(hour.local, hour.from);
    for (const { at, member, by } of turnsOf(hour)) {
      for (const fold of foldsOf[member] ?? []) fold.turn(at, by);
      for (const pair of pairsByMember[member] ?? []) {
        pair.now += by;
        pair.common = Math.max(pair.common, pair.now);
      }
    }
    for (const fold of teams.values()) fold.closeHour(hour.to);
  }
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
  /** Of the hour that is open: local hours since 1970, the most at once, seat time, and up to when that is counted. */
  #hour = { local: 0, peak: 0, heldMs: 0, until: 0 };
  readonly #days = new Map<number, { peak: number; heldMs: number }>();
  readonly #hours = new Map<number, { peak: number; heldMs: number }>();

  constructor(group: string) {
    this.group = group;
  }

  openHour(local: number, from: number): void {
    this.#hour = { local, peak: this.#now, heldMs: 0, until: from };
  }

  /** One more, or one less, from the moment on. */
  turn(at: number, by: number): void {
    const hour = this.#hour;
    hour.heldMs += this.#now * (at - hour.until);
    hour.until = at;
    this.#now += by;
    if (this.#now > hour.peak) hour.peak = this.#now;
  }

  closeHour(to: number): void {
    this.turn(to, 0);
    const { local, peak, heldMs } = this.#hour;
    if (peak === 0) return;
    this.peak = Math.max(this.peak, peak);
    const day = Math.floor(local / 24);
    this.#add(this.#days, day, peak, heldMs);
    this.#add(this.#hours, ((((day + 4) % 7) + 7) % 7) * 24 + (local - day * 24), peak, heldMs);
  }

  #add(into: Map<number, { peak: number; heldMs: number }>, key: number, peak: number, heldMs: number): void {
    const known = into.get(key) ?? { peak: 0, heldMs: 0 };
    into.set(key, { peak: Math.max(known.peak, peak), heldMs: known.heldMs + heldMs });
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

/** An hour of the local clock, from and to in ms, with what begins and ends in it, each as one number. */
interface Hour {
  local: number;
  from: number;
  to: number;
  turns: number[];
}

/** Of a turn: twice the ms since the hour began, and one more where a stay begins; times this, plus the member. */
const MEMBERS = 2 ** 24;

/**
 * The hours in which anybody had a seat, in order. An end at a full hour is one of the hour before, so that a seat that
 * changes hands then is one in the new hour.
 */
function sortHours(
  members: readonly { stays: readonly Pick<Stay, "from" | "to">[] }[],
  spans: readonly Span[],
): Hour[] {
  const begin = members.reduce(
    (least, { stays }) => stays.reduce((min, { from }) => Math.min(min, from), least),
    Infinity,
  );
  const end = members.reduce((most, { stays }) => stays.reduce((max, { to }) => Math.max(max, to), most), 0);
  const hours: Hour[] = [];
  for (let at = begin; at < end; ) {
    const clock = localAt(spans, at);
    const local = Math.floor(clock / HOUR_MS);
    // Clocks change at full quarters, so that no hour is longer than what is left of its quarter's span.
    const to = at + (local + 1) * HOUR_MS - clock;
    hours.push({ local, from: at, to, turns: [] });
    at = to;
  }
  const hourAt = (at: number): Hour => {
    let place = Math.min(hours.length - 1, Math.max(0, Math.floor((at - begin) / HOUR_MS)));
    while ((hours[place] as Hour).to <= at) place++;
    while ((hours[place] as Hour).from > at) place--;
    return hours[place] as Hour;
  };
  for (const [member, { stays }] of members.entries()) {
    for (const { from, to } of stays) {
      const first = hourAt(from);
      first.turns.push((2 * (from - first.from) + 1) * MEMBERS + member);
      const last = hourAt(to - 1);
      last.turns.push(2 * (to - last.from) * MEMBERS + member);
    }
  }
  return hours;
}

/** In order; ends before beginnings of the same moment: a seat that changes hands is one. */
function* turnsOf({ from, turns }: Hour): Generator<{ at: number; member: number; by: 1 | -1 }> {
  for (const turn of Float64Array.from(turns).sort()) {
    const place = Math.floor(turn / MEMBERS);
    yield { at: from + Math.floor(place / 2), member: turn % MEMBERS, by: place % 2 === 1 ? 1 : -1 };
  }
}
