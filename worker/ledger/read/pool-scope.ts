/** A13: whose people somebody manages whose right is limited to pools. */
import type { HolderId } from "../../../shared/ids.ts";
import { membershipOf } from "../allocation/pools.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";

type Manager = Pick<Person, "manages">;

/** The pools of `manager`, as bits in the order of the settings. */
function scopeOf({ settings }: Pick<Ledger, "settings">, { manages = [] }: Manager): number {
  let bits = 0;
  for (const [bit, { id }] of settings.pools.entries()) if (manages.includes(id)) bits |= 1 << bit;
  return bits;
}

/** Whether the person is in one of these pools. */
export const managesPerson = (ledger: Pick<Ledger, "settings">, manager: Manager, person: Person): boolean =>
  (scopeOf(ledger, manager) & membershipOf(ledger, person)) !== 0;

/** The same of a holder, with a seat or without; of somebody who is not here: no. */
export function managesHolder(ledger: Ledger, manager: Manager, holder: HolderId): boolean {
  const person = ledger.leases.get(holder)?.person ?? ledger.absences.get(holder)?.person;
  return person !== undefined && managesPerson(ledger, manager, person);
}
