/** L17: the groups of the CRM that the people here were seen in, so that nobody has to know how they are spelled. */
import type { Ledger } from "../ledger/ledger.ts";
import type { Person } from "../ledger/person.ts";
import type { KnownGroup } from "./tenant-calls.ts";

/** As many as a pool takes (shared/admin-protocol.ts). */
const GROUPS_SHOWN = 32;
const NAMES_SHOWN = 5;

/** Those with most people first. */
export function knownGroups({ leases, absences }: Pick<Ledger, "leases" | "absences">): KnownGroup[] {
  const groups = new Map<string, KnownGroup>();
  const note = ({ name: person, groups: names = [] }: Person) => {
    for (const name of names) {
      const group = groups.get(name) ?? { name, people: 0, names: [] };
      groups.set(name, group);
      group.people++;
      if (group.names.length < NAMES_SHOWN) group.names.push(person);
    }
  };
  for (const { person } of leases.values()) note(person);
  for (const { person } of absences.values()) note(person);
  return [...groups.values()].sort((a, b) => b.people - a.people || (a.name < b.name ? -1 : 1)).slice(0, GROUPS_SHOWN);
}
