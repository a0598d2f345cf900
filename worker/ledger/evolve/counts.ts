/** L9, L17: how many seats are taken, kept with every event. */

import type { HolderId } from "../../../shared/ids.ts";
import { membershipOfHolder, type Taken, takenBy } from "../allocation/occupancy.ts";
import { overdraftUsedMs } from "../allocation/overdraft.ts";
import { membershipOf } from "../allocation/pools.ts";
import type { Ledger } from "../ledger.ts";

/** A seat as it is counted. */
export interface Counted {
  taken: Exclude<Taken, null>;
  membership: number;
}

/** How the holder is counted; null: not at all. */
export function countedOf(ledger: Ledger, holder: HolderId): Counted | null {
  const taken = takenBy(ledger, holder);
  return taken === null ? null : { taken, membership: membershipOfHolder(ledger, holder) };
}

export const isSameCount = (a: Counted | null, b: Counted | null): boolean =>
  a?.taken === b?.taken && a?.membership === b?.membership;

/** `at` (ms): an overdraft is counted by time. */
export function count(ledger: Ledger, { taken, membership }: Counted, by: 1 | -1, at: number): void {
  if (taken !== "within") {
    ledger.over += by;
    if (taken !== "overdraft") return;
    ledger.overdraft = { usedMs: overdraftUsedMs(ledger, at), at };
    ledger.overdrawn += by;
    return;
  }
  ledger.inUse += by;
  const people = (ledger.counts.get(membership) ?? 0) + by;
  if (people === 0) ledger.counts.delete(membership);
  else ledger.counts.set(membership, people);
}

/** Counts everybody again, and lays the line again: after a restart, and when memberships have changed. */
export function recount(ledger: Ledger): void {
  ledger.inUse = 0;
  ledger.over = 0;
  ledger.overdrawn = 0;
  ledger.own = 0;
  ledger.counts.clear();
  ledger.lineIndex.clear();
  ledger.overIndex.clear();
  const { overdraft, leases, drains } = ledger;
  const countHolder = (holder: HolderId): void => {
    const counted = countedOf(ledger, holder);
    if (counted !== null) count(ledger, counted, 1, overdraft.at);
  };
  for (const [holder, { person, named, over }] of leases) {
    if (named) ledger.own++;
    countHolder(holder);
    if (over !== null) ledger.overIndex.add(membershipOf(ledger, person), holder, over);
  }
  for (const holder of drains.keys()) if (!leases.has(holder)) countHolder(holder);
  for (const holder of ledger.line.keys()) if (!leases.has(holder) && !drains.has(holder)) countHolder(holder);
  // Counting again is no use of it.
  ledger.overdraft = overdraft;
  for (const [holder, waiting] of ledger.line) {
    if (waiting.offeredUntil === null) ledger.lineIndex.add(membershipOfHolder(ledger, holder), holder, waiting);
  }
}
