/** [R2] The object was restored to an earlier moment, and D1 holds later rows: both courses of events stay. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { describe as describeAudit, verifyAudit } from "../../../../scripts/audit/verify-audit.mjs";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../shared/durations.ts";
import { exportAudit } from "../../../../worker/audit/audit-export.ts";
import { EVERYTHING } from "../../../../worker/audit/audit-query.ts";
import { readPastRefusal } from "../../../../worker/audit/denials/past-scene.ts";
import { readPeopleUse } from "../../../../worker/audit/usage/people-usage.ts";
import { readStays } from "../../../../worker/audit/usage/stays-query.ts";
import { readUsage } from "../../../../worker/audit/usage/usage-query.ts";
import { recountUsage } from "../../../../worker/audit/usage/usage-recount.ts";
import { createDependencyHealth } from "../../../../worker/memory/dependency-health.ts";
import { createHealth } from "../../../../worker/site/health.ts";
import { type Line, recount } from "../../audit/recount.ts";
import {
  caller,
  claim,
  deliver,
  type Firm,
  freshFirm,
  keepStorage,
  mia,
  restoreStorage,
  sam,
  signOut,
} from "../firm.ts";

const [anna, ben, cleo, dora] = [caller("anna"), caller("ben"), caller("cleo"), caller("dora")];

let sent: Record<string, unknown>[] = [];
beforeEach(() => {
  sent = [];
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  vi.spyOn(globalThis, "fetch").mockImplementation((async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    return new Response("");
  }) as unknown as typeof fetch);
});
afterEach(() => vi.restoreAllMocks());

const rowsOf = async (table: string, { name }: Firm) =>
  (await env.RECORDS.prepare(`SELECT * FROM ${table} WHERE tenant = ? ORDER BY 1, 2, 3`).bind(name).all()).results;
const kindsOf = async (firm: Firm) => (await rowsOf("events", firm)).map(({ kind }) => kind);

async function verify({ name }: Firm, known?: Map<number, string>) {
  const file = await new Response(exportAudit(env.RECORDS, name, EVERYTHING, "jsonl", Date.now())).bytes();
  return verifyAudit([file], known);
}
/** As exported. */
async function eventsOf({ name }: Firm, end: number): Promise<Line[]> {
  const text = await new Response(exportAudit(env.RECORDS, name, EVERYTHING, "jsonl", end)).text();
  const lines = text.trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Line & { row: string }).filter(({ row }) => row === "event");
}
const headOf = async ({ calls }: Firm) => {
  const answer = await calls.records(mia, { do: "head" });
  if (!answer.ok) throw new Error(answer.error.says.key);
  return answer.value.head;
};

/** Four rows are common, then D1 gets the rows of an afternoon that the restored object knows nothing of. */
async function divide(firm: Firm): Promise<void> {
  await claim(firm, anna);
  await claim(firm, ben);
  await claim(firm, cleo);
  await signOut(firm, ben);
  await deliver(firm);
  const stored = await keepStorage(firm);
  await firm.calls.setLimit(mia, 3, 1);
  await claim(firm, dora);
  await firm.calls.evict(mia, dora.person.id, "lunch, dear dora Adams");
  await deliver(firm);
  await restoreStorage(firm, stored);
}

describe("[R2] a chain that divides", () => {
  test("keeps D1's rows and the object's behind a row that names the conflict, in one chain that verifies", async () => {
    const firm = freshFirm("divided");
    await divide(firm);
    const before = await rowsOf("events", firm);
    const texts = await rowsOf("texts", firm);
    await signOut(firm, anna);
    await firm.calls.setLimit(mia, 5, 1);
    await claim(firm, cleo);
    const lost = await headOf(firm);
    await deliver(firm);
    const after = await rowsOf("events", firm);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(await rowsOf("texts", firm)).toEqual(texts);
    const kinds = after.slice(before.length).map(({ kind }) => kind);
    expect(kinds[0]).toBe("chain_divided");
    expect(kinds).toContain("lease_ended");
    expect(kinds).toContain("seat_granted");
    const head = await headOf(firm);
    const found = await verify(firm, new Map([[head.seq, head.hash]]));
    expect(found).toMatchObject({ first: 1, last: after.length });
    expect(found.divisions).toMatchObject([{ seq: before.length + 1, to: before.length }]);
    expect(describeAudit(found).join("\n")).toContain("the seats were set back to how they were after row");
    // The number and hash that a page showed before the rows were numbered again are no sign of a forger.
    expect(await verify(firm, new Map([[lost.seq, lost.hash]]))).toMatchObject({ last: after.length });
    await expect(verify(firm, new Map([[lost.seq, "0".repeat(64)]]))).rejects.toThrow("the chain was rewritten");
    // The object has them all, one after the other.
    const own = await runInDurableObject(firm.stub, (_, { storage }) =>
      storage.sql.exec<{ seq: number; hash: string }>("SELECT seq, hash FROM outbox ORDER BY seq").toArray(),
    );
    expect(own).toEqual(after.map(({ seq, hash }) => ({ seq, hash })));
  });

  test("goes on, and is replayed and recounted like a chain that never divided", async () => {
    const firm = freshFirm("divided");
    await divide(firm);
    await claim(firm, dora);
    await deliver(firm);
    await signOut(firm, dora);
    await deliver(firm);
    expect(await recountUsage(env.RECORDS, firm.name, { mend: false })).toMatchObject({ different: 0 });
    const [events, usage, denials] = [
      await rowsOf("events", firm),
      await rowsOf("usage", firm),
      await rowsOf("denials", firm),
    ];
    expect(await firm.calls.records(sam, { do: "replay" })).toMatchObject({ ok: true });
    await deliver(firm);
    expect((await rowsOf("events", firm)).slice(0, -1)).toEqual(events);
    expect(await rowsOf("denials", firm)).toEqual(denials);
    expect((await rowsOf("usage", firm)).map(({ grants }) => grants)).toEqual(usage.map(({ grants }) => grants));
    expect(await recountUsage(env.RECORDS, firm.name, { mend: false })).toMatchObject({ different: 0 });
    expect((await verify(firm)).divisions).toHaveLength(1);
  });

  test("[R2.10] nobody goes on having a seat, waiting or being refused in the course that was given up", async () => {
    const firm = freshFirm("divided");
    const begin = Date.now();
    const later = (minutes: number) => vi.useFakeTimers({ toFake: ["Date"], now: begin + minutes * MINUTE_MS });
    await claim(firm, anna);
    await deliver(firm);
    const stored = await keepStorage(firm);
    // Given up: Anna goes, Dora comes and Ben, and Cleo is refused.
    later(10);
    await signOut(firm, anna);
    await claim(firm, dora);
    await claim(firm, ben);
    expect(await claim(firm, cleo)).toMatchObject({ granted: false });
    await deliver(firm);
    await restoreStorage(firm, stored);
    // What counts: Ben comes, and stays a minute.
    later(20);
    await claim(firm, ben);
    await deliver(firm);
    later(21);
    await signOut(firm, ben);
    await deliver(firm);
    const end = begin + 5 * HOUR_MS;
    const period = { from: begin - HOUR_MS, to: end };

    const { stays, refusals, faults } = recount(await eventsOf(firm, end), end);
    expect(faults).toEqual([]);
    const words = new Map((await rowsOf("directory", firm)).map(({ person, name }) => [person, String(name)]));
    const people = (await readPeopleUse(env.RECORDS, firm.name, { zone: "UTC", ...period, toleranceMs: 0, named: [] }))
      .map(({ name, heldMs, stays, isSeated, refusals, waitedMs }) => ({
        ...{ name, heldMs, stays, isSeated, refusals, waitedMs },
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(people).toEqual(
      [anna, ben, cleo, dora].map(({ person: { name } }) => {
        const isTheirs = ({ person }: { person: string }) => words.get(person) === name;
        const own = stays.filter(isTheirs);
        const refused = refusals.filter(isTheirs);
        return {
          name,
          heldMs: own.reduce((ms, { from, to }) => ms + to - from, 0),
          stays: own.length,
          isSeated: false,
          refusals: refused.length,
          waitedMs: refused.reduce((ms, { waitedMs }) => ms + waitedMs, 0),
        };
      }),
    );
    const usage = await readUsage(env.RECORDS, firm.name, { zone: "UTC", ...period, toleranceMs: 0 });
    expect(people.reduce((ms, { heldMs }) => ms + heldMs, 0)).toBe(usage.total.seatMs);
    expect((await rowsOf("denials", firm)).map(({ outcome }) => outcome)).toEqual(["gave_up"]);
  });

  test("[R2.10] [R5] what a seat rested on in the course that was given up ends with it", async () => {
    const firm = freshFirm("divided");
    const begin = Date.now();
    const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: begin + seconds * SECOND_MS });
    const exempt = async ({ person: { id, name } }: typeof anna, version: number) =>
      expect(await firm.calls.changeSettings(sam, { what: "exempt", person: { id, name } }, version)).toMatchObject({
        ok: true,
      });
    await claim(firm, dora);
    await signOut(firm, dora);
    await claim(firm, ben);
    await deliver(firm);
    const stored = await keepStorage(firm);
    // Given up: Ben is exempt; Dora comes, who counts.
    later(10);
    await exempt(ben, 1);
    await claim(firm, dora);
    await deliver(firm);
    await restoreStorage(firm, stored);
    // What counts: Dora comes, and is exempt.
    later(20);
    await claim(firm, dora);
    await deliver(firm);
    later(30);
    await exempt(dora, 1);
    await deliver(firm);
    const period = { from: begin - HOUR_MS, to: begin + 40 * SECOND_MS };

    const { stays, faults } = recount(await eventsOf(firm, period.to), period.to);
    expect(faults).toEqual([]);
    const counted = new Map<string, { counted: number; not: number }>();
    const add = (person: string, ms: number, isCounted: boolean) => {
      const sum = counted.get(person) ?? { counted: 0, not: 0 };
      sum[isCounted ? "counted" : "not"] += ms;
      counted.set(person, sum);
    };
    for (const { person, parts } of stays) for (const part of parts) add(person, part.to - part.from, part.counted);
    const expected = new Map(counted);
    counted.clear();
    for (const [person, own] of (await readStays(env.RECORDS, firm.name, period)).stays)
      for (const stay of own) for (const part of stay.parts ?? [stay]) add(person, part.to - part.from, part.counted);
    expect(counted).toEqual(expected);
  });

  test("[R2.10] [L19] a refusal after it names nobody who had a seat only in the course that was given up", async () => {
    const firm = freshFirm("divided");
    await claim(firm, anna);
    await deliver(firm);
    const stored = await keepStorage(firm);
    await claim(firm, dora);
    await deliver(firm);
    await restoreStorage(firm, stored);
    await claim(firm, ben);
    expect(await claim(firm, cleo)).toMatchObject({ granted: false });
    await deliver(firm);
    const [refusal] = (await rowsOf("events", firm)).filter(({ kind }) => kind === "denial_opened");
    const view = await firm.calls.adminView(sam);
    if (refusal === undefined || !view.ok) throw new Error("nobody was refused, or nobody may see it");
    const which = { id: JSON.parse(String(refusal.body)).id, at: Number(refusal.at) };
    const past = await readPastRefusal(env.RECORDS, firm.name, which, view.value.settings);
    expect(past?.scene.leases.map(({ person }) => person.id)).toEqual([anna, ben].map(({ person }) => person.id));
    expect(past?.scene.leases).toHaveLength(past?.inUse ?? 0);
  });

  test("divides again where the object is restored again", async () => {
    const firm = freshFirm("divided");
    await divide(firm);
    const stored = await keepStorage(firm);
    await claim(firm, dora);
    await deliver(firm);
    await restoreStorage(firm, stored);
    await claim(firm, dora);
    await deliver(firm);
    expect((await kindsOf(firm)).filter((kind) => kind === "chain_divided")).toHaveLength(2);
    expect((await verify(firm)).divisions).toHaveLength(2);
  });

  test("is found also where nothing new happens, at the next daily work", async () => {
    const firm = freshFirm("divided");
    await divide(firm);
    const before = (await kindsOf(firm)).length;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    try {
      for (let round = 0; round < 10; round++) {
        vi.setSystemTime(Math.max(Date.now(), (await alarmOf(firm)) ?? 0) + 1);
        await runDurableObjectAlarm(firm.stub);
      }
    } finally {
      vi.useRealTimers();
    }
    const kinds = await kindsOf(firm);
    expect(kinds.slice(before)).toContain("chain_divided");
    expect((await verify(firm)).divisions).toHaveLength(1);
  });

  test("[G6] [R4] is told by health and to every receiver, whatever it wants to hear of", async () => {
    const firm = freshFirm("divided");
    await firm.calls.records(mia, {
      do: "add_receiver",
      kind: "generic",
      url: "https://hooks.example.com/x",
      on: ["records"],
    });
    const health = async () => {
      const answer = createHealth({
        tenant: firm.calls,
        records: env.RECORDS,
        crmOrigin: "http://crm.test",
        fetchCrm: async () => new Response(""),
        dependencyHealth: createDependencyHealth(() => Date.now()),
        now: () => Date.now(),
      });
      return (await answer({ waitUntil: () => undefined })).json();
    };
    await divide(firm);
    expect(await health()).toMatchObject({ health: "healthy", audit: "whole" });
    await signOut(firm, anna);
    await deliver(firm);
    expect(await health()).toMatchObject({
      health: "degraded",
      audit: "divided",
      parts: { records: { state: "unhealthy" } },
    });
    expect(sent).toMatchObject([{ type: "audit_divided", text: expect.stringContaining("npm run audit:verify") }]);
  });

  test("[R10.15] an erasure that the restored object has forgotten is not undone by it", async () => {
    const firm = freshFirm("divided");
    await claim(firm, anna);
    await claim(firm, ben);
    await signOut(firm, ben);
    await deliver(firm);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 600_000 });
    await firm.calls.status(ben);
    vi.useRealTimers();
    const csv = "what,name,stays\r\nuncounted,ben Adams,1\r\n";
    const report = { month: "2026-10", limits: [], overruns: 0, csv, more: false, head: null };
    await runInDurableObject(firm.stub, (_, { storage }) => {
      const due = Number.MAX_SAFE_INTEGER;
      storage.sql.exec("INSERT INTO alerts VALUES (1, 'hook', ?, 0, ?)", JSON.stringify({ report }), due);
    });
    const stored = await keepStorage(firm);
    expect(await firm.calls.records(sam, { do: "erase", holder: ben.person.id })).toMatchObject({ ok: true });
    await deliver(firm);
    await restoreStorage(firm, stored);
    await claim(firm, cleo);
    await deliver(firm);
    const people = await runInDurableObject(firm.stub, (_, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT * FROM people").toArray()),
    );
    expect(people).not.toContain("crm-ben");
    expect(JSON.stringify(await rowsOf("directory", firm))).not.toContain("crm-ben");
    const [waiting] = await runInDurableObject(firm.stub, (_, { storage }) =>
      storage.sql.exec<{ alert: string }>("SELECT alert FROM alerts").toArray(),
    );
    expect(JSON.parse(waiting?.alert ?? "{}").report?.csv).toBe(csv.replace("ben Adams", ""));
  });
});

const alarmOf = ({ stub }: Firm): Promise<number | null> =>
  runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
