/**
 * L29: reserved seats that are lent. Others work on them while the pool's people are away. When one of those waits,
 * whoever has done nothing for longest of the others has a countdown, and the seat then goes to the person who waits.
 */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { countDraining } from "./occupancy.ts";
import { isBorrower, isOwed, membershipOf, withOne } from "./pools.ts";
import { standingBack } from "./standing-back.ts";

/** However late a seat is wanted back, the holder has so long to save. */
const COUNTDOWN_LEAST_MS = MINUTE_MS;

export const isLending = ({ effective }: Pick<Ledger, "effective">): boolean =>
  effective.pools.some(({ lentMs }) => lentMs !== null);

interface Owed {
  membership: number;
  /** ms: since when the person waits for it. */
  since: number;
  promisedMs: number;
  pool: string;
}

/** Those in line to whom a lent seat is owed, who came first standing first. */
function owedOf(ledger: Ledger): Owed[] {
  const owed: Owed[] = [];
  let counts: ReadonlyMap<number, number> = ledger.counts;
  const back = standingBack(ledger);
  const waiting = [...ledger.line].filter(([holder, { offeredUntil }]) => offeredUntil === null && !back.has(holder));
  const gave = (holder: HolderId) => Number(ledger.givers.has(holder));
  waiting.sort(([one, a], [other, b]) => gave(one) - gave(other) || a.rank - b.rank || a.order - b.order);
  for (const [holder, { since }] of waiting) {
    const person = ledger.absences.get(holder)?.person;
    const membership = person === undefined ? 0 : membershipOf(ledger, person);
    if (!isOwed(ledger, membership, counts)) continue;
    counts = withOne(counts, membership, 1);
    const lender = ledger.effective.pools.find(({ bit, lentMs }) => lentMs !== null && membership & (1 << bit));
    const pool = ledger.settings.pools[lender?.bit ?? 0]?.name ?? "";
    owed.push({ membership, since: Math.max(since, ledger.turnedAt), promisedMs: lender?.lentMs ?? 0, pool });
  }
  return owed;
}

/** The next seat to be asked back, or no longer asked back, at `now`; null: all is as it should be. */
export function nextRecall(ledger: Ledger, now: number): Event | null {
  const { recalled, effective } = ledger;
  if (recalled.size === 0 && (ledger.lineIndex.size === 0 || !isLending(ledger))) return null;
  const owed = owedOf(ledger);
  const needed = Math.max(0, ledger.inUse - countDraining(ledger) + owed.length - effective.limit);
  if (owed.length === 0 || recalled.size > needed) {
    const latest = [...recalled].at(-1);
    return latest === undefined ? null : { type: "recall_ended", at: now, holder: latest };
  }
  if (recalled.size === needed) return null;
  const wanting = owed[Math.min(recalled.size, owed.length - 1)] as Owed;
  const holder = idlestBorrower(ledger);
  if (holder === null) return null;
  // The last pass that the holder gets lives on for its life.
  const until = Math.max(now + COUNTDOWN_LEAST_MS, wanting.since + wanting.promisedMs - ledger.timing.passLifeMs);
  return { type: "seat_recalled", at: now, holder, until, pool: wanting.pool };
}

function idlestBorrower(ledger: Ledger): HolderId | null {
  let found: HolderId | null = null;
  let since = Number.POSITIVE_INFINITY;
  const known = new Map<number, boolean>();
  for (const [holder, lease] of ledger.leases) {
    if (lease.exempt || lease.over !== null || ledger.recalled.has(holder)) continue;
    const membership = membershipOf(ledger, lease.person);
    const borrows = known.get(membership) ?? isBorrower(ledger, membership);
    known.set(membership, borrows);
    const active = Math.max(lease.activeAt, lease.assumedActiveAt);
    if (!borrows || active >= since) continue;
    found = holder;
    since = active;
  }
  return found;
}
