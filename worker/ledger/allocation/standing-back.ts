/** L32: who has given a seat away, waits for another, and is owed none by a lent reservation (L29) meanwhile. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";

/** Those in line whose colleague still waits for the seat, or has it. */
export function standingBack({ givers, absences, leases, line }: Ledger): ReadonlyMap<HolderId, Person> {
  const back = new Map<HolderId, Person>();
  for (const holder of givers) {
    const absence = absences.get(holder);
    const to = absence?.ended?.handedTo?.id;
    if (absence === undefined || to === undefined || (!leases.has(to) && !line.has(to))) continue;
    back.set(holder, absence.person);
  }
  return back;
}
