/** [S1] SCIM 2.0 at the real tenant: the requests that Okta and Entra send, and what must not be taken. */

import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { BindingId, HolderId, SessionKey } from "../../../../shared/ids.ts";
import { API_PATH } from "../../../../shared/protocol.ts";
import { apiDocument } from "../../../../worker/api/openapi.ts";
import type { Env } from "../../../../worker/config/config.ts";
import type { TenantCalls } from "../../../../worker/tenant/tenant-calls.ts";
import { type Browser, SITE } from "../../../support/site/browser.ts";
import { openOffice } from "../../../support/site/page-crm.ts";
import { openWorker } from "../../../support/site.ts";
import { type Document, DocumentWitness } from "../document-witness.ts";

const SCIM = "/.hotseat/scim/v2";
const PATCH_OP = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

type Json = Record<string, unknown> & {
  id: string;
  meta: { version: string; location: string; lastModified: string };
};

let site: Browser;
let token = "";
let tenant: TenantCalls;

async function make(policy: string): Promise<string> {
  const sue = openWorker(bindings).browser("sue");
  await sue.navigate("/");
  const made = await sue.ask(`${API_PATH}admin/tokens/make`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: SITE },
    body: JSON.stringify({ name: policy, kind: "other", policy }),
  });
  return ((await made.json()) as { token: string }).token;
}

let bindings: Env;
beforeAll(async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  bindings = { ...env, CRM: openOffice().binding, TENANT: "scim", SEAT_LIMIT: "5" };
  tenant = env.SEATS.get(env.SEATS.idFromName("scim")) as unknown as TenantCalls;
  site = openWorker(bindings).browser(null);
  token = await make("scim");
});

/** What the document names; the rest is answered by no operation. */
const pathOf = (path: string) =>
  `${SCIM}/${path.replace(/[?].*$/, "").replace(/^(Users|Groups|Schemas|ResourceTypes)\/[^/]+$/, "$1/{id}")}`;
const document = apiDocument() as unknown as Document;
const witness = new DocumentWitness(document);
const isKnown = (method: string, path: string) => method.toLowerCase() in (document.paths[pathOf(path)] ?? {});

async function say(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await site.ask(`${SCIM}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  if (isKnown(method, path)) await witness.see(method, pathOf(path), response.clone());
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === "" ? {} : JSON.parse(text)) as Json };
}
const find = async (of: string, filter: string, more = "") =>
  (await say("GET", `${of}?filter=${encodeURIComponent(filter)}${more}`)).body as unknown as {
    totalResults: number;
    itemsPerPage: number;
    startIndex: number;
    Resources: Json[];
    status?: string;
    scimType?: string;
  };
const patch = (path: string, ...Operations: object[]) => say("PATCH", path, { schemas: PATCH_OP, Operations });
let made = 0;
const makeUser = async (more: object = {}) => {
  const user = { schemas: [USER], userName: `user${++made}@acme.example`, active: true, ...more };
  return (await say("POST", "Users", user)).body;
};
const makeGroup = async (displayName: string, ...ids: string[]) =>
  (await say("POST", "Groups", { schemas: [GROUP], displayName, members: ids.map((value) => ({ value })) })).body;
const membersOf = async (id: string) =>
  ((await say("GET", `Groups/${id}`)).body.members as { value: string }[]).map(({ value }) => value).sort();

/** The groups by which a person with this address is counted, as the tenant sees them. */
async function groupsOf(name: string): Promise<string[]> {
  const id = HolderId.parse(`crm-${name}`);
  const person = { id, name, email: null, role: "user" as const, names: [`${name}@acme.example`] };
  const session = SessionKey.parse(`${name}-desk`.padEnd(22, "_"));
  const binding = BindingId.parse(`binding-of-${name}`);
  await tenant.claim({ person, session, binding, act: "navigation", active: true, clientKind: "browser" });
  return seenIn(name);
}
async function seenIn(name: string): Promise<string[]> {
  const sue = { id: HolderId.parse("sue"), name: "Sue", email: null, role: "support" as const };
  const view = await tenant.adminView(sue);
  if (!view.ok) throw new Error(view.error.says.key);
  return view.value.groups
    .filter(({ names }) => names.includes(name))
    .map((group) => group.name)
    .sort();
}

test("[S1] without a token of its own policy nothing is told, in SCIM's own words", async () => {
  const other = await make("read");
  for (const [authorization, status] of [
    ["", 401],
    ["Bearer hs_abcdef_forged", 401],
    [`Bearer ${other}`, 403],
  ] as const) {
    const answer = await say("GET", "Users", undefined, { authorization });
    expect([authorization, answer.status]).toEqual([authorization, status]);
    expect(answer.body).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
    });
  }
});

test("[S1] it says what it is: configuration, resource types and schemas", async () => {
  const { body, headers } = await say("GET", "ServiceProviderConfig");
  expect(headers.get("content-type")).toBe("application/scim+json");
  expect(body).toMatchObject({ patch: { supported: true }, bulk: { supported: false }, filter: { maxResults: 200 } });
  expect((await say("GET", "ResourceTypes")).body).toMatchObject({
    totalResults: 2,
    Resources: [{ id: "User", endpoint: "/Users", schema: USER }, { id: "Group" }],
  });
  expect((await say("GET", `Schemas/${USER}`)).body).toMatchObject({ id: USER, name: "User" });
  expect((await say("GET", "Schemas/none")).status).toBe(404);
});

test("[S1] Okta: looks for a user, makes, replaces and deactivates it", async () => {
  const name = "anna@acme.example";
  expect(await find("Users", `userName eq "${name}"`, "&startIndex=1&count=100")).toMatchObject({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 0,
    Resources: [],
  });
  const sent = {
    schemas: [USER],
    userName: name,
    name: { givenName: "Anna", familyName: "Adams" },
    emails: [{ primary: true, value: name, type: "work" }],
    displayName: "Anna Adams",
    locale: "en-US",
    externalId: "00ujl29u0le5T6Aj10h7",
    groups: [],
    password: "1mz050nq",
    active: true,
  };
  const created = await say("POST", "Users", sent);
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ userName: name, active: true, externalId: sent.externalId, name: sent.name });
  expect(created.body).not.toHaveProperty("password");
  expect(created.headers.get("location")).toBe(`${SITE}${SCIM}/Users/${created.body.id}`);
  expect((await say("POST", "Users", { ...sent, userName: "ANNA@acme.example" })).body).toMatchObject({
    status: "409",
    scimType: "uniqueness",
  });
  expect((await find("Users", 'userName eq "Anna@ACME.example"')).Resources).toMatchObject([{ id: created.body.id }]);
  const { id } = created.body;
  const put = await say("PUT", `Users/${id}`, { ...sent, id, displayName: "Anna Baker" });
  expect([put.status, put.body.displayName]).toEqual([200, "Anna Baker"]);
  const off = await patch(`Users/${id}`, { op: "replace", value: { active: false } });
  expect([off.status, off.body.active]).toEqual([200, false]);
});

test("[S1] Entra: asks by work address, patches without a path, with dots, capitals and texts for booleans", async () => {
  expect(await find("Users", 'emails[type eq "work"].value eq "user@nowhere.example"')).toMatchObject({
    totalResults: 0,
  });
  const { id } = await makeUser({ externalId: "58342554" });
  const patched = await patch(
    `Users/${id}`,
    { op: "Add", value: { displayName: "Ben B.", "name.givenName": "Ben", "name.familyName": "Baker" } },
    { op: "Add", path: 'emails[type eq "work"].value', value: "ben@acme.example" },
    { op: "Replace", path: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", value: "Sales" },
    {
      op: "Add",
      path: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
      value: [{ $ref: null, value: id }],
    },
  );
  expect(patched.body).toMatchObject({
    displayName: "Ben B.",
    name: { givenName: "Ben", familyName: "Baker" },
    emails: [{ type: "work", value: "ben@acme.example" }],
  });
  const moved = await patch(`Users/${id}`, {
    op: "Replace",
    path: 'emails[type eq "work"].value',
    value: "bb@acme.example",
  });
  expect(moved.body.emails).toEqual([{ type: "work", value: "bb@acme.example" }]);
  expect((await find("Users", 'emails[type eq "work"].value eq "BB@acme.example"')).totalResults).toBe(1);
  expect((await find("Users", 'externalId eq "58342554" and active eq true')).totalResults).toBe(1);
  const off = await patch(`Users/${id}`, { op: "Replace", path: "active", value: "False" });
  expect(off.body.active).toBe(false);
  const gone = await patch(`Users/${id}`, { op: "Remove", path: "displayName" }, { op: "remove", path: "emails" });
  expect(gone.body).not.toHaveProperty("displayName");
  expect(gone.body).not.toHaveProperty("emails");
});

test("[S1] groups of both: members added, removed and replaced in each shape", async () => {
  const [one, two, three] = [(await makeUser()).id, (await makeUser()).id, (await makeUser()).id] as const;
  const { id } = await makeGroup("Shapes", one);
  const sorted = (...ids: string[]) => [...ids].sort();
  const entra = await patch(`Groups/${id}`, {
    op: "Add",
    path: "members",
    value: [{ $ref: null, value: two }, { value: three }],
  });
  expect([entra.status, await membersOf(id)]).toEqual([204, sorted(one, two, three)]);
  await patch(`Groups/${id}`, { op: "Remove", path: "members", value: [{ $ref: null, value: two }] });
  expect(await membersOf(id)).toEqual(sorted(one, three));
  await patch(
    `Groups/${id}`,
    { op: "remove", path: `members[value eq "${one}"]` },
    { op: "add", path: "members", value: { value: two } },
  );
  expect(await membersOf(id)).toEqual(sorted(two, three));
  await patch(`Groups/${id}`, { op: "add", value: { members: [{ value: one, display: "x" }] } });
  expect(await membersOf(id)).toEqual(sorted(one, two, three));
  // Okta renames with the id beside it, and replaces.
  expect((await patch(`Groups/${id}`, { op: "replace", value: { id, displayName: "Renamed" } })).status).toBe(204);
  await patch(`Groups/${id}`, { op: "replace", path: "members", value: [{ value: three }] });
  expect(await membersOf(id)).toEqual([three]);
  const put = await say("PUT", `Groups/${id}`, { schemas: [GROUP], displayName: "Shapes", members: [{ value: one }] });
  expect(put.body).toMatchObject({
    displayName: "Shapes",
    members: [{ value: one, $ref: `${SITE}${SCIM}/Users/${one}` }],
  });
  const found = await find("Groups", 'displayName eq "shapes"', "&excludedAttributes=members");
  expect(found.Resources).toMatchObject([{ id, displayName: "Shapes" }]);
  expect(found.Resources[0]).not.toHaveProperty("members");
  expect((await find("Groups", `members.value eq "${one}"`)).totalResults).toBe(1);
  await patch(`Groups/${id}`, { op: "remove", path: "members" });
  expect(await membersOf(id)).toEqual([]);
  expect((await say("DELETE", `Groups/${id}`)).status).toBe(204);
  expect((await say("GET", `Groups/${id}`)).body).toMatchObject({ status: "404" });
});

test("[S2] [L20] a user stands for whoever the CRM confirms by that name or address, as long as the user is active", async () => {
  const first = await makeUser({ userName: "Greta@Acme.example" });
  const second = await makeUser({ userName: "h.hall", emails: [{ value: "hanna@acme.example", type: "work" }] });
  const { id } = await makeGroup("Books", first.id, second.id);
  expect(await groupsOf("greta")).toEqual(["Books"]);
  expect(await groupsOf("hanna")).toEqual(["Books"]);
  await patch(`Users/${first.id}`, { op: "replace", path: "active", value: false });
  expect([await seenIn("greta"), await seenIn("hanna")]).toEqual([[], ["Books"]]);
  await patch(`Users/${first.id}`, { op: "replace", path: "active", value: "True" });
  expect(await seenIn("greta")).toEqual(["Books"]);
  await patch(`Users/${first.id}`, { op: "replace", path: "userName", value: "gg@acme.example" });
  expect(await seenIn("greta")).toEqual([]);
  await patch(`Groups/${id}`, { op: "remove", path: `members[value eq "${second.id}"]` });
  expect(await seenIn("hanna")).toEqual([]);
  await patch(`Groups/${id}`, { op: "add", path: "members", value: [{ value: second.id }] });
  expect(await seenIn("hanna")).toEqual(["Books"]);
  expect((await say("DELETE", `Users/${second.id}`)).status).toBe(204);
  expect([await seenIn("hanna"), await membersOf(id)]).toEqual([[], [first.id]]);
});

test("[S2] [L20] the administration changes no group of a provider's, and a provider none of the administration's", async () => {
  const maria = { id: HolderId.parse("maria"), name: "Maria", email: null, role: "licence_manager" as const };
  const { id } = await makeGroup("Provided");
  const refused = await tenant.groups(maria, { do: "add", id, people: [{ name: "anna" }] });
  expect(refused).toMatchObject({ ok: false, error: { code: "conflict" } });
  await tenant.groups(maria, { do: "make", name: "By hand", rules: [], people: [] });
  expect((await say("POST", "Groups", { displayName: "by hand" })).body).toMatchObject({ scimType: "uniqueness" });
  expect((await find("Groups", 'displayName eq "By hand"')).totalResults).toBe(0);
});

test("[S1] pages: from startIndex on, as many as asked for, with the number of all", async () => {
  const names = await Promise.all(Array.from({ length: 5 }, () => makeUser({ displayName: "Paged" })));
  const page = await find("Users", 'displayName eq "paged"', "&startIndex=2&count=2");
  expect([page.totalResults, page.startIndex, page.itemsPerPage]).toEqual([5, 2, 2]);
  const seen = new Set<string>();
  for (let start = 1; start <= 5; start += 2) {
    for (const { id } of (await find("Users", 'displayName eq "paged"', `&startIndex=${start}&count=2`)).Resources)
      seen.add(id);
  }
  expect(seen).toEqual(new Set(names.map(({ id }) => id)));
  expect(await find("Users", 'displayName eq "paged"', "&count=0")).toMatchObject({ totalResults: 5, Resources: [] });
  expect(await find("Users", 'displayName eq "paged"', "&startIndex=-3&count=-1")).toMatchObject({
    startIndex: 1,
    itemsPerPage: 0,
  });
  expect((await say("GET", "Users?count=2&attributes=userName")).body.Resources).toMatchObject([
    { schemas: [USER] },
    {},
  ]);
  const [first] = (await say("GET", "Users?count=1&attributes=userName")).body.Resources as Json[];
  expect(Object.keys(first ?? {}).sort()).toEqual(["id", "schemas", "userName"]);
});

test("[S1] a version that is not the current one changes nothing", async () => {
  const { id, meta } = await makeUser();
  const first = await say(
    "PATCH",
    `Users/${id}`,
    { Operations: [{ op: "replace", path: "displayName", value: "A" }] },
    { "if-match": meta.version },
  );
  expect([first.status, first.headers.get("etag")]).toEqual([200, 'W/"2"']);
  const late = await say("PUT", `Users/${id}`, { userName: "late@acme.example" }, { "if-match": meta.version });
  expect(late.status).toBe(412);
  expect((await say("GET", `Users/${id}`)).body).toMatchObject({ displayName: "A" });
});

test("[S1] a version that the provider has is not sent again, and one that is nobody's changes nothing", async () => {
  const user = await makeUser();
  const group = await makeGroup("Versions");
  const now = 'W/"1"';
  for (const path of [`Users/${user.id}`, `Groups/${group.id}`]) {
    const body = { userName: user.userName, displayName: "Versions" };
    for (const tag of ["abc", '"abc"', 'W/"9", "x"', ""]) {
      expect([path, tag, (await say("PUT", path, body, { "if-match": tag })).status]).toEqual([path, tag, 412]);
    }
    expect((await say("DELETE", path, undefined, { "if-match": "1" })).status).toBe(412);
    for (const tag of ["*", ' W/"7" , W/"1"', now]) {
      const read = await say("GET", path, undefined, { "if-none-match": tag });
      expect([path, tag, read.status, read.headers.get("etag"), read.body]).toEqual([path, tag, 304, now, {}]);
    }
    expect((await say("GET", path, undefined, { "if-none-match": 'W/"11"' })).status).toBe(200);
    const patched = { Operations: [{ op: "replace", path: "externalId", value: "x1" }] };
    const listed = await say("PATCH", path, patched, { "if-match": 'W/"7", W/"1"', "if-none-match": now });
    expect([path, listed.status < 300]).toEqual([path, true]);
    expect((await say("GET", path, undefined, { "if-none-match": now })).status).toBe(200);
    expect((await say("PUT", path, body, { "if-match": "*" })).status).toBe(200);
  }
});

test("[S1] a removal that names nobody removes nobody, and one that takes active away switches nobody on", async () => {
  const { id: user } = await makeUser({ emails: [{ value: "kept@acme.example", type: "work" }] });
  const { id: group } = await makeGroup("Kept", user);
  expect((await patch(`Groups/${group}`, { op: "remove", path: "members", value: [] })).status).toBe(204);
  for (const path of ["members.value", "members.display", `members[value eq "${user}"].display`]) {
    const inside = await patch(`Groups/${group}`, { op: "remove", path });
    expect([path, inside.status, inside.body.scimType]).toEqual([path, 400, "mutability"]);
  }
  expect(await membersOf(group)).toEqual([user]);
  const emptied = await patch(`Users/${user}`, { op: "remove", path: "emails", value: [] });
  expect(emptied.body.emails).toEqual([{ value: "kept@acme.example", type: "work" }]);
  await patch(`Users/${user}`, { op: "replace", path: "active", value: false });
  for (const operation of [
    { op: "remove", path: "active" },
    { op: "replace", path: "active", value: null },
    { op: "replace", value: { Active: null } },
  ]) {
    const { status, body } = await patch(`Users/${user}`, operation);
    expect([operation, status, body.active]).toEqual([operation, 200, false]);
  }
  const on = await patch(`Users/${user}`, { op: "remove", path: "active" }, { op: "add", path: "Active", value: true });
  expect(on.body.active).toBe(true);
});

test("[S1] what SCIM lacks here is said in its own words, and only to a token of its own", async () => {
  for (const [method, path, status] of [
    ["POST", "Bulk", 501],
    ["GET", "Me", 501],
    ["POST", ".search", 501],
    ["POST", "Users/.search", 501],
    ["GET", "Foo", 404],
    ["GET", "Users/a/b", 404],
    ["PATCH", "Users", 405],
    ["POST", "Schemas", 405],
  ] as const) {
    const answer = await say(method, path, method === "GET" ? undefined : {});
    expect([method, path, answer.status]).toEqual([method, path, status]);
    expect(answer.headers.get("content-type")).toBe("application/scim+json");
    expect(answer.body).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
    });
    const stranger = await say(method, path, method === "GET" ? undefined : {}, { authorization: "" });
    expect([method, path, stranger.status]).toEqual([method, path, 401]);
  }
  expect((await say("PATCH", "Users", {})).headers.get("allow")).toContain("POST");
});

test("[S1] bad requests are answered with what is wrong", async () => {
  const { id } = await makeUser();
  const group = await makeGroup("Faults");
  const op = (operation: object) => patch(`Users/${id}`, operation);
  const cases: [answer: Awaited<ReturnType<typeof say>>, status: number, scimType?: string][] = [
    [await say("POST", "Users", "{"), 400, "invalidSyntax"],
    [await say("POST", "Users", {}), 400, "invalidValue"],
    [await say("POST", "Users", { userName: "x", active: "maybe" }), 400, "invalidValue"],
    [await say("POST", "Users", { userName: "x" }, { "content-type": "text/plain" }), 415],
    [await say("GET", "Users/none"), 404],
    [await say("PATCH", `Users/${id}`, {}), 400, "invalidSyntax"],
    [await op({ op: "move", path: "active" }), 400, "invalidSyntax"],
    [await op({ op: "remove" }), 400, "noTarget"],
    [await op({ op: "replace", path: "emails[type eq", value: 1 }), 400, "invalidPath"],
    [await op({ op: "replace", path: "id", value: "x" }), 400, "mutability"],
    [await op({ op: "remove", path: "userName" }), 400, "invalidValue"],
    [await op({ op: "replace", value: "x" }), 400, "invalidValue"],
    [await op({ op: "replace", path: "displayName" }), 400, "invalidValue"],
    [await op({ op: "add", path: 'emails[type eq "work"].value' }), 400, "invalidValue"],
    [await patch(`Groups/${group.id}`, { op: "replace", path: "members" }), 400, "invalidValue"],
    [
      await patch(`Groups/${group.id}`, { op: "add", path: "members", value: [{ value: "none" }] }),
      400,
      "invalidValue",
    ],
    [await patch(`Groups/${group.id}`, { op: "replace", path: "displayName", value: "" }), 400, "invalidValue"],
    [await say("POST", "Groups", { displayName: "Faults" }), 409, "uniqueness"],
    [await say("POST", "Groups", { displayName: "integration:abc" }), 400, "invalidValue"],
  ];
  for (const [place, [answer, status, scimType]] of cases.entries()) {
    expect([place, answer.status, answer.body.status, answer.body.scimType]).toEqual([
      place,
      status,
      String(status),
      scimType,
    ]);
    expect(String(answer.body.detail).length).toBeGreaterThan(10);
  }
  for (const filter of [
    "userName",
    "userName is 1",
    'userName eq "a',
    "userName eq a",
    "((userName pr",
    'a.b.c eq "x"',
    "pr",
  ]) {
    expect([filter, (await find("Users", filter)).scimType]).toEqual([filter, "invalidFilter"]);
  }
});

test("[S1] filters: every operator, and, or, not, in any letter case", async () => {
  await makeUser({ displayName: "Filter One", emails: [{ value: "f1@acme.example", type: "home" }] });
  await makeUser({ displayName: "Filter Two" });
  const count = async (filter: string) => (await find("Users", filter)).totalResults;
  for (const [filter, people] of [
    ['displayName sw "filter"', 2],
    ['displayname CO "TER O"', 1],
    ['displayName ew "two"', 1],
    ['displayName sw "Filter" and emails pr', 1],
    ['displayName sw "Filter" and not (emails pr)', 1],
    ['displayName eq "Filter One" or displayName eq "Filter Two"', 2],
    ['emails.value eq "F1@acme.example"', 1],
    ['emails[type eq "home" and value sw "f1"]', 1],
    [`${USER}:displayName eq "Filter Two"`, 1],
    ['displayName sw "Filter" and displayName ne "Filter Two"', 1],
    ['displayName ge "Filter O" and displayName lt "Filter P"', 1],
    ['displayName eq "\\u0046ilter One"', 1],
  ] as const) {
    expect([filter, await count(filter)]).toEqual([filter, people]);
  }
});

test("[S1] filters see when a resource was made and changed, to the moment and in any zone", async () => {
  const user = await makeUser({ displayName: "Dated" });
  const group = await makeGroup("Dated");
  for (const [of, { meta }] of [
    ["Users", user],
    ["Groups", group],
  ] as const) {
    const changed = meta.lastModified;
    const shifted = (ms: number) => new Date(Date.parse(changed) + ms).toISOString();
    const inRome = shifted(2 * 60 * 60 * 1000).replace("Z", "+02:00");
    for (const [filter, found] of [
      [`meta.lastModified eq "${changed}"`, 1],
      [`meta.lastModified eq "${inRome}"`, 1],
      [`meta.created le "${changed}"`, 1],
      [`meta.lastModified gt "${shifted(-1)}"`, 1],
      [`meta.lastModified gt "${changed}"`, 0],
      [`meta.lastModified gt "${shifted(-1_000).slice(0, 19)}Z"`, 1],
      [`meta.lastModified lt "${shifted(1_000).slice(0, 19)}Z"`, 1],
      [`meta.resourceType eq "${of.slice(0, -1)}"`, 1],
      ['meta.version eq "W/\\"1\\""', 1],
    ] as const) {
      const all = await find(of, `displayName eq "Dated" and ${filter}`);
      expect([of, filter, all.totalResults]).toEqual([of, filter, found]);
    }
  }
});
