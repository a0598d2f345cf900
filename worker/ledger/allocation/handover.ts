/** L32: to whom a holder may give the seat, and that it is kept for that person while the holder's passes are out. */
import { HANDOVER_NAMED_MAX } from "../../../shared/handover.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { membershipOfHolder } from "./occupancy.ts";
import { helpsBy } from "./pools.ts";

/** Whether the seat is the holder's to give: one of the limit's that nobody has asked back. */
export const isGivable = (lease: Lease): boolean =>
  !lease.exempt && lease.over === null && lease.nudge?.recalled !== true;

/** Whether the seat that `holder` has just given up is on its way to somebody who still waits for it. */
export function isGivenAway(ledger: Ledger, holder: HolderId): boolean {
  for (const to of ledger.promised) if (ledger.line.get(to)?.givenBy === holder) return true;
  return false;
}

/** The first in line to whom this lease's seat would come by itself; null: nobody in line could use it. */
export function nextInTurn(ledger: Ledger, lease: Lease): HolderId | null {
  for (const { membership, holder } of ledger.lineIndex.heads(ledger.promised)) {
    if (helpsBy(ledger, membership)(lease)) return holder;
  }
  return null;
}

/** Those to whom the lease's seat may be given now, as far as they may be named; the longest in line stand first. */
export function takersOf(ledger: Ledger, lease: Lease): HolderId[] {
  if (ledger.settings.handover === "turn") {
    const next = nextInTurn(ledger, lease);
    return next === null ? [] : [next];
  }
  const takers: HolderId[] = [];
  for (const [holder, { offeredUntil, givenBy }] of ledger.line) {
    if (offeredUntil !== null || givenBy !== null) continue;
    if (helpsBy(ledger, membershipOfHolder(ledger, holder))(lease)) takers.push(holder);
    if (takers.length >= HANDOVER_NAMED_MAX) break;
  }
  return takers;
}
