/** What an event needs to be there. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Absence, Lease, Ledger, Waiting } from "../ledger.ts";

export function leaseOf(ledger: Ledger, holder: HolderId): Lease {
  const lease = ledger.leases.get(holder);
  if (lease === undefined) throw new Error(`an event needs a lease of ${holder}, there is none`);
  return lease;
}

export function absenceOf(ledger: Ledger, holder: HolderId): Absence {
  const absence = ledger.absences.get(holder);
  if (absence === undefined) throw new Error(`an event needs an absence of ${holder}, there is none`);
  return absence;
}

export function waitingOf(ledger: Ledger, holder: HolderId): Waiting {
  const waiting = ledger.line.get(holder);
  if (waiting === undefined) throw new Error(`an event needs ${holder} in the line`);
  return waiting;
}
