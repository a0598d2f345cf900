import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import {
  canonicalJson,
  describe as describeAudit,
  readHeads,
  verifyAudit,
} from "../../../../scripts/audit/verify-audit.mjs";
import { BindingId, HolderId, SessionKey, type TenantId } from "../../../../shared/ids.ts";
import { exportAudit } from "../../../../worker/audit/audit-export.ts";
import { EVERYTHING, readHead } from "../../../../worker/audit/audit-query.ts";
import { type ChainedRow, chainHash, genesisOf } from "../../../../worker/audit/chain.ts";
import { explainPast } from "../../../../worker/audit/denials/past-explanation.ts";
import { readPastRefusal } from "../../../../worker/audit/denials/past-scene.ts";
import { exportPerson } from "../../../../worker/audit/directory.ts";
import { SENT_KEPT_MS } from "../../../../worker/tenant/audit/outbox-rows.ts";
import type { Caller, Role, TenantCalls } from "../../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../../worker/tenant/tenant-seats.ts";
import { freshFirm } from "../firm.ts";

const freshTenant = () => freshFirm("keeping");

const caller = (name: string, role: Role = "user"): Caller => ({
  person: { id: HolderId.parse(`crm-${name}`), name: `${name} Adams`, email: `${name}@acme.example`, role },
  session: SessionKey.parse(`${name}-desk`.padEnd(22, "_")),
});
const claim = (calls: TenantCalls, who: Caller) =>
  calls.claim({
    ...who,
    binding: BindingId.parse(`binding-of-${who.person.id}`),
    act: "navigation",
    active: true,
    clientKind: "browser",
  });
const release = (calls: TenantCalls, who: Caller) =>
  calls
    .release(who, null, null)
    .then(() => calls.handBack(who.person.id, BindingId.parse(`binding-of-${who.person.id}`), Date.now()));
const [anna, ben, cleo] = [caller("anna"), caller("ben"), caller("cleo")];
const mia = caller("mia", "licence_manager").person;
const sam = caller("sam", "support").person;

/** Delivers everything that waits, `laterMs` from now by the object's clock. */
async function deliver(stub: DurableObjectStub<TenantSeats>, laterMs = 2_000): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
  try {
    for (let round = 0; round < 20; round++) {
      await runDurableObjectAlarm(stub);
      vi.setSystemTime(Date.now() + 2_000);
      const waits = await runInDurableObject(
        stub,
        (_, state) =>
          state.storage.sql
            .exec(
              "SELECT count(*) AS n FROM outbox WHERE seq > (SELECT coalesce(max(value + 0), 0) FROM meta WHERE name = 'sent_through')",
            )
            .one().n,
      );
      if (waits === 0) return;
    }
    throw new Error("the outbox does not empty");
  } finally {
    vi.useRealTimers();
  }
}

const rowsOf = async (table: string, tenant: string) =>
  (await env.RECORDS.prepare(`SELECT * FROM ${table} WHERE tenant = ? ORDER BY 1, 2, 3`).bind(tenant).all()).results;
const everything = async (tenant: string) =>
  Object.fromEntries(
    await Promise.all(
      ["events", "denials", "directory", "texts", "usage"].map(async (table) => [table, await rowsOf(table, tenant)]),
    ),
  );
const exported = (tenant: TenantId) =>
  new Response(exportAudit(env.RECORDS, tenant, EVERYTHING, "jsonl", Date.now())).text();

/** Two grants, a refusal, asked twice, and its end, an eviction with a note, changes made and refused. */
async function liveThrough(calls: TenantCalls): Promise<void> {
  await claim(calls, anna);
  await claim(calls, ben);
  await claim(calls, cleo);
  await claim(calls, cleo);
  await release(calls, ben);
  await claim(calls, cleo);
  await calls.setLimit(mia, 1, 1);
  await calls.setLimit(mia, 3, 1);
  await calls.evict(mia, cleo.person.id, "month-end closing, dear Cleo Adams");
  await release(calls, anna);
}

test("[R2] every told event is in one unbroken chain, with the seats in use and the limit, across restarts", async () => {
  const { name, stub, calls } = freshTenant();
  await liveThrough(calls);
  await evictDurableObject(stub);
  await claim(calls, anna);
  await release(calls, anna);
  await deliver(stub);
  const { head } = await answerOf(calls.records(mia, { do: "head" }));
  const found = await verifyAudit([new TextEncoder().encode(await exported(name))], new Map([[head.seq, head.hash]]));
  expect(found).toMatchObject({ first: 1, last: head.seq, anchor: 0 });
  const rows = (await rowsOf("events", name)).map((row) => [row.kind, row.in_use, row.seat_limit]);
  expect(rows).toEqual([
    ["seat_granted", 1, 2],
    ["seat_granted", 2, 2],
    ["denial_opened", 2, 2],
    ["lease_ended", 1, 2],
    ["denial_closed", 1, 2],
    ["seat_granted", 2, 2],
    ["change_refused", 2, 2],
    ["limit_changed", 2, 3],
    ["lease_ended", 1, 3],
    ["lease_ended", 0, 3],
    ["seat_granted", 1, 3],
    ["lease_ended", 0, 3],
  ]);
});

test("[R1] three hundred refusals of one person are one episode that counts them all, and a few rows", async () => {
  const { name, stub, calls } = freshTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  for (let attempt = 0; attempt < 150; attempt++) await claim(calls, cleo);
  await evictDurableObject(stub);
  for (let attempt = 0; attempt < 150; attempt++) await claim(calls, cleo);
  await calls.setLimit(mia, 3, 1);
  expect(await claim(calls, cleo)).toMatchObject({ granted: true });
  await deliver(stub);
  const kinds = (await rowsOf("events", name)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => String(kind).startsWith("denial_")).length).toBeLessThanOrEqual(4);
  expect(await rowsOf("denials", name)).toMatchObject([{ attempts: 300, outcome: "seated" }]);
});

const answerOf = async (asked: ReturnType<TenantCalls["records"]>) => {
  const answer = await asked;
  if (!answer.ok) throw new Error(answer.error.says.key);
  return answer.value;
};

test("[R2] the chain holds no name, address, key of the CRM, session or written text", async () => {
  const { name, stub, calls } = freshTenant();
  await liveThrough(calls);
  await deliver(stub);
  const chain = JSON.stringify(await rowsOf("events", name));
  for (const personal of ["Adams", "acme.example", "crm-", "month-end", "desk", "binding-of"]) {
    expect([personal, chain.includes(personal)]).toEqual([personal, false]);
  }
  const inObject = await runInDurableObject(stub, (_, state) =>
    JSON.stringify(state.storage.sql.exec("SELECT holder, actor, body FROM outbox").toArray()),
  );
  expect(inObject).not.toContain("Adams");
  const directory = await rowsOf("directory", name);
  expect(directory.map((row) => [row.holder, row.name, row.email, row.role]).sort()).toEqual([
    ["crm-anna", "anna Adams", "anna@acme.example", "user"],
    ["crm-ben", "ben Adams", "ben@acme.example", "user"],
    ["crm-cleo", "cleo Adams", "cleo@acme.example", "user"],
    ["crm-mia", "mia Adams", null, "licence_manager"],
  ]);
  const file = await exported(name);
  expect(file).toContain("month-end closing, dear Cleo Adams");
  const evicted = file.split("\n").find((line) => line.includes('"cause":"evicted"')) ?? "{}";
  expect(JSON.parse(evicted)).toMatchObject({ person_name: "cleo Adams", actor_name: "mia Adams" });
});

test("[R2] a person is exported, and erased without breaking the chain, also where D1 is filled again", async () => {
  const { name, stub, calls } = freshTenant();
  await liveThrough(calls);
  await deliver(stub);
  const own = JSON.stringify(await exportPerson(env.RECORDS, name, "crm-cleo"));
  expect(own).toContain("cleo@acme.example");
  expect(own).toContain("month-end closing");
  expect(own).not.toContain("anna@acme.example");
  expect(await calls.records(mia, { do: "erase", holder: cleo.person.id })).toMatchObject({
    ok: false,
    error: { code: "forbidden" },
  });
  // The evicted seat drains until the pass is out; then nothing of Cleo is in use any more.
  expect(await calls.records(sam, { do: "erase", holder: cleo.person.id })).toMatchObject({
    ok: false,
    error: { code: "out_of_range" },
  });
  await deliver(stub, 120_000);
  await answerOf(calls.records(sam, { do: "erase", holder: cleo.person.id }));
  await deliver(stub);
  await answerOf(calls.records(sam, { do: "replay" }));
  await deliver(stub);
  const all = JSON.stringify(await everything(name));
  for (const personal of ["cleo", "Cleo", "month-end"])
    expect([personal, all.includes(personal)]).toEqual([personal, false]);
  expect(all).toContain("anna Adams");
  const inObject = await runInDurableObject(stub, (_, state) =>
    JSON.stringify(
      ["outbox", "people", "absences", "leases", "acts"].map((table) =>
        state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
      ),
    ),
  );
  expect(inObject).not.toContain("cleo");
  expect(await verifyAudit([new TextEncoder().encode(await exported(name))])).toMatchObject({ first: 1 });
  expect(await calls.records(sam, { do: "erase", holder: cleo.person.id })).toMatchObject({ ok: false });
});

test("[R2] after D1 was restored to an earlier moment, a replay fills it again, exactly once in effect", async () => {
  const { name, stub, calls } = freshTenant();
  await liveThrough(calls);
  await deliver(stub);
  await liveThrough(calls);
  await deliver(stub);
  const before = await everything(name);
  const triggers = (
    await env.RECORDS.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all<{
      name: string;
      sql: string;
    }>()
  ).results;
  // A restore takes rows away in a way that no statement could: here, with the guards off.
  for (const trigger of triggers) await env.RECORDS.prepare(`DROP TRIGGER ${trigger.name}`).run();
  for (const sql of [
    "DELETE FROM events WHERE tenant = ? AND seq > 4",
    "DELETE FROM denials WHERE tenant = ?",
    "DELETE FROM usage WHERE tenant = ?",
    "DELETE FROM texts WHERE tenant = ?",
    "DELETE FROM directory WHERE tenant = ? AND name > 'b'",
  ]) {
    await env.RECORDS.prepare(sql).bind(name).run();
  }
  for (const trigger of triggers) await env.RECORDS.prepare(trigger.sql).run();
  expect(await calls.records(mia, { do: "replay" })).toMatchObject({ ok: false, error: { code: "forbidden" } });
  await answerOf(calls.records(sam, { do: "replay" }));
  await deliver(stub);
  const after = await everything(name);
  expect(after.denials).toEqual(before.denials);
  expect(after.texts).toEqual(before.texts);
  expect(after.events?.slice(0, -1)).toEqual(before.events);
  expect(after.events?.at(-1)).toMatchObject({ kind: "records_replayed" });
  expect(after.directory).toHaveLength((before.directory ?? []).length + 1);
  const usage = (rows: Record<string, unknown>[] | undefined) =>
    rows?.map(({ revision: _, seat_ms: __, limit_ms: ___, full_ms: ____, ...row }) => row);
  expect(usage(after.usage)).toEqual(usage(before.usage));
  expect((await readHead(env.RECORDS, name)).hash).toBe((await answerOf(calls.records(sam, { do: "head" }))).head.hash);
});

test("[R2] delivered rows stay seven days after their delivery, and a replay after that starts where they do", async () => {
  const { name, stub, calls } = freshTenant();
  await liveThrough(calls);
  await deliver(stub);
  const kept = () =>
    runInDurableObject(stub, (_, state) => Number(state.storage.sql.exec("SELECT count(*) AS n FROM outbox").one().n));
  const first = await kept();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + SENT_KEPT_MS + 60_000 });
  try {
    await claim(calls, anna);
    vi.setSystemTime(Date.now() + 2_000);
    await runDurableObjectAlarm(stub);
    expect(await kept()).toBeLessThan(first);
    const before = await everything(name);
    await answerOf(calls.records(sam, { do: "replay" }));
    vi.setSystemTime(Date.now() + 2_000);
    await runDurableObjectAlarm(stub);
    const after = await everything(name);
    // Between the two the first head was signed, by a key that a row names (R9).
    const told = after.events?.filter(({ kind }: { kind?: unknown }) => kind !== "head_key_set");
    expect(told?.slice(0, -1)).toEqual(before.events);
    expect(after.usage?.slice(0, 1)).toEqual(before.usage?.slice(0, 1));
  } finally {
    vi.useRealTimers();
  }
  await evictDurableObject(stub);
  await release(calls, anna);
  await deliver(stub, SENT_KEPT_MS + 120_000);
  expect(await verifyAudit([new TextEncoder().encode(await exported(name))])).toMatchObject({ first: 1 });
});

test("[R4] an alert is told once per episode, tried again with pauses until the receiver takes it, and survives a restart", async () => {
  const { stub, calls } = freshTenant();
  const sent: { url: string; body: Record<string, unknown> }[] = [];
  let up = false;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) });
    return new Response("", { status: up ? 200 : 503 });
  }) as unknown as typeof fetch);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const alarm = async (laterMs: number) => {
    vi.setSystemTime(Date.now() + laterMs);
    await runDurableObjectAlarm(stub);
    await runInDurableObject(stub, () => scheduler.wait(5));
  };
  try {
    const call = {
      do: "add_receiver" as const,
      kind: "generic" as const,
      url: "https://hooks.example.com/x",
      on: ["full" as const, "denied" as const],
    };
    expect(await calls.records(anna.person, call)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await calls.records(mia, { ...call, url: "https://10.0.0.1/" })).toMatchObject({
      ok: false,
      error: { code: "out_of_range" },
    });
    const added = await answerOf(calls.records(mia, call));
    expect(added.secret).toMatch(/^whsec_.{40,}/);
    expect(JSON.stringify(added.alerts)).not.toContain(added.secret);
    await claim(calls, anna);
    await claim(calls, ben);
    await claim(calls, cleo);
    await alarm(1_000);
    expect(sent.map(({ body }) => [body.type, body.inUse])).toEqual([["seats_full", 2]]);
    const { alerts } = await answerOf(calls.records(mia, { do: "head" }));
    expect(alerts).toMatchObject({
      waiting: 1,
      hooks: [{ last: { fault: { key: "sentStatus", values: { status: 503 } } } }],
    });
    await alarm(1_000);
    expect(sent).toHaveLength(1);
    await evictDurableObject(stub);
    up = true;
    await answerOf(calls.records(mia, { do: "head" }));
    await alarm(15_000);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.body).toEqual(sent[0]?.body);
    expect((await answerOf(calls.records(mia, { do: "head" }))).alerts).toMatchObject({
      waiting: 0,
      hooks: [{ last: { fault: null } }],
    });
    // R1: Cleo is without a seat for longer than the tolerance now; the alarm comes by itself.
    await alarm(60_000);
    expect(sent.map(({ body }) => body.type)).toEqual(["seats_full", "seats_full", "seats_denied"]);
    sent.pop();
    await alarm(60_000);
    expect(sent).toHaveLength(2);
    const id = added.alerts.hooks[0]?.id ?? "";
    await answerOf(calls.records(mia, { do: "test_receiver", id }));
    expect(sent[2]?.body).toMatchObject({ type: "seats_test" });
    up = false;
    expect(await calls.records(mia, { do: "test_receiver", id })).toMatchObject({
      ok: false,
      error: { says: { key: "sentStatus", values: { status: 503 } } },
    });
    expect(await calls.records(anna.person, { do: "test_receiver", id })).toMatchObject({
      ok: false,
      error: { code: "forbidden" },
    });
    expect(sent).toHaveLength(4);
    expect((await answerOf(calls.records(mia, { do: "remove_receiver", id }))).alerts.hooks).toEqual([]);
    expect(await calls.records(mia, { do: "set_near", percent: 40 })).toMatchObject({ ok: false });
    expect((await answerOf(calls.records(mia, { do: "set_near", percent: 80 }))).alerts.nearPercent).toBe(80);
  } finally {
    vi.useRealTimers();
    spy.mockRestore();
  }
});

test("[L19] a refusal opens as it was, from what has reached D1, whatever happened since", async () => {
  const { name, stub, calls } = freshTenant();
  const sales: Caller = { ...cleo, person: { ...cleo.person, groups: ["sales"] } };
  const view = await calls.adminView(sam);
  const version = view.ok ? view.value.version : 0;
  const pool = {
    id: "fin",
    name: "Finance",
    groups: ["accounts"],
    reserved: 1,
    most: null,
    priority: 0,
    windows: null,
  };
  await calls.changeSettings(sam, { what: "pools", pools: [pool] }, version);
  await claim(calls, anna);
  expect(await claim(calls, sales)).toMatchObject({ granted: false, denied: { reason: "reserved_for_others" } });
  const told = await calls.explain(sales.person);
  expect(told.change).toEqual([{ what: "reserved", pool: "fin", name: "Finance", from: 1, to: 0 }]);
  await claim(calls, { ...ben, person: { ...ben.person, groups: ["accounts"] } });
  await release(calls, anna);
  await calls.changeSettings(sam, { what: "pools", pools: [] }, version + 1);
  await calls.setLimit(sam, 9, version + 2);
  await deliver(stub);
  const row = await env.RECORDS.prepare(
    "SELECT at, body ->> 'id' AS id FROM events WHERE tenant = ? AND kind = 'denial_opened'",
  )
    .bind(name)
    .first<{ at: number; id: string }>();
  const now = await calls.adminView(sam);
  if (row === null || !now.ok) throw new Error("nothing was told");
  const past = await readPastRefusal(env.RECORDS, name, row, now.value.settings);
  if (past === null) throw new Error("the refusal is not found");
  expect(past.scene).toMatchObject({
    settings: { limit: 2, pools: [pool] },
    leases: [{ person: { id: anna.person.id }, exempt: false }],
    line: [],
  });
  expect(past.names.get(anna.person.id)?.name).toBe("anna Adams");
  const explained = explainPast(past);
  expect(explained).toMatchObject({ change: told.change, isWhole: true, pools: ["Finance"] });
  expect(explained.explanation).toEqual(told);
  expect(await readPastRefusal(env.RECORDS, name, { ...row, id: "no" }, now.value.settings)).toBeNull();
});

test("[R2] a change of the settings keeps people's names out of the chain, and tells what was changed beside it", async () => {
  const { name, stub, calls } = freshTenant();
  const made = await calls.changeSettings(
    mia,
    {
      what: "pools",
      pools: [
        { id: "sales", name: "Sales", groups: ["Vertrieb"], reserved: 0, most: null, priority: 0, windows: null },
      ],
    },
    1,
  );
  expect(made.ok).toBe(true);
  const exempted = await calls.changeSettings(
    sam,
    { what: "exempt", person: { id: cleo.person.id, name: cleo.person.name } },
    2,
  );
  expect(exempted.ok).toBe(true);
  const selling = { ...anna, person: { ...anna.person, groups: ["Vertrieb"] } };
  await claim(calls, selling);
  await claim(calls, { ...cleo, person: { ...cleo.person, groups: ["Vertrieb"] } });
  await release(calls, selling);
  await deliver(stub);
  const chain = JSON.stringify(await rowsOf("events", name));
  for (const personal of ["Adams", "crm-"]) expect([personal, chain.includes(personal)]).toEqual([personal, false]);
  expect(chain).toContain("Sales");
  const pools = await env.RECORDS.prepare(
    "SELECT pool, sum(grants) AS grants, max(peak) AS peak FROM usage WHERE tenant = ? GROUP BY pool",
  )
    .bind(name)
    .all();
  expect(pools.results).toEqual([
    { pool: "", grants: 1, peak: 1 },
    { pool: "Sales", grants: 1, peak: 1 },
  ]);
  expect(await exported(name)).toContain("cleo Adams: exempt");
  expect(await verifyAudit([new TextEncoder().encode(await exported(name))])).toMatchObject({ first: 1 });
  expect(await calls.records(sam, { do: "erase", holder: cleo.person.id })).toMatchObject({ ok: false });
});

test("[R2] an erased name is in no sentence of the audit, whatever signs it has, delivered or not", async () => {
  const { name, stub, calls } = freshTenant();
  const rob = { ...cleo, person: { ...cleo.person, name: 'Robert "Bob" Smith' } };
  const person = { id: rob.person.id, name: rob.person.name };
  await claim(calls, rob);
  await release(calls, rob);
  const listed = async (version: number) => {
    expect(await calls.changeSettings(sam, { what: "exempt", person }, version)).toMatchObject({ ok: true });
    const count = { what: "end_exemption", id: person.id } as const;
    expect(await calls.changeSettings(sam, count, version + 1)).toMatchObject({ ok: true });
  };
  await listed(1);
  await deliver(stub);
  expect(await exported(name)).toContain("Bob");
  await listed(3);
  await answerOf(calls.records(sam, { do: "erase", holder: person.id }));
  const rows = await runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT * FROM outbox").toArray());
  expect(JSON.stringify(rows)).not.toContain("Bob");
  await deliver(stub);
  expect(await exported(name)).not.toContain("Bob");
});

test("[N3] [R2] the audit says a token's name, sealed as what people wrote", async () => {
  const { name, stub, calls } = freshTenant();
  const made = await calls.makeToken(mia, { name: "Mail of Cleo", kind: "mail", policy: "check" });
  if (!made.ok) throw new Error(made.error.says.key);
  await calls.revokeToken(mia, made.value.row.id);
  await deliver(stub);
  const rows = (await exported(name))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const kind of ["token_made", "token_revoked"]) {
    const row = rows.find((one) => one.kind === kind);
    expect(row.body.label).toEqual({ seal: expect.any(String) });
    expect(row.texts).toMatchObject([{ field: "label", text: "Mail of Cleo" }]);
  }
});

test("[R2] the history of the settings names whoever changed them, and nobody after an erasure, over a restart", async () => {
  const { stub, calls } = freshTenant();
  const historyOf = async () => {
    const view = await calls.adminView(sam);
    return view.ok ? view.value.settings.history.map(({ by }) => by) : null;
  };
  expect(await calls.setLimit(mia, 20, 1)).toMatchObject({ ok: true });
  expect(await historyOf()).toEqual(["mia Adams"]);
  expect(await calls.records(sam, { do: "erase", holder: mia.id })).toMatchObject({ ok: true });
  expect(await historyOf()).toEqual(["somebody"]);
  await evictDurableObject(stub);
  expect(await historyOf()).toEqual(["somebody"]);
});

test("[N3] [R2] a token names its maker as long as the person is known, and nobody after an erasure", async () => {
  const { stub, calls } = freshTenant();
  const made = await calls.makeToken(mia, { name: "Mail", kind: "mail", policy: "check" });
  expect(made).toMatchObject({ value: { row: { madeBy: "mia Adams" } } });
  expect(await calls.listTokens(sam)).toMatchObject({ value: [{ madeBy: "mia Adams" }] });
  expect(await calls.records(sam, { do: "erase", holder: mia.id })).toMatchObject({ ok: true });
  expect(await calls.listTokens(sam)).toMatchObject({ value: [{ name: "Mail", madeBy: "" }] });
  const tokens = await runInDurableObject(stub, (_, state) => state.storage.sql.exec("SELECT * FROM tokens").toArray());
  expect(JSON.stringify(tokens)).not.toContain("Adams");
});

test("[R8] every event reaches a receiver in order, once in effect, over faults and restarts; after days it is turned off", async () => {
  const { name, stub, calls } = freshTenant();
  const sent: { id: string; type: string; seq: number; data: Record<string, unknown> }[] = [];
  let answer: (count: number) => number = () => 200;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((async (_: string, init: RequestInit) => {
    const { type, data } = JSON.parse(String(init.body));
    sent.push({ id: new Headers(init.headers).get("webhook-id") ?? "", type, seq: data.seq, data });
    return new Response("", { status: answer(sent.length) });
  }) as unknown as typeof fetch);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const turn = async (laterMs: number) => {
    vi.setSystemTime(Date.now() + laterMs);
    await runDurableObjectAlarm(stub);
    await runInDurableObject(stub, () => scheduler.wait(5));
  };
  const state = async () => (await answerOf(calls.records(mia, { do: "head" }))).alerts.hooks[0];
  try {
    const wish = { kind: "generic", url: "https://hooks.example.com/x", on: [], events: true, names: true } as const;
    expect(
      await calls.records(mia, { do: "add_receiver", ...wish, kind: "slack", url: "https://hooks.slack.com/x" }),
    ).toMatchObject({
      ok: false,
      error: { field: "on" },
    });
    await answerOf(calls.records(mia, { do: "add_receiver", ...wish }));
    const id = (await state())?.id ?? "";
    // Every other one is lost on the way back: the receiver has it, and gets it again.
    answer = (count) => (count % 2 === 0 ? 503 : 200);
    for (const person of [anna, ben]) await claim(calls, person);
    await release(calls, anna);
    for (let step = 0; step < 12; step++) {
      await turn(20_000);
      if (step % 4 === 1) await evictDurableObject(stub);
    }
    const { results: rows } = await env.RECORDS.prepare(
      "SELECT seq, kind, hash FROM events WHERE tenant = ? ORDER BY seq",
    )
      .bind(name)
      .all<{ seq: number; kind: string; hash: string }>();
    const once = [...new Map(sent.map((each) => [each.id, each])).values()];
    const first = once[0]?.seq ?? 0;
    expect(once.map(({ seq, type, data }) => [seq, type, data.hash])).toEqual(
      rows.filter(({ seq }) => seq >= first).map(({ seq, kind, hash }) => [seq, `audit.${kind}`, hash]),
    );
    expect(sent.length).toBeGreaterThan(once.length);
    expect(once.find(({ type }) => type === "audit.seat_granted")?.data).toMatchObject({
      personName: anna.person.name,
    });
    answer = () => 500;
    await claim(calls, cleo);
    for (let day = 0; day < 7; day++) await turn(86_400_000);
    const off = await state();
    expect(off?.last).toMatchObject({ off: expect.any(Number), fault: { key: "sentStatus", values: { status: 500 } } });
    expect(off?.lag).toBeGreaterThan(0);
    const count = sent.length;
    await turn(86_400_000);
    expect(sent).toHaveLength(count);
    answer = () => 200;
    const rotated = await answerOf(calls.records(mia, { do: "rotate_secret", id }));
    expect(rotated.secret).toMatch(/^whsec_/);
    await answerOf(calls.records(mia, { do: "resume_receiver", id }));
    for (let step = 0; step < 8; step++) await turn(1_000);
    expect((await state())?.lag).toBe(0);
    const types = [...new Map(sent.slice(count).map((each) => [each.id, each.type])).values()];
    expect(types).toContain("audit.receiver_turned_off");
    expect(types).toContain("audit.receiver_turned_on");
    expect(await calls.records(mia, { do: "resume_receiver", id })).toMatchObject({ error: { code: "conflict" } });
  } finally {
    vi.useRealTimers();
    spy.mockRestore();
  }
});

type Line = Record<string, unknown> & { row: string; seq: number; body: Record<string, unknown> };
const linesOf = (file: string): Line[] =>
  file
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
const fileOf = (lines: readonly Line[]) => [
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
];

/** What somebody who may write to the database can do: calculate every hash again, from the first row on. */
function rechain(tenant: string, lines: readonly Line[]): Line[] {
  let prev = genesisOf(tenant);
  return lines.map((line) => {
    if (line.row === "end") return { ...line, hash: prev };
    if (line.row !== "event") return line;
    const { seq, at, kind, person, actor, in_use, limit, body } = line as unknown as ChainedRow & {
      person: string;
      in_use: number;
    };
    const row = { seq, at, kind, holder: person, actor, inUse: in_use, limit, body: canonicalJson(body) } as ChainedRow;
    const made = { ...line, prev, hash: chainHash(prev, tenant, row) };
    prev = made.hash;
    return made;
  });
}

test("[R9] names are sealed to their rows: a changed, an older and a missing one is found, an erased one is proven", async () => {
  const { name, stub, calls } = freshTenant();
  await liveThrough(calls);
  await deliver(stub, 120_000);
  await answerOf(calls.records(sam, { do: "erase", holder: cleo.person.id }));
  const before = await rowsOf("directory", name);
  const married = { ...anna, person: { ...anna.person, name: "anna Lindström" } };
  await claim(calls, married);
  await release(calls, married);
  await deliver(stub);
  const lines = linesOf(await exported(name));
  const found = await verifyAudit(fileOf(lines));
  expect(found.names).toEqual({ proven: 4, erased: 1, older: 0, outside: 0, erasedOutside: 0 });
  expect(lines.filter(({ person_name }) => person_name === "anna Lindström").length).toBeGreaterThan(4);
  const changed = (from: string, to: string) =>
    verifyAudit([
      new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line).replaceAll(from, to)}\n`).join("")),
    ]);
  await expect(changed("ben Adams", "Ben Adams")).rejects.toThrow(/name of s\S+ was changed: .* the word seals/);
  await expect(changed("anna Lindström", "anna Adams")).rejects.toThrow(/name of s\S+ was changed: .* sealed/);
  const one = lines.findIndex(({ person_name }) => person_name === "ben Adams");
  const odd = lines.map((line, index) => (index === one ? { ...line, person_name: "Eve" } : line));
  await expect(verifyAudit(fileOf(odd))).rejects.toThrow(/another name than/);
  await expect(verifyAudit(fileOf(lines.filter(({ row }) => row !== "person")))).rejects.toThrow(/removed|missing/);
  // In the database itself: the older name with its own salt, and a person who disappears without an erasure.
  const { person, salt } = before.find(({ holder }) => holder === "crm-anna") as { person: string; salt: string };
  const put = (sql: string, ...values: unknown[]) =>
    env.RECORDS.prepare(sql)
      .bind(...values)
      .run();
  await put(
    "UPDATE directory SET name = 'anna Adams', salt = ?, sealed = NULL WHERE tenant = ? AND person = ?",
    salt,
    name,
    person,
  );
  await expect(verifyAudit([new TextEncoder().encode(await exported(name))])).rejects.toThrow(
    /not the one that row \d+ sealed last/,
  );
  await put("DELETE FROM directory WHERE tenant = ? AND person = ?", name, person);
  await expect(verifyAudit([new TextEncoder().encode(await exported(name))])).rejects.toThrow(
    /no row says that the person was erased/,
  );
});

test("[R9] by the heads of its days a chain that was written again, or ends too early, is found; heads are signed and sent", async () => {
  const { name, stub, calls } = freshTenant();
  const sent: string[] = [];
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((async (_: string, init: RequestInit) => {
    sent.push(String(init.body));
    return new Response("");
  }) as unknown as typeof fetch);
  try {
    const wish = { kind: "generic", url: "https://auditor.example.com/x", on: [], heads: true } as const;
    await answerOf(calls.records(mia, { do: "add_receiver", ...wish }));
    for (let day = 1; day <= 3; day++) {
      await claim(calls, anna);
      await release(calls, anna);
      await deliver(stub, day * 86_400_000);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + (day + 1) * 86_400_000 });
      try {
        await runDurableObjectAlarm(stub);
        await runInDurableObject(stub, () => scheduler.wait(5));
        await runDurableObjectAlarm(stub);
        await runInDurableObject(stub, () => scheduler.wait(5));
      } finally {
        vi.useRealTimers();
      }
    }
    await deliver(stub, 5 * 86_400_000);
    const { heads } = await answerOf(calls.records(mia, { do: "head" }));
    expect(heads.list.length).toBeGreaterThanOrEqual(2);
    const received = readHeads(sent.join("\n"), heads.key);
    expect(received.map(({ seq, hash }) => [seq, hash]).sort()).toEqual(
      heads.list.map(({ seq, hash }) => [seq, hash]).sort(),
    );
    const lines = linesOf(await exported(name));
    expect(await verifyAudit(fileOf(lines), new Map(), received)).toMatchObject({
      heads: received.length,
      key: heads.key,
    });
    // [R9.6] The audit itself names the key, once, before anybody has to be asked for it.
    const found = await verifyAudit(fileOf(lines), new Map(), received);
    const first = Math.min(...received.map(({ seq }) => seq));
    expect(found.keys).toMatchObject([{ key: heads.key, from: first }]);
    expect(describeAudit(found).join("\n")).toContain(
      `heads of row ${first} and later are signed by the key ${heads.key}`,
    );
    const others = received.map((head) => ({ ...head, key: "another" }));
    await expect(verifyAudit(fileOf(lines), new Map(), others)).rejects.toThrow(/of the audit names/);
    const renamed = rechain(
      name,
      lines.map((line) =>
        line.kind === "head_key_set" && line.body !== undefined ? { ...line, body: { ...line.body, key: "x" } } : line,
      ),
    );
    await expect(verifyAudit(fileOf(renamed))).rejects.toThrow(/an id that is not its own/);
    const forged = rechain(
      name,
      lines.map((line) => (line.seq === 2 && line.row === "event" ? { ...line, in_use: 0, limit: 99 } : line)),
    );
    await verifyAudit(fileOf(forged));
    await expect(verifyAudit(fileOf(forged), new Map(), received)).rejects.toThrow(/the chain was rewritten/);
    const events = lines.filter(({ row }) => row === "event");
    const last = Math.min(...received.map(({ seq }) => seq)) - 1;
    const words = new Set(events.slice(0, last).flatMap(({ person, actor }) => [person, actor]));
    const cut = lines
      .filter(
        (line) =>
          line.row === "anchor" ||
          line.row === "end" ||
          (line.row === "event" ? line.seq <= last : words.has(line.person)),
      )
      .map((line) =>
        line.row === "end"
          ? {
              ...line,
              seq: last,
              hash: events[last - 1]?.hash,
              body: { ...line.body, count: last, people: [...words].filter((word) => word !== null).length },
            }
          : line,
      );
    await verifyAudit(fileOf(cut));
    await expect(verifyAudit(fileOf(cut), new Map(), received)).rejects.toThrow(/the tail was cut off/);
    const edited = sent.map((body) => body.replace(/"seq":\d+/, '"seq":1'));
    expect(() => readHeads(edited.join("\n"))).toThrow(/does not fit its signature/);
    expect(() => readHeads(sent.join("\n"), "another")).toThrow(/another key/);
  } finally {
    spy.mockRestore();
  }
});
