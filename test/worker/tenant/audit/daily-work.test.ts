/** [T7] Each tenant's object does its daily work by its own alarm, and what one does is no other's concern. */

import { createScheduledController, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../../shared/durations.ts";
import { AUDIT_KEPT_MS, DENIALS_KEPT_MS } from "../../../../shared/timing.ts";
import { databaseOf } from "../../../../worker/audit/databases.ts";
import { DELETE_CHUNK, DELETE_ROUNDS } from "../../../../worker/audit/retention.ts";
import type { Env } from "../../../../worker/config/config.ts";
import type { RecordsName } from "../../../../worker/config/location.ts";
import worker from "../../../../worker/index.ts";
import { WOKEN_A_RUN } from "../../../../worker/site/scheduled.ts";
import { nextTurn } from "../../../../worker/tenant/audit/daily-work.ts";
import type { TenantCalls } from "../../../../worker/tenant/tenant-calls.ts";
import { TenantSeats } from "../../../../worker/tenant/tenant-seats.ts";
import { writeEvents } from "../../audit/audit-rows.ts";
import { writeDenials } from "../../audit/denials/denial-rows.ts";
import { addTenant, tenantRow } from "../../registry/tenant-rows.ts";
import { openDatabases } from "../../support/more-databases.ts";
import { countedEnv } from "../counted-env.ts";

beforeAll(openDatabases);

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  for (const level of ["error", "warn", "log"] as const) {
    vi.spyOn(console, level).mockImplementation((...said) => void lines.push(said.map(String).join(" ")));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const stubOf = (tenant: string) =>
  env.SEATS.get(env.SEATS.idFromName(tenant)) as unknown as DurableObjectStub<TenantSeats>;

/** The object as it would be had it written itself what a test put into D1: it has the newest row. */
async function begin(state: DurableObjectState, tenant: string, records: RecordsName): Promise<void> {
  const { sql } = state.storage;
  // The test's Worker serves one tenant: its object went by RECORDS.
  sql.exec("DELETE FROM meta WHERE name = 'records'");
  const head = await databaseOf(env, records)
    .prepare("SELECT * FROM events WHERE tenant = ? ORDER BY seq DESC LIMIT 1")
    .bind(tenant)
    .first<{ seq: number; at: number; kind: string; body: string; hash: string }>();
  if (head === null) return;
  sql.exec(
    `INSERT INTO outbox (seq, at, kind, inUse, "limit", body, hash) VALUES (?, ?, ?, 1, 10, ?, ?)`,
    ...[head.seq, head.at, head.kind, head.body, head.hash],
  );
  sql.exec("INSERT INTO meta (name, value) VALUES ('sent_through', ?)", String(head.seq));
}

/** An object of the registry's tenant over the same storage, with bindings of the test's own. */
async function openSeats(state: DurableObjectState, bindings: Env): Promise<TenantSeats> {
  const seats = new TenantSeats(state, bindings);
  // The constructor blocks until it is open.
  await state.blockConcurrencyWhile(async () => undefined);
  return seats;
}

const countOf = async (name: RecordsName, table: string, tenant: string): Promise<unknown> =>
  (await databaseOf(env, name).prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant = ?`).bind(tenant).first())?.n;

describe("[T7] the time of the day", () => {
  test("is a tenant's own, the same every day, and spread over the day", () => {
    const now = Date.UTC(2026, 10, 26);
    const turns = Array.from({ length: 2_000 }, (_, n) => nextTurn(`firm-${n}`, now) - now);
    expect(Math.min(...turns)).toBeGreaterThan(0);
    expect(Math.max(...turns)).toBeLessThanOrEqual(DAY_MS);
    const hours = Array.from(
      { length: 24 },
      (_, hour) => turns.filter((at) => Math.floor(at / HOUR_MS) === hour).length,
    );
    expect(Math.min(...hours)).toBeGreaterThan(50);
    expect(Math.max(...hours)).toBeLessThan(120);
    const at = nextTurn("firm-7", now);
    expect(nextTurn("firm-7", at)).toBe(at + DAY_MS);
    expect(nextTurn("firm-7", at - 1)).toBe(at);
  });
});

describe("[T7] a tenant's daily work", () => {
  test("[R1] [R2] [R3] forgets its own old rows where its records are, and nobody else's", async () => {
    const now = Date.now();
    const old = now - AUDIT_KEPT_MS - DAY_MS;
    for (const [tenant, records] of [
      ["daily-1", "RECORDS_1"],
      ["daily-2", "RECORDS_1"],
    ] as const) {
      await addTenant(env.RECORDS, tenantRow(tenant, { records }));
      const db = databaseOf(env, records);
      await writeEvents(db, tenant, [
        { at: old, kind: "seat_granted", inUse: 1 },
        { at: old + 60_000, kind: "lease_ended", inUse: 0 },
        { at: now, kind: "seat_granted", inUse: 1 },
      ]);
      await writeDenials(db, [
        { tenant, id: `${tenant}-old`, lastAt: now - DENIALS_KEPT_MS - 1_000 },
        { tenant, id: `${tenant}-new`, lastAt: now },
      ]);
    }
    const bindings: Env = { ...env, TENANT: "" };
    await runInDurableObject(stubOf("daily-1"), async (_, state) => {
      await begin(state, "daily-1", "RECORDS_1");
      await openSeats(state, bindings);
      const due = Number(state.storage.sql.exec("SELECT value FROM meta WHERE name = 'daily_at'").one().value);
      expect(due).toBe(nextTurn("daily-1", now));
      vi.useFakeTimers({ toFake: ["Date"], now: due });
      const seats = await openSeats(state, bindings);
      await seats.alarm();
      expect(await state.storage.getAlarm()).toBe(due + DAY_MS);
    });
    expect([await countOf("RECORDS_1", "events", "daily-1"), await countOf("RECORDS_1", "denials", "daily-1")]).toEqual(
      [1, 1],
    );
    expect([await countOf("RECORDS_1", "events", "daily-2"), await countOf("RECORDS_1", "denials", "daily-2")]).toEqual(
      [3, 2],
    );
  });

  test("is bounded in a run, takes the rest a minute later, and never asks more than fifty times", async () => {
    const now = Date.now();
    const many = 2 * DELETE_CHUNK * DELETE_ROUNDS + 5;
    await addTenant(env.RECORDS, tenantRow("daily-many"));
    await writeEvents(
      env.RECORDS,
      "daily-many",
      Array.from({ length: many }, (_, n) => ({
        at: now - AUDIT_KEPT_MS - DAY_MS + n,
        kind: "seat_granted",
        inUse: 1,
      })),
    );
    const { env: bindings, count } = countedEnv({ ...env, TENANT: "" });
    await runInDurableObject(stubOf("daily-many"), async (_, state) => {
      await begin(state, "daily-many", "RECORDS");
      vi.useFakeTimers({ toFake: ["Date"], now: nextTurn("daily-many", now) });
      const seats = await openSeats(state, bindings);
      const left: unknown[] = [];
      for (let run = 0; run < 3; run++) {
        count.take();
        vi.setSystemTime((await state.storage.getAlarm()) ?? 0);
        await seats.alarm();
        expect(count.take()).toBeLessThanOrEqual(20);
        left.push(await countOf("RECORDS", "events", "daily-many"));
      }
      expect(left).toEqual([DELETE_CHUNK * DELETE_ROUNDS + 5, 5, 0]);
    });
  });

  test("missed by more than an hour is made up for within the hour", async () => {
    await addTenant(env.RECORDS, tenantRow("daily-late"));
    const bindings: Env = { ...env, TENANT: "" };
    await runInDurableObject(stubOf("daily-late"), async (_, state) => {
      await openSeats(state, bindings);
      const now = nextTurn("daily-late", Date.now()) + 40 * DAY_MS + 3 * HOUR_MS;
      vi.useFakeTimers({ toFake: ["Date"], now });
      await openSeats(state, bindings);
      const alarm = (await state.storage.getAlarm()) ?? 0;
      expect(alarm).toBeGreaterThanOrEqual(now);
      expect(alarm).toBeLessThanOrEqual(now + HOUR_MS);
      // A restart before that does not put it off.
      vi.setSystemTime(now + 1_000);
      await openSeats(state, bindings);
      expect(await state.storage.getAlarm()).toBe(alarm);
    });
  });

  test("is tried again where D1 fails or hangs, and the seats do not wait for it", async () => {
    await addTenant(env.RECORDS, tenantRow("daily-hung"));
    let isHung = false;
    const { env: bindings } = countedEnv({ ...env, TENANT: "" }, (sql) =>
      isHung && sql !== "batch" ? new Promise(() => undefined) : Promise.resolve(),
    );
    await runInDurableObject(stubOf("daily-hung"), async (_, state) => {
      await openSeats(state, bindings);
      const due = nextTurn("daily-hung", Date.now());
      vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: due });
      const seats = await openSeats(state, bindings);
      isHung = true;
      const ran = seats.alarm();
      await vi.advanceTimersByTimeAsync(30_000);
      await ran;
      const alarm = (await state.storage.getAlarm()) ?? 0;
      expect(alarm).toBeGreaterThan(due);
      expect(alarm).toBeLessThanOrEqual(due + HOUR_MS);
      expect(lines.join()).toContain("daily work failed");
    });
  });
});

describe("[T7] the watchdog", () => {
  test("wakes a slice in turn, all after some runs, asks at most fifty times, and one that fails stops no other", async () => {
    for (let n = 0; n < 2 * WOKEN_A_RUN; n++) {
      await addTenant(env.RECORDS, tenantRow(`firm-${String(n).padStart(3, "0")}`));
    }
    const total = Number((await env.RECORDS.prepare("SELECT count(*) AS n FROM tenants").first())?.n);
    const woken: string[] = [];
    const SEATS = {
      idFromName: (name: string) => name,
      get: (name: string) => ({
        ping: async () => {
          woken.push(name);
          if (name === "firm-007") throw new Error("this one is broken");
        },
      }),
    } as unknown as Env["SEATS"];
    const { env: bindings, count } = countedEnv({ ...env, TENANT: "", SEATS });
    const run = () =>
      worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: "*/10 * * * *" }), bindings);
    for (let runs = 0; new Set(woken).size < total; runs++) {
      expect(runs).toBeLessThan(5);
      const before = woken.length;
      await run();
      expect(woken.length - before + count.take()).toBeLessThanOrEqual(50);
    }
    expect(lines.join()).toContain("firm-007");
    expect(lines.join()).toContain('"failed":1');
    // And again from the first, those that are to be moved first of all.
    await env.RECORDS.prepare("UPDATE tenants SET moving_to = 'RECORDS_2' WHERE tenant = 'firm-079'").run();
    woken.length = 0;
    await run();
    expect(woken).toContain("firm-079");
    expect(woken.length).toBeGreaterThan(30);
  });
});

test("[T7] an alarm is armed from the first moment, and after every call", async () => {
  const stub = stubOf("always-armed");
  await (stub as unknown as TenantCalls).vitals();
  await runInDurableObject(stub, async (_, state) => {
    expect(await state.storage.getAlarm()).not.toBeNull();
  });
  await runDurableObjectAlarm(stub);
  await runInDurableObject(stub, async (_, state) => {
    expect(await state.storage.getAlarm()).toBe(nextTurn("always-armed", Date.now()));
  });
});
