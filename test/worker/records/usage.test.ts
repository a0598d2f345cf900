import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { readHistory } from "../../../worker/records/history-query.ts";
import { recommendLimit } from "../../../worker/records/recommendation.ts";
import { dayOf, offsetAt, spansOf, startOfDay, writeDay } from "../../../worker/records/time-zone.ts";
import { emptyUsage, foldUsage } from "../../../worker/records/usage-fold.ts";
import { countHours, NO_USE, readUsage } from "../../../worker/records/usage-query.ts";
import { recountUsage } from "../../../worker/records/usage-recount.ts";
import { QUARTER_MS, type UsageRow } from "../../../worker/records/usage-rows.ts";
import { replayHistory } from "../../../worker/records/what-if.ts";
import { chainRows, type EventSeed, writeEvents } from "./audit-rows.ts";
import { makeHistory, randomFrom } from "./year.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const fold = (seeds: readonly EventSeed[], pieces: number[] = [seeds.length]): UsageRow[] => {
  const rows = chainRows("fold", seeds);
  const found = new Map<string, UsageRow>();
  let state = emptyUsage();
  for (let at = 0, turn = 0; at < rows.length; turn++) {
    const size = pieces[turn % pieces.length] ?? 1;
    const folded = foldUsage(state, rows.slice(at, at + size));
    state = JSON.parse(JSON.stringify(folded.state));
    for (const row of folded.touched) found.set(`${row.pool} ${row.quarter}`, row);
    at += size;
  }
  return [...found.values()].sort((a, b) => a.pool.localeCompare(b.pool) || a.quarter - b.quarter);
};

test("[R3] seats times time, peak, full time, grants, refusals and minutes land in their quarters", () => {
  const at = Date.UTC(2026, 2, 2, 9);
  const rows = fold([
    { at: at + 5 * MINUTE, kind: "seat_granted", inUse: 1, limit: 2 },
    { at: at + 10 * MINUTE, kind: "seat_granted", inUse: 2, limit: 2 },
    { at: at + 20 * MINUTE, kind: "denial_opened", inUse: 2, limit: 2, body: { id: "d" } },
    {
      at: at + 22 * MINUTE,
      kind: "denial_closed",
      inUse: 2,
      limit: 2,
      body: { id: "d", outcome: "seated", waitedMs: 2 * MINUTE },
    },
    { at: at + 25 * MINUTE, kind: "something_new", inUse: 2, limit: 3 },
    { at: at + 50 * MINUTE, kind: "lease_ended", inUse: 1, limit: 3 },
    { at: at + 50 * MINUTE, kind: "lease_ended", inUse: 0, limit: 3 },
    { at: at + 10 * HOUR, kind: "seat_granted", inUse: 1, limit: 3 },
  ]);
  const first = at / QUARTER_MS;
  expect(
    rows.map((row) => [row.quarter - first, row.peak, row.seatMs / MINUTE, row.fullMs / MINUTE, row.leastFree]),
  ).toEqual([
    [0, 2, 15, 5, 0],
    [1, 2, 30, 10, 0],
    [2, 2, 30, 0, 1],
    [3, 2, 10, 0, 1],
    [40, 1, 0, 0, 2],
  ]);
  expect(rows.map((row) => [row.grants, row.denials, row.waitedMs, row.lostMs])).toEqual([
    [2, 0, 0, 0],
    [0, 1, 2 * MINUTE, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 0, 0, 0],
  ]);
});

test("[R3] however the events are cut into deliveries, the rows are the same, also by group", () => {
  const seeds = makeHistory({ from: Date.UTC(2026, 2, 2), days: 5, people: 12, limit: 3 });
  const whole = fold(seeds);
  expect(whole.some((row) => row.pool === "sales")).toBe(true);
  expect(whole.some((row) => row.denials > 0)).toBe(true);
  for (const pieces of [[1], [7, 1, 3], [100]]) expect(fold(seeds, pieces)).toEqual(whole);
  const seatMs = (pool: string) => whole.filter((row) => row.pool === pool).reduce((sum, row) => sum + row.seatMs, 0);
  const held = seeds
    .filter(({ kind }) => kind === "lease_ended")
    .reduce((sum, { body }) => sum + Number(body?.heldMs), 0);
  expect(seatMs("")).toBe(held);
  expect(seatMs("sales") + seatMs("finance")).toBe(held);
});

test("[R3] days and hours are the tenant's, with 23 and 25 hours when clocks change", async () => {
  const zone = "Europe/Berlin";
  const spring = Date.UTC(2026, 2, 28, 23);
  expect(offsetAt(zone, spring)).toBe(HOUR);
  expect(
    spansOf(zone, spring, spring + 3 * DAY).map(({ first, end, offsetMs }) => [(end - first) / 4, offsetMs / HOUR]),
  ).toEqual([
    [2, 1],
    [70, 2],
  ]);
  const spans = spansOf(
    zone,
    startOfDay(zone, dayOf(zone, spring + HOUR)),
    startOfDay(zone, dayOf(zone, spring + HOUR) + 1),
  );
  expect(spans.reduce((sum, { first, end }) => sum + (end - first) / 4, 0)).toBe(23);
  const autumn = dayOf(zone, Date.UTC(2026, 9, 25, 12));
  expect(startOfDay(zone, autumn + 1) - startOfDay(zone, autumn)).toBe(25 * HOUR);
  expect(writeDay(autumn)).toBe("2026-10-25");
  const counts = countHours(spansOf(zone, startOfDay(zone, autumn), startOfDay(zone, autumn + 1)));
  expect([counts[1], counts[2], counts[3]]).toEqual([1, 2, 1]);
  expect(offsetAt("Asia/Kolkata", 0)).toBe(5.5 * HOUR);
  expect(startOfDay("America/New_York", dayOf("America/New_York", Date.UTC(2026, 0, 1, 12)))).toBe(
    Date.UTC(2026, 0, 1, 5),
  );
  const tenant = await writeEvents(env.RECORDS, "zoned", [
    { at: Date.UTC(2026, 2, 29, 0, 30), kind: "seat_granted", inUse: 1 },
    { at: Date.UTC(2026, 2, 29, 1, 30), kind: "lease_ended", inUse: 0 },
    { at: Date.UTC(2026, 2, 29, 22, 30), kind: "seat_granted", inUse: 1 },
    { at: Date.UTC(2026, 2, 29, 22, 45), kind: "lease_ended", inUse: 0 },
  ]);
  const view = await readUsage(env.RECORDS, tenant, { zone, from: spring, to: spring + 3 * DAY });
  expect(view.days.map(({ day, seatMs }) => [writeDay(day), seatMs / MINUTE])).toEqual([
    ["2026-03-29", 60],
    ["2026-03-30", 15],
  ]);
  // From 1:30 to 3:30 by the wall is one hour that night; 22:30 UTC is half past midnight of Monday.
  expect(view.hours.filter(({ seatMs }) => seatMs > 0).map(({ hour, seatMs }) => [hour, seatMs / MINUTE])).toEqual([
    [1, 30],
    [3, 30],
    [24, 15],
  ]);
});

test("[R3] what is in use since the last event counts up to now", async () => {
  const at = Date.UTC(2026, 2, 2, 9);
  const tenant = await writeEvents(env.RECORDS, "ongoing", [{ at, kind: "seat_granted", inUse: 1 }]);
  const view = await readUsage(env.RECORDS, tenant, { zone: "UTC", from: at - DAY, to: at + 2 * HOUR });
  expect(view.total).toMatchObject({ seatMs: 2 * HOUR, peak: 1, grants: 1 });
  expect(view.hours.map(({ hour }) => hour % 24)).toEqual([9, 10]);
});

test("[R3] counting again from the audit gives the same; what was falsified is found and mended", async () => {
  const tenant = await writeEvents(
    env.RECORDS,
    "recount",
    makeHistory({ from: Date.UTC(2026, 2, 2), days: 8, people: 12, limit: 6 }),
  );
  const proof = await recountUsage(env.RECORDS, tenant, { mend: false });
  expect(proof).toMatchObject({ different: 0, mended: false });
  expect(proof.events).toBeGreaterThan(300);
  await env.RECORDS.batch([
    env.RECORDS.prepare(
      "UPDATE usage SET peak = peak + 1 WHERE tenant = ?1 AND pool = '' AND quarter = (SELECT max(quarter) FROM usage WHERE tenant = ?1 AND pool = '')",
    ).bind(tenant),
    env.RECORDS.prepare("DELETE FROM usage WHERE tenant = ?1 AND pool = 'sales' AND quarter % 10 = 0").bind(tenant),
    env.RECORDS.prepare(
      "INSERT INTO usage SELECT tenant, 'nobody', quarter, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 FROM usage WHERE tenant = ?1 LIMIT 1",
    ).bind(tenant),
  ]);
  const found = await recountUsage(env.RECORDS, tenant, { mend: false });
  expect(found.different).toBeGreaterThan(2);
  expect(found.examples.map(({ pool }) => pool)).toEqual(expect.arrayContaining(["", "sales", "nobody"]));
  expect(await recountUsage(env.RECORDS, tenant, { mend: true })).toMatchObject({ mended: true });
  expect(await recountUsage(env.RECORDS, tenant, { mend: false })).toMatchObject({ different: 0, rows: proof.rows });
});

test("[R3] the same history at the same limit has about the refusals that it had; a higher limit fewer, a lower one more", async () => {
  const from = Date.UTC(2026, 2, 2);
  const seeds = makeHistory({ from, days: 1, people: 30, limit: 7 });
  const tenant = await writeEvents(env.RECORDS, "what-if", seeds);
  const [history] = await readHistory(env.RECORDS, tenant, [{ from, to: from + DAY }]);
  if (history === undefined) throw new Error("no history");
  const real = seeds.filter(({ kind }) => kind === "denial_opened").length;
  const idle = { idleTimeoutMs: 20 * MINUTE, wasIdleTimeoutMs: 20 * MINUTE };
  const at = (limit: number, more = idle) => replayHistory(history, { limit, ...more });
  expect(real).toBeGreaterThan(5);
  expect(Math.abs(at(7).denials - real)).toBeLessThanOrEqual(real * 0.3);
  const denials = [4, 6, 7, 9, 11, 40].map((limit) => at(limit).denials);
  expect(denials).toEqual([...denials].sort((a, b) => b - a));
  expect(denials.at(-1)).toBe(0);
  expect(at(40).peak).toBeLessThanOrEqual(30);
  const [short, long] = [5, 60].map((minutes) => at(7, { ...idle, idleTimeoutMs: minutes * MINUTE }));
  expect(short?.denials).toBeLessThan(long?.denials ?? 0);
  expect(short?.lostMs).toBeLessThan(long?.lostMs ?? 0);
  expect(replayHistory({ stays: [], givenUp: [] }, { limit: 1, ...idle })).toEqual({
    denials: 0,
    waitedMs: 0,
    lostMs: 0,
    peak: 0,
  });
});

test("[R3] never more than the limit are seated in a replay, whatever the history", () => {
  const random = randomFrom(7);
  for (let round = 0; round < 200; round++) {
    const stays = Array.from({ length: 40 }, (_, n) => {
      const from = Math.floor(random() * HOUR);
      return {
        person: `p${n % 17}`,
        from,
        to: from + Math.floor(random() * HOUR),
        cause: random() < 0.5 ? "idle" : "closed",
        waitedMs: 0,
      };
    });
    const limit = 1 + Math.floor(random() * 8);
    const replay = replayHistory(
      { stays, givenUp: [] },
      { limit, idleTimeoutMs: 10 * MINUTE, wasIdleTimeoutMs: 20 * MINUTE },
    );
    expect(replay.peak).toBeLessThanOrEqual(limit);
    expect(replay.denials).toBeLessThanOrEqual(stays.length);
  }
});

test("[R3] a recommendation says what to do, and why", () => {
  const evidence = { limit: 10, days: 90, usedDays: 60 };
  expect(
    recommendLimit({ ...evidence, total: { ...NO_USE, peak: 10, wanted: 13, denials: 4, lostMs: 30 * MINUTE } }),
  ).toMatchObject({
    verdict: "raise",
    limit: 13,
    why: "refused",
  });
  expect(recommendLimit({ ...evidence, total: { ...NO_USE, peak: 6, wanted: 6 } })).toMatchObject({
    verdict: "lower",
    limit: 7,
    why: "spare",
  });
  expect(recommendLimit({ ...evidence, total: { ...NO_USE, peak: 9, wanted: 9 } })).toMatchObject({
    verdict: "keep",
    why: "fits",
  });
  expect(recommendLimit({ ...evidence, usedDays: 3, total: { ...NO_USE, peak: 1, wanted: 1 } })).toMatchObject({
    verdict: "wait",
    why: "young",
  });
  expect(
    recommendLimit({ ...evidence, limit: 20, total: { ...NO_USE, peak: 10, wanted: 13, denials: 4 } }),
  ).toMatchObject({ verdict: "keep", why: "enough" });
});
