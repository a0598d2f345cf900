/**
 * R3: the real history at another limit or idle time-out. Pure. What it takes for granted: people come when they
 * came and work as long as they did; who was refused waits in line as long as that person really did, others
 * `PATIENCE_MS`; who gave up would have worked as long as people usually do.
 */

export interface Stay {
  person: string;
  from: number;
  to: number;
  /** Why it ended; only `idle` is changed by another time-out. */
  cause: string;
  /** How long the person had been refused before it began. */
  waitedMs: number;
}

export interface GivenUp {
  person: string;
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
}

export interface Replay {
  denials: number;
  /** People who would have waited and got a seat: how long in all. And who would have given up. */
  waitedMs: number;
  lostMs: number;
  peak: number;
}

export const PATIENCE_MS = 15 * 60_000;
const SHORTEST_MS = 1_000;

interface Wish {
  at: number;
  stayMs: number;
  patienceMs: number;
}

export function replayHistory(history: History, scenario: Scenario): Replay {
  const wishes = wishesOf(history, scenario).sort((a, b) => a.at - b.at);
  const ends: number[] = [];
  const line: Wish[] = [];
  const replay: Replay = { denials: 0, waitedMs: 0, lostMs: 0, peak: 0 };
  const seat = (at: number, stayMs: number) => {
    pushEnd(ends, at + stayMs);
    replay.peak = Math.max(replay.peak, ends.length);
  };
  const free = (until: number) => {
    while (ends.length > 0 && (ends[0] as number) <= until) {
      const at = popEnd(ends);
      for (let next = line.shift(); next !== undefined; next = line.shift()) {
        if (next.at + next.patienceMs < at) {
          replay.lostMs += next.patienceMs;
          continue;
        }
        replay.waitedMs += at - next.at;
        seat(at, next.stayMs);
        break;
      }
    }
  };
  for (const wish of wishes) {
    free(wish.at);
    if (ends.length < scenario.limit) seat(wish.at, wish.stayMs);
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
  const change = scenario.idleTimeoutMs - scenario.wasIdleTimeoutMs;
  for (const own of byPerson.values()) {
    own.sort((a, b) => a.from - b.from);
    let current: { from: number; to: number; waitedMs: number } | null = null;
    const close = () => {
      if (current === null) return;
      const { from, to, waitedMs } = current;
      const patienceMs = Math.max(PATIENCE_MS, waitedMs);
      wishes.push({ at: from - waitedMs, stayMs: Math.max(SHORTEST_MS, to - from), patienceMs });
    };
    for (const { from, to, cause, waitedMs } of own) {
      const end = cause === "idle" ? Math.max(from + SHORTEST_MS, to + change) : to;
      // A longer time-out keeps the seat over a pause, so that the next stay is the same one.
      if (current !== null && from <= current.to) current.to = Math.max(current.to, end);
      else {
        close();
        current = { from, to: end, waitedMs };
      }
    }
    close();
  }
  const usual = median(stays.map(({ from, to }) => to - from));
  for (const { at, waitedMs } of givenUp) wishes.push({ at, stayMs: usual, patienceMs: waitedMs });
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
