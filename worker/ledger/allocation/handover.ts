/** L32: to whom a holder may give the seat, and that it is kept for that person while the holder's passes are out. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Lease, Ledger, Waiting } from "../ledger.ts";
import { membershipOfHolder } from "./occupancy.ts";
import { helpsBy } from "./pools.ts";

/** Whether the seat is the holder's to give: one of the limit's that nobody has asked back. */
export const isGivable = (lease: Lease): boolean =>
  !lease.exempt && lease.over === null && lease.nudge?.recalled !== true;

/**
 * Whether a seat given to somebody who waits is on its way: passes of the giver's are out. After that it was offered, or
 * there was no room for it any more; then only the place before the line is left.
 */
export const isOnItsWay = ({ drains }: Ledger, { givenBy }: Waiting): boolean =>
  givenBy !== null && drains.has(givenBy);

/** Whether the seat that `holder` has just given up is on its way to somebody who still waits for it. */
export function isGivenAway(ledger: Ledger, holder: HolderId): boolean {
  for (const to of ledger.promised) if (ledger.line.get(to)?.givenBy === holder) return true;
  return false;
}

/** The first in line to whom this lease's seat would come by itself; null: nobody in line could use it. */
export function nextInTurn(ledger: Ledger, lease: Lease): HolderId | null {
  const served = new Set<HolderId>();
  for (const to of ledger.promised) {
    if (isOnItsWay(ledger, ledger.line.get(to) as Waiting)) served.add(to);
    else if (helpsBy(ledger, membershipOfHolder(ledger, to))(lease)) return to;
  }
  for (const { membership, holder } of ledger.lineIndex.heads(served)) {
    if (helpsBy(ledger, membership)(lease)) return holder;
  }
  return null;
}

/** Those to whom the lease's seat may be given now, `most` of them; the longest in line stand first. */
export function takersOf(ledger: Ledger, lease: Lease, most: number): HolderId[] {
  if (ledger.settings.handover === "turn") {
    const next = nextInTurn(ledger, lease);
    return next === null ? [] : [next];
  }
  // Every heartbeat of a holder asks: each membership is looked at once, however many wait.
  const helped = new Set<number>();
  for (const [membership] of ledger.lineIndex.sizes()) if (helpsBy(ledger, membership)(lease)) helped.add(membership);
  if (helped.size === 0) return [];
  const takers: HolderId[] = [];
  for (const [holder, waiting] of ledger.line) {
    if (waiting.offeredUntil !== null || isOnItsWay(ledger, waiting)) continue;
    if (helped.has(membershipOfHolder(ledger, holder))) takers.push(holder);
    if (takers.length >= most) break;
  }
  return takers;
}
