/** How many seats are taken, and whose. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Ledger } from "../ledger.ts";
import type { OverVia } from "../over.ts";
import { membershipOf } from "./pools.ts";

/** What a holder takes: one of the limit's seats, one beyond it (L24, L28), or none that counts. */
export type Taken = "within" | OverVia | null;

/** L1, L9, L15: by a lease, a pass still out, or an offer. */
export function takenBy(ledger: Ledger, holder: HolderId): Taken {
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) return lease.exempt ? null : (lease.over?.via ?? "within");
  const drain = ledger.drains.get(holder);
  if (drain?.exempt === false) return drain.over ?? "within";
  const waiting = ledger.line.get(holder);
  return waiting === undefined || waiting.offeredUntil === null ? null : (waiting.over ?? "within");
}

/** Whether the holder takes a counted seat, within the limit or beyond it. */
export const occupies = (ledger: Ledger, holder: HolderId): boolean => takenBy(ledger, holder) !== null;

/** Everybody who takes a counted seat, within the limit and beyond it. */
export const allInUse = ({ inUse, over }: Pick<Ledger, "inUse" | "over">): number => inUse + over;
/** L14: whether the holder has a lease by a licence of their own. */
export const worksByOwn = (ledger: Ledger, holder: HolderId): boolean => ledger.leases.get(holder)?.named === true;

/** Seats that nobody occupies; negative after the limit was lowered. */
export const freeSeats = (ledger: Ledger): number => ledger.effective.limit - ledger.inUse;

/** The membership (L17) with which the holder is counted, whatever takes the seat. */
export function membershipOfHolder(ledger: Ledger, holder: HolderId): number {
  const person = ledger.leases.get(holder)?.person ?? ledger.absences.get(holder)?.person;
  return person === undefined ? 0 : membershipOf(ledger, person);
}

/** Counted seats whose lease has ended and whose passes are still out (L9). */
export function countDraining(ledger: Ledger): number {
  let draining = 0;
  for (const drain of ledger.drains.values()) if (!drain.exempt) draining++;
  return draining;
}
