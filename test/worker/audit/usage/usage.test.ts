import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../shared/durations.ts";
import { dayOf, offsetAt, spansOf, startOfDay, writeDay } from "../../../../worker/audit/time-zone.ts";
import { demandOf, type Refusal } from "../../../../worker/audit/usage/demand-query.ts";
import { readRecommendation } from "../../../../worker/audit/usage/evidence-query.ts";
import { readHistory } from "../../../../worker/audit/usage/history-query.ts";
import { adviseNamed, adviseRecords } from "../../../../worker/audit/usage/model-choice.ts";
import { DAYS_AHEAD, gatherEvidence, recommendLimit } from "../../../../worker/audit/usage/recommendation.ts";
import { emptyUsage, projectUsage } from "../../../../worker/audit/usage/usage-projection.ts";
import { countHours, readUsage } from "../../../../worker/audit/usage/usage-query.ts";
import { recountUsage } from "../../../../worker/audit/usage/usage-recount.ts";
import { QUARTER_MS, type UsageRow } from "../../../../worker/audit/usage/usage-rows.ts";
import { replayHistory } from "../../../../worker/audit/usage/what-if.ts";
import { chainRows, type EventSeed, writeEvents } from "../audit-rows.ts";
import { makeHistory, randomFrom } from "./year.ts";

const fold = (seeds: readonly EventSeed[], pieces: number[] = [seeds.length]): UsageRow[] => {
  const rows = chainRows("fold", seeds);
  const found = new Map<string, UsageRow>();
  let state = emptyUsage();
  for (let at = 0, turn = 0; at < rows.length; turn++) {
    const size = pieces[turn % pieces.length] ?? 1;
    const folded = projectUsage(state, rows.slice(at, at + size));
    state = JSON.parse(JSON.stringify(folded.state));
    for (const row of folded.touched) found.set(`${row.pool} ${row.quarter}`, row);
    at += size;
  }
  return [...found.values()].sort((a, b) => a.pool.localeCompare(b.pool) || a.quarter - b.quarter);
};

test("[R3.17] a licence that does not count is no licence given", () => {
  const at = Date.UTC(2026, 9, 5, 9);
  const granted = (holder: string, exempt: boolean) => ({
    at,
    kind: "seat_granted",
    holder,
    inUse: 1,
    body: { exempt },
  });
  const { touched } = projectUsage(emptyUsage(), chainRows("acme", [granted("a", false), granted("b", true)]));
  expect(touched.map(({ grants, peak }) => [grants, peak])).toEqual([[1, 1]]);
});

test("[R3] seats times time, peak, full time, grants, refusals and minutes land in their quarters", () => {
  const at = Date.UTC(2026, 2, 2, 9);
  const rows = fold([
    { at: at + 5 * MINUTE_MS, kind: "seat_granted", inUse: 1, limit: 2 },
    { at: at + 10 * MINUTE_MS, kind: "seat_granted", inUse: 2, limit: 2 },
    { at: at + 20 * MINUTE_MS, kind: "denial_opened", inUse: 2, limit: 2, body: { id: "d" } },
    {
      at: at + 22 * MINUTE_MS,
      kind: "denial_closed",
      inUse: 2,
      limit: 2,
      body: { id: "d", outcome: "seated", waitedMs: 2 * MINUTE_MS },
    },
    { at: at + 25 * MINUTE_MS, kind: "something_new", inUse: 2, limit: 3 },
    { at: at + 50 * MINUTE_MS, kind: "lease_ended", inUse: 1, limit: 3 },
    { at: at + 50 * MINUTE_MS, kind: "lease_ended", inUse: 0, limit: 3 },
    { at: at + 10 * HOUR_MS, kind: "seat_granted", inUse: 1, limit: 3 },
  ]);
  const first = at / QUARTER_MS;
  expect(
    rows.map((row) => [row.quarter - first, row.peak, row.seatMs / MINUTE_MS, row.fullMs / MINUTE_MS, row.leastFree]),
  ).toEqual([
    [0, 2, 15, 5, 0],
    [1, 2, 30, 10, 0],
    [2, 2, 30, 0, 1],
    [3, 2, 10, 0, 1],
    [40, 1, 0, 0, 2],
  ]);
  expect(rows.map((row) => [row.grants, row.denials, row.waitedMs, row.lostMs])).toEqual([
    [2, 0, 0, 0],
    [0, 1, 2 * MINUTE_MS, 0],
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
  expect(offsetAt(zone, spring)).toBe(HOUR_MS);
  expect(
    spansOf(zone, spring, spring + 3 * DAY_MS).map(({ first, end, offsetMs }) => [
      (end - first) / 4,
      offsetMs / HOUR_MS,
    ]),
  ).toEqual([
    [2, 1],
    [70, 2],
  ]);
  const spans = spansOf(
    zone,
    startOfDay(zone, dayOf(zone, spring + HOUR_MS)),
    startOfDay(zone, dayOf(zone, spring + HOUR_MS) + 1),
  );
  expect(spans.reduce((sum, { first, end }) => sum + (end - first) / 4, 0)).toBe(23);
  const autumn = dayOf(zone, Date.UTC(2026, 9, 25, 12));
  expect(startOfDay(zone, autumn + 1) - startOfDay(zone, autumn)).toBe(25 * HOUR_MS);
  expect(writeDay(autumn)).toBe("2026-10-25");
  const counts = countHours(spansOf(zone, startOfDay(zone, autumn), startOfDay(zone, autumn + 1)));
  expect([counts[1], counts[2], counts[3]]).toEqual([1, 2, 1]);
  expect(offsetAt("Asia/Kolkata", 0)).toBe(5.5 * HOUR_MS);
  expect(startOfDay("America/New_York", dayOf("America/New_York", Date.UTC(2026, 0, 1, 12)))).toBe(
    Date.UTC(2026, 0, 1, 5),
  );
  const tenant = await writeEvents(env.RECORDS, "zoned", [
    { at: Date.UTC(2026, 2, 29, 0, 30), kind: "seat_granted", inUse: 1 },
    { at: Date.UTC(2026, 2, 29, 1, 30), kind: "lease_ended", inUse: 0 },
    { at: Date.UTC(2026, 2, 29, 22, 30), kind: "seat_granted", inUse: 1 },
    { at: Date.UTC(2026, 2, 29, 22, 45), kind: "lease_ended", inUse: 0 },
  ]);
  const view = await readUsage(env.RECORDS, tenant, { zone, from: spring, to: spring + 3 * DAY_MS, toleranceMs: 0 });
  expect(view.days.map(({ day, seatMs }) => [writeDay(day), seatMs / MINUTE_MS])).toEqual([
    ["2026-03-29", 60],
    ["2026-03-30", 15],
  ]);
  // From 1:30 to 3:30 by the wall is one hour that night; 22:30 UTC is half past midnight of Monday.
  expect(view.hours.filter(({ seatMs }) => seatMs > 0).map(({ hour, seatMs }) => [hour, seatMs / MINUTE_MS])).toEqual([
    [1, 30],
    [3, 30],
    [24, 15],
  ]);
});

test("[R3] what is in use since the last event counts up to now", async () => {
  const at = Date.UTC(2026, 2, 2, 9);
  const tenant = await writeEvents(env.RECORDS, "ongoing", [{ at, kind: "seat_granted", inUse: 1 }]);
  const view = await readUsage(env.RECORDS, tenant, {
    zone: "UTC",
    from: at - DAY_MS,
    to: at + 2 * HOUR_MS,
    toleranceMs: 0,
  });
  expect(view.total).toMatchObject({ seatMs: 2 * HOUR_MS, peak: 1, grants: 1 });
  expect(view.hours.map(({ hour }) => hour % 24)).toEqual([9, 10]);
});

test("[R1] [R3] waits that ended with a seat within the tolerance are counted apart, in the quarter and group in which they began", async () => {
  const at = Date.UTC(2026, 2, 2, 9, 14, 40);
  const refused = (id: string, after: number, waitedMs: number, outcome: string, group?: string): EventSeed[] => [
    {
      at: at + after,
      kind: "denial_opened",
      holder: "p-1",
      inUse: 2,
      limit: 2,
      body: { id, reason: "limit_reached", clientKind: "browser", limit: 2, inUse: 2, ...(group ? { group } : {}) },
    },
    { at: at + after + waitedMs, kind: "denial_closed", inUse: 2, limit: 2, body: { id, outcome, waitedMs } },
  ];
  const tenant = await writeEvents(
    env.RECORDS,
    "brief",
    [
      { at: at - HOUR_MS, kind: "seat_granted", inUse: 2, limit: 2, body: { group: "sales" } },
      // Seated in the next quarter.
      ...refused("a", 0, 30_000, "seated", "sales"),
      ...refused("b", MINUTE_MS, 60_000, "seated", "sales"),
      ...refused("c", 2 * MINUTE_MS, 59_999, "seated"),
      ...refused("d", 3 * MINUTE_MS, 10_000, "gave_up"),
    ].sort((a, b) => a.at - b.at),
  );
  const look = (toleranceMs: number) =>
    readUsage(env.RECORDS, tenant, { zone: "UTC", from: at - DAY_MS, to: at + HOUR_MS, toleranceMs });
  const counted = ({ total, groups, hours }: Awaited<ReturnType<typeof look>>) => ({
    all: [total.denials, total.brief, total.wanted],
    sales: groups.map(({ pool, denials, brief }) => [pool, denials, brief]),
    hours: hours
      .filter(({ denials, brief }) => denials + brief > 0)
      .map(({ hour, denials, brief }) => [hour, denials, brief]),
  });
  const nine = 24 + 9;
  expect(counted(await look(60_000))).toEqual({ all: [2, 2, 4], sales: [["sales", 1, 1]], hours: [[nine, 2, 2]] });
  expect(counted(await look(0))).toEqual({ all: [4, 0, 5], sales: [["sales", 2, 0]], hours: [[nine, 4, 0]] });
  expect(counted(await look(60_001)).all).toEqual([1, 3, 3]);
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
  const [history] = await readHistory(env.RECORDS, tenant, [{ from, to: from + DAY_MS }]);
  if (history === undefined) throw new Error("no history");
  const real = seeds.filter(({ kind }) => kind === "denial_opened").length;
  const idle = { idleTimeoutMs: 20 * MINUTE_MS, wasIdleTimeoutMs: 20 * MINUTE_MS, pool: null };
  const at = (limit: number, more = idle) => replayHistory(history, { limit, ...more });
  expect(real).toBeGreaterThan(5);
  expect(Math.abs(at(7).denials - real)).toBeLessThanOrEqual(real * 0.3);
  const denials = [4, 6, 7, 9, 11, 40].map((limit) => at(limit).denials);
  expect(denials).toEqual([...denials].sort((a, b) => b - a));
  expect(denials.at(-1)).toBe(0);
  expect(at(40).peak).toBeLessThanOrEqual(30);
  const [short, long] = [5, 60].map((minutes) => at(7, { ...idle, idleTimeoutMs: minutes * MINUTE_MS }));
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
      const from = Math.floor(random() * HOUR_MS);
      return {
        person: `p${n % 17}`,
        from,
        to: from + Math.floor(random() * HOUR_MS),
        cause: random() < 0.5 ? "idle" : "closed",
        waitedMs: 0,
        group: ["sales", "finance", null][n % 3] ?? null,
      };
    });
    const pool = { group: "sales", reserved: Math.floor(random() * 3), most: random() < 0.5 ? null : 3 };
    const limit = 1 + Math.floor(random() * 8);
    const replay = replayHistory(
      { stays, givenUp: [] },
      { limit, idleTimeoutMs: 10 * MINUTE_MS, wasIdleTimeoutMs: 20 * MINUTE_MS, pool: round % 2 === 0 ? null : pool },
    );
    expect(replay.peak).toBeLessThanOrEqual(limit);
    expect(replay.denials).toBeLessThanOrEqual(stays.length);
  }
});

test("[R3] [L17] a replay with a reservation keeps seats for its group, and one with a maximum keeps the group small", () => {
  /** One person each: `name@from-to`, minutes; capitals are of the group. */
  const replay = (people: string, limit: number, reserved: number, most: number | null = null) => {
    const stays = people.split(" ").map((word) => {
      const [, person = "", from, to] = /^(\w+)@(\d+)-(\d+)$/.exec(word) ?? [];
      const group = person === person.toUpperCase() ? "finance" : "sales";
      return {
        person,
        group,
        from: Number(from) * MINUTE_MS,
        to: Number(to) * MINUTE_MS,
        cause: "closed",
        waitedMs: 0,
      };
    });
    const pool = { group: "finance", reserved, most };
    const scenario = { limit, idleTimeoutMs: 20 * MINUTE_MS, wasIdleTimeoutMs: 20 * MINUTE_MS, pool };
    return replayHistory({ stays, givenUp: [] }, scenario);
  };
  // Without it the third is refused; with it already the second, and the group's own person is let in.
  expect(replay("a@0-60 b@1-61 F@2-62", 2, 0)).toMatchObject({ denials: 1, lostMs: 15 * MINUTE_MS });
  expect(replay("a@0-60 b@1-61 F@2-62", 2, 1)).toMatchObject({ denials: 1, peak: 2 });
  expect(replay("a@0-60 F@2-62", 2, 1)).toMatchObject({ denials: 0, peak: 2 });
  // The group sits on its own seats first, and on common ones after that.
  expect(replay("F@0-60 G@1-61 a@2-62", 3, 1)).toMatchObject({ denials: 0, peak: 3 });
  expect(replay("F@0-60 G@1-61 a@2-62", 3, 3)).toMatchObject({ denials: 1, peak: 2 });
  // A seat that the group gives back is not one for others; who waits behind somebody who may not is let in.
  expect(replay("F@0-10 a@1-60 b@2-60", 2, 1)).toMatchObject({ denials: 1, waitedMs: 0, lostMs: 15 * MINUTE_MS });
  expect(replay("F@0-10 a@1-60 b@2-60 G@3-60", 2, 1)).toMatchObject({ denials: 2, waitedMs: 7 * MINUTE_MS });
  expect(replay("F@0-10 G@1-60 a@2-60", 3, 0, 1)).toMatchObject({ denials: 1, waitedMs: 9 * MINUTE_MS, peak: 2 });
});

/** What a page knows of 60 days with these peaks, and these refusals. */
const adviceOf = (limit: number, peaks: number[], refusals: Refusal[] = [], toleranceMs = MINUTE_MS) => {
  const demand = demandOf(refusals, { zone: "UTC", toleranceMs });
  const days = peaks.map((peak, index) => ({ day: 20_000 + index, peak }));
  return recommendLimit(gatherEvidence({ limit, first: 20_000, last: 20_059 }, days, demand));
};
const refusedOn = (day: number, inUse: number, more: Partial<Refusal> = {}): Refusal => {
  const at = (20_000 + day) * DAY_MS + 9 * HOUR_MS;
  return {
    person: "p-1",
    at,
    until: at + 5 * MINUTE_MS,
    reason: "limit_reached",
    inUse,
    outcome: "seated",
    waitedMs: 5 * MINUTE_MS,
    ...more,
  };
};

test("[R3] a recommendation says what to do, why, and how sure it is", () => {
  const sixty = (peak: number) => Array.from({ length: 60 }, () => peak);
  const two = [refusedOn(3, 10), refusedOn(3, 10)];
  expect(adviceOf(10, sixty(10), two)).toMatchObject({ verdict: "raise", limit: 12, why: "refused", sure: 60 / 80 });
  expect(adviceOf(10, sixty(6))).toMatchObject({ verdict: "lower", limit: 7, why: "spare", sure: 0.75 });
  expect(adviceOf(10, sixty(9))).toMatchObject({ verdict: "keep", why: "fits" });
  expect(adviceOf(20, sixty(10), two)).toMatchObject({ verdict: "keep", limit: 20, why: "enough" });
});

test("[R3] too few days are no recommendation, however many were refused", () => {
  const some = Array.from({ length: 19 }, () => 2);
  const refused = [refusedOn(0, 2), refusedOn(0, 2)];
  const { evidence, ...advice } = adviceOf(2, some, refused);
  expect(advice).toEqual({ verdict: "wait", limit: 2, why: "young", sure: null });
  expect(evidence).toMatchObject({ usedDays: 19, refusals: 2, wanted: 4 });
  expect(adviceOf(2, [...some, 1], refused)).toMatchObject({ verdict: "raise", limit: 4, sure: 0.5 });
});

test("[R1] [R3] [L17] short waits, and refusals that no limit changes, are named and move nothing", () => {
  const peaks = Array.from({ length: 30 }, () => 5);
  const refused = [
    refusedOn(1, 5, { waitedMs: 59_999 }),
    refusedOn(2, 3, { reason: "reserved_for_others" }),
    refusedOn(2, 3, { reason: "reserved_for_others" }),
    refusedOn(3, 3, { reason: "not_assigned", outcome: "gave_up", waitedMs: 0 }),
  ];
  expect(adviceOf(6, peaks, refused)).toMatchObject({
    verdict: "keep",
    why: "fits",
    evidence: {
      refusals: 0,
      wanted: 5,
      brief: 1,
      ignored: [
        { reason: "reserved_for_others", count: 2 },
        { reason: "not_assigned", count: 1 },
      ],
    },
  });
});

test("[R3] how many wanted a seat at once is as counted one by one, in a thousand random histories", () => {
  const random = randomFrom(14);
  for (let round = 0; round < 1_000; round++) {
    const refusals = Array.from({ length: 12 }, () => {
      const waitedMs = Math.floor(random() * 40) * MINUTE_MS;
      const at = 20_000 * DAY_MS + Math.floor(random() * 180) * MINUTE_MS;
      return refusedOn(0, Math.floor(random() * 4), { at, until: at + waitedMs, waitedMs });
    }).sort((a, b) => a.at - b.at);
    const counted = refusals.filter(({ waitedMs }) => waitedMs >= 10 * MINUTE_MS);
    const wanted = counted.map(
      (one, place) => one.inUse + counted.filter((other, index) => index <= place && other.until > one.at).length,
    );
    const demand = demandOf(refusals, { zone: "UTC", toleranceMs: 10 * MINUTE_MS });
    expect([round, demand.days[0]?.wanted ?? 0]).toEqual([round, Math.max(0, ...wanted)]);
  }
});

test("[R3] the chance that is told is the least there is, whatever days come", () => {
  const random = randomFrom(15);
  const rounds = 20_000;
  for (const days of [20, 60]) {
    let held = 0;
    for (let round = 0; round < rounds; round++) {
      const most = (count: number) => Math.max(...Array.from({ length: count }, random));
      if (most(20) <= most(days)) held++;
    }
    expect(Math.abs(held / rounds - days / (days + DAYS_AHEAD))).toBeLessThan(0.02);
  }
});

test("[R3] the recommendation uses whole days before today, and what the audit says of refusals", async () => {
  const now = Date.UTC(2026, 10, 20, 12);
  const seeds = makeHistory({ from: now - 12 * HOUR_MS - 40 * DAY_MS, days: 41, people: 30, limit: 7 });
  const tenant = await writeEvents(env.RECORDS, "advice", seeds);
  const settings = { timeZone: "UTC", refusalToleranceMs: MINUTE_MS };
  const { evidence, verdict } = await readRecommendation(env.RECORDS, tenant, { limit: 7, settings }, now);
  const before = seeds.filter(({ at }) => at < now - 12 * HOUR_MS);
  const days = new Set(before.map(({ at }) => Math.floor(at / DAY_MS)));
  expect(evidence).toMatchObject({ days: 90, usedDays: days.size, peak: 7 });
  expect(evidence.refusals).toBe(before.filter(({ kind }) => kind === "denial_opened").length);
  expect(evidence.refusals).toBeLessThan(seeds.filter(({ kind }) => kind === "denial_opened").length);
  expect(verdict).toBe("raise");
});

test("[R3] [L14] advice on named licences counts people refused and licences that nobody has", () => {
  const evidence = { licences: 10, assigned: 7, refused: 0, peak: 6, usedDays: 40 };
  expect(adviseNamed(evidence)).toEqual({ verdict: "fewer", advised: 7 });
  expect(adviseNamed({ ...evidence, usedDays: 3 })).toEqual({ verdict: "fits", advised: 10 });
  expect(adviseNamed({ ...evidence, refused: 2 })).toEqual({ verdict: "assign", advised: 10 });
  expect(adviseNamed({ ...evidence, refused: 5 })).toEqual({ verdict: "more", advised: 12 });
  // A month-end of three days is no reason to agree on more; a free one can be used at once.
  expect(adviseNamed({ ...evidence, refused: 5, usedDays: 3 })).toEqual({ verdict: "assign", advised: 10 });
  const all = { ...evidence, assigned: 10, refused: 2 };
  expect(adviseNamed({ ...all, usedDays: 1 })).toEqual({ verdict: "young", advised: 10 });
  expect(adviseNamed({ ...all, usedDays: 20 })).toEqual({ verdict: "more", advised: 12 });
  expect(adviseNamed({ ...evidence, licences: 0, assigned: 0, refused: 2, usedDays: 0 })).toEqual({
    verdict: "more",
    advised: 2,
  });
  expect(adviseNamed({ ...evidence, licences: 0, assigned: 0 })).toEqual({ verdict: "none", advised: 0 });
  expect(adviseNamed({ ...evidence, assigned: 10 })).toEqual({ verdict: "fits", advised: 10 });
});

test("[R3] [L14] advice in the records model is about records", () => {
  const advise = (count: number | null, agreed: number | null) => adviseRecords({ count, agreed });
  expect([advise(null, 10), advise(5, null), advise(5, 10), advise(8, 10), advise(10, 10), advise(11, 10)]).toEqual([
    "uncounted",
    "none",
    "fit",
    "near",
    "near",
    "over",
  ]);
});
