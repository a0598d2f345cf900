/** L9, L17: how many seats are taken, kept with every event. */

import { membershipOfHolder, occupies } from "../allocation/occupancy.ts";
import type { Ledger } from "../ledger.ts";

export function count(ledger: Ledger, membership: number, by: 1 | -1): void {
  ledger.inUse += by;
  const people = (ledger.counts.get(membership) ?? 0) + by;
  if (people === 0) ledger.counts.delete(membership);
  else ledger.counts.set(membership, people);
}

/** Counts everybody again, and lays the line again: after a restart, and when memberships have changed. */
export function recount(ledger: Ledger): void {
  ledger.inUse = 0;
  ledger.own = 0;
  for (const lease of ledger.leases.values()) if (lease.named) ledger.own++;
  ledger.counts.clear();
  ledger.lineIndex.clear();
  const holders = new Set([...ledger.leases.keys(), ...ledger.drains.keys(), ...ledger.line.keys()]);
  for (const holder of holders) if (occupies(ledger, holder)) count(ledger, membershipOfHolder(ledger, holder), 1);
  for (const [holder, waiting] of ledger.line) {
    if (waiting.offeredUntil === null) ledger.lineIndex.add(membershipOfHolder(ledger, holder), holder, waiting);
  }
}
