/** [R2.10] Where the object was restored to an earlier moment: what figures, lists and the time machine make of both courses. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../shared/durations.ts";
import { exportAudit } from "../../../../worker/audit/audit-export.ts";
import { EVERYTHING } from "../../../../worker/audit/audit-query.ts";
import { ALL_DENIALS, listDenials } from "../../../../worker/audit/denials/denial-query.ts";
import { readPastRefusal } from "../../../../worker/audit/denials/past-scene.ts";
import { readCompliance } from "../../../../worker/audit/report/compliance.ts";
import { findOverruns } from "../../../../worker/audit/report/overruns.ts";
import { readUncounted } from "../../../../worker/audit/report/uncounted.ts";
import { readRefusalSpans } from "../../../../worker/audit/usage/demand-query.ts";
import { readHistory } from "../../../../worker/audit/usage/history-query.ts";
import { readStays } from "../../../../worker/audit/usage/stays-query.ts";
import { readTeams } from "../../../../worker/audit/usage/teams-usage.ts";
import { readUsage } from "../../../../worker/audit/usage/usage-query.ts";
import type { SettingsChange } from "../../../../worker/ledger/settings/settings.ts";
import type { Caller } from "../../../../worker/tenant/tenant-calls.ts";
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
const begin = Date.now();
const at = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: begin + seconds * SECOND_MS });
const period = (seconds: number) => ({ from: begin - HOUR_MS, to: begin + seconds * SECOND_MS });

beforeEach(() => {
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const change = async ({ calls }: Firm, what: SettingsChange, version: number) =>
  expect(await calls.changeSettings(sam, what, version)).toMatchObject({ ok: true });
const exempt = (firm: Firm, { person: { id, name } }: Caller, version: number) =>
  change(firm, { what: "exempt", person: { id, name } }, version);

/** How it is at the moment of the call; what happens until `goBack` is given up. */
async function keep(firm: Firm): Promise<{ goBack: () => Promise<void> }> {
  await deliver(firm);
  const stored = await keepStorage(firm);
  return {
    goBack: async () => {
      await deliver(firm);
      await restoreStorage(firm, stored);
    },
  };
}

async function countedOf({ name }: Firm, end: number) {
  const text = await new Response(exportAudit(env.RECORDS, name, EVERYTHING, "jsonl", end)).text();
  const lines = text.trim().split("\n");
  const found = recount(
    lines.map((line) => JSON.parse(line) as Line & { row: string }).filter(({ row }) => row === "event"),
    end,
  );
  expect(found.faults).toEqual([]);
  return found;
}

async function refusalsOf({ name }: Firm) {
  const { results } = await env.RECORDS.prepare(
    "SELECT at, body ->> 'id' AS id FROM events WHERE tenant = ? AND kind = 'denial_opened' ORDER BY seq",
  )
    .bind(name)
    .all<{ at: number; id: string }>();
  return results;
}

/** Seats while nobody counted, and by whom, as the report has them and as a count from the export does. */
async function bothUncounted(firm: Firm, { from, to }: { from: number; to: number }) {
  const told = (await readUncounted(env.RECORDS, firm.name, { from, to })).uncounted.map(
    ({ person, named, stays, heldMs }) => ({ person, named, stays, heldMs }),
  );
  const sums = new Map<string, (typeof told)[number]>();
  for (const { person, parts } of (await countedOf(firm, to)).stays) {
    for (const named of [true, false]) {
      const own = parts.filter((part) => !part.counted && part.named === named && part.to > part.from);
      if (own.length === 0) continue;
      const sum = sums.get(`${named} ${person}`) ?? { person, named, stays: 0, heldMs: 0 };
      sums.set(`${named} ${person}`, sum);
      sum.stays++;
      for (const part of own) sum.heldMs += part.to - part.from;
    }
  }
  const byTime = (a: { heldMs: number; person: string }, b: typeof a) =>
    b.heldMs - a.heldMs || (a.person < b.person ? -1 : 1);
  return { told: told.sort(byTime), counted: [...sums.values()].sort(byTime) };
}

describe("[R2.10] figures where a course of events was given up", () => {
  test("[R5.4] people who were not counted have the time of each course once", async () => {
    const firm = freshFirm("divided-figures");
    at(0);
    await exempt(firm, ben, 1);
    await exempt(firm, dora, 2);
    await claim(firm, ben);
    const { goBack } = await keep(firm);
    // Given up: Dora comes, too.
    at(10);
    await claim(firm, dora);
    await goBack();
    at(20);
    await claim(firm, cleo);
    await deliver(firm);
    at(40);
    await signOut(firm, ben);
    await deliver(firm);
    const { told, counted } = await bothUncounted(firm, period(60));
    expect(counted.map(({ stays }) => stays).sort()).toEqual([1, 2]);
    expect(told).toEqual(counted);
  });

  test("[R5.4] [R3] a seat held through two of them is counted once", async () => {
    const firm = freshFirm("divided-figures");
    at(0);
    await exempt(firm, ben, 1);
    await claim(firm, ben);
    await claim(firm, anna);
    const { goBack } = await keep(firm);
    at(10);
    await claim(firm, cleo);
    await goBack();
    at(20);
    await claim(firm, dora);
    await deliver(firm);
    await goBack();
    at(30);
    await claim(firm, dora);
    await deliver(firm);
    const { told, counted } = await bothUncounted(firm, period(40));
    expect(told).toEqual(counted);
    const sums = new Map<string, number>();
    const { stays } = await countedOf(firm, period(40).to);
    for (const { person, from, to } of stays) sums.set(person, (sums.get(person) ?? 0) + to - from);
    const found = [...(await readStays(env.RECORDS, firm.name, period(40))).stays].map(
      ([person, own]) => [person, own.reduce((ms, { from, to }) => ms + to - from, 0)] as const,
    );
    expect(new Map(found)).toEqual(sums);
  });

  test("[R3.7] people belong to the groups in which they were last seen in the course that counts", async () => {
    const firm = freshFirm("divided-figures");
    const of = ({ person, session }: Caller, ...groups: string[]) => ({ person: { ...person, groups }, session });
    at(0);
    await claim(firm, of(anna, "sales"));
    await signOut(firm, anna);
    const { goBack } = await keep(firm);
    at(10);
    await claim(firm, of(anna, "support"));
    // Who is seen in this course alone has the groups of it.
    await claim(firm, of(dora, "support"));
    await goBack();
    at(20);
    await claim(firm, ben);
    await deliver(firm);
    const { teams } = await readTeams(env.RECORDS, firm.name, { zone: "UTC", ...period(40) });
    expect(teams.map(({ group, people }) => [group, people]).sort()).toEqual([
      ["sales", 1],
      ["support", 1],
    ]);
  });

  test("[R1] [R3] a refusal that ended in both courses is one, and one that ended in neither goes on", async () => {
    const firm = freshFirm("divided-figures");
    at(0);
    await claim(firm, anna);
    await claim(firm, ben);
    expect(await claim(firm, dora)).toMatchObject({ granted: false });
    const { goBack } = await keep(firm);
    // A seat is free once no pass of it can be out any more.
    const endWait = async (seconds: number) => {
      at(seconds);
      await signOut(firm, ben);
      at(seconds + 25);
      expect(await claim(firm, dora)).toMatchObject({ granted: true });
    };
    await endWait(5);
    await goBack();
    at(40);
    await signOut(firm, anna);
    at(65);
    expect(await claim(firm, cleo)).toMatchObject({ granted: true });
    await deliver(firm);
    const spans = () => readRefusalSpans(env.RECORDS, firm.name, period(120));
    const list = () => listDenials(env.RECORDS, firm.name, { now: Date.now(), page: 1, filter: ALL_DENIALS });
    const { refusals: before } = await countedOf(firm, period(120).to);
    expect(before).toMatchObject([{ outcome: null }]);
    expect(await spans()).toMatchObject([{ outcome: null, until: period(120).to }]);
    expect(await list()).toMatchObject([{ outcome: null }]);
    await endWait(70);
    await deliver(firm);
    expect(await spans()).toMatchObject([{ outcome: "seated", waitedMs: 95 * SECOND_MS }]);
    expect(await list()).toMatchObject([{ outcome: "seated", waitedMs: 95 * SECOND_MS }]);
    const usage = (toleranceMs: number) =>
      readUsage(env.RECORDS, firm.name, { zone: "UTC", ...period(120), toleranceMs });
    expect((await usage(2 * MINUTE_MS)).total).toMatchObject({ denials: 0, brief: 1 });
    // Short only in the course that was given up.
    expect((await usage(MINUTE_MS)).total).toMatchObject({ denials: 1, brief: 0 });
  });

  test("[R3.9] past days are played again with each stay once, and with those that only the conflict ended", async () => {
    const firm = freshFirm("divided-figures");
    at(0);
    await claim(firm, anna);
    const { goBack } = await keep(firm);
    at(10);
    await claim(firm, ben);
    expect(await claim(firm, cleo)).toMatchObject({ granted: false });
    await goBack();
    at(20);
    await claim(firm, ben);
    await deliver(firm);
    at(40);
    await signOut(firm, anna);
    await signOut(firm, ben);
    await deliver(firm);
    const [history] = await readHistory(env.RECORDS, firm.name, [period(60)]);
    const { stays } = await countedOf(firm, period(60).to);
    const bySeconds = (list: readonly { person: string; from: number; to: number }[]) =>
      list.map(({ person, from, to }) => `${person} ${from - begin} ${to - begin}`).sort();
    expect(bySeconds(history?.stays ?? [])).toEqual(bySeconds(stays));
    expect(history?.givenUp).toHaveLength(1);
  });

  test("[R5.2] limits and boosts of that course end with it", async () => {
    const firm = freshFirm("divided-figures");
    at(0);
    await claim(firm, anna);
    const { goBack } = await keep(firm);
    at(10);
    expect(await firm.calls.setLimit(mia, 9, 1)).toMatchObject({ ok: true });
    await claim(firm, ben);
    await goBack();
    at(20);
    await claim(firm, ben);
    await deliver(firm);
    const { limits } = await readCompliance(env.RECORDS, firm.name, period(60));
    const divided = (await countedOf(firm, period(60).to)).use.filter(
      ({ limit }, place, all) => limit !== all[place - 1]?.limit,
    );
    expect(limits.map(({ from, limit }) => [from, limit])).toEqual(divided.map(({ from, limit }) => [from, limit]));
    expect(limits.map(({ limit }) => limit)).toEqual([limits[0]?.limit, 9, limits[0]?.limit]);
  });

  test("[R5.2] a boost of that course ends with it, and one that was cancelled in it goes on", async () => {
    const firm = freshFirm("divided-figures");
    const boost = (extra: number, version: number) =>
      change(firm, { what: "boost", extra, startsInMs: 0, lastsMs: HOUR_MS }, version);
    at(0);
    await boost(1, 1);
    const { goBack } = await keep(firm);
    at(10);
    await change(firm, { what: "cancel_boost", id: "b2" }, 2);
    await boost(2, 3);
    await goBack();
    // One of the same name, in the course that counts.
    at(20);
    await claim(firm, anna);
    await deliver(firm);
    at(30);
    await change(firm, { what: "time_zone", timeZone: "Asia/Kathmandu" }, 2);
    await boost(3, 3);
    await deliver(firm);
    const { boosts } = await readCompliance(env.RECORDS, firm.name, period(60));
    const seconds = (ms: number) => (ms - begin) / SECOND_MS;
    expect(boosts.map(({ extra, from, until }) => [extra, seconds(from), seconds(until)])).toEqual([
      [1, 0, 10],
      [2, 10, 22],
      [1, 22, 3_600],
      [3, 30, 3_630],
    ]);
  });

  test("[L19] a refusal after it is explained by the settings of the course that counts", async () => {
    const firm = freshFirm("divided-figures");
    at(0);
    await claim(firm, anna);
    await claim(firm, ben);
    const { goBack } = await keep(firm);
    at(10);
    expect(await firm.calls.setLimit(mia, 9, 1)).toMatchObject({ ok: true });
    await goBack();
    at(20);
    expect(await claim(firm, cleo)).toMatchObject({ granted: false });
    await deliver(firm);
    const [refusal] = await refusalsOf(firm);
    const view = await firm.calls.adminView(sam);
    if (refusal === undefined || !view.ok) throw new Error("nobody was refused, or nobody may see it");
    const past = await readPastRefusal(env.RECORDS, firm.name, refusal, view.value.settings);
    expect(past?.scene.settings.limit).toBe(past?.limit);
  });

  test("[R5.2] an overrun that the conflict brings back says so", () => {
    const row = (minute: number, kind: string, inUse: number) => ({
      seq: minute,
      at: minute * MINUTE_MS,
      kind,
      inUse,
      limit: 2,
    });
    expect(
      findOverruns(null, [row(1, "chain_divided", 3), row(2, "lease_ended", 2)], { from: 0, to: HOUR_MS }),
    ).toMatchObject([{ cause: "restored" }]);
  });
});
