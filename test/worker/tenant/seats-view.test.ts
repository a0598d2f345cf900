import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../../shared/ids.ts";
import type { RightRule, RightsMap } from "../../../worker/ledger/settings/rights.ts";
import { Shadow } from "../../../worker/ledger/shadow/shadow.ts";
import { readLongMeta, writeLongMeta } from "../../../worker/tenant/schema.ts";
import { SHADOW_LASTS_MS, ShadowStore } from "../../../worker/tenant/shadow/shadow-store.ts";
import { NO_PEOPLE, type Person, type SortKey, type TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../worker/tenant/tenant-seats.ts";
import { caller, claim, freshFirm, mia, sam } from "./firm.ts";

// Receivers are outside, and are told of events whenever an alarm comes: also after the test that adds one.
vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 204 }));

const freshTenant = () => freshFirm("view").calls;

const sue: Person = { id: HolderId.parse("sue"), name: "Sue", email: null, role: "support" };

async function seat(calls: TenantCalls, id: string, more: Partial<Person> = {}) {
  const person: Person = { id: HolderId.parse(id), name: id, email: `${id}@acme.example`, role: "user", ...more };
  const session = SessionKey.parse(
    `${id}-desk`
      .replace(/[^\w-]/g, "_")
      .padEnd(22, "_")
      .slice(0, 22),
  );
  const binding = BindingId.parse(`binding-of-${id}`);
  return calls.claim({ person, session, binding, act: "navigation", active: true, clientKind: "browser" });
}

async function look(calls: TenantCalls, ask: Partial<typeof NO_PEOPLE>) {
  const view = await calls.adminView(sue, { ...NO_PEOPLE, size: 100, ...ask });
  if (!view.ok) throw new Error(view.error.says.key);
  return view.value;
}
const names = async (calls: TenantCalls, ask: Partial<typeof NO_PEOPLE>) =>
  (await look(calls, ask)).holders.map(({ name }) => name);

async function fullHouse() {
  const calls = freshTenant();
  const view = await look(calls, {});
  await calls.setLimit(sue, 10, view.version);
  const pool = {
    id: "fin",
    name: "Finance",
    groups: ["accounts"],
    reserved: 1,
    most: null,
    priority: 2,
    windows: null,
  };
  await calls.changeSettings(sue, { what: "pools", pools: [pool] }, view.version + 1);
  await seat(calls, "u1", { name: "Åsa Öberg", email: "asa@nord.example" });
  await seat(calls, "u2", { name: "bert baker", groups: ["accounts"] });
  await seat(calls, "u3", { name: "Zoë Zimmer" });
  await seat(calls, "u4", { name: "=cmd|' /C calc'!A0", email: null });
  return calls;
}

test("[A4] holders are found by name, address, key and pool, without case and accents", async () => {
  const calls = await fullHouse();
  expect(await names(calls, { search: "OBERG asa" })).toEqual(["Åsa Öberg"]);
  expect(await names(calls, { search: "NORD.example" })).toEqual(["Åsa Öberg"]);
  expect(await names(calls, { search: "finance" })).toEqual(["bert baker"]);
  expect(await names(calls, { search: "u3" })).toEqual(["Zoë Zimmer"]);
  expect(await names(calls, { search: "=cmd" })).toHaveLength(1);
  expect(await look(calls, { search: "nobody at all" })).toMatchObject({ found: 0, pages: 1, page: 1, seated: 4 });
});

test("[A4] holders are sorted by any column, both ways", async () => {
  const calls = await fullHouse();
  const sorted = (sort: SortKey, descending: boolean) => names(calls, { sort, descending, search: "" });
  expect(await sorted("name", false)).toEqual(["=cmd|' /C calc'!A0", "Åsa Öberg", "bert baker", "Zoë Zimmer"]);
  expect(await sorted("name", true)).toEqual(["Zoë Zimmer", "bert baker", "Åsa Öberg", "=cmd|' /C calc'!A0"]);
  expect((await sorted("pool", true))[0]).toBe("bert baker");
  // Who came first has had the seat for longest.
  expect((await look(calls, { sort: "since", descending: true })).holders.map(({ id }) => id)[0]).toBe("u1");
  for (const sort of ["active", "tabs", "browsers"] as const) expect(await sorted(sort, true)).toHaveLength(4);
});

test("[A4] holders come a page at a time, a page after the last is the last, and none where none are shown", async () => {
  const calls = await fullHouse();
  const page = await look(calls, { sort: "name", descending: false, page: 2, size: 3 });
  expect(page).toMatchObject({ found: 4, pages: 2, page: 2 });
  expect(page.holders.map(({ name }) => name)).toEqual(["Zoë Zimmer"]);
  expect(await look(calls, { page: 99, size: 3 })).toMatchObject({ page: 2 });
  expect((await look(calls, NO_PEOPLE)).holders).toEqual([]);
  const whole = await calls.adminView(sue);
  expect(whole.ok && whole.value.holders).toHaveLength(4);
});

test("[A4] boosts, pools in force, the line in its order and today's refusals are in the view", async () => {
  const calls = freshTenant();
  await seat(calls, "a");
  await seat(calls, "b");
  for (const id of ["c", "d"]) {
    await seat(calls, id);
    const session = SessionKey.parse(`${id}-desk`.padEnd(22, "_"));
    const person: Person = { id: HolderId.parse(id), name: id, email: null, role: "user" };
    await calls.wait({ person, session });
  }
  let view = await look(calls, {});
  expect(view).toMatchObject({ limit: 2, effective: { limit: 2 }, inUse: 2, queue: 2, refusedToday: 2 });
  expect(view.waiting.map(({ id, position, offered }) => [id, position, offered])).toEqual([
    ["c", 1, false],
    ["d", 2, false],
  ]);
  const boost = { what: "boost", extra: 1, startsInMs: 0, lastsMs: 3_600_000 } as const;
  expect((await calls.changeSettings(sue, boost, view.version)).ok).toBe(true);
  view = await look(calls, {});
  expect(view).toMatchObject({ limit: 2, effective: { limit: 3 }, overBy: 0 });
  expect(view.effective.until).toBeGreaterThan(Date.now());
  expect(view.waiting[0]).toMatchObject({ id: "c", offered: true });
  expect(view.waiting[0]?.offeredForMs).toBeGreaterThan(0);
  await seat(calls, "e");
  expect((await look(calls, {})).refusedToday).toBe(3);
  // R1: who takes the seat within the tolerance was not refused.
  expect((await seat(calls, "c")).granted).toBe(true);
  view = await look(calls, {});
  expect(view.refusedToday).toBe(2);
  const counted = await calls.changeSettings(sue, { what: "refusal_tolerance", toleranceMs: 0 }, view.version);
  expect(counted).toMatchObject({ ok: true, value: { refusedToday: 3, settings: { refusalToleranceMs: 0 } } });
  const wrong = await calls.changeSettings(sue, { what: "refusal_tolerance", toleranceMs: 600_001 }, view.version + 1);
  expect(wrong).toMatchObject({ ok: false, error: { code: "out_of_range", field: "toleranceMs" } });
});

test("[A1] one holder, and people known, are for those who administer", async () => {
  const calls = await fullHouse();
  const found = await calls.findPeople(sue, "BAKER");
  expect(found).toEqual({ ok: true, value: [{ id: "u2", name: "bert baker", email: "u2@acme.example" }] });
  expect(await calls.findPeople(sue, " ")).toEqual({ ok: true, value: [] });
  expect(await calls.viewHolder(sue, HolderId.parse("u2"))).toMatchObject({ ok: true, value: { pools: ["Finance"] } });
  expect(await calls.viewHolder(sue, HolderId.parse("gone"))).toEqual({ ok: true, value: null });
  const user: Person = { ...sue, role: "user" };
  for (const refused of [
    await calls.findPeople(user, "a"),
    await calls.viewHolder(user, HolderId.parse("u2")),
    await calls.adminView(user, NO_PEOPLE),
  ]) {
    expect(refused).toMatchObject({ ok: false, error: { code: "forbidden" } });
  }
});

test("[A7] the contact is the tenant's own, first the configuration's, and refused people read it", async () => {
  const calls = freshTenant();
  const view = await look(calls, {});
  expect(view.tenant.contact).toBe("IT, extension 4711");
  const wrong = await calls.changeSettings(sue, { what: "contact", contact: "x".repeat(301) }, view.version);
  expect(wrong).toMatchObject({ ok: false, error: { code: "out_of_range", field: "contact" } });
  await calls.changeSettings(sue, { what: "contact", contact: "  Ask Mia, room 3 " }, view.version);
  await seat(calls, "a");
  await seat(calls, "b");
  expect(await seat(calls, "c")).toMatchObject({ granted: false, denied: { contact: "Ask Mia, room 3" } });
});

test("[A7] the history says who, when, from and to; an erased person's name leaves it", async () => {
  const calls = freshTenant();
  const { version } = await look(calls, {});
  await seat(calls, "zed", { name: "Zed Zorn" });
  await calls.release(
    {
      person: { ...sue, id: HolderId.parse("zed"), role: "user" },
      session: SessionKey.parse("zed-desk".padEnd(22, "_")),
    },
    null,
    null,
  );
  await calls.handBack(HolderId.parse("zed"), BindingId.parse("binding-of-zed"), Date.now());
  await calls.setLimit(sue, 5, version);
  const zed = { id: HolderId.parse("zed"), name: "Zed Zorn" };
  await calls.changeSettings(sue, { what: "exempt", person: zed }, version + 1);
  await calls.changeSettings(sue, { what: "end_exemption", id: zed.id }, version + 2);
  const { history } = (await look(calls, {})).settings;
  expect(history.map(({ by, byId, traces }) => [by, byId, traces])).toEqual([
    ["Sue", "sue", [{ field: "limit", from: 2, to: 5 }]],
    ["Sue", "sue", [{ field: "exempt", person: zed, to: true }]],
    ["Sue", "sue", [{ field: "exempt", person: zed, to: false }]],
  ]);
  expect(history.every(({ at }) => Math.abs(Date.now() - (at ?? 0)) < 60_000)).toBe(true);
  expect(await calls.records(sue, { do: "erase", holder: zed.id })).toMatchObject({ ok: true });
  expect(JSON.stringify((await look(calls, {})).settings.history)).not.toContain("Zorn");
});

test("[A11] the view tells what is out of order, and a browser by its agent from one with the extension", async () => {
  const calls = freshTenant();
  const kinds = async () => (await look(calls, {})).warnings.map(({ kind }) => kind);
  expect(await kinds()).toEqual(["no_receiver", "no_origin_secret"]);
  // Events of the audit, or heads, tell nobody that somebody is refused.
  const hook = { do: "add_receiver", kind: "generic", url: "https://hooks.example.com/x", events: true } as const;
  expect((await calls.records(sue, { ...hook, on: [] })).ok).toBe(true);
  expect(await kinds()).toEqual(["no_receiver", "no_origin_secret"]);
  expect((await calls.records(sue, { ...hook, on: ["denied"] })).ok).toBe(true);
  expect(await kinds()).toEqual(["no_origin_secret"]);
  const pool = {
    id: "fin",
    name: "Finance",
    groups: ["accounts"],
    reserved: 2,
    most: null,
    priority: 0,
    windows: null,
  };
  expect((await calls.changeSettings(sue, { what: "pools", pools: [pool] }, 1)).ok).toBe(true);
  await seat(calls, "a", { groups: ["sales"] });
  await seat(calls, "b", { groups: ["accounts"] });
  expect(await kinds()).toContain("all_reserved");
  expect(await kinds()).not.toContain("pool_without_people");
  const beat = (id: string, client: string) =>
    calls.heartbeat(
      {
        person: { id: HolderId.parse(id), name: id, email: null, role: "user" },
        session: SessionKey.parse(`${id}-desk`.padEnd(22, "_")),
      },
      { client: ClientId.parse(client), seq: 1, tabs: [{ id: TabId.parse("tab-of-this"), activeAgeMs: 0 }] },
    );
  await beat("b", "agent-of-b-in-a-browser");
  await beat("b", "extension-of-b");
  const view = await look(calls, {});
  expect(view.warnings.find(({ kind }) => kind === "without_extension")).toEqual({
    kind: "without_extension",
    values: { count: 1, browsers: 2 },
  });
});

test("[A12] gaining and losing a role is a row of the audit, once, and the list says since when", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  const rows = () =>
    runInDurableObject(stub, (_, { storage }) =>
      storage.sql
        .exec<{ kind: string; body: string }>("SELECT kind, body FROM outbox WHERE kind LIKE 'role%' ORDER BY seq")
        .toArray()
        .map(({ kind, body }) => [kind, JSON.parse(body).role, JSON.parse(body).before ?? null]),
    );
  await seat(calls, "mia", { name: "Mia", role: "licence_manager" });
  await seat(calls, "mia", { name: "Mia", role: "licence_manager" });
  await seat(calls, "ben");
  expect(await rows()).toEqual([["role_gained", "licence_manager", "user"]]);
  await seat(calls, "mia", { name: "Mia", role: "admin" });
  // What an integration or a cookie remembers of a role counts for nothing.
  const remembered = { id: HolderId.parse("ben"), name: "ben", email: null, role: "support" } as const;
  const session = SessionKey.parse("ben-desk".padEnd(22, "_"));
  const binding = BindingId.parse("binding-of-ben");
  const call = { person: remembered, session, binding, act: "button", active: true, clientKind: "extension" } as const;
  await calls.claim({ ...call, isRemembered: true });
  await seat(calls, "mia", { name: "Mia", role: "user" });
  await seat(calls, "mia", { name: "Mia", role: "user" });
  expect((await rows()).slice(1)).toEqual([
    ["role_gained", "admin", "licence_manager"],
    ["role_lost", "admin", null],
  ]);
  // Support has looked, and has never claimed.
  await look(calls, {});
  // The operator's command is nobody.
  const id = HolderId.parse("npm start");
  await calls.adminView({ id, name: id, email: null, role: "support", isProgram: true });
  await evictDurableObject(stub);
  const listed = await calls.listManagers(sue);
  if (!listed.ok) throw new Error(listed.error.says.key);
  expect(listed.value.map(({ id, role, lostAt }) => [id, role, lostAt === null])).toEqual([
    ["sue", "support", true],
    ["mia", "admin", false],
  ]);
  expect(await calls.listManagers({ ...sue, role: "user" })).toMatchObject({ ok: false, error: { code: "forbidden" } });
});

test("[L26] [R2] sixty thousand named licences are assigned, survive a restart, and make no row too long for D1", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  expect((await calls.changeSettings(sue, { what: "named_licences", licences: 100_000 }, 1)).ok).toBe(true);
  const many = Array.from({ length: 60_000 }, (_, n) => ({ id: `crm-${n}`, name: `Person ${n} of the Ärzte` }));
  await runInDurableObject(stub, (_, { storage }) => {
    const settings = JSON.parse(readLongMeta(storage.sql, "settings") ?? "");
    storage.transactionSync(() =>
      writeLongMeta(
        storage.sql,
        "settings",
        JSON.stringify({ ...settings, named: { licences: 100_000, assigned: many } }),
      ),
    );
  });
  await evictDurableObject(stub);
  const assigned = { id: HolderId.parse("zoe"), name: "Zoë Zimmer" };
  const changed = await calls.changeSettings(sue, { what: "assign", person: assigned }, 2);
  expect(changed).toMatchObject({ ok: true, value: { full: { named: { licences: 100_000, assigned: 60_001 } } } });
  const longest = await runInDurableObject(
    stub,
    (_, { storage }) => storage.sql.exec<{ most: number }>("SELECT max(length(body)) AS most FROM outbox").one().most,
  );
  expect(longest).toBeLessThan(10_000);
  await evictDurableObject(stub);
  expect(await seat(calls, "zoe")).toMatchObject({ granted: true, exempt: true });
  const fewer = await calls.changeSettings(sue, { what: "unassign", id: assigned.id }, 3);
  expect(fewer).toMatchObject({ ok: true, value: { full: { named: { assigned: 60_000 } } } });
});

test("[L33] a manager tries fewer seats: nobody feels it, it survives sleep, and the audit says who began and ended it", async () => {
  const firm = freshFirm("shadow");
  const { calls, stub } = firm;
  const [anna, ben] = [caller("anna"), caller("ben")];
  await calls.setLimit(sam, 4, 1);
  expect(await calls.shadow(anna.person, { do: "view" })).toMatchObject({ ok: false, error: { code: "forbidden" } });
  const begun = await calls.shadow(mia, { do: "begin", changes: [{ what: "limit", limit: 1 }] });
  expect(begun).toMatchObject({
    ok: true,
    value: { shadow: { by: "mia Adams", proposed: { limit: 1 }, ended: null } },
  });
  for (const who of [anna, ben]) expect(await claim(firm, who)).toMatchObject({ granted: true });
  // L33: what is not written at once is written nine seconds later.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  await calls.ping();
  await evictDurableObject(stub);
  const shadowOf = async () => {
    const answer = await calls.shadow(mia, { do: "view" });
    if (!answer.ok || answer.value.shadow === null) throw new Error("no shadow");
    return answer.value.shadow;
  };
  expect(await shadowOf()).toMatchObject({
    live: { refused: 0, most: 2 },
    tried: { refused: 1, reasons: { limit_reached: 1 }, most: 1 },
    people: [{ name: "ben Adams", kind: "kept_out", reason: "limit_reached", to: null }],
  });
  expect(await calls.adminView(mia)).toMatchObject({ ok: true, value: { limit: 4, inUse: 2 } });
  expect(await calls.shadow(sam, { do: "end" })).toMatchObject({
    ok: true,
    value: { shadow: { ended: { how: "ended" } } },
  });
  const rows = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql
      .exec<{ kind: string; body: string }>("SELECT kind, body FROM outbox WHERE kind LIKE 'shadow%' ORDER BY seq")
      .toArray(),
  );
  expect(rows.map(({ kind }) => kind)).toEqual(["shadow_began", "shadow_ended"]);
  expect(await shadowOf()).toMatchObject({ proposed: {}, traces: [{ field: "limit", from: 4, to: 1 }] });
  vi.useRealTimers();
});

test("[L33] a shadow at fault ends without the ledger noticing, and one that is over ends by itself", async () => {
  const firm = freshFirm("shadow");
  const { calls } = firm;
  const said = vi.spyOn(console, "error").mockReturnValue();
  await calls.shadow(mia, { do: "begin", changes: [] });
  const follow = vi.spyOn(Shadow.prototype, "follow").mockImplementation(() => {
    throw new Error("broken");
  });
  expect(await claim(firm, caller("anna"))).toMatchObject({ granted: true });
  expect(said).toHaveBeenCalledWith(expect.stringContaining("shadow failed"));
  said.mockRestore();
  follow.mockRestore();
  expect(await calls.shadow(mia, { do: "view" })).toMatchObject({ value: { shadow: { ended: { how: "failed" } } } });
  await calls.shadow(mia, { do: "begin", changes: [] });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + SHADOW_LASTS_MS + 1_000 });
  await calls.ping();
  expect(await calls.shadow(mia, { do: "view" })).toMatchObject({ value: { shadow: { ended: { how: "expired" } } } });
  vi.useRealTimers();
});

test("[L33] a shadow that cannot be restored or written ends, and the tenant goes on", async () => {
  const firm = freshFirm("shadow");
  const { calls, stub } = firm;
  const said = vi.spyOn(console, "error").mockReturnValue();
  const ended = async () => {
    const answer = await calls.shadow(mia, { do: "view" });
    return answer.ok ? (answer.value.shadow?.ended?.how ?? null) : answer.error.code;
  };
  const spoil = async (statement: string) => {
    await calls.shadow(mia, { do: "begin", changes: [{ what: "limit", limit: 1 }] });
    await runInDurableObject(stub, (_, { storage }) => void storage.sql.exec(statement));
    await evictDurableObject(stub);
    return claim(firm, caller("anna"));
  };
  for (const [statement, how] of [
    ["INSERT INTO shadow (holder, body) VALUES ('crm-ben', '{}')", "failed"],
    ["INSERT INTO shadow (holder, body) VALUES ('crm-ben', '{')", "failed"],
    ["UPDATE meta SET value = '{' WHERE name = 'shadow_settings'", "failed"],
    // Nothing is known of it any more.
    ["UPDATE meta SET value = '{' WHERE name = 'shadow'", null],
  ] as const) {
    expect([statement, await spoil(statement)]).toMatchObject([statement, { granted: true }]);
    expect([statement, await ended()]).toEqual([statement, how]);
  }
  await calls.shadow(sam, { do: "begin", changes: [] });
  const keep = vi.spyOn(ShadowStore.prototype, "keep").mockImplementationOnce(() => {
    throw new Error("broken");
  });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  expect(await claim(firm, caller("cleo"))).toMatchObject({ granted: true });
  keep.mockRestore();
  expect(await ended()).toBe("failed");
  const rows = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT 1 FROM outbox WHERE kind = 'shadow_ended'").toArray(),
  );
  expect(rows.length).toBe(5);
  vi.useRealTimers();
  said.mockRestore();
});

test("[L33] [A12] an erased person is in no shadow, also in one that has ended", async () => {
  const firm = freshFirm("shadow");
  const { calls, stub } = firm;
  const anna = caller("anna");
  await claim(firm, anna);
  await calls.shadow(mia, {
    do: "begin",
    changes: [
      { what: "idle_timeout", idleTimeoutMs: 300_000 },
      { what: "exempt", person: { id: anna.person.id, name: anna.person.name } },
    ],
  });
  await calls.release(anna, null, null);
  await calls.handBack(anna.person.id, BindingId.parse(`binding-of-${anna.person.id}`), Date.now());
  expect(await calls.records(sam, { do: "erase", holder: anna.person.id })).toMatchObject({ ok: true });
  const kept = await runInDurableObject(stub, (_, { storage }) => {
    const rows = storage.sql.exec("SELECT body FROM shadow").toArray();
    const texts = storage.sql.exec("SELECT value FROM meta WHERE name LIKE 'shadow%'").toArray();
    return JSON.stringify([rows, texts]);
  });
  expect(kept).toContain("idle_timeout");
  expect(kept).not.toContain("anna");
});

const MAP: RightsMap = {
  order: ["Sales", "Accountant", "Controller"],
  rules: [
    { of: "role", name: "Accountant", orHigher: true, right: "licence_manager" },
    { of: "role", name: "Chief", right: "admin" },
    { of: "role", name: "support", right: "support" },
  ],
};
const roled = (role: string) => ({ groups: [role], crmRoles: 1 });
const chief = { name: "Ada", ...roled("Chief"), listed: "admin", role: "admin" } as const;
const ada: Person = { id: HolderId.parse("ada"), email: null, ...chief };
const changeRights = async (calls: TenantCalls, actor: Person, rights: RightsMap | null) =>
  calls.changeSettings(actor, { what: "rights", rights }, (await look(calls, {})).version);

test("[I13] [A12] a map of rights holds at once, for seats, cookies and the list, and is in the audit", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  await seat(calls, "zoe", { name: "Zoe", ...roled("Controller") });
  await seat(calls, "ben", { name: "Ben", ...roled("Sales") });
  // What the preset gives comes along; the tenant's map gives something else. The limit is 2, so she waits.
  const mia: Person = {
    id: HolderId.parse("mia"),
    name: "Mia",
    email: null,
    ...roled("accounts"),
    role: "licence_manager",
  };
  await seat(calls, "mia", mia);
  await calls.adminView(ada);
  const preview = await calls.rights(ada, { do: "preview", rights: MAP });
  if (!preview.ok) throw new Error(preview.error.says.key);
  expect(preview.value.preview).toEqual({
    gains: [
      {
        id: "zoe",
        name: "Zoe",
        from: "user",
        to: "licence_manager",
        fromPools: [],
        toPools: [],
        through: "role:Controller",
      },
    ],
    loses: [
      {
        id: "mia",
        name: "Mia",
        from: "licence_manager",
        to: "user",
        fromPools: [],
        toPools: [],
        through: "role:accounts",
      },
    ],
  });
  expect(preview.value.names).toContainEqual({ of: "role", name: "Sales", people: 1 });
  expect((await calls.rights(mia, { do: "preview", rights: MAP })).ok).toBe(false);
  expect(await calls.judge(mia)).toEqual(mia);
  expect((await changeRights(calls, ada, MAP)).ok).toBe(true);

  const zoe: Person = { id: HolderId.parse("zoe"), name: "Zoe", email: null, role: "user", ...roled("Controller") };
  expect(await calls.judge(zoe)).toMatchObject({ role: "licence_manager" });
  expect((await calls.setLimit(zoe, 12, (await look(calls, {})).version)).ok).toBe(true);
  // Whatever role the cookie remembers.
  expect(await calls.adminView(mia)).toMatchObject({ ok: false, error: { code: "forbidden" } });
  const status = await calls.status({ person: zoe, session: SessionKey.parse("zoe-desk".padEnd(22, "_")) });
  expect(status?.status.mayAdminister).toBe(true);
  expect((await look(calls, {})).holders.map(({ id, role }) => [id, role]).sort()).toEqual([
    ["ben", "user"],
    ["zoe", "licence_manager"],
  ]);
  await evictDurableObject(stub);
  const listed = await calls.listManagers(ada);
  if (!listed.ok) throw new Error(listed.error.says.key);
  expect(listed.value.map(({ id, role, through, lostAt }) => [id, role, through, lostAt === null])).toEqual([
    ["sue", "support", null, true],
    ["ada", "admin", "list", true],
    ["zoe", "licence_manager", "role:Controller", true],
    ["mia", "licence_manager", "role:accounts", false],
  ]);
  const rows = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql
      .exec<{ kind: string }>(
        "SELECT kind FROM outbox WHERE kind LIKE 'role%' OR kind = 'settings_changed' ORDER BY seq",
      )
      .toArray()
      .map(({ kind }) => kind),
  );
  expect(rows.slice(-3).sort()).toEqual(["role_gained", "role_lost", "settings_changed"]);
  // The next claim brings what the preset says, which no longer counts.
  await seat(calls, "zoe", { name: "Zoe", ...roled("Controller") });
  expect((await look(calls, { search: "zoe" })).holders[0]?.role).toBe("licence_manager");
  // Back to the preset, which has no role of these.
  expect((await changeRights(calls, ada, null)).ok).toBe(true);
  expect(await calls.adminView(zoe)).toMatchObject({ ok: false, error: { code: "forbidden" } });
});

test("[I13.6] [I13.7] [I13.5] whoever manages is judged also while their seat came through an integration", async () => {
  const calls = freshTenant();
  const mia: Person = { id: HolderId.parse("mia"), name: "Mia", email: null, ...roled("accounts"), role: "admin" };
  await calls.adminView(mia);
  // N: an integration's word of the person says nothing of roles.
  await calls.claim({
    person: { id: mia.id, name: "Mia", email: null, role: "user", groups: ["token:abc"] },
    session: SessionKey.parse("mia-mail".padEnd(22, "_")),
    binding: BindingId.parse("binding-of-mia-mail"),
    ...{ act: "button", active: false, clientKind: "native:mail", isRemembered: true },
  });
  const preview = await calls.rights(sue, { do: "preview", rights: { order: [], rules: [MAP.rules[2] as RightRule] } });
  expect(preview).toMatchObject({
    ok: false,
    error: { code: "conflict", says: { key: "rightsNobody", values: { names: "accounts" } } },
  });
  await seat(calls, "zoe", { name: "Zoe", ...roled("Controller") });
  const told = await calls.rights(ada, { do: "preview", rights: MAP });
  expect(told.ok && told.value.preview?.loses.map(({ id }) => id)).toEqual(["mia"]);
  expect((await changeRights(calls, ada, MAP)).ok).toBe(true);
  const listed = await calls.listManagers(ada);
  expect(listed.ok && listed.value.find(({ id }) => id === "mia")?.lostAt).not.toBeNull();
});

test("[A12] what a right was judged by is kept no longer than the right", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  const facts = () =>
    runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT facts FROM managers").one().facts);
  await seat(calls, "mia", { role: "licence_manager", ...roled("accounts") });
  expect(await facts()).toContain("accounts");
  await seat(calls, "mia", roled("accounts"));
  expect(await facts()).toBeNull();
  await seat(calls, "mia", { role: "licence_manager", ...roled("accounts") });
  expect(await facts()).toContain("accounts");
});

test("[A12] [I13.5] a change of the map that fails leaves nothing behind, and is told whole when it succeeds", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  const mia: Person = { id: HolderId.parse("mia"), name: "Mia", email: null, ...roled("accounts"), role: "admin" };
  await calls.adminView(mia);
  await calls.adminView(ada);
  await seat(calls, "zoe", { name: "Zoe", ...roled("Controller") });
  const { version } = await look(calls, {});
  await runInDurableObject(stub, async (object, { storage }) => {
    storage.sql.exec(
      "CREATE TRIGGER full BEFORE INSERT ON managers WHEN NEW.id = 'zoe' BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    const change = { what: "rights", rights: MAP } as const;
    await expect(object.changeSettings(ada, change, version)).rejects.toThrow("full");
    storage.sql.exec("DROP TRIGGER full");
  });
  expect((await look(calls, {})).version).toBe(version);
  expect((await changeRights(calls, ada, MAP)).ok).toBe(true);
  const told = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT kind FROM outbox WHERE kind = 'role_lost'").toArray(),
  );
  expect(told).toHaveLength(1);
});

test("[I13.7] [I13.8] what may not be saved is refused, changes nothing, and says what would be right", async () => {
  const calls = freshTenant();
  await seat(calls, "zoe", { name: "Zoe", ...roled("Controller") });
  const own: Person = { ...ada, role: "user" };
  const { listed: _, ...unlisted } = own;
  expect((await changeRights(calls, sue, MAP)).ok).toBe(true);
  const { version } = await look(calls, {});
  const without = { ...MAP, rules: MAP.rules.filter(({ name }) => name !== "Chief") };
  const support: RightsMap = { ...MAP, rules: [...MAP.rules, { of: "role", name: "IT", right: "support" }] };
  const cases: [Person, RightsMap, object][] = [
    [unlisted, without, { code: "conflict", says: { key: "rightsOwn", values: { name: "Chief" } } }],
    [unlisted, support, { code: "forbidden" }],
    [
      sue,
      { ...MAP, rules: MAP.rules.slice(2) },
      { code: "conflict", says: { key: "rightsNobody", values: { names: "Controller" } } },
    ],
    [unlisted, { ...MAP, order: [] }, { code: "out_of_range", field: "rights.rules.0.orHigher" }],
  ];
  for (const [actor, rights, problem] of cases) {
    expect(await calls.rights(actor, { do: "preview", rights })).toMatchObject({ ok: false, error: problem });
    expect(await changeRights(calls, actor, rights)).toMatchObject({ ok: false, error: problem });
  }
  expect((await look(calls, {})).version).toBe(version);
});

test("[I13.1] a tenant from before the map was there goes by its preset, and its managers stay listed", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  await seat(calls, "mia", { name: "Mia", role: "licence_manager" });
  await look(calls, {});
  await runInDurableObject(stub, (_, { storage }) => {
    const { rights: __, ...before } = JSON.parse(readLongMeta(storage.sql, "settings") ?? "{}");
    storage.transactionSync(() => {
      writeLongMeta(storage.sql, "settings", JSON.stringify(before));
      // As the migration leaves the rows that are there.
      storage.sql.exec("UPDATE managers SET facts = NULL");
    });
  });
  await evictDurableObject(stub);
  expect((await look(calls, {})).settings.rights).toBeNull();
  const listed = await calls.listManagers(sue);
  expect(listed.ok && listed.value.map(({ id, role }) => [id, role])).toEqual([
    ["sue", "support"],
    ["mia", "licence_manager"],
  ]);
  expect((await calls.adminView({ ...sue, role: "licence_manager" })).ok).toBe(true);
});

test("[A13] whoever manages a pool sees and frees its people, and neither sees nor changes anything else", async () => {
  const calls = freshTenant();
  const stub = calls as unknown as DurableObjectStub<TenantSeats>;
  const pool = (id: string, group: string) => ({
    ...{ id, name: id.toUpperCase(), groups: [group], reserved: 0, most: null, priority: 1, windows: null },
  });
  await calls.setLimit(sue, 9, (await look(calls, {})).version);
  const pools = [pool("fin", "finance"), pool("sal", "sales")];
  await calls.changeSettings(sue, { what: "pools", pools }, (await look(calls, {})).version);
  const fred = { name: "Fred", groups: ["finance"], crmRoles: 1 };
  await seat(calls, "fred", fred);
  await seat(calls, "both", { name: "Bo Both", groups: ["sales", "finance"], crmRoles: 2 });
  await seat(calls, "sally", { name: "Sally", ...roled("sales") });
  await seat(calls, "lea", { name: "Lea", ...roled("lead") });
  const lea: Person = { id: HolderId.parse("lea"), name: "Lea", email: null, role: "user", ...roled("lead") };
  const limited: RightsMap = {
    ...MAP,
    rules: [...MAP.rules, { of: "role", name: "lead", right: "licence_manager", pool: "fin" }],
  };
  const preview = await calls.rights(ada, { do: "preview", rights: limited });
  expect(preview).toMatchObject({ ok: true, value: { preview: { loses: [] } } });
  expect(preview.ok && preview.value.preview?.gains).toEqual([
    { id: "lea", name: "Lea", from: "user", to: "user", fromPools: [], toPools: ["FIN"], through: "role:lead" },
  ]);
  expect((await changeRights(calls, ada, limited)).ok).toBe(true);

  const announce = { what: "announce" as const, text: "Cake at four.", lastsMs: 60_000 };
  expect((await calls.changeSettings(sue, announce, (await look(calls, {})).version)).ok).toBe(true);
  const seen = await calls.adminView(lea, { ...NO_PEOPLE, size: 100, sort: "name", descending: false });
  if (!seen.ok) throw new Error(seen.error.says.key);
  expect(seen.value.holders.map(({ name }) => name)).toEqual(["Bo Both", "Fred"]);
  expect([seen.value.scope, seen.value.found, seen.value.seated]).toEqual([["FIN"], 2, 2]);
  expect(JSON.stringify(seen.value)).not.toMatch(/Sally|SAL|Lea|Sue/);
  expect((await look(calls, {})).scope).toBeNull();
  const status = await calls.status({ person: lea, session: SessionKey.parse("lea-desk".padEnd(22, "_")) });
  expect(status?.status.mayAdminister).toBe(true);
  const [fredId, sally] = [HolderId.parse("fred"), HolderId.parse("sally")];
  expect((await calls.viewHolder(lea, fredId)).ok && (await calls.explainHolder(lea, fredId)).ok).toBe(true);
  expect(await calls.viewHolder(lea, sally)).toEqual({ ok: true, value: null });
  expect(await calls.explainHolder(lea, sally)).toMatchObject({ ok: false, error: { code: "not_found" } });
  expect(await calls.evict(lea, sally, "no")).toMatchObject({ ok: false, error: { says: { key: "freesOfPool" } } });
  expect(await calls.evict(lea, HolderId.parse("nobody"), "no")).toMatchObject({
    ok: false,
    error: { code: "forbidden" },
  });
  const freed = await calls.evict(lea, fredId, "month end");
  expect(freed.ok && freed.value.holders.map(({ name }) => name)).toEqual(["Bo Both"]);

  // L2: attempts are recorded and limited, so there are fewer than would be refused as too many.
  const { version } = await look(calls, {});
  for (const asked of [
    calls.setLimit(lea, 20, version),
    calls.setIdleTimeout(lea, 600_000, version),
    calls.changeSettings(lea, { what: "pools", pools: [] }, version),
    calls.changeSettings(lea, { what: "boost", extra: 1, startsInMs: 0, lastsMs: 60_000 }, version),
    calls.changeSettings(lea, { what: "rights", rights: null }, version),
    calls.reportRecords(lea, 7),
    calls.findPeople(lea, "s"),
    calls.listManagers(lea),
    calls.listTokens(lea),
    calls.groups(lea, { do: "list" }),
    calls.rights(lea, { do: "read" }),
    calls.records(lea, { do: "spend", on: "export" }),
    calls.makeToken(lea, { name: "x", kind: "erp", policy: "read" }),
  ] as Promise<{ ok: boolean; error?: { code: string } }>[]) {
    expect(await asked).toMatchObject({ ok: false, error: { code: "forbidden" } });
  }
  expect((await look(calls, {})).version).toBe(version);

  // The pool stays as long as a right is limited to it.
  const without = { what: "pools" as const, pools: pools.slice(1) };
  expect(await calls.changeSettings(sue, without, version)).toMatchObject({
    ok: false,
    error: { code: "out_of_range", says: { key: "rightsPoolManaged", values: { pool: "FIN", name: "lead" } } },
  });
  await evictDurableObject(stub);
  const listed = await calls.listManagers(sue);
  const row = listed.ok ? listed.value.find(({ id }) => id === "lea") : undefined;
  expect(row).toMatchObject({ role: "licence_manager", through: "role:lead", pools: ["fin"], lostAt: null });
  // All people in place of a pool's, and nothing any more.
  const all: RightsMap = { ...MAP, rules: [...MAP.rules, { of: "role", name: "lead", right: "licence_manager" }] };
  expect((await changeRights(calls, ada, all)).ok).toBe(true);
  expect((await calls.adminView(lea)).ok && (await calls.listTokens(lea)).ok).toBe(true);
  expect((await changeRights(calls, ada, MAP)).ok).toBe(true);
  expect(await calls.adminView(lea)).toMatchObject({ ok: false, error: { code: "forbidden" } });
});
