/** L16: somebody asks for a seat, and the holder keeps it. */

import type { HolderId } from "../../../shared/ids.ts";
import { type Lease, type Ledger, NUDGE_QUIET_MS } from "../ledger.ts";
import { leaseOf, waitingOf } from "./needed.ts";
import type { Of } from "./of.ts";

export function askForSeat(ledger: Ledger, event: Of<"nudge_asked">): void {
  const { holder, at } = event;
  const lease = leaseOf(ledger, holder);
  lease.nudge = { askedAt: at, until: event.until, by: event.byName };
  lease.quietUntil = at + NUDGE_QUIET_MS;
  lease.shape++;
  Object.assign(waitingOf(ledger, event.by), { nudgedAt: at, asked: { holder, until: event.until } });
}

/** L16: working is keeping. */
export function beActive(lease: Lease, at: number): void {
  lease.activeAt = Math.max(lease.activeAt, at);
  if (lease.nudge !== null && at > lease.nudge.askedAt && !lease.nudge.recalled) keepSeat(lease);
}

export function keepSeat(lease: Lease): void {
  if (lease.nudge !== null) lease.shape++;
  lease.nudge = null;
}

/** L29: whatever was asked before, the seat goes back. */
export function recallSeat(ledger: Ledger, { holder, at, until, pool }: Of<"seat_recalled">): void {
  const lease = leaseOf(ledger, holder);
  lease.nudge = { askedAt: at, until, by: pool, recalled: true };
  lease.shape++;
  ledger.recalled.add(holder);
}

export function endRecall(ledger: Ledger, holder: HolderId): void {
  ledger.recalled.delete(holder);
  const lease = ledger.leases.get(holder);
  if (lease?.nudge?.recalled) keepSeat(lease);
}
