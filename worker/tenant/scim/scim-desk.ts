/**
 * S: users and groups as an identity provider keeps them. Its groups are groups of the firm's own (L20); a user brings the
 * person who is known by that name or address into them, as long as the user is active.
 */
import { err, ok, type Result } from "../../../shared/result.ts";
import { spellName } from "../../identity/holder-key.ts";
import type { Person } from "../../ledger/person.ts";
import { ALL_PEOPLE_MAX, FIRM_GROUPS_MAX, GROUP_PEOPLE_MAX } from "../groups/group-calls.ts";
import type { GroupDesk } from "../groups/group-desk.ts";
import { fits } from "./filter.ts";
import {
  type GroupStep,
  type GroupsOfProvider,
  metaOf,
  type Provided,
  SCIM_USERS_MAX,
  type ScimAnswer,
  type ScimCall,
  type ScimFault,
  type ScimGroup,
  type ScimUser,
  type Seen,
  type UsersCall,
} from "./scim-calls.ts";
import { namesOfUser, type ScimUserStore } from "./user-store.ts";

type Answer = Result<ScimAnswer, ScimFault>;

export interface ScimPorts {
  users: ScimUserStore;
  groups: GroupDesk;
  now: () => number;
}

const one = (resource: Provided<ScimUser | ScimGroup>): Answer => ok({ total: 1, resources: [resource] });
const NOTHING: Answer = ok({ total: 0, resources: [] });
const keyOf = (user: string): string => `s:${user}`;

export class ScimDesk {
  readonly #ports: ScimPorts;

  constructor(ports: ScimPorts) {
    this.#ports = ports;
  }

  run(actor: Person, asked: ScimCall): Answer {
    return asked.of === "users" ? this.#users(asked.call) : this.#groups(actor, asked.call);
  }

  /** Forgets the users of a person who is erased, by the person's names in one spelling. */
  forget(names: readonly string[]): void {
    const { users, groups } = this.#ports;
    for (const id of users.everyIdOf(names)) {
      groups.dropKey(keyOf(id));
      users.remove(id);
    }
  }

  #users(call: UsersCall): Answer {
    const { users, groups, now } = this.#ports;
    if (call.do === "find") {
      const { total, found } = users.find(call.filter, call.start, call.count);
      return ok({ total, resources: found });
    }
    if (call.do === "make") {
      const taken = this.#faultOfName(call.user, null);
      if (taken !== null) return err(taken);
      if (users.size >= SCIM_USERS_MAX)
        return err({ status: 400, detail: `There are at most ${SCIM_USERS_MAX} users` });
      const made = { id: crypto.randomUUID(), revision: 1, madeAt: now(), changedAt: now(), resource: call.user };
      groups.provide(namesOfUser(call.user), () => users.put(made));
      return one(made);
    }
    const user = users.get(call.id);
    if (user === null) return err({ status: 404, detail: `There is no user ${call.id}` });
    if (call.do === "read") return one(user);
    const fault = faultOfRevision(user, call.seen);
    if (fault !== null) return err(fault);
    if (call.do === "remove") {
      groups.provide(namesOfUser(user.resource), () => {
        groups.dropKey(keyOf(user.id));
        users.remove(user.id);
      });
      return NOTHING;
    }
    const taken = this.#faultOfName(call.user, user.id);
    if (taken !== null) return err(taken);
    if (JSON.stringify(call.user) === JSON.stringify(user.resource)) return one(user);
    const changed = { ...user, revision: user.revision + 1, changedAt: now(), resource: call.user };
    groups.provide([...namesOfUser(user.resource), ...namesOfUser(call.user)], () => {
      users.put(changed);
      if (call.user.userName !== user.resource.userName) groups.renew(keyOf(user.id));
    });
    return one(changed);
  }

  #faultOfName({ userName }: ScimUser, id: string | null): ScimFault | null {
    const other = this.#ports.users.byName(userName);
    if (other === null || other.id === id) return null;
    return { status: 409, scimType: "uniqueness", detail: `There is a user ${userName} already` };
  }

  #groups(actor: Person, call: GroupsOfProvider): Answer {
    const { groups } = this.#ports;
    if (call.do === "find") return ok(this.#findGroups(call));
    if (call.do === "make") {
      const taken = this.#faultOfGroupName(call.displayName, null) ?? this.#faultOfMembers(call.members);
      if (taken !== null) return err(taken);
      if (groups.list().length >= FIRM_GROUPS_MAX) {
        return err({
          status: 400,
          detail: `There are at most ${FIRM_GROUPS_MAX} groups: assign only those that are used`,
        });
      }
      const members = [...new Set(call.members)].map(keyOf);
      const full = this.#faultOfAll(members.length, 0);
      if (full !== null) return err(full);
      const id = groups.makeProvided(actor, call.displayName, call.externalId, members);
      return this.#readGroup(id, true);
    }
    if (groups.provided(call.id) === null) return err({ status: 404, detail: `There is no group ${call.id}` });
    if (call.do === "read") return this.#readGroup(call.id, call.withMembers);
    const before = this.#groupOf(call.id, false);
    const fault = before === null ? null : faultOfRevision(before, call.seen);
    if (fault !== null) return err(fault);
    if (call.do === "remove") {
      groups.removeProvided(actor, call.id);
      return NOTHING;
    }
    return this.#patch(actor, call.id, call.steps);
  }

  #patch(actor: Person, id: string, steps: readonly GroupStep[]): Answer {
    const { groups } = this.#ports;
    const group = groups.provided(id);
    if (group === null) return err({ status: 404, detail: `There is no group ${id}` });
    let { name, external } = group;
    const before = new Set(groups.keysOf(id));
    const after = new Set(before);
    for (const step of steps) {
      if ("set" in step) {
        if (step.set === "externalId") external = step.value;
        else name = step.value;
        continue;
      }
      const keys = step.ids.map(keyOf);
      const unknown =
        step.members === "take" ? null : this.#faultOfMembers(step.ids.filter((one) => !after.has(keyOf(one))));
      if (unknown !== null) return err(unknown);
      if (step.members === "only") after.clear();
      for (const key of keys)
        if (step.members === "take") after.delete(key);
        else after.add(key);
    }
    const taken = this.#faultOfGroupName(name, id);
    if (taken !== null) return err(taken);
    if (after.size > GROUP_PEOPLE_MAX)
      return err({ status: 400, detail: `A group has at most ${GROUP_PEOPLE_MAX} members` });
    const came = [...after].filter((key) => !before.has(key));
    const went = [...before].filter((key) => !after.has(key));
    const full = this.#faultOfAll(came.length, went.length);
    if (full !== null) return err(full);
    groups.changeProvided(actor, id, { name, external, came, went });
    return this.#readGroup(id, false);
  }

  #faultOfAll(came: number, went: number): ScimFault | null {
    if (came <= went || this.#ports.groups.countPeople() + came - went <= ALL_PEOPLE_MAX) return null;
    return { status: 400, detail: `All groups have at most ${ALL_PEOPLE_MAX} members together` };
  }

  #faultOfGroupName(displayName: string, id: string | null): ScimFault | null {
    if (displayName === "" || displayName.length > 100 || displayName.startsWith("integration:")) {
      const detail = "A group needs a displayName of at most 100 characters that does not begin with integration:";
      return { status: 400, scimType: "invalidValue", detail };
    }
    const other = this.#ports.groups.list().find(({ name }) => spellName(name) === spellName(displayName));
    if (other === undefined || other.id === id) return null;
    const where = other.source === "hand" ? ", made in Hotseat's administration" : "";
    return { status: 409, scimType: "uniqueness", detail: `There is a group ${displayName} already${where}` };
  }

  #faultOfMembers(ids: readonly string[]): ScimFault | null {
    const known = this.#ports.users.namesOf(ids);
    const unknown = ids.find((id) => !known.has(id));
    if (unknown === undefined) return null;
    return { status: 400, scimType: "invalidValue", detail: `There is no user ${unknown}: members are ids of users` };
  }

  #findGroups({ filter, start, count, withMembers }: Extract<GroupsOfProvider, { do: "find" }>): ScimAnswer {
    const { groups } = this.#ports;
    const asksMembers = filter !== null && JSON.stringify(filter).includes('"members"');
    const all = groups.list().filter(({ source }) => source === "scim");
    const found = all.flatMap(({ id }) => {
      const group = this.#groupOf(id, asksMembers);
      if (group === null) return [];
      return filter === null || fits(filter, { id, meta: metaOf("Group", group), ...group.resource }) ? [group] : [];
    });
    const page = found.slice(start - 1, start - 1 + count);
    return { total: found.length, resources: page.flatMap(({ id }) => this.#groupOf(id, withMembers) ?? []) };
  }

  #readGroup(id: string, withMembers: boolean): Answer {
    const group = this.#groupOf(id, withMembers);
    return group === null ? err({ status: 404, detail: `There is no group ${id}` }) : one(group);
  }

  #groupOf(id: string, withMembers: boolean): Provided<ScimGroup> | null {
    const { groups, users } = this.#ports;
    const group = groups.provided(id);
    if (group === null) return null;
    const { name, external, revision, madeAt, changedAt } = group;
    const resource: ScimGroup = { displayName: name, ...(external === null ? {} : { externalId: external }) };
    if (withMembers) {
      const ids = groups.keysOf(id).map((key) => key.slice(2));
      const names = users.namesOf(ids);
      resource.members = ids.map((value) => ({ value, display: names.get(value) ?? value }));
    }
    return { id, revision, madeAt, changedAt, resource };
  }
}

const faultOfRevision = ({ revision }: { revision: number }, seen: Seen): ScimFault | null =>
  seen === null || seen.includes(revision)
    ? null
    : {
        status: 412,
        detail: `The resource is at version W/"${revision}", which If-Match does not name: read it again`,
      };
