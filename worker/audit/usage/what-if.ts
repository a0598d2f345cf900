/**
 * R3: the real history at another limit, idle time-out, reservation or maximum of a group. Pure. What it takes for granted: people come when they
 * came and work as long as they did; who was refused waits in line as long as that person really did, others
 * `PATIENCE_MS`; who gave up would have worked as long as people usually do.
 */

import { MINUTE_MS } from "../../../shared/durations.ts";

export interface Stay {
  person: string;
  from: number;
  to: number;
  /** Why it ended; only `idle` is changed by another time-out. */
  cause: string;
  /** How long the person had been refused before it began. */
  waitedMs: number;
  /** By which use is counted, see usage; null: none. */
  group: string | null;
}

export interface GivenUp {
  person: string;
  group: string | null;
  at: number;
  waitedMs: number;
}

export interface History {
  stays: readonly Stay[];
  givenUp: readonly GivenUp[];
}

export interface Scenario {
  limit: number;
  /** The time-out under which the history happened, and the one to try; ms. */
  idleTimeoutMs: number;
  wasIdleTimeoutMs: number;
  /** L17: one group with seats of its own, or with a maximum; null: none. */
  pool: { group: string; reserved: number; most: number | null } | null;
  /** R1: who would have had a seat sooner was not refused; left out: everybody counts. */
  toleranceMs?: number;
}

export interface Replay {
  denials: number;
  /** People who would have waited and got a seat: how long in all. And who would have given up. */
  waitedMs: number;
  lostMs: number;
  peak: number;
}

export const PATIENCE_MS = 15 * MINUTE_MS;
const SHORTEST_MS = 1_000;

interface Wish {
  at: number;
  stayMs: number;
  patienceMs: number;
  /** Of the scenario's group. */
  member: boolean;
}

export function replayHistory(history: History, scenario: Scenario): Replay {
  const { limit, pool } = scenario;
  const wishes = wishesOf(history, scenario).sort((a, b) => a.at - b.at);
  // Each twice its ms, and one more for a member of the group: both in one number, for one heap.
  const ends: number[] = [];
  const line: Wish[] = [];
  const replay: Replay = { denials: 0, waitedMs: 0, lostMs: 0, peak: 0 };
  let members = 0;
  /** L17: members sit on reserved seats first, and nobody else does. */
  const fits = ({ member }: Wish): boolean => {
    if (pool === null) return ends.length < limit;
    if (member) return ends.length < limit && members < (pool.most ?? limit);
    return ends.length - members + Math.max(members, pool.reserved) < limit;
  };
  const seat = (at: number, { stayMs, member }: Wish) => {
    pushEnd(ends, 2 * (at + stayMs) + (member ? 1 : 0));
    if (member) members++;
    replay.peak = Math.max(replay.peak, ends.length);
  };
  const seatNext = (at: number) => {
    for (let place = 0; place < line.length; ) {
      const next = line[place] as Wish;
      if (next.at + next.patienceMs < at) {
        replay.lostMs += next.patienceMs;
        line.splice(place, 1);
      } else if (fits(next)) {
        replay.waitedMs += at - next.at;
        if (at - next.at < (scenario.toleranceMs ?? 0)) replay.denials--;
        line.splice(place, 1);
        return seat(at, next);
      } else place++;
    }
  };
  const free = (until: number) => {
    while (ends.length > 0 && Math.floor((ends[0] as number) / 2) <= until) {
      const end = popEnd(ends);
      if (end % 2 === 1) members--;
      seatNext(Math.floor(end / 2));
    }
  };
  for (const wish of wishes) {
    free(wish.at);
    if (fits(wish)) seat(wish.at, wish);
    else {
      replay.denials++;
      line.push(wish);
    }
  }
  free(Number.POSITIVE_INFINITY);
  for (const wish of line) replay.lostMs += wish.patienceMs;
  return replay;
}

function wishesOf({ stays, givenUp }: History, scenario: Scenario): Wish[] {
  const wishes: Wish[] = [];
  const byPerson = new Map<string, Stay[]>();
  for (const stay of stays) {
    const own = byPerson.get(stay.person) ?? [];
    byPerson.set(stay.person, own);
    own.push(stay);
  }
  const isMember = (group: string | null) => group !== null && group === scenario.pool?.group;
  const change = scenario.idleTimeoutMs - scenario.wasIdleTimeoutMs;
  for (const own of byPerson.values()) {
    own.sort((a, b) => a.from - b.from);
    let current: { from: number; to: number; waitedMs: number; group: string | null } | null = null;
    const close = () => {
      if (current === null) return;
      const { from, to, waitedMs, group } = current;
      const patienceMs = Math.max(PATIENCE_MS, waitedMs);
      const stayMs = Math.max(SHORTEST_MS, to - from);
      wishes.push({ at: from - waitedMs, stayMs, patienceMs, member: isMember(group) });
    };
    for (const { from, to, cause, waitedMs, group } of own) {
      const end = cause === "idle" ? Math.max(from + SHORTEST_MS, to + change) : to;
      // A longer time-out keeps the seat over a pause, so that the next stay is the same one.
      if (current !== null && from <= current.to) current.to = Math.max(current.to, end);
      else {
        close();
        current = { from, to: end, waitedMs, group };
      }
    }
    close();
  }
  const usual = median(stays.map(({ from, to }) => to - from));
  for (const { at, waitedMs, group } of givenUp) {
    wishes.push({ at, stayMs: usual, patienceMs: waitedMs, member: isMember(group) });
  }
  return wishes;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A heap whose least entry is the first. */
function pushEnd(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if ((heap[above] as number) <= value) break;
    heap[at] = heap[above] as number;
    at = above;
  }
  heap[at] = value;
}

function popEnd(heap: number[]): number {
  const least = heap[0] as number;
  const moved = heap.pop() as number;
  if (heap.length === 0) return least;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && (heap[below + 1] as number) < (heap[below] as number)) below++;
    if ((heap[below] as number) >= moved) break;
    heap[at] = heap[below] as number;
    at = below;
  }
  heap[at] = moved;
  return least;
}
