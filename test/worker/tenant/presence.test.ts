/** Presence on a platform that forgets: the object loses its memory between any two calls. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import type { Act, Caller, TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../worker/tenant/tenant-seats.ts";

const START = Date.UTC(2027, 0, 4, 9);
/** What sleep may add to a time limit. */
const LATE_MS = 10_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

let tenants = 0;

/** A tenant whose object is evicted after every call. */
function sleepyTenant() {
  const stub = env.SEATS.get(env.SEATS.idFromName(`sleepy-${++tenants}`)) as DurableObjectStub<TenantSeats>;
  const calls = new Proxy(stub as unknown as TenantCalls, {
    get:
      (target, name: keyof TenantCalls) =>
      async (...args: unknown[]) => {
        const answer = await (target[name] as (...asked: unknown[]) => Promise<unknown>)(...args);
        await evictDurableObject(stub);
        return answer;
      },
  });
  return { stub, calls };
}

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

const caller = (name: string, browser = "desk"): Caller => ({
  person: { id: HolderId.parse(name), name, email: null, role: "user" },
  session: SessionKey.parse(`${name}-${browser}`.padEnd(22, "_")),
});
const bindingOf = (who: Caller) => BindingId.parse(`binding-of-${who.session}`);
const claim = (calls: TenantCalls, who: Caller, act: Act = "navigation") =>
  calls.claim({ ...who, binding: bindingOf(who), act, active: act === "navigation", clientKind: "browser" });
const clientOf = (who: Caller) => ClientId.parse(`client-of-${who.session}`);
const tab = (name: string) => TabId.parse(name.padEnd(8, "_"));
const beat = (who: Caller, seq: number, tabs: string[], activeAgeMs: number | null = 0) => ({
  client: clientOf(who),
  seq,
  tabs: tabs.map((name) => ({ id: tab(name), activeAgeMs })),
});
const anna = caller("anna");
const ben = caller("ben");
const cleo = caller("cleo");
const stateOf = async (calls: TenantCalls, who: Caller) => (await calls.status(who))?.status;

test("[L5] a dead browser's seat is lost in time although the object sleeps between any two calls", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await calls.heartbeat(anna, beat(anna, 1, ["a"]));
  await claim(calls, ben);
  for (let at = 0, seq = 1; at < TIMING.lostAfterMs + LATE_MS; at += 20_000, seq++) {
    await calls.heartbeat(ben, beat(ben, seq, ["b"]));
    await calls.status(ben);
    later(20_000);
  }
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "lost" }, inUse: 1 });
  expect(await claim(calls, cleo)).toMatchObject({ granted: true });
});

test("[L5] a browser that beats keeps its seat however often the object sleeps", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  for (let seq = 1; seq < 12; seq++) {
    await calls.heartbeat(anna, beat(anna, seq, ["a"]));
    later(TIMING.heartbeatEveryMs);
  }
  expect(await stateOf(calls, anna)).toMatchObject({ state: "seated", seat: { tabs: 1, clients: 1 } });
});

test("[L4] an idle person's seat ends in time although the object sleeps between any two beats", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  const idleTimeoutMs = (await stateOf(calls, anna))?.timing.idleTimeoutMs ?? 0;
  for (let idle = 0, seq = 1; idle < idleTimeoutMs + LATE_MS; idle += 30_000, seq++) {
    await calls.heartbeat(anna, beat(anna, seq, ["a"], idle));
    later(30_000);
  }
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "idle" } });
});

test("[L4] requests that no person makes keep nobody's seat past the idle time, asleep or not", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  const idleTimeoutMs = (await stateOf(calls, anna))?.timing.idleTimeoutMs ?? 0;
  for (let at = 0; at < idleTimeoutMs; at += 25_000) {
    await claim(calls, anna, "background");
    later(25_000);
  }
  later(LATE_MS);
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "idle" } });
});

test("[L6] closing the last tab after a sleep ends the lease after the grace", async () => {
  const { stub, calls } = sleepyTenant();
  await claim(calls, anna);
  await calls.heartbeat(anna, beat(anna, 1, ["a", "b"]));
  await calls.bye(anna, clientOf(anna), tab("a"));
  await calls.bye(anna, clientOf(anna), tab("b"));
  later(TIMING.closeGraceMs + 1_000);
  await runDurableObjectAlarm(stub);
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "closed" } });
});

test("[L6] the last heartbeat after a sleep ends the lease after the grace, and a reload cancels it", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await calls.heartbeat(anna, beat(anna, 1, ["a"]));
  await calls.lastHeartbeat(anna, beat(anna, 2, []));
  await calls.heartbeat(anna, beat(anna, 3, ["b"]));
  later(TIMING.closeGraceMs + LATE_MS);
  expect(await stateOf(calls, anna)).toMatchObject({ state: "seated", seat: { tabs: 1 } });
  await calls.lastHeartbeat(anna, beat(anna, 4, []));
  later(TIMING.closeGraceMs + 1_000);
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "closed" } });
});

test("[P3] a late heartbeat revives no tab that was closed before the sleep", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await calls.heartbeat(anna, beat(anna, 1, ["a"]));
  await calls.bye(anna, clientOf(anna), tab("a"));
  await calls.heartbeat(anna, beat(anna, 2, ["a"]));
  later(TIMING.closeGraceMs + 1_000);
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "closed" } });
});

test("[L9] handing the pass back frees the seat at once after a sleep, renewed passes included", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  later(20_000);
  await claim(calls, anna, "background");
  await calls.release(anna, null, null);
  expect(await stateOf(calls, anna)).toMatchObject({ draining: true, inUse: 2 });
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  expect(await stateOf(calls, anna)).toMatchObject({ draining: false, inUse: 1 });
});

test("[L9] the pass of a browser that released and cannot hand it back keeps the seat for its life, asleep or not", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  later(20_000);
  await claim(calls, anna, "background");
  await calls.release(anna, null, null);
  later(TIMING.passLifeMs - 1);
  expect(await claim(calls, cleo)).toMatchObject({ granted: false });
  later(1);
  expect(await claim(calls, cleo)).toMatchObject({ granted: true });
});

test("[L18] a pass issued before the clock stepped back and the object slept is still counted", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  later(20_000);
  await claim(calls, anna, "background");
  later(-60_000);
  await calls.release(anna, null, null);
  later(60_000 + TIMING.passLifeMs - 1);
  expect(await claim(calls, cleo)).toMatchObject({ granted: false });
  later(1);
  expect(await claim(calls, cleo)).toMatchObject({ granted: true });
});

test("[L15] the line, its order and an offer's claim window survive sleep", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  await claim(calls, cleo);
  await calls.wait(cleo);
  later(TIMING.waitPollMs);
  await calls.release(anna, null, null);
  await calls.handBack(anna.person.id, bindingOf(anna), Date.now());
  expect(await stateOf(calls, cleo)).toMatchObject({ state: "offered", line: { offeredForMs: TIMING.claimWindowMs } });
  later(TIMING.claimWindowMs);
  expect(await stateOf(calls, cleo)).toMatchObject({ state: "unseated" });
});

test("[L15] somebody who waits and is not heard leaves the line in time although the object sleeps", async () => {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  await claim(calls, cleo);
  await calls.wait(cleo);
  for (let at = 0, seq = 1; at < TIMING.waitLostAfterMs; at += 15_000, seq++) {
    later(15_000);
    await calls.heartbeat(anna, beat(anna, seq, ["a"]));
  }
  expect(await stateOf(calls, cleo)).toMatchObject({ state: "unseated", line: null });
});

/** Cleo waits in a full house whose longest idle holder is Anna, and has asked. */
async function askAnnaForHerSeat() {
  const { calls } = sleepyTenant();
  await claim(calls, anna);
  await claim(calls, ben);
  for (let seq = 1; seq <= 3; seq++) {
    await calls.heartbeat(anna, beat(anna, seq, ["a"], 60_000 * seq));
    await calls.heartbeat(ben, beat(ben, seq, ["b"]));
    later(60_000);
  }
  await claim(calls, cleo);
  await calls.wait(cleo);
  expect(await calls.nudge(cleo)).toMatchObject({ ok: true });
  return { calls };
}

test.each([
  { keep: true, answer: "kept" },
  { keep: false, answer: "given" },
])("[L16] whoever asked is told that the seat was $answer although the object sleeps", async ({ keep, answer }) => {
  const { calls } = await askAnnaForHerSeat();
  expect(await stateOf(calls, cleo)).toMatchObject({ line: { asked: { answer: "awaited" } } });
  await calls.answerNudge(anna, keep);
  expect(await stateOf(calls, cleo)).toMatchObject({ line: { asked: { answer } } });
});

test("[L16] a holder who was asked gives the seat up in time although the object sleeps", async () => {
  const { calls } = await askAnnaForHerSeat();
  expect(await stateOf(calls, anna)).toMatchObject({ nudge: { by: null } });
  for (let asked = 0, seq = 4; asked < 120_000; asked += 15_000, seq++) {
    later(15_000);
    await calls.heartbeat(anna, beat(anna, seq, ["a"], 180_000 + asked + 15_000));
  }
  expect(await stateOf(calls, anna)).toMatchObject({ state: "unseated", ended: { cause: "idle" } });
});

/** Rows that the object's storage has written, the alarm's among them. */
const rowsWritten = (stub: DurableObjectStub<TenantSeats>) =>
  runInDurableObject(stub, (_, state) => Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n));

test("[L5] many beating holders cost few rows per minute, and a minute without news none", async () => {
  const stub = env.SEATS.get(env.SEATS.idFromName("busy")) as DurableObjectStub<TenantSeats>;
  const calls = stub as unknown as TenantCalls;
  const mia = { ...caller("mia").person, role: "licence_manager" as const };
  await calls.setLimit(mia, 100, 1);
  const people = Array.from({ length: 100 }, (_, index) => caller(`p${index}`));
  for (const person of people) {
    await claim(calls, person);
    await calls.heartbeat(person, beat(person, 1, ["a"]));
  }
  const minute = async (seq: number, beating: readonly Caller[]) => {
    const before = await rowsWritten(stub);
    for (const person of beating) {
      await calls.heartbeat(person, beat(person, seq, ["a"]));
      later(60_000 / people.length);
    }
    if (beating.length === 0) later(60_000);
    return (await rowsWritten(stub)) - before;
  };
  // The events of the grants are on their way to D1 still.
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(stub);
    later(1_000);
    const pending = await runInDurableObject(stub, (_, state) =>
      state.storage.sql
        .exec("SELECT max(seq) - (SELECT value FROM meta WHERE name = 'sent_through') AS n FROM outbox")
        .one(),
    );
    expect(pending.n).toBe(0);
  });
  expect(await minute(2, people)).toBeLessThanOrEqual(12);
  expect(await minute(3, people)).toBeLessThanOrEqual(12);
  const quiet = [await minute(4, []), await minute(5, [])];
  expect(quiet).toEqual([0, 0]);
}, 60_000);

test("[L5.9] a heartbeat without news asks the storage nothing, also where messages and events wait", async () => {
  const stub = env.SEATS.get(env.SEATS.idFromName("asked")) as DurableObjectStub<TenantSeats>;
  const calls = stub as unknown as TenantCalls;
  const mia = { ...caller("mia").person, role: "licence_manager" as const };
  const hook = { do: "add_receiver", kind: "generic", url: "https://hooks.example.com/x", on: ["full"], events: true };
  expect(await calls.records(mia, hook as never)).toMatchObject({ ok: true });
  for (const who of [anna, ben]) {
    await claim(calls, who);
    await calls.heartbeat(who, beat(who, 1, ["a"]));
  }
  const asked = await runInDurableObject(stub, async (seats, { storage }) => {
    const waiting = (table: string) => Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n);
    expect([waiting("alerts"), waiting("feeds")]).toEqual([1, 1]);
    const exec = vi.spyOn(Object.getPrototypeOf(storage.sql), "exec");
    try {
      for (let seq = 2; seq < 12; seq++) await seats.heartbeat(anna, beat(anna, seq, ["a"]));
      return exec.mock.calls.map(([statement]) => statement);
    } finally {
      exec.mockRestore();
    }
  });
  expect(asked.filter((statement) => !String(statement).includes("presence"))).toEqual([]);
});

test("[L2.7] whoever lets the object sleep between two acts has no larger allowance", async () => {
  const { stub, calls } = sleepyTenant();
  const mia = { ...caller("mia").person, role: "licence_manager" as const };
  const told: string[] = [];
  for (let tried = 0; tried < 40; tried++) {
    const asked = await calls.setLimit(anna.person, 9, 1);
    told.push(asked.ok ? "done" : asked.error.code);
    later(1_000);
  }
  expect(told.filter((code) => code === "forbidden")).toHaveLength(30);
  expect(await calls.setLimit(mia, 3, 1)).toMatchObject({ ok: true });
  later(30 * 60_000);
  expect(await calls.setLimit(anna.person, 9, 2)).toMatchObject({ error: { code: "forbidden" } });
  const kept = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT holder FROM acts").toArray(),
  );
  expect(kept).toEqual([{ holder: "anna" }]);
});
