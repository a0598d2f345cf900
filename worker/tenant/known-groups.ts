/** L17, L20: the groups that a pool may be for, so that nobody has to know how they are spelled. */
import type { Ledger } from "../ledger/ledger.ts";
import { groupsOf, type Person } from "../ledger/person.ts";
import type { KnownGroup } from "./tenant-calls.ts";

/** As many as a pool takes (shared/admin-protocol.ts), beside the firm's own, which are all shown. */
const GROUPS_SHOWN = 32;
const NAMES_SHOWN = 5;

/**
 * The firm's own, and the CRM's as people here were seen in them; those with most people first. Of a list that names more
 * people than were seen, the list's number counts.
 */
export function knownGroups(
  { leases, absences }: Pick<Ledger, "leases" | "absences">,
  firmGroups: readonly { name: string; people: number }[],
): KnownGroup[] {
  const groups = new Map<string, KnownGroup>();
  const note = (known: Person) => {
    const { name: person } = known;
    for (const name of groupsOf(known)) {
      const group = groups.get(name) ?? { name, people: 0, names: [] };
      groups.set(name, group);
      group.people++;
      if (group.names.length < NAMES_SHOWN) group.names.push(person);
    }
  };
  for (const { person } of leases.values()) note(person);
  for (const { person } of absences.values()) note(person);
  const own = firmGroups.map(({ name, people }) => {
    const seen = groups.get(name) ?? { name, people: 0, names: [] };
    groups.delete(name);
    return { ...seen, people: Math.max(seen.people, people) };
  });
  return [...own.sort(byPeople), ...[...groups.values()].sort(byPeople).slice(0, GROUPS_SHOWN)];
}

const byPeople = (a: KnownGroup, b: KnownGroup): number => b.people - a.people || (a.name < b.name ? -1 : 1);

/** A11: names of groups that somebody was seen in, and of the firm's own with anybody in them; none without pools. */
export function groupNames(
  { leases, absences, settings }: Pick<Ledger, "leases" | "absences" | "settings">,
  firmGroups: readonly { name: string; people: number }[],
): string[] {
  if (settings.pools.length === 0) return [];
  const names = new Set(firmGroups.filter(({ people }) => people > 0).map(({ name }) => name));
  for (const { person } of [...leases.values(), ...absences.values()])
    for (const name of groupsOf(person)) names.add(name);
  return [...names];
}
