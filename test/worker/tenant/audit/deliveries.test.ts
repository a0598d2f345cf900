/** [R2] Deliveries to D1: bounded in bytes as well as rows, forgotten without reading much, and never waited for without end. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verifyAudit } from "../../../../scripts/audit/verify-audit.mjs";
import { exportAudit } from "../../../../worker/audit/audit-export.ts";
import { EVERYTHING } from "../../../../worker/audit/audit-query.ts";
import { patientDatabase, RECORDS_PATIENCE_MS } from "../../../../worker/audit/databases.ts";
import { jsonPieces } from "../../../../worker/audit/json-pieces.ts";
import type { Ledger } from "../../../../worker/ledger/ledger.ts";
import { initialSettings } from "../../../../worker/ledger/settings/settings.ts";
import { EventFeed } from "../../../../worker/tenant/alerts/event-feed.ts";
import { MessageQueue } from "../../../../worker/tenant/alerts/message-queue.ts";
import { Outbox } from "../../../../worker/tenant/audit/outbox.ts";
import { OUTBOX_BATCH, OUTBOX_BATCH_BYTES, SENT_KEPT_MS } from "../../../../worker/tenant/audit/outbox-rows.ts";
import { TenantSeats } from "../../../../worker/tenant/tenant-seats.ts";
import { tellingDatabase } from "../counted-env.ts";
import { caller, claim, deliver, freshFirm, mia, signOut } from "../firm.ts";

beforeEach(() => {
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const emptyLedger = {
  leases: new Map(),
  settings: initialSettings(5, 1_200_000),
  effective: { limit: 5 },
} as unknown as Ledger;
const sizeOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).byteLength;
/** As a change of the settings with 900 named people leaves them. */
const names = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `crm-person-${n}`, name: `Person ${n} of the Ärzte` }));

describe("[R2] a delivery", () => {
  test("is bounded in bytes, and a larger row goes alone", async () => {
    const firm = freshFirm("bytes");
    await runInDurableObject(firm.stub, (_, { storage }) => {
      const outbox = new Outbox(storage.sql, firm.name, emptyLedger);
      storage.transactionSync(() => {
        for (let n = 0; n < 40; n++)
          outbox.remark({ type: "settings_changed", at: n, holder: null, assigned: names(900) }, null);
        outbox.remark(
          { type: "settings_changed", at: 50, holder: null, odd: "x".repeat(2 * OUTBOX_BATCH_BYTES) },
          null,
        );
        for (let n = 0; n < 300; n++) outbox.remark({ type: "small", at: 60, holder: null }, null);
      });
      const sizes: [rows: number, bytes: number][] = [];
      while (outbox.pending) {
        const { rows, through } = outbox.next();
        sizes.push([rows.length, sizeOf(rows)]);
        outbox.delivered(through, 1_000);
      }
      expect(sizes.reduce((sum, [rows]) => sum + rows, 0)).toBe(341);
      for (const [rows, bytes] of sizes) {
        expect(rows).toBeLessThanOrEqual(OUTBOX_BATCH);
        if (rows > 1) expect(bytes).toBeLessThan(1.3 * OUTBOX_BATCH_BYTES);
      }
      expect(sizes.filter(([, bytes]) => bytes > 1.3 * OUTBOX_BATCH_BYTES)).toMatchObject([[1, expect.any(Number)]]);
    });
  });

  test("binds no value that D1 would not take, and brings an event of almost two million bytes", async () => {
    const firm = freshFirm("bytes");
    const bound: number[] = [];
    const watched = watchValues(env.RECORDS, bound);
    await runInDurableObject(firm.stub, async (_, state) => {
      const seats = new TenantSeats(state, { ...env, RECORDS: watched });
      await state.blockConcurrencyWhile(async () => undefined);
      const outbox = new Outbox(state.storage.sql, firm.name, emptyLedger);
      state.storage.transactionSync(() => {
        for (let n = 0; n < 100; n++)
          outbox.remark({ type: "settings_changed", at: n, holder: null, assigned: names(900) }, null);
        outbox.remark(
          { type: "settings_changed", at: 200, holder: null, odd: 'quoted "words" '.repeat(100_000) },
          null,
        );
        outbox.remark({ type: "small", at: 201, holder: null }, null);
      });
      void seats;
      const again = new TenantSeats(state, { ...env, RECORDS: watched });
      await state.blockConcurrencyWhile(async () => undefined);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1_000 });
      for (let round = 0; round < 30 && (await again.vitals()).waiting > 0; round++) {
        vi.setSystemTime(Date.now() + 1_000);
        await again.alarm();
      }
      expect((await again.vitals()).waiting).toBe(0);
    });
    expect(Math.max(...bound)).toBeLessThan(2_000_000);
    const file = await new Response(exportAudit(env.RECORDS, firm.name, EVERYTHING, "jsonl", Date.now())).bytes();
    expect(await verifyAudit([file])).toMatchObject({ first: 1, last: 102 });
  });

  test("goes again and again without doubling, and is one with the rows in D1", async () => {
    const firm = freshFirm("bytes");
    await claim(firm, caller("anna"));
    await deliver(firm);
    const { results } = await env.RECORDS.prepare("SELECT seq FROM events WHERE tenant = ?").bind(firm.name).all();
    expect(results).toEqual([{ seq: 1 }]);
  });
});

/** Notes the bytes of every text that is bound. */
function watchValues(db: D1Database, bound: number[]): D1Database {
  return new Proxy(db, {
    get: (target, name) => {
      if (name !== "prepare") return Reflect.get(target, name).bind(target);
      return (sql: string) => {
        const statement = target.prepare(sql);
        const bind = statement.bind.bind(statement);
        statement.bind = (...values: unknown[]) => {
          for (const value of values)
            if (typeof value === "string") bound.push(new TextEncoder().encode(value).byteLength);
          return bind(...values);
        };
        return statement;
      };
    },
  });
}

describe("lists in pieces", () => {
  test("keep their order and lose nothing", () => {
    const items = Array.from({ length: 1_000 }, (_, n) => ({ n, text: "ä".repeat(n % 50) }));
    const pieces = jsonPieces(items, 5_000);
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.every((piece) => new TextEncoder().encode(piece).byteLength <= 5_002)).toBe(true);
    expect(pieces.flatMap((piece) => JSON.parse(piece))).toEqual(items);
    expect(jsonPieces([], 10)).toEqual([]);
    expect(jsonPieces(["a long text that is more than ten bytes"], 10)).toHaveLength(1);
  });
});

describe("[R2] old deliveries", () => {
  test("are forgotten without reading the young ones", async () => {
    const firm = freshFirm("forgetting");
    await runInDurableObject(firm.stub, (_, { storage }) => {
      const { sql } = storage;
      const outbox = new Outbox(sql, firm.name, emptyLedger);
      const now = Date.UTC(2026, 10, 26);
      storage.transactionSync(() => {
        for (let n = 0; n < 10; n++) outbox.remark({ type: "small", at: n, holder: null }, null);
        sql.exec(
          `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 30000)
           INSERT INTO deliveries (through, at, usage) SELECT n, ?1 + n * 20000, '{}' FROM n`,
          now - SENT_KEPT_MS - 100 * 20_000,
        );
      });
      let read = 0;
      const counting = new Proxy(sql, {
        get: (target, name) => {
          const value = Reflect.get(target, name);
          if (name !== "exec") return value;
          return (...args: unknown[]) => {
            const cursor = Reflect.apply(value, target, args) as SqlStorageCursor<Record<string, SqlStorageValue>>;
            const rows = cursor.toArray();
            read += cursor.rowsRead;
            return { toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows[Symbol.iterator]() };
          };
        },
      });
      const counted = new Outbox(counting as SqlStorage, firm.name, emptyLedger);
      read = 0;
      counted.forget(now);
      // A hundred are old, and no statement looks at more than it may forget at once.
      expect(sql.exec("SELECT count(*) AS n FROM deliveries").one().n).toBe(30_000 - 98);
      expect(read).toBeLessThan(1_500);
      const plan = sql
        .exec("EXPLAIN QUERY PLAN SELECT through, at FROM deliveries ORDER BY through LIMIT 500")
        .toArray()
        .map(({ detail }) => detail);
      expect(plan.join()).not.toContain("TEMP B-TREE");
    });
  });
});

describe("[G6] a D1 that hangs", () => {
  test("is let go after ten seconds, whatever it was asked", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const hung = tellingDatabase(env.RECORDS, () => new Promise(() => undefined));
    const patient = patientDatabase(hung);
    const statement = () => patient.prepare("SELECT ?1 AS n").bind(1);
    const calls = [statement().first(), statement().all(), statement().run(), patient.batch([statement()])];
    const ended = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(RECORDS_PATIENCE_MS);
    for (const { status } of await ended) expect(status).toBe("rejected");
  });

  test("answers through it when it is well", async () => {
    const patient = patientDatabase(env.RECORDS);
    expect(await patient.prepare("SELECT ?1 AS n").bind(7).first()).toEqual({ n: 7 });
    const [first, second] = await patient.batch([
      patient.prepare("SELECT 1 AS n"),
      patient.prepare("SELECT ?1 AS n").bind(2),
    ]);
    expect([first?.results, second?.results]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  test("leaves the object an alarm, and everything is delivered once it is back", async () => {
    const firm = freshFirm("hanging");
    await runInDurableObject(firm.stub, async (_, state) => {
      let isHung = true;
      const RECORDS = tellingDatabase(env.RECORDS, () => (isHung ? new Promise(() => undefined) : Promise.resolve()));
      const seats = new TenantSeats(state, { ...env, RECORDS });
      await state.blockConcurrencyWhile(async () => undefined);
      await claim({ ...firm, calls: seats as never }, caller("anna"));
      vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: Date.now() + 1_000 });
      const ran = seats.alarm();
      await vi.advanceTimersByTimeAsync(RECORDS_PATIENCE_MS + 1_000);
      await ran;
      expect((await seats.vitals()).waiting).toBe(1);
      expect(await state.storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 60_000);
      isHung = false;
      vi.setSystemTime(Date.now() + 60_000);
      await seats.alarm();
      expect((await seats.vitals()).waiting).toBe(0);
    });
  });
});

test("[R2] as long as something waits for D1 there is an alarm, also after a restart", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const firm = freshFirm("armed");
  const alarm = () => runInDurableObject(firm.stub, (_, { storage }) => storage.getAlarm());
  // While one runs there is none; it sets the next before it ends.
  const isArmed = () =>
    expect
      .poll(async () => (await alarm()) ?? Number.POSITIVE_INFINITY, { timeout: 10_000 })
      .toBeLessThanOrEqual(Date.now() + 10_000);
  // D1 takes nothing, so that the event still waits whenever the test looks; the lease's own deadline is minutes away.
  await env.RECORDS.exec("ALTER TABLE events RENAME TO events_away");
  try {
    await claim(firm, caller("anna"));
    await isArmed();
    await runInDurableObject(firm.stub, async (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(firm.stub);
    await firm.calls.vitals();
    await isArmed();
  } finally {
    await env.RECORDS.exec("ALTER TABLE events_away RENAME TO events");
  }
});

test("[R2] an object that is evicted before each of its alarms delivers all the same", async () => {
  const firm = freshFirm("evicted");
  await claim(firm, caller("anna"));
  await evictDurableObject(firm.stub);
  await runDurableObjectAlarm(firm.stub);
  const { results } = await env.RECORDS.prepare("SELECT kind FROM events WHERE tenant = ?").bind(firm.name).all();
  expect(results).toEqual([{ kind: "seat_granted" }]);
});

test("[R4.2] messages settled while memory was read again no longer wait", async () => {
  const firm = freshFirm("settled");
  await runInDurableObject(firm.stub, (_, { storage }) => {
    const before = new MessageQueue(storage.sql);
    before.add("h", { kind: "full", at: 1, inUse: 2, limit: 2 }, 1);
    const after = new MessageQueue(storage.sql);
    const [queued] = before.readDue(2);
    if (queued === undefined) throw new Error("nothing is due");
    before.settle(queued, null, 2);
    expect(after.readDue(2)).toEqual([]);
    // A moment that has passed would wake the object again and again.
    expect([after.size, after.nextAt]).toEqual([0, null]);
  });
});

test("[R8.1] a receiver whose place is set back while a row is on its way gets the rows behind it", async () => {
  const firm = freshFirm("set-back");
  await runInDurableObject(firm.stub, async (_, { storage }) => {
    const outbox = new Outbox(storage.sql, firm.name, emptyLedger);
    const told: number[] = [];
    const feed: EventFeed = new EventFeed(storage.sql, {
      ...{ tenant: firm.name, outbox, now: () => 1_000 },
      send: async (_hook, { body }) => {
        told.push(JSON.parse(body).data.seq);
        if (told.length === 3) feed.setBack(1);
        return null;
      },
    });
    const hook = { id: "h", kind: "generic", url: "", secret: null, on: [] } as const;
    feed.begin(hook.id);
    storage.transactionSync(() => {
      for (let n = 0; n < 4; n++) outbox.remark({ type: "small", at: n, holder: null }, null);
    });
    for (let turn = 0; turn < 2; turn++) await feed.sendDue([{ ...hook, on: [] }], () => undefined);
    expect(told).toEqual([1, 2, 3, 2, 3, 4]);
    expect(feed.nextAt([{ ...hook, on: [] }])).toBeNull();
    expect(new EventFeed(storage.sql, { outbox } as never).lagOf(hook.id)).toBe(0);
  });
});

test("[N4] [N5] [R1] a check that fails is an episode with date and time, and its people are listed", async () => {
  const firm = freshFirm("checks");
  const made = await firm.calls.makeToken(mia, { name: "Mail plug-in", kind: "mail", policy: "check" });
  if (!made.ok) throw new Error(made.error.says.key);
  const { id } = made.value.row;
  const { person } = caller("cleo");
  const checked = { ...person, groups: [`integration:${id}`] };
  const check = () => firm.calls.check(checked, "native:mail");
  expect(await check()).toMatchObject({ pass: true });
  await claim(firm, caller("anna"));
  await claim(firm, caller("ben"));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const begun = Date.now();
  expect(await check()).toMatchObject({ pass: false, denied: { reason: "limit_reached" } });
  vi.setSystemTime(begun + 20_000);
  await check();
  vi.setSystemTime(begun + 90_000);
  await check();
  vi.useRealTimers();
  await deliver(firm);
  const rows = () =>
    env.RECORDS.prepare(
      "SELECT name, client, reason, first_at, last_at, attempts, outcome, waited_ms FROM denials WHERE tenant = ?",
    )
      .bind(firm.name)
      .all()
      .then(({ results }) => results);
  expect(await rows()).toEqual([
    {
      name: person.name,
      client: "native:mail",
      reason: "limit_reached",
      first_at: begun,
      last_at: begun + 90_000,
      attempts: 3,
      outcome: null,
      waited_ms: 0,
    },
  ]);
  // It takes no place in line, and is nothing that the person's browsers know of.
  const view = await firm.calls.adminView(mia);
  expect(view).toMatchObject({ ok: true, value: { queue: 0, refusedToday: 1 } });
  expect((await firm.calls.status(caller("cleo")))?.status).toMatchObject({ state: "unseated", denied: null });
  await evictDurableObject(firm.stub);
  const listed = await firm.calls.listTokens(mia);
  expect(listed).toMatchObject({
    ok: true,
    value: [{ people: [{ id: person.id, refused: { at: begun + 90_000, reason: "limit_reached" } }] }],
  });
  vi.useFakeTimers({ toFake: ["Date"], now: begun + 120_000 });
  await signOut(firm, caller("ben"));
  vi.setSystemTime(begun + 200_000);
  expect(await check()).toMatchObject({ pass: true });
  vi.useRealTimers();
  await deliver(firm);
  expect(await rows()).toMatchObject([{ outcome: "seated", waited_ms: 200_000, attempts: 3 }]);
});

test("[N5] somebody whose claims through a program are refused is listed with the reason", async () => {
  const firm = freshFirm("claims");
  const made = await firm.calls.makeToken(mia, { name: "Mail plug-in", kind: "mail", policy: "consume" });
  if (!made.ok) throw new Error(made.error.says.key);
  const { id } = made.value.row;
  for (const name of ["anna", "ben"]) await claim(firm, caller(name));
  const { person, session } = caller("cleo");
  const begun = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: begun });
  const through = () => claim(firm, { person: { ...person, groups: [`integration:${id}`] }, session });
  const listed = async () => {
    const tokens = await firm.calls.listTokens(mia);
    if (!tokens.ok) throw new Error(tokens.error.says.key);
    return tokens.value[0]?.people?.map((user) => [user.id, user.firstAt, user.refused]);
  };
  expect(await through()).toMatchObject({ granted: false });
  const refused = { at: begun, reason: "limit_reached" };
  expect(await listed()).toEqual([[person.id, begun, refused]]);
  // A program asks again and again: that is written no more often than sight of it.
  vi.setSystemTime(begun + 30_000);
  await through();
  expect(await listed()).toEqual([[person.id, begun, refused]]);
  vi.setSystemTime(begun + 15 * 60_000);
  for (const name of ["anna", "ben"]) await claim(firm, caller(name));
  expect(await through()).toMatchObject({ granted: false });
  expect(await listed()).toEqual([[person.id, begun, { ...refused, at: begun + 15 * 60_000 }]]);
  // Nor is it an episode of checks, which would end a second time.
  await deliver(firm);
  const { results } = await env.RECORDS.prepare("SELECT id FROM denials WHERE tenant = ? AND id LIKE 'check-%'")
    .bind(firm.name)
    .all();
  expect(results).toEqual([]);
});

test("[N4] a check that nobody goes on with ends by itself", async () => {
  const firm = freshFirm("checks-end");
  const made = await firm.calls.makeToken(mia, { name: "Desk", kind: "desktop", policy: "check" });
  if (!made.ok) throw new Error(made.error.says.key);
  const checked = { ...caller("cleo").person, groups: [`integration:${made.value.row.id}`] };
  for (const name of ["anna", "ben"]) await claim(firm, caller(name));
  const begun = Date.now();
  await firm.calls.check(checked, "native:desktop");
  vi.useFakeTimers({ toFake: ["Date"], now: begun + 16 * 60_000 });
  await runDurableObjectAlarm(firm.stub);
  vi.useRealTimers();
  await deliver(firm);
  const closed = await env.RECORDS.prepare("SELECT outcome, waited_ms FROM denials WHERE tenant = ?")
    .bind(firm.name)
    .first();
  expect(closed).toEqual({ outcome: "gave_up", waited_ms: 0 });
});
