/** A made-up year of a firm: who came when, for how long, and who was refused, as events of its audit. */
import { DAY_MS, MINUTE_MS } from "../../../../shared/durations.ts";
import type { EventSeed } from "../event-seed.ts";

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `days` of `people` who share `limit` seats, from `from` on (ms). Weekends are quiet. Ends with everybody gone. */
export function makeHistory({
  from,
  days,
  people,
  limit,
  staysADay = 3,
  seed = 1,
}: {
  from: number;
  days: number;
  people: number;
  limit: number;
  staysADay?: number;
  seed?: number;
}): EventSeed[] {
  const random = randomFrom(seed);
  const events: EventSeed[] = [];
  let denial = 0;
  for (let day = 0; day < days; day++) {
    const start = from + day * DAY_MS;
    const weekday = Math.floor(start / DAY_MS + 4) % 7;
    if (weekday === 0 || weekday === 6) continue;
    const wishes: { at: number; person: string; stayMs: number }[] = [];
    for (let person = 0; person < people; person++) {
      for (let stay = 0; stay < staysADay; stay++) {
        const at = start + (7 + random() * 9) * 60 * MINUTE_MS;
        wishes.push({ at: Math.floor(at), person: `p-${person}`, stayMs: Math.floor((5 + random() * 90) * MINUTE_MS) });
      }
    }
    wishes.sort((a, b) => a.at - b.at);
    const seated = new Map<string, { from: number; to: number; group: string }>();
    const end = (until: number) => {
      for (const [holder, stay] of [...seated].filter(([, { to }]) => to <= until).sort((a, b) => a[1].to - b[1].to)) {
        seated.delete(holder);
        const { group } = stay;
        const body = { cause: random() < 0.5 ? "idle" : "closed", heldMs: stay.to - stay.from, exempt: false, group };
        events.push({ at: stay.to, kind: "lease_ended", holder, inUse: seated.size, limit, body });
      }
    };
    for (const { at, person: holder, stayMs } of wishes) {
      end(at);
      if (seated.has(holder)) continue;
      if (seated.size >= limit) {
        const id = `d${++denial}`;
        const shared = { holder, inUse: seated.size, limit };
        events.push({
          at,
          kind: "denial_opened",
          ...shared,
          body: { id, reason: "limit_reached", clientKind: "browser", limit, inUse: limit },
        });
        events.push({
          at,
          kind: "denial_closed",
          ...shared,
          body: { id, outcome: "gave_up", waitedMs: 4 * MINUTE_MS },
        });
        continue;
      }
      const group = Number(holder.slice(2)) % 2 === 0 ? "sales" : "finance";
      seated.set(holder, { from: at, to: at + stayMs, group });
      events.push({
        at,
        kind: "seat_granted",
        holder,
        inUse: seated.size,
        limit,
        body: { exempt: false, clientKind: "browser", group },
      });
    }
    end(Number.POSITIVE_INFINITY);
  }
  return events;
}
