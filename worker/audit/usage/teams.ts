/**
 * R3: the use of groups, and what two of them would save by one pool. A person in several groups counts in each. Pure: a
 * sweep over the beginnings and ends of stays, cut at full hours of the local clock.
 */

import { HOUR_MS } from "../../../shared/durations.ts";
import type { Span } from "../time-zone.ts";
import { localAt } from "./local-time.ts";
import { byOf, findOverlaps, type GroupHours, memberOf, msOf, type Overlap, turnAt } from "./overlaps.ts";
import { countedOf, type Stay } from "./stays-query.ts";

/** Groups of which every two are set side by side: those with the most use. */
export const OVERLAPS_OF = 40;

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

export interface Teams {
  /** With the most use first. */
  teams: TeamUse[];
  /** What saves most first. */
  overlaps: Overlap[];
}

/**
 * `spans`: the offsets of the tenant's time zone over the period. `group`: compared with every other, however little it is used.
 */
export function compareTeams(members: readonly TeamMember[], spans: readonly Span[], group = ""): Teams {
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
  const hours = sortHours(present, spans);
  for (const fold of ordered) fold.begin(hours.length);
  for (const [place, hour] of hours.entries()) {
    for (const fold of ordered) fold.openHour(place);
    for (const turn of hour.turns) for (const fold of foldsOf[memberOf(turn)] ?? []) fold.add(turn);
    for (const fold of ordered) fold.closeHour(hour, place);
  }
  const groupsOf = present.map(({ groups }) => groups);
  return {
    teams: ordered.map((fold) => fold.result()),
    overlaps: findOverlaps(pairsOf(ordered, group), groupsOf),
  };
}

class TeamFold implements GroupHours {
  readonly group: string;
  people = 0;
  heldMs = 0;
  peak = 0;
  peaks = new Uint32Array();
  starts = new Uint32Array();
  begins = new Uint32Array();
  readonly turns: number[] = [];
  #now = 0;
  /** Of the hour that is open: the most at once, seat time, and up to when that is counted, ms since it began. */
  #hour = { peak: 0, heldMs: 0, until: 0 };
  readonly #days = new Map<number, { peak: number; heldMs: number }>();
  readonly #hours = new Map<number, { peak: number; heldMs: number }>();

  constructor(group: string) {
    this.group = group;
  }

  begin(hours: number): void {
    this.peaks = new Uint32Array(hours);
    this.starts = new Uint32Array(hours);
    this.begins = new Uint32Array(hours + 1);
  }

  openHour(place: number): void {
    this.starts[place] = this.#now;
    this.#hour = { peak: this.#now, heldMs: 0, until: 0 };
  }

  /** One more, or one less. */
  add(turn: number): void {
    this.turns.push(turn);
    this.#passTo(msOf(turn));
    this.#now += byOf(turn);
    if (this.#now > this.#hour.peak) this.#hour.peak = this.#now;
  }

  #passTo(ms: number): void {
    const hour = this.#hour;
    hour.heldMs += this.#now * (ms - hour.until);
    hour.until = ms;
  }

  closeHour({ local, from, to }: Hour, place: number): void {
    this.#passTo(to - from);
    this.begins[place + 1] = this.turns.length;
    const { peak, heldMs } = this.#hour;
    this.peaks[place] = peak;
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

function pairsOf(folds: readonly TeamFold[], group: string): [TeamFold, TeamFold][] {
  return folds.flatMap((a, place) =>
    folds.flatMap((b, other): [TeamFold, TeamFold][] => {
      const isAsked = other < OVERLAPS_OF || a.group === group || b.group === group;
      return other > place && isAsked ? [[a, b]] : [];
    }),
  );
}

/** An hour of the local clock, from and to in ms, with what begins and ends in it, each as one number. */
interface Hour {
  local: number;
  from: number;
  to: number;
  /** In order. */
  turns: Float64Array;
}

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
  const hours: (Omit<Hour, "turns"> & { turns: number[] })[] = [];
  for (let at = begin; at < end; ) {
    const clock = localAt(spans, at);
    const local = Math.floor(clock / HOUR_MS);
    // Clocks change at full quarters, so that no hour is longer than what is left of its quarter's span.
    const to = at + (local + 1) * HOUR_MS - clock;
    hours.push({ local, from: at, to, turns: [] });
    at = to;
  }
  const hourAt = (at: number) => {
    let place = Math.min(hours.length - 1, Math.max(0, Math.floor((at - begin) / HOUR_MS)));
    while ((hours[place] as (typeof hours)[number]).to <= at) place++;
    while ((hours[place] as (typeof hours)[number]).from > at) place--;
    return hours[place] as (typeof hours)[number];
  };
  for (const [member, { stays }] of members.entries()) {
    for (const { from, to } of stays) {
      const first = hourAt(from);
      first.turns.push(turnAt(from - first.from, 1, member));
      const last = hourAt(to - 1);
      last.turns.push(turnAt(to - last.from, -1, member));
    }
  }
  return hours.map(({ turns, ...hour }) => ({ ...hour, turns: Float64Array.from(turns).sort() }));
}
