/** L15, L24, L28: whom a seat goes to that comes free. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Ledger, Waiting } from "../ledger.ts";
import type { OverVia } from "../over.ts";
import { isGivenAway, isOnItsWay } from "./handover.ts";
import { isLending } from "./lending.ts";
import { membershipOfHolder } from "./occupancy.ts";
import { overFor } from "./overdraft.ts";
import { isOwed, noRoom } from "./pools.ts";
import { standingBack } from "./standing-back.ts";

/** The first in line for whom there is room at `now`, within the limit or beyond it, and nothing offered yet; null: nobody. */
export function nextToSeat(ledger: Ledger, now: number): { holder: HolderId; over: OverVia | null } | null {
  if (ledger.lineIndex.size === 0) return null;
  const promised = nextOwed(ledger) ?? nextGiven(ledger);
  if (promised !== null) return { holder: promised, over: null };
  for (const [place, { membership, holder }] of ledger.lineIndex.heads().entries()) {
    // The first of all needs no other seat where the own one still drains.
    const drain = ledger.drains.get(holder);
    if (place === 0 && drain?.exempt === false && !isGivenAway(ledger, holder)) return { holder, over: drain.over };
    const reason = noRoom(ledger, membership);
    if (reason === null) return { holder, over: null };
    const over = overFor(ledger, { holder, membership, reason, reservedOnly: false }, now);
    if (over !== null) return { holder, over };
  }
  return null;
}

/** L29: the first in line of a pool that has lent the seat that is free now; null: nobody. */
export function nextOwed(ledger: Ledger): HolderId | null {
  if (!isLending(ledger)) return null;
  // L32: those who gave a seat away come after the others.
  for (const others of ledger.givers.size === 0
    ? [ledger.givers]
    : [ledger.givers, new Set(standingBack(ledger).keys())]) {
    for (const { membership, holder } of ledger.lineIndex.heads(others)) {
      if (isOwed(ledger, membership, ledger.counts) && noRoom(ledger, membership) === null) return holder;
    }
  }
  return null;
}

/** L32: to whom a seat was given whose giver's passes are over: it goes to nobody else; null: nobody. */
export function nextGiven(ledger: Ledger): HolderId | null {
  for (const holder of ledger.promised) {
    if (isOnItsWay(ledger, ledger.line.get(holder) as Waiting)) continue;
    if (noRoom(ledger, membershipOfHolder(ledger, holder)) === null) return holder;
  }
  return null;
}

/** Who has waited longest of those who work beyond the limit and for whom there is a seat now; null: nobody. */
export function nextToCount(ledger: Ledger): HolderId | null {
  if (ledger.overIndex.size === 0) return null;
  for (const { membership, holder } of ledger.overIndex.heads()) {
    if (noRoom(ledger, membership) === null) return holder;
  }
  return null;
}
