/**
 * L1: keys of people that were stored in another spelling than the one that counts now: by a release that had none, or
 * before the operator chose another field for them.
 */
import type { HolderId } from "../../shared/ids.ts";
import type { Assigned, Settings, SettingsChange } from "../ledger/settings/settings.ts";
import type { Proposal } from "../ledger/shadow/propose.ts";

export type Spell = (holder: HolderId) => HolderId;

/**
 * The rows under the keys that count now. One whose place is taken stays under its own, and ends as nobody is heard of.
 * Answers the same object where every key is spelled as it should be.
 */
export function respellRows<Row>(rows: [HolderId, Row][], spell: Spell): [HolderId, Row][] {
  if (rows.every(([holder]) => spell(holder) === holder)) return rows;
  const taken = new Set(rows.map(([holder]) => holder));
  return rows.map(([holder, row]) => {
    const key = spell(holder);
    if (key === holder || taken.has(key)) return [holder, row];
    taken.add(key);
    return [key, row];
  });
}

/** Those whose licence or exemption lasts. Answers the same object where every key is spelled as it should be. */
export function respellSettings<S extends Partial<Settings>>(settings: S, spell: Spell): S {
  const { named, exempt } = settings;
  const assigned = named && respellAssigned(named.assigned, spell);
  const others = exempt && respellAssigned(exempt, spell);
  if (assigned === named?.assigned && others === exempt) return settings;
  return { ...settings, ...(named && { named: { ...named, assigned } }), ...(others && { exempt: others }) };
}

function respellAssigned(people: Assigned[], spell: Spell): Assigned[] {
  if (people.every(({ id }) => spell(id) === id)) return people;
  const byKey = new Map(people.map((person) => [spell(person.id), { ...person, id: spell(person.id) }]));
  return [...byKey.values()];
}

/** A change of the settings, with the key of whom it names as that is spelled. */
export function respellChange<C extends SettingsChange | Proposal>(change: C, spell: Spell): C {
  switch (change.what) {
    case "assign":
    case "exempt":
      return { ...change, person: { ...change.person, id: spell(change.person.id) } };
    case "unassign":
    case "end_exemption":
      return { ...change, id: spell(change.id) };
    default:
      return change;
  }
}
