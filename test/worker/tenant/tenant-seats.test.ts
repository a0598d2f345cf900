import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { BindingId, ClientId, HolderId, SessionKey, TabId, TenantId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import type { Act, Caller, ClaimAnswer, Role, TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../worker/tenant/tenant-seats.ts";
import { stayAwake } from "../harsh/isolates.ts";
import { deliver, freshFirm } from "./firm.ts";

/** A tenant of its own for each test: storage is isolated by file only. */
const freshTenant = () => freshFirm("tenant");

const caller = (name: string, role: Role = "user", browser = "desk"): Caller => ({
  person: { id: HolderId.parse(name), name, email: `${name}@acme.example`, role },
  session: SessionKey.parse(`${name}-${browser}`.padEnd(22, "_")),
});
const bindingOf = (who: Caller) => BindingId.parse(`binding-of-${who.person.id}`);
const claim = (calls: TenantCalls, who: Caller, act: Act = "navigation") =>
  calls.claim({ ...who, binding: bindingOf(who), act, active: act === "navigation", clientKind: "browser" });
const passOf = (answer: ClaimAnswer) => {
  if (!answer.granted) throw new Error(`not granted: ${answer.denied.reason}`);
  return answer.pass;
};
const beat = (seq: number, tabs: string[], activeAgeMs: number | null = 0) => ({
  client: ClientId.parse("client-of-a-browser"),
  seq,
  tabs: tabs.map((tab) => ({ id: TabId.parse(tab.padEnd(8, "_")), activeAgeMs })),
});
const anna = caller("anna");
const ben = caller("ben");
const cleo = caller("cleo");

/** Rows written by everything `work` does to the object's storage. */
async function rowsWritten(stub: DurableObjectStub<TenantSeats>): Promise<number> {
  return runInDurableObject(stub, (_, state) => Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n));
}

test("[L2] a full house refuses, and a release with its pass seats the next at once", async () => {
  const { calls } = freshTenant();
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  const refused = await claim(calls, cleo);
  expect(refused).toMatchObject({ granted: false, denied: { reason: "limit_reached", limit: 2, inUse: 2 } });
  const released = await calls.release(anna, null, null);
  expect(released).toMatchObject({ letsGo: true, status: { state: "unseated", inUse: 2, draining: true } });
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  passOf(await claim(calls, cleo));
});

test("[L9] a pass on a new connection is confirmed while it is out, and no receipt from before takes it back", async () => {
  const { stub, calls } = freshTenant();
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  const binding = bindingOf(anna);
  const confirm = () => calls.confirmPass({ holder: anna.person.id, session: anna.session, binding });
  expect(await confirm()).toBe(true);
  expect(await calls.confirmPass({ holder: anna.person.id, session: anna.session, binding: bindingOf(cleo) })).toBe(
    false,
  );
  expect(await calls.confirmPass({ holder: cleo.person.id, session: cleo.session, binding })).toBe(false);
  // A request that shows an old receipt, and that took long: the browser has been restored since.
  await calls.handBack(anna.person.id, binding, Date.now() - 2 * TIMING.clockSkewMs);
  expect(await confirm()).toBe(true);
  await evictDurableObject(stub);
  expect(await confirm()).toBe(true);
  await calls.release(anna, null, null);
  // The seat is still taken by the pass, which admits only where it is known.
  expect(await confirm()).toBe(false);
  expect(await claim(calls, cleo)).toMatchObject({ granted: false, denied: { reason: "limit_reached", inUse: 2 } });
  await calls.handBack(anna.person.id, binding, Date.now());
  passOf(await claim(calls, cleo));
  expect(await confirm()).toBe(false);
});

test("[P1.3] an object of this version takes what a later one's Worker sends along, and does without", async () => {
  const { calls } = freshTenant();
  passOf(await claim(calls, anna));
  const later = { ...anna, since: "a later version" } as Caller;
  const said = { ...beat(1, ["a"]), battery: 0.5 };
  // The text is the client's own, which the later Worker then reads by its own schema.
  expect(await calls.heartbeatText(JSON.stringify(later), JSON.stringify(said))).toBeNull();
  expect(JSON.parse(String(await calls.heartbeat(later, said)))).toMatchObject({ seat: { tabs: 1 } });
  const more = ["more"] as unknown as [];
  expect(await calls.status(later, ...more)).toMatchObject({ status: { state: "seated" } });
  expect(await calls.release(later, null, null, ...more)).toMatchObject({ letsGo: true });
});

test("[L9.34] a hand-back from a gate of an older version, which does not say when, hands nothing back", async () => {
  const { calls } = freshTenant();
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  await calls.release(anna, null, null);
  await (calls as unknown as { handBack(...asked: unknown[]): Promise<void> }).handBack(
    anna.person.id,
    bindingOf(anna),
  );
  expect(await claim(calls, cleo)).toMatchObject({ granted: false, denied: { reason: "limit_reached", inUse: 2 } });
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  passOf(await claim(calls, cleo));
});

test("[L15] a person in line is told within a moment, and the offer is there for the claim", async () => {
  const { calls } = freshTenant();
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  await claim(calls, cleo);
  expect((await calls.wait(cleo))?.status).toMatchObject({ state: "waiting", line: { position: 1, length: 1 } });
  const told = calls.wait(cleo);
  await calls.release(anna, null, null);
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  expect((await told)?.status).toMatchObject({ state: "offered", line: { position: 1 } });
  passOf(await claim(calls, cleo, "reload"));
});

test("[L24] an observing tenant refuses nobody, and its records tell who would have been, and for how long", async () => {
  const { name, stub, calls } = freshTenant();
  const sam = caller("sam", "support");
  const look = async () => {
    const view = await calls.adminView(sam.person);
    if (!view.ok) throw new Error(view.error.says.key);
    return view.value;
  };
  const change = async (enforced: boolean) =>
    expect(
      await calls.changeSettings(sam.person, { what: "enforcement", enforced }, (await look()).version),
    ).toMatchObject({
      ok: true,
    });
  await change(false);
  for (const who of [anna, ben, cleo]) passOf(await claim(calls, who));
  expect(await look()).toMatchObject({
    inUse: 3,
    overBy: 1,
    over: { observing: 1, overdraft: 0 },
    sparedToday: 1,
    refusedToday: 0,
  });
  // It is kept through a restart.
  await evictDurableObject(stub);
  expect((await look()).holders.find(({ name: who }) => who === "cleo")?.over).toMatchObject({
    via: "observing",
    reason: "limit_reached",
  });
  expect(await calls.hasLease(HolderId.parse("nobody-known"))).toBe(true);
  const dora = caller("dora");
  passOf(await claim(calls, dora));
  await calls.release(dora, null, null);
  await calls.release(anna, null, null);
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  expect(await look()).toMatchObject({ inUse: 2 + 1, over: { observing: 0, overdraft: 0 } });
  await deliver({ name: TenantId.parse(name), stub, calls });
  const { results } = await env.RECORDS.prepare(
    "SELECT holder, reason, in_use, seat_limit, outcome, observed FROM denials WHERE tenant = ? ORDER BY first_at, id",
  )
    .bind(name)
    .all();
  expect(results).toEqual([
    { holder: "cleo", reason: "limit_reached", in_use: 2, seat_limit: 2, outcome: "seated", observed: 1 },
    { holder: "dora", reason: "limit_reached", in_use: 3, seat_limit: 2, outcome: "gave_up", observed: 1 },
  ]);
  await change(true);
  expect(await claim(calls, anna)).toMatchObject({ granted: false, denied: { reason: "limit_reached" } });
});

test("[L14] a grant says that the number of CRM records is wanted, from the change of the model on", async () => {
  const { calls } = freshTenant();
  const sam = caller("sam", "support");
  expect(await claim(calls, sam)).not.toHaveProperty("wantsRecords");
  const view = await calls.adminView(sam.person);
  const version = view.ok ? view.value.version : 0;
  const changed = await calls.changeSettings(sam.person, { what: "model", model: "records" }, version);
  expect(changed.ok).toBe(true);
  expect(await claim(calls, sam)).toMatchObject({ granted: true, wantsRecords: true });
  // [L14.7] [I13.4] What somebody else counts would be refused.
  expect(await claim(calls, anna)).not.toHaveProperty("wantsRecords");
});

test("[G7] a watch is answered when the lease ends", async () => {
  const { calls } = freshTenant();
  passOf(await claim(calls, anna));
  const watched = calls.watch(anna.person.id);
  await calls.release(anna, null, null);
  expect(await watched).toBe("ended");
  expect(await calls.watch(ben.person.id)).toBe("ended");
});

test("[L9] leases, drains, absences and the line survive the loss of memory, and a drain keeps its seat", async () => {
  const { stub, calls } = freshTenant();
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  await claim(calls, cleo);
  await evictDurableObject(stub);
  expect(await claim(calls, cleo)).toMatchObject({ granted: false, denied: { reason: "limit_reached", inUse: 2 } });
  expect(await claim(calls, anna, "background")).toMatchObject({ granted: true });
  await calls.release(ben, null, null);
  await evictDurableObject(stub);
  expect((await calls.status(ben))?.status).toMatchObject({ draining: true, inUse: 2, ended: { cause: "released" } });
  expect(await claim(calls, ben, "background")).toMatchObject({ granted: false, denied: { reason: "seat_released" } });
});

test("[L32] [L9] a seat that was handed over is the colleague's through a loss of memory, whatever the line", async () => {
  const { stub, calls } = freshTenant();
  const sam = caller("sam", "support");
  const view = await calls.adminView(sam.person);
  const version = view.ok ? view.value.version : 0;
  expect((await calls.changeSettings(sam.person, { what: "handover", handover: "any" }, version)).ok).toBe(true);
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  for (const who of [caller("dora"), cleo]) {
    await claim(calls, who);
    expect((await calls.wait(who))?.status.state).toBe("waiting");
  }
  expect((await calls.status(anna))?.status.handover).toEqual({ people: null });
  const waits = calls.wait(cleo);
  // Somebody without a seat reads the same, whether the person named waits or not.
  const asked = [await calls.handOver(cleo, "dora"), await calls.handOver(cleo, "nobody")];
  expect(asked).toMatchObject([{ error: { code: "conflict" } }, { error: { code: "conflict" } }]);
  expect(asked[0]).toEqual(asked[1]);
  const given = await calls.handOver(anna, " cleo ");
  expect(given).toMatchObject({ ok: true, value: { letsGo: true, status: { state: "unseated", draining: true } } });
  expect((await waits)?.status.line).toMatchObject({ position: 1 });
  await evictDurableObject(stub);
  expect(await claim(calls, anna)).toMatchObject({ granted: false, denied: { reason: "others_waiting" } });
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  expect((await calls.status(cleo))?.status.state).toBe("offered");
  expect((await calls.status(caller("dora")))?.status.state).toBe("waiting");
  passOf(await claim(calls, cleo));
});

test("[L32] names of people who wait cannot be tried without end, nor by letting the object sleep in between", async () => {
  const { stub, calls } = freshTenant();
  const sam = caller("sam", "support");
  const view = await calls.adminView(sam.person);
  const version = view.ok ? view.value.version : 0;
  expect((await calls.changeSettings(sam.person, { what: "handover", handover: "any" }, version)).ok).toBe(true);
  for (const who of [anna, ben]) passOf(await claim(calls, who));
  await claim(calls, cleo);
  expect((await calls.wait(cleo))?.status.state).toBe("waiting");
  for (let guess = 0; guess < 6; guess++) {
    expect(await calls.handOver(anna, `guess${guess}`)).toMatchObject({ error: { code: "not_found" } });
    await evictDurableObject(stub);
  }
  const early = await calls.handOver(anna, "cleo");
  expect(early).toMatchObject({ error: { code: "too_soon", retryAfterSeconds: expect.any(Number) } });
  expect((await calls.status(anna))?.status.state).toBe("seated");
  // It is one person's allowance.
  expect(await calls.handOver(ben, "cleo")).toMatchObject({ ok: true });
});

test.each(["constructor", "__proto__"])("[L32] somebody whose key is %s has the same allowance", async (id) => {
  const { calls } = freshTenant();
  const view = await calls.adminView(caller("sam", "support").person);
  const version = view.ok ? view.value.version : 0;
  const any = { what: "handover", handover: "any" } as const;
  expect((await calls.changeSettings(caller("sam", "support").person, any, version)).ok).toBe(true);
  const odd = { ...anna, person: { ...anna.person, id: HolderId.parse(id) } };
  passOf(await claim(calls, odd));
  passOf(await claim(calls, ben));
  await claim(calls, cleo);
  expect((await calls.wait(cleo))?.status.state).toBe("waiting");
  for (let guess = 0; guess < 6; guess++) {
    expect(await calls.handOver(odd, `guess${guess}`)).toMatchObject({ error: { code: "not_found" } });
  }
  const early = await calls.handOver(odd, "cleo");
  expect(early).toMatchObject({ error: { code: "too_soon", retryAfterSeconds: expect.any(Number) } });
});

test("[L5] heartbeats and renewed passes share few rows", async () => {
  stayAwake("what is spared is the writing of times while the object is awake");
  const firm = freshTenant();
  const { stub, calls } = firm;
  passOf(await claim(calls, anna));
  await calls.heartbeat(anna, beat(1, ["a", "b"]));
  // What the grant has to tell is delivered first, however many alarms that takes: it writes rows of its own.
  await deliver(firm);
  // All of it in one moment, however slow the machine: each interval that passes may write a row more.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    const before = await rowsWritten(stub);
    for (let seq = 2; seq < 50; seq++) {
      expect(JSON.parse(String(await calls.heartbeat(anna, beat(seq, ["a", "b"]))))).toMatchObject({
        state: "seated",
        seat: { tabs: 2, clients: 1 },
      });
    }
    passOf(await claim(calls, anna, "background"));
    expect(await rowsWritten(stub)).toBeLessThanOrEqual(before + 6);
    passOf(await claim(calls, ben));
    expect(await rowsWritten(stub)).toBeGreaterThan(before);
  } finally {
    vi.useRealTimers();
  }
});

test("[L6] the alarm ends a closed lease by itself", async () => {
  const { stub, calls } = freshTenant();
  passOf(await claim(calls, anna));
  await calls.heartbeat(anna, beat(1, ["a"]));
  await calls.bye(anna, beat(0, []).client, TabId.parse("a_______"));
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  // There is none while one runs.
  await vi.waitFor(async () => {
    const alarm = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    expect(alarm ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(Date.now() + TIMING.closeGraceMs + 1_000);
  });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + TIMING.closeGraceMs + 1_000 });
  try {
    await runDurableObjectAlarm(stub);
    expect((await calls.status(anna))?.status).toMatchObject({
      state: "unseated",
      inUse: 0,
      ended: { cause: "closed" },
    });
  } finally {
    vi.useRealTimers();
  }
});

test("[L10] raising seats who waits; lowering by a manager is refused and recorded; support lowers", async () => {
  const { calls } = freshTenant();
  const mia = caller("mia", "licence_manager").person;
  const sam = caller("sam", "support").person;
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  await claim(calls, cleo);
  expect((await calls.wait(cleo))?.status).toMatchObject({ state: "waiting", line: { position: 1, length: 1 } });
  const told = calls.wait(cleo);
  const raised = await calls.setLimit(mia, 3, 1);
  expect(raised).toMatchObject({
    ok: true,
    value: { limit: 3, version: 2, waiting: [{ name: "cleo", offered: true }] },
  });
  expect((await told)?.status.state).toBe("offered");
  expect(await calls.setLimit(mia, 2, 2)).toMatchObject({ ok: false, error: { code: "forbidden" } });
  expect(await calls.setLimit(sam, 1, 1)).toMatchObject({ ok: false, error: { code: "stale" } });
  const lowered = await calls.setLimit(sam, 1, 2);
  expect(lowered).toMatchObject({ ok: true, value: { limit: 1, inUse: 3, overBy: 2, version: 3 } });
});

test("[L13] the administration is for managers, admins and support, without a seat", async () => {
  const { calls } = freshTenant();
  expect(await calls.adminView(anna.person)).toMatchObject({ ok: false, error: { code: "forbidden" } });
  for (const role of ["licence_manager", "admin", "support"] as const) {
    expect(await calls.adminView(caller("mia", role).person)).toMatchObject({
      ok: true,
      value: { inUse: 0, limit: 2 },
    });
  }
});

test("[L12] an evicted person reads who and why", async () => {
  const { calls } = freshTenant();
  passOf(await claim(calls, anna));
  const mia = caller("mia", "licence_manager").person;
  expect(await calls.evict(mia, anna.person.id, "month-end closing")).toMatchObject({
    ok: true,
    value: { draining: 1 },
  });
  const status = (await calls.status(anna))?.status;
  expect(status).toMatchObject({
    state: "unseated",
    ended: { cause: "evicted", by: "mia", note: "month-end closing" },
  });
});

/** Runs the object's alarm, `laterMs` from now by its clock. */
async function runAlarm(stub: DurableObjectStub<TenantSeats>, laterMs: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
  try {
    await runDurableObjectAlarm(stub);
  } finally {
    vi.useRealTimers();
  }
}

/** Wait for them: on a busy machine the object's own alarm may be at it already. */
const eventsOf = async (tenant: string) =>
  (
    await env.RECORDS.prepare(
      `SELECT events.seq, kind, directory.holder FROM events
       LEFT JOIN directory ON directory.tenant = events.tenant AND person = events.holder
       WHERE events.tenant = ? ORDER BY seq`,
    )
      .bind(tenant)
      .all()
  ).results;

test("[R2] the outbox delivers each event to D1 once, in order, however often it tries", async () => {
  const { stub, calls, name } = freshTenant();
  passOf(await claim(calls, anna));
  await calls.release(anna, null, null);
  await runAlarm(stub, 2_000);
  const delivered = [
    { seq: 1, kind: "seat_granted", holder: "anna" },
    { seq: 2, kind: "lease_ended", holder: "anna" },
  ];
  await vi.waitFor(async () => expect(await eventsOf(name)).toEqual(delivered));
  // The answer of D1 was lost: everything is sent once more.
  await runInDurableObject(stub, (_, state) =>
    state.storage.sql.exec("UPDATE meta SET value = '0' WHERE name = 'sent_through'"),
  );
  await evictDurableObject(stub);
  await calls.status(anna);
  await runAlarm(stub, 4_000);
  await vi.waitFor(async () => expect(await eventsOf(name)).toEqual(delivered));
});

test("[R1] a denial is one row per episode in D1, with its attempts, the time waited and its outcome", async () => {
  const { stub, calls, name } = freshTenant();
  passOf(await claim(calls, anna));
  passOf(await claim(calls, ben));
  for (let attempt = 0; attempt < 3; attempt++) await claim(calls, cleo);
  await calls.release(anna, null, null);
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  passOf(await claim(calls, cleo));
  for (let round = 0; round < 2; round++) {
    await runInDurableObject(stub, (_, state) =>
      state.storage.sql.exec("UPDATE meta SET value = '0' WHERE name = 'sent_through'"),
    );
    await evictDurableObject(stub);
    await calls.status(anna);
    await runAlarm(stub, 2_000);
    const results = await vi.waitFor(async () => {
      const rows = (await env.RECORDS.prepare("SELECT * FROM denials WHERE tenant = ?").bind(name).all()).results;
      expect(rows.map((row) => row.outcome)).toEqual(["seated"]);
      return rows;
    });
    expect(results[0]).toMatchObject({
      holder: "cleo",
      attempts: 3,
      seat_limit: 2,
      in_use: 2,
      outcome: "seated",
      reason: "limit_reached",
    });
  }
});

test("[R2] while D1 is down, seats go on, and nothing is lost", async () => {
  const { stub, calls, name } = freshTenant();
  await env.RECORDS.exec("ALTER TABLE events RENAME TO events_away");
  try {
    passOf(await claim(calls, anna));
    await runAlarm(stub, 2_000);
    passOf(await claim(calls, ben));
    expect((await calls.status(ben))?.status.inUse).toBe(2);
  } finally {
    await env.RECORDS.exec("ALTER TABLE events_away RENAME TO events");
  }
  await runAlarm(stub, 120_000);
  await vi.waitFor(async () => {
    const kinds = (await eventsOf(name)).map((event) => event.kind);
    expect(kinds.slice(0, 2)).toEqual(["seat_granted", "seat_granted"]);
  });
});
