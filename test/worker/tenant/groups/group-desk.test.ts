/** [L20] Groups of the firm's own, at the object that keeps them. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { HolderId } from "../../../../shared/ids.ts";
import type { GroupsAnswer, GroupsCall } from "../../../../worker/tenant/groups/group-calls.ts";
import type { GroupsOfProvider, Provided, ScimGroup, ScimUser } from "../../../../worker/tenant/scim/scim-calls.ts";
import type { Caller } from "../../../../worker/tenant/tenant-calls.ts";
import { caller, claim, type Firm, freshFirm, mia } from "../firm.ts";

let firm: Firm;
beforeEach(() => {
  firm = freshFirm("groups");
});

async function ask(call: GroupsCall, who = mia): Promise<GroupsAnswer> {
  const answer = await firm.calls.groups(who, call);
  if (!answer.ok) throw new Error(answer.error.says.key);
  return answer.value;
}
const faultOf = async (call: GroupsCall, who = mia) => {
  const answer = await firm.calls.groups(who, call);
  return answer.ok ? null : { code: answer.error.code, field: answer.error.field, says: answer.error.says.key };
};
const make = async (name: string, people: string[] = [], rules: string[] = []) => {
  const wishes = people.map((one) => ({ name: one }));
  const { view } = await ask({ do: "make", name, rules, people: wishes });
  if (view === null) throw new Error("no group was made");
  return view.group;
};
/** Somebody as the CRM knows them, with the names that they cannot change. */
const person = (name: string, more: Partial<Caller["person"]> = {}): Caller => {
  const known = caller(name);
  return { ...known, person: { ...known.person, names: [name, `${name}@acme.example`], ...more } };
};
const reserve = async (group: string) => {
  const view = await firm.calls.adminView(mia);
  if (!view.ok) throw new Error(view.error.says.key);
  const pool = { id: "f", name: "Fin", groups: [group], reserved: 1, most: null, priority: 0, windows: null };
  await firm.calls.setLimit(mia, 6, view.value.version);
  const limited = await firm.calls.adminView(mia);
  if (!limited.ok) throw new Error(limited.error.says.key);
  const { version, limit } = limited.value;
  return firm.calls.changeSettings(mia, { what: "pools", pools: [{ ...pool, reserved: limit }] }, version);
};
const reasonOf = async (who: Caller) => {
  const answer = await claim(firm, who);
  return answer.granted ? "granted" : answer.denied.reason;
};

test("[L20] people by list, by key and by e-mail rule sit on seats reserved for the group; others do not", async () => {
  const group = await make("Finance", ["Anna@ACME.example ", "ben"], ["@books.example"]);
  await ask({ do: "add", id: group.id, people: [{ id: HolderId.parse("crm-cleo") }] });
  expect(await reserve("Finance")).toMatchObject({ ok: true });
  expect(await reasonOf(person("anna"))).toBe("granted");
  expect(await reasonOf(person("ben"))).toBe("granted");
  expect(await reasonOf(person("cleo"))).toBe("granted");
  expect(await reasonOf(person("dan", { names: ["dan@books.example"] }))).toBe("granted");
  expect(await reasonOf(person("eve"))).toBe("reserved_for_others");
});

test("[L20] [I4] an address that people change themselves brings nobody into a group", async () => {
  await make("Finance", ["anna@acme.example"], ["@books.example"]);
  await reserve("Finance");
  expect(await reasonOf(person("eve", { email: "anna@acme.example", names: ["eve"] }))).toBe("reserved_for_others");
  expect(await reasonOf(person("eve", { email: "eve@books.example", names: ["eve"] }))).toBe("reserved_for_others");
});

test("[L20] a person put into a group while working or waiting is judged at once, also after a restart", async () => {
  const group = await make("Finance");
  await reserve("Finance");
  const [anna, ben] = [person("anna"), person("ben")];
  expect(await reasonOf(anna)).toBe("reserved_for_others");
  await firm.calls.wait(anna);
  await evictDurableObject(firm.stub);
  await ask({ do: "add", id: group.id, people: [{ name: "anna" }] });
  expect((await firm.calls.status(anna))?.status.state).toBe("offered");
  expect(await reasonOf(anna)).toBe("granted");
  await ask({ do: "remove", id: group.id, revision: 2 });
  expect((await firm.calls.status(anna))?.status.state).toBe("seated");
  expect(await reasonOf(ben)).toBe("reserved_for_others");
});

test("[L20] a list replaces a list; what came, went and was there is counted, and the audit has it", async () => {
  const group = await make("Sales", ["anna", "ben", "ben"]);
  expect(group.people).toBe(2);
  const people = ["ben", "cleo", "dan"].map((name) => ({ name }));
  const { changed, view } = await ask({ do: "replace", id: group.id, people });
  expect(changed).toEqual({ added: 2, taken: 1, already: 1 });
  expect(view?.people.map(({ name }) => name)).toEqual(["ben", "cleo", "dan"]);
  const rows = await runInDurableObject(firm.stub, (_, { storage }) =>
    storage.sql
      .exec<{ body: string; texts: string }>("SELECT body, texts FROM outbox WHERE kind = 'group_changed'")
      .toArray(),
  );
  expect(rows).toHaveLength(2);
  expect(JSON.parse(rows[1]?.body ?? "")).toMatchObject({ group: "Sales", did: "people", added: 2, taken: 1 });
  // R2: names stand beside the chain, under a seal, not in it.
  expect(rows[1]?.body).not.toContain("cleo");
  expect(rows[1]?.texts).toContain("+cleo, +dan, -anna");
});

test("[L20] bad input is refused with what would be right, and changes nothing", async () => {
  const group = await make("Sales", ["anna"]);
  const add = (name: string): GroupsCall => ({ do: "add", id: group.id, people: [{ name: "ben" }, { name }] });
  expect(await faultOf(add("Anna Adams"))).toMatchObject({ code: "out_of_range", field: "people" });
  expect(await faultOf(add(""))).toMatchObject({ field: "people" });
  expect(await faultOf(add("x".repeat(255)))).toMatchObject({ field: "people" });
  const rules = (rule: string): GroupsCall => ({
    do: "change",
    id: group.id,
    revision: 1,
    name: "Sales",
    rules: [rule],
  });
  for (const rule of ["acme.example", "*@*", "@", "a@b@c", "*@.", "anna adams@x.example"]) {
    expect([rule, (await faultOf(rules(rule)))?.field]).toEqual([rule, "rules"]);
  }
  expect(await faultOf({ do: "make", name: " sALES", rules: [], people: [] })).toMatchObject({ code: "conflict" });
  expect(await faultOf({ do: "make", name: "integration:abc", rules: [], people: [] })).toMatchObject({
    field: "name",
  });
  expect(await faultOf({ do: "make", name: "", rules: [], people: [] })).toMatchObject({ field: "name" });
  expect(await faultOf({ do: "change", id: group.id, revision: 7, name: "S", rules: [] })).toMatchObject({
    code: "stale",
  });
  expect(await faultOf({ do: "read", id: "none", search: "", page: 1 })).toMatchObject({ code: "not_found" });
  expect(await faultOf({ do: "list" }, caller("anna").person)).toMatchObject({ code: "forbidden" });
  const { groups, view } = await ask({ do: "read", id: group.id, search: "", page: 1 });
  expect(groups).toMatchObject([{ name: "Sales", people: 1, rules: [], revision: 1 }]);
  expect(view?.people).toEqual([{ id: null, name: "anna", known: null }]);
});

test("[L20] fifty thousand people are rows: a claim looks up its own person, and a larger list is refused", async () => {
  const people = Array.from({ length: 50_000 }, (_, index) => ({ name: `p${index}@acme.example` }));
  const group = await make("Everybody");
  expect((await ask({ do: "replace", id: group.id, people })).changed?.added).toBe(50_000);
  await reserve("Everybody");
  expect(await reasonOf(person("p49999"))).toBe("granted");
  expect(await reasonOf(person("q1"))).toBe("reserved_for_others");
  expect(await faultOf({ do: "add", id: group.id, people: [{ name: "one.more" }] })).toMatchObject({ field: "people" });
  const read = await runInDurableObject(firm.stub, (_, { storage }) => {
    const cursor = storage.sql.exec(
      "SELECT grp FROM firm_group_people WHERE member IN (SELECT value FROM json_each(?))",
      JSON.stringify(["i:crm-p1", "n:p1@acme.example"]),
    );
    cursor.toArray();
    return cursor.rowsRead;
  });
  expect(read).toBeLessThan(10);
  const found = await ask({ do: "read", id: group.id, search: "p4999@", page: 1 });
  expect(found.view).toMatchObject({ found: 1, pages: 1 });
});

test("[L20] [R2] a person who is erased is in no list any more", async () => {
  const anna = person("anna");
  await claim(firm, anna);
  await firm.calls.release(anna, null, null);
  const group = await make("Sales", ["crm-anna", "anna@acme.example", "ben"]);
  expect(group.people).toBe(3);
  await firm.calls.handBack(anna.person.id, "binding-of-crm-anna" as never, Date.now());
  const erased = await firm.calls.records(caller("sam", "support").person, { do: "erase", holder: anna.person.id });
  expect(erased).toMatchObject({ ok: true });
  const { view } = await ask({ do: "read", id: group.id, search: "", page: 1 });
  expect(view?.people.map(({ name }) => name)).toEqual(["ben"]);
});

async function makeUser(user: Partial<ScimUser> & { userName: string }): Promise<string> {
  const made = await firm.calls.scim(mia, { of: "users", call: { do: "make", user: { active: true, ...user } } });
  if (!made.ok) throw new Error(made.error.detail);
  return (made.value.resources[0] as Provided<ScimUser>).id;
}
async function provide(call: GroupsOfProvider): Promise<Provided<ScimGroup>> {
  const answer = await firm.calls.scim(mia, { of: "groups", call });
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value.resources[0] as Provided<ScimGroup>;
}

test("[L20] [R2] [S2] with a person who is erased go the provider's users of that address, and nobody else", async () => {
  const anna = person("anna");
  await claim(firm, anna);
  await firm.calls.release(anna, null, null);
  const ben = await makeUser({ userName: "ben@acme.example" });
  const all = [
    await makeUser({ userName: "Anna@ACME.example" }),
    await makeUser({ userName: "aa", active: false, emails: [{ value: "anna@acme.example", type: "work" }] }),
    ben,
  ];
  const { id } = await provide({ do: "make", displayName: "Sales", externalId: null, members: all });
  await firm.calls.handBack(anna.person.id, "binding-of-crm-anna" as never, Date.now());
  expect(
    await firm.calls.records(caller("sam", "support").person, { do: "erase", holder: anna.person.id }),
  ).toMatchObject({ ok: true });
  const found = await firm.calls.scim(mia, { of: "users", call: { do: "find", filter: null, start: 1, count: 9 } });
  expect(found).toMatchObject({ ok: true, value: { total: 1, resources: [{ id: ben }] } });
  const group = await provide({ do: "read", id, withMembers: true });
  expect(group.resource.members).toEqual([{ value: ben, display: "ben@acme.example" }]);
  const kept = await runInDurableObject(firm.stub, (_, { storage }) =>
    storage.sql.exec("SELECT 1 FROM firm_group_people WHERE grp = ?", id).toArray(),
  );
  expect(kept).toHaveLength(1);
});

test("[S1] a provider's group is at another version when one of its users is renamed or deleted", async () => {
  const [ann, ben] = [await makeUser({ userName: "ann" }), await makeUser({ userName: "ben" })];
  const { id, revision } = await provide({ do: "make", displayName: "Sales", externalId: null, members: [ann, ben] });
  const user = { userName: "anne", active: true };
  await firm.calls.scim(mia, { of: "users", call: { do: "put", id: ann, seen: null, user } });
  const renamed = await provide({ do: "read", id, withMembers: true });
  expect(renamed.revision).toBeGreaterThan(revision);
  await firm.calls.scim(mia, { of: "users", call: { do: "remove", id: ben, seen: null } });
  const left = await provide({ do: "read", id, withMembers: true });
  expect(left.revision).toBeGreaterThan(renamed.revision);
  expect(left.resource.members).toEqual([{ value: ann, display: "anne" }]);
});

test("[L20] [S1] a provider lists no more people than all groups may have together", async () => {
  const [ann, ben] = [await makeUser({ userName: "ann" }), await makeUser({ userName: "ben" })];
  const made = (...members: string[]) =>
    firm.calls.scim(mia, { of: "groups", call: { do: "make", displayName: "Sales", externalId: null, members } });
  await make("Everybody", ["cleo"]);
  await runInDurableObject(firm.stub, (_, { storage }) => {
    storage.sql.exec(
      `INSERT INTO firm_group_people (member, grp) WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many
         WHERE n < 199998) SELECT 'n:' || n, 'others' FROM many`,
    );
  });
  const full = { ok: false, error: { status: 400, detail: expect.stringContaining("200000") } };
  expect(await made(ann, ben)).toMatchObject(full);
  const one = await made(ann);
  expect(one).toMatchObject({ ok: true });
  const { id } = (one as Extract<typeof one, { ok: true }>).value.resources[0] as Provided<ScimGroup>;
  const step = (members: "add" | "only", ids: string[]) =>
    firm.calls.scim(mia, { of: "groups", call: { do: "patch", id, seen: null, steps: [{ members, ids }] } });
  expect(await step("add", [ben])).toMatchObject(full);
  expect(await step("only", [ben])).toMatchObject({ ok: true });
  expect((await provide({ do: "read", id, withMembers: true })).resource.members).toMatchObject([{ value: ben }]);
});
