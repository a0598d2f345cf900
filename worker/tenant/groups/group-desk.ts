/**
 * L20: groups of the firm's own: made, filled and taken away in the administration, and found for whoever claims. A
 * change judges the running leases again that it concerns.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { type SpellKey, spellName, spellsNames } from "../../identity/holder-key.ts";
import { areSame } from "../../ledger/allocation/judge.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Person } from "../../ledger/person.ts";
import type { Pseudonyms } from "../audit/pseudonyms.ts";
import { foldText } from "../fold-text.ts";
import type { ScimUserStore } from "../scim/user-store.ts";
import { randomWord } from "../tokens/secret.ts";
import { fitsRule, readEmailRule } from "./email-rule.ts";
import {
  ALL_PEOPLE_MAX,
  FIRM_GROUPS_MAX,
  GROUP_NAME_MAX,
  GROUP_PEOPLE_MAX,
  type GroupRow,
  type GroupsAnswer,
  type GroupsCall,
  type GroupView,
  type MemberWish,
  PEOPLE_SHOWN,
  RULES_MAX,
} from "./group-calls.ts";
import { GroupStore } from "./group-store.ts";

const NAME_MAX_BYTES = 254;
/** Who came and went is in the audit by name as far as they are few; the numbers always are. */
const NAMED_IN_AUDIT = 20;

export interface GroupPorts {
  sql: SqlStorage;
  people: () => Pseudonyms;
  ledger: () => Ledger;
  spellKey: () => SpellKey;
  /** Writes something together with its event. */
  record: (event: StoredEvent, write: () => void) => void;
  /** One transaction, of what is written and of what follows from it. */
  transact: (work: () => void) => void;
  /** S: the identity provider's users. */
  users: Pick<ScimUserStore, "idsOf" | "knownBy">;
  regroup: (groups: ReadonlyMap<HolderId, readonly string[]>) => void;
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

  constructor(ports: GroupPorts) {
    this.#ports = ports;
    this.#store = new GroupStore(ports.sql);
  }

  /** The person with the firm's own groups that hold now. */
  withGroups(person: Person): Person {
    const firmGroups = this.#groupsOf(person);
    if (firmGroups.length > 0) return { ...person, firmGroups };
    const { firmGroups: _, ...bare } = person;
    return bare;
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
    this.#ports.transact(() => {
      write();
      this.#judgeAgain(new Set(names.map((name) => `n:${name}`)));
    });
  }

  /** S: the user is in no group any more; within `provide`. */
  dropKey(key: string): void {
    for (const id of this.#store.groupsOf([key])) this.#store.take(id, [key]);
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

  /** Forgets a person who is erased. */
  erase(holder: string, email: string | null): void {
    const keys = [`i:${holder}`, ...(email === null ? [] : [`n:${spellName(email)}`])];
    for (const id of this.#store.groupsOf(keys)) this.#store.take(id, keys);
  }

  #make(actor: Person, { name: typed, rules: typedRules, people }: Extract<GroupsCall, { do: "make" }>): Answer {
    if (this.#store.all().size >= FIRM_GROUPS_MAX) {
      return err({ code: "conflict", says: sentence("groupsMost", { most: FIRM_GROUPS_MAX }) });
    }
    const name = this.#readName(typed, null);
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
    const fault = this.#faultOfHand(group) ?? faultOfRevision(group, call.revision);
    if (fault !== null) return err(fault);
    const name = this.#readName(call.name, group.id);
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
    const fault = this.#faultOfHand(group);
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
        this.#judgeAgain(touched);
      });
    } catch (error) {
      this.#store.forget();
      throw error;
    }
  }

  /** `touched`: see `GroupChange`. */
  #judgeAgain(touched: ReadonlySet<string> | null): void {
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

  #readName(typed: string, id: string | null): Result<string, Problem> {
    const name = typed
      .normalize("NFC")
      .replace(/[\p{Cc}\s]+/gu, " ")
      .trim();
    const wrong = (code: Problem["code"], says: Sentence) => err({ code, field: "name", says });
    if (name === "") return wrong("out_of_range", sentence("groupNoName"));
    if (name.length > GROUP_NAME_MAX) {
      return wrong("out_of_range", sentence("groupLongName", { most: GROUP_NAME_MAX, length: name.length }));
    }
    if (name.startsWith("integration:")) {
      return wrong("out_of_range", sentence("groupIntegration"));
    }
    const other = [...this.#store.all().values()].find((group) => spellName(group.name) === spellName(name));
    if (other !== undefined && other.id !== id) {
      return wrong("conflict", sentence("groupTaken", { name: other.name }));
    }
    return ok(name);
  }

  #readPeople(people: readonly MemberWish[]): Result<string[], Problem> {
    if (people.length > GROUP_PEOPLE_MAX) return err(tooMany());
    const spellKey = this.#ports.spellKey();
    const known = this.#ports.people();
    const keys = new Set<string>();
    for (const wish of people) {
      if ("id" in wish) {
        keys.add(`i:${spellKey(wish.id)}`);
        continue;
      }
      const name = spellName(wish.name);
      if (known.nameOf(spellKey(wish.name)) !== null) keys.add(`i:${spellKey(wish.name)}`);
      else if (isName(name)) keys.add(`n:${name}`);
      else {
        const says = sentence("groupNoPerson", { text: wish.name.slice(0, 80), most: NAME_MAX_BYTES });
        return err({ code: "out_of_range", field: "people", says });
      }
    }
    return ok([...keys]);
  }

  #faultOfSize(kept: number, added: number): Problem | null {
    if (added === 0) return null;
    if (kept + added > GROUP_PEOPLE_MAX) return tooMany();
    if (this.#store.countAll() + added <= ALL_PEOPLE_MAX) return null;
    return {
      code: "out_of_range",
      field: "people",
      says: sentence("groupsPeopleMost", { most: ALL_PEOPLE_MAX }),
    };
  }

  #faultOfHand({ source, name }: GroupRow): Problem | null {
    const says = sentence("groupProvider", { name });
    return source === "hand" ? null : { code: "conflict", says };
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

const isName = (name: string): boolean =>
  name !== "" && !/[\s\p{Cc}\ufffd]/u.test(name) && new TextEncoder().encode(name).length <= NAME_MAX_BYTES;

const tooMany = (): Problem => ({
  code: "out_of_range",
  field: "people",
  says: sentence("groupPeopleMost", { most: GROUP_PEOPLE_MAX }),
});

const faultOfRevision = ({ revision, name }: GroupRow, seen: number): Problem | null =>
  revision === seen
    ? null
    : {
        code: "stale",
        field: "revision",
        says: sentence("groupStale", { name }),
      };

function readRules(typed: readonly string[]): Result<string[], Problem> {
  const rules = new Set<string>();
  for (const text of typed) {
    if (text.trim() === "") continue;
    const rule = readEmailRule(text);
    if (rule === null) {
      const says = sentence("groupNoRule", { text: text.slice(0, 80) });
      return err({ code: "out_of_range", field: "rules", says });
    }
    rules.add(rule);
  }
  if (rules.size > RULES_MAX) {
    return err({ code: "out_of_range", field: "rules", says: sentence("groupRulesMost", { most: RULES_MAX }) });
  }
  return ok([...rules]);
}
