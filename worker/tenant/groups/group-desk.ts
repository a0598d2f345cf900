/**
 * L20: groups of the firm's own: made, filled and taken away in the administration, and found for whoever claims. A
 * change judges the running leases again that it concerns.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";
import { spellName, spellsNames } from "../../identity/holder-key.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import type { Person } from "../../ledger/person.ts";
import type { Pseudonyms } from "../audit/pseudonyms.ts";
import { foldText } from "../fold-text.ts";
import { randomWord } from "../tokens/secret.ts";
import {
  FIRM_GROUPS_MAX,
  type GroupRow,
  type GroupsAnswer,
  type GroupsCall,
  type GroupView,
  type MemberWish,
  PEOPLE_SHOWN,
} from "./group-calls.ts";
import { GroupStore } from "./group-store.ts";
import { faultOfHand, faultOfRevision, faultOfSize, readName, readPeople, readRules } from "./group-wish.ts";
import { type MembershipPorts, Memberships } from "./memberships.ts";

/** Who came and went is in the audit by name as far as they are few; the numbers always are. */
const NAMED_IN_AUDIT = 20;

export interface GroupPorts extends MembershipPorts {
  sql: SqlStorage;
  people: () => Pseudonyms;
  /** Writes something together with its event. */
  record: (event: StoredEvent, write: () => void) => void;
  /** One transaction, of what is written and of what follows from it. */
  transact: (work: () => void) => void;
  now: () => number;
}

interface GroupChange {
  group: string;
  did: Extract<StoredEvent, { type: "group_changed" }>["did"];
  /** Keys. */
  came?: readonly string[];
  went?: readonly string[];
  /** How many went, where they are not told one by one. */
  taken?: number;
  /** Keys whose people may be in other groups then; null: anybody's; left out: those who came and went. */
  touched?: ReadonlySet<string> | null;
}

type Changed = NonNullable<GroupsAnswer["changed"]>;
type Answer = Result<GroupsAnswer, Problem>;

export class GroupDesk {
  readonly #ports: GroupPorts;
  readonly #store: GroupStore;
  readonly #memberships: Memberships;

  constructor(ports: GroupPorts) {
    this.#ports = ports;
    this.#store = new GroupStore(ports.sql);
    this.#memberships = new Memberships(ports, this.#store);
  }

  /** The person with the firm's own groups that hold now. */
  withGroups(person: Person): Person {
    return this.#memberships.withGroups(person);
  }

  /** All groups, by name. */
  list(): GroupRow[] {
    return [...this.#store.all().values()];
  }

  run(actor: Person, call: GroupsCall): Answer {
    if (call.do === "list") return ok(this.#answer(null, null));
    if (call.do === "make") return this.#make(actor, call);
    const group = this.#store.get(call.id);
    if (group === null) return err({ code: "not_found", field: "id", says: sentence("groupGone") });
    switch (call.do) {
      case "read":
        return ok(this.#answer(this.#view(group, call.search, call.page), null));
      case "change":
        return this.#change(actor, group, call);
      case "remove":
        return this.#remove(actor, group, call.revision);
      case "add":
      case "take":
      case "replace":
        return this.#fill(actor, group, call.do, call.people);
    }
  }

  /** S: of a group that an identity provider keeps; null: there is no such. */
  provided(id: string): (GroupRow & { external: string | null; changedAt: number }) | null {
    const group = this.#store.get(id);
    return group?.source === "scim" ? { ...group, ...this.#store.providedBy(id) } : null;
  }

  /** Keys of all whom a group lists. */
  keysOf(id: string): string[] {
    return this.#store.keysOf(id);
  }

  /** S: writes something of users of these names, and judges again whom it concerns. */
  provide(names: readonly string[], write: () => void): void {
    try {
      this.#ports.transact(() => {
        write();
        this.#memberships.judgeAgain(new Set(names.map((name) => `n:${name}`)));
      });
    } catch (error) {
      this.#store.forget();
      throw error;
    }
  }

  /** S: the user is in no group any more. */
  dropKey(key: string): void {
    this.renew(key);
    for (const id of this.#store.groupsOf([key])) this.#store.take(id, [key]);
  }

  /** S: what its groups show of the user is different: they are at another version. */
  renew(key: string): void {
    for (const id of this.#store.groupsOf([key])) {
      const group = this.provided(id);
      if (group === null) continue;
      this.#store.put({ ...group, revision: group.revision + 1 }, spellName(group.name));
      this.#store.setProvided(id, group.external, this.#ports.now());
    }
  }

  /** S: a new group of the provider's; its id. */
  makeProvided(actor: Person, name: string, external: string | null, came: readonly string[]): string {
    const id = crypto.randomUUID();
    this.#write(actor, { group: name, did: "made", came }, () => {
      const madeAt = this.#ports.now();
      this.#store.put({ id, name, rules: [], source: "scim", revision: 1, madeAt }, spellName(name));
      this.#store.setProvided(id, external, madeAt);
      this.#store.add(id, came);
    });
    return id;
  }

  changeProvided(
    actor: Person,
    id: string,
    {
      name,
      external,
      came,
      went,
    }: { name: string; external: string | null; came: readonly string[]; went: readonly string[] },
  ): void {
    const group = this.provided(id);
    if (group === null) return;
    const isRenamed = name !== group.name;
    if (!isRenamed && external === group.external && came.length + went.length === 0) return;
    const did = came.length + went.length > 0 ? ("people" as const) : ("changed" as const);
    this.#write(actor, { group: name, did, came, went, ...(isRenamed ? { touched: null } : {}) }, () => {
      this.#store.put({ ...group, name, revision: group.revision + 1 }, spellName(name));
      this.#store.setProvided(id, external, this.#ports.now());
      this.#store.take(id, went);
      this.#store.add(id, came);
    });
  }

  removeProvided(actor: Person, id: string): void {
    const group = this.provided(id);
    if (group !== null) this.#remove(actor, group, group.revision);
  }

  /** Forgets a person who is erased; answers the names by which lists may have named them. */
  erase(holder: string, email: string | null): string[] {
    const names = [...(spellsNames(this.#ports.spellKey()) ? [holder] : []), ...(email === null ? [] : [email])];
    const spelled = names.map(spellName);
    const keys = [`i:${holder}`, ...spelled.map((name) => `n:${name}`)];
    for (const id of this.#store.groupsOf(keys)) this.#store.take(id, keys);
    return spelled;
  }

  /** Rows of all groups together. */
  countPeople(): number {
    return this.#store.countAll();
  }

  #make(actor: Person, { name: typed, rules: typedRules, people }: Extract<GroupsCall, { do: "make" }>): Answer {
    if (this.#store.all().size >= FIRM_GROUPS_MAX) {
      return err({ code: "conflict", says: sentence("groupsMost", { most: FIRM_GROUPS_MAX }) });
    }
    const name = readName(typed, null, this.list());
    if (!name.ok) return name;
    const rules = readRules(typedRules);
    if (!rules.ok) return rules;
    const keys = this.#readPeople(people);
    if (!keys.ok) return keys;
    const id = randomWord(8);
    const full = this.#faultOfSize(0, keys.value.length);
    if (full !== null) return err(full);
    const group = { id, name: name.value, rules: rules.value, source: "hand" as const, revision: 1 };
    const change = { group: group.name, did: "made" as const, came: keys.value };
    this.#write(actor, rules.value.length > 0 ? { ...change, touched: null } : change, () => {
      this.#store.put({ ...group, madeAt: this.#ports.now() }, spellName(group.name));
      this.#store.add(id, keys.value);
    });
    return ok(this.#answer(this.#viewOf(id), { added: keys.value.length, taken: 0, already: 0 }));
  }

  #change(actor: Person, group: GroupRow, call: Extract<GroupsCall, { do: "change" }>): Answer {
    const fault = faultOfHand(group) ?? faultOfRevision(group, call.revision);
    if (fault !== null) return err(fault);
    const name = readName(call.name, group.id, this.list());
    if (!name.ok) return name;
    const rules = readRules(call.rules);
    if (!rules.ok) return rules;
    const changed = { ...group, name: name.value, rules: rules.value, revision: group.revision + 1 };
    this.#write(actor, { group: changed.name, did: "changed", touched: null }, () =>
      this.#store.put(changed, spellName(changed.name)),
    );
    return ok(this.#answer(this.#viewOf(group.id), null));
  }

  #remove(actor: Person, group: GroupRow, revision: number): Answer {
    const fault = faultOfRevision(group, revision);
    if (fault !== null) return err(fault);
    const touched = group.rules.length > 0 ? null : new Set(this.#store.keysOf(group.id));
    this.#write(actor, { group: group.name, did: "removed", taken: group.people, touched }, () =>
      this.#store.remove(group.id),
    );
    return ok(this.#answer(null, { ...NOTHING, taken: group.people }));
  }

  #fill(actor: Person, group: GroupRow, how: "add" | "take" | "replace", people: readonly MemberWish[]): Answer {
    const fault = faultOfHand(group);
    if (fault !== null) return err(fault);
    const read = this.#readPeople(people);
    if (!read.ok) return read;
    const wanted = new Set(read.value);
    const before = new Set(this.#store.keysOf(group.id));
    const added = how === "take" ? [] : [...wanted].filter((key) => !before.has(key));
    const taken =
      how === "add" ? [] : [...before].filter((key) => (how === "take" ? wanted.has(key) : !wanted.has(key)));
    const full = this.#faultOfSize(before.size - taken.length, added.length);
    if (full !== null) return err(full);
    const changed = { added: added.length, taken: taken.length, already: wanted.size - added.length };
    if (added.length + taken.length > 0) {
      this.#write(actor, { group: group.name, did: "people", came: added, went: taken }, () => {
        this.#store.put({ ...group, revision: group.revision + 1 }, spellName(group.name));
        this.#store.take(group.id, taken);
        this.#store.add(group.id, added);
      });
    }
    return ok(this.#answer(this.#viewOf(group.id), changed));
  }

  /** Writes a change, its event, and what follows for people who work or wait. */
  #write(actor: Person, { group, did, came = [], went = [], ...change }: GroupChange, write: () => void): void {
    const { id, name, role } = actor;
    const { touched = new Set([...came, ...went]), taken = went.length } = change;
    const added = came.length;
    const said = [...came.map((key) => `+${key.slice(2)}`), ...went.map((key) => `-${key.slice(2)}`)];
    const text = said.length > NAMED_IN_AUDIT ? "" : said.join(", ");
    const at = this.#ports.now();
    const event = { type: "group_changed", at, holder: id, actor: { id, name, role }, group, did, added, taken, text };
    try {
      this.#ports.transact(() => {
        this.#ports.record(event as StoredEvent, write);
        this.#memberships.judgeAgain(touched);
      });
    } catch (error) {
      this.#store.forget();
      throw error;
    }
  }

  #readPeople(people: readonly MemberWish[]): Result<string[], Problem> {
    const known = this.#ports.people();
    return readPeople(people, this.#ports.spellKey(), (id) => known.nameOf(id) !== null);
  }

  #faultOfSize(kept: number, added: number): Problem | null {
    return faultOfSize(kept, added, () => this.#store.countAll());
  }

  #viewOf(id: string): GroupView | null {
    const group = this.#store.get(id);
    return group === null ? null : this.#view(group, "", 1);
  }

  #view(group: GroupRow, search: string, page: number): GroupView {
    const shown = this.#store.page(group.id, foldText(search.trim()), page);
    const people = shown.rows.map(({ key, known }) => ({
      id: key.startsWith("i:") ? (key.slice(2) as HolderId) : null,
      name: key.slice(2),
      known,
    }));
    return {
      group,
      people,
      found: shown.found,
      page: shown.page,
      pages: Math.max(1, Math.ceil(shown.found / PEOPLE_SHOWN)),
    };
  }

  #answer(view: GroupView | null, changed: Changed | null): GroupsAnswer {
    return { groups: this.list(), view, changed };
  }
}

const NOTHING: Changed = { added: 0, taken: 0, already: 0 };
