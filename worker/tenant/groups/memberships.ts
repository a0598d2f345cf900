/** L20: which groups of the firm's own a person is in, and what follows for people at work when that changes. */
import type { HolderId } from "../../../shared/ids.ts";
import { type SpellKey, spellName, spellsNames } from "../../identity/holder-key.ts";
import { areSame } from "../../ledger/allocation/judge.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Person } from "../../ledger/person.ts";
import type { ScimUserStore } from "../scim/user-store.ts";
import { fitsRule } from "./email-rule.ts";
import type { GroupRow } from "./group-calls.ts";
import type { GroupStore } from "./group-store.ts";

export interface MembershipPorts {
  ledger: () => Ledger;
  spellKey: () => SpellKey;
  /** S: the identity provider's users. */
  users: Pick<ScimUserStore, "idsOf" | "knownBy">;
  regroup: (groups: ReadonlyMap<HolderId, readonly string[]>) => void;
}

export class Memberships {
  readonly #ports: MembershipPorts;
  readonly #store: GroupStore;

  constructor(ports: MembershipPorts, store: GroupStore) {
    this.#ports = ports;
    this.#store = store;
  }

  /** The person with the firm's own groups that hold now. */
  withGroups(person: Person): Person {
    const firmGroups = this.#groupsOf(person);
    if (firmGroups.length > 0) return { ...person, firmGroups };
    const { firmGroups: _, ...bare } = person;
    return bare;
  }

  /**
   * Judges again the people who work or are away and whose groups are other ones now. `touched`: keys of those whom it
   * may concern; null: anybody.
   */
  judgeAgain(touched: ReadonlySet<string> | null): void {
    const { leases, absences } = this.#ports.ledger();
    const concerned = touched === null ? null : this.#withNames(touched);
    const groups = new Map<HolderId, readonly string[]>();
    for (const people of [leases, absences]) {
      for (const [holder, { person }] of people) {
        if (concerned !== null && !this.#keysOf(person).some((key) => concerned.has(key))) continue;
        const right = this.#groupsOf(person);
        if (!areSame(person.firmGroups, right)) groups.set(holder, right);
      }
    }
    if (groups.size > 0) this.#ports.regroup(groups);
  }

  /** A provider's user stands for whoever has one of the user's names. */
  #withNames(keys: ReadonlySet<string>): Set<string> {
    const users = [...keys].filter((key) => key.startsWith("s:")).map((key) => key.slice(2));
    const names = users.length === 0 ? [] : this.#ports.users.knownBy(users);
    return new Set([...keys, ...names.map((name) => `n:${name}`)]);
  }

  /** By what lists name the person. */
  #keysOf({ id, names = [] }: Person): string[] {
    const byName = spellsNames(this.#ports.spellKey()) ? [`n:${spellName(id)}`] : [];
    return [`i:${id}`, ...byName, ...names.map((name) => `n:${name}`)];
  }

  #groupsOf(person: Person): string[] {
    const all = this.#store.all();
    if (all.size === 0) return [];
    const keys = this.#keysOf(person);
    const names = keys.filter((key) => key.startsWith("n:")).map((key) => key.slice(2));
    const provided = [...all.values()].some(({ source }) => source === "scim") ? this.#ports.users.idsOf(names) : [];
    const listed = new Set(this.#store.groupsOf([...keys, ...provided.map((user) => `s:${user}`)]));
    const addresses = (person.names ?? []).filter((name) => name.includes("@"));
    const isNamed = ({ rules }: GroupRow) => rules.some((rule) => addresses.some((address) => fitsRule(rule, address)));
    return [...all.values()].filter((group) => listed.has(group.id) || isNamed(group)).map(({ name }) => name);
  }
}
