import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../shared/durations.ts";
import { type Compliance, readCompliance } from "../../../../worker/audit/report/compliance.ts";
import { findOverruns } from "../../../../worker/audit/report/overruns.ts";
import { foldBoosts } from "../../../../worker/audit/report/past-boosts.ts";
import { reportItems } from "../../../../worker/audit/report/report-items.ts";
import { UNCOUNTED_MOST } from "../../../../worker/audit/report/uncounted.ts";
import { chainRows, type EventSeed, writeEvents } from "../audit-rows.ts";
import { randomFrom } from "../usage/year.ts";

const START = Date.UTC(2026, 2, 2);

const TURNS = ["limit_changed", "schedule_turned", "settings_changed"];

/** People come and go, and the limit goes up and down, also below what is in use. */
function makeTurns(seed: number, steps: number): EventSeed[] {
  const random = randomFrom(seed);
  const seeds: EventSeed[] = [];
  let [at, inUse, limit] = [START, 0, 6];
  for (let step = 0; step < steps; step++) {
    at += Math.floor(random() ** 4 * 3 * HOUR_MS);
    const dice = random();
    if (dice < 0.08) {
      limit = 1 + Math.floor(random() * 12);
      seeds.push({ at, kind: TURNS[Math.floor(random() * 3)] ?? "", inUse, limit });
    } else if (dice < 0.6 && inUse < limit) seeds.push({ at, kind: "seat_granted", inUse: ++inUse, limit });
    else if (inUse > 0)
      seeds.push({ at, kind: "lease_ended", inUse: --inUse, limit, body: { heldMs: 1, exempt: false } });
  }
  return seeds;
}

/** The same by going through every row. */
function judge(seeds: readonly EventSeed[], { from, to }: { from: number; to: number }) {
  const limits: [from: number, limit: number, peak: number][] = [];
  const over: [from: number, to: number | null, most: number][] = [];
  const inside = seeds.filter(({ at }) => at >= from && at < to);
  const before = seeds.findLast(({ at }) => at < from);
  for (const row of before === undefined ? inside : [{ ...before, at: from }, ...inside]) {
    const { at, limit = 0, inUse = 0 } = row;
    const last = limits.at(-1);
    if (last === undefined || last[1] !== limit) limits.push([at, limit, inUse]);
    else last[2] = Math.max(last[2], inUse);
    const open = over.at(-1);
    const isOpen = open !== undefined && open[1] === null;
    if (inUse > limit && !isOpen) over.push([at, null, inUse - limit]);
    else if (inUse > limit && isOpen) open[2] = Math.max(open[2], inUse - limit);
    else if (isOpen) open[1] = at;
  }
  // One step may turn the limit twice in the same moment: only the last holds for any time.
  return {
    limits: limits.filter(([at], index) => limits[index + 1]?.[0] !== at),
    over: over.filter(([at, end]) => end !== at),
  };
}

const limitsOf = ({ limits }: Compliance) => limits.map(({ from, limit, peak }) => [from, limit, peak]);
const overOf = ({ overruns }: Compliance) => overruns.map(({ from, to, most }) => [from, to, most]);

test.each([1, 2, 3, 4, 5, 6])(
  "[R5] highest use, limits and overruns are those that every row together gives (history %i)",
  async (seed) => {
    const seeds = makeTurns(seed, 1_500);
    const tenant = await writeEvents(env.RECORDS, `complied-${seed}`, seeds);
    const end = (seeds.at(-1)?.at ?? START) + 1;
    const random = randomFrom(seed + 100);
    const periods = [
      { from: START, to: end },
      { from: START - DAY_MS, to: end + DAY_MS },
      ...Array.from({ length: 12 }, () => {
        const from = Math.floor(START + random() * (end - START));
        return { from, to: from + 1 + Math.floor(random() * 4 * DAY_MS) };
      }),
    ];
    for (const period of periods) {
      const report = await readCompliance(env.RECORDS, tenant, period);
      const truth = judge(seeds, period);
      expect([period, overOf(report)]).toEqual([period, truth.over]);
      expect([period, limitsOf(report)]).toEqual([period, truth.limits]);
    }
  },
);

test("[R5] an overrun says by what it began, by whom, and how far it went", async () => {
  const row = (at: number, kind: string, inUse: number, limit: number, actor: string | null = null) => ({
    seq: at,
    at: at * MINUTE_MS,
    kind,
    inUse,
    limit,
    actor,
  });
  const rows = [
    row(1, "limit_changed", 8, 5, "Sue"),
    row(2, "lease_ended", 7, 5),
    row(9, "lease_ended", 5, 5),
    row(12, "schedule_turned", 5, 4),
    row(14, "lease_ended", 4, 4),
    row(20, "settings_changed", 5, 4, "Sue"),
  ];
  expect(findOverruns(null, rows, { from: 0, to: HOUR_MS })).toEqual([
    { from: MINUTE_MS, to: 9 * MINUTE_MS, most: 3, inUse: 8, limit: 5, cause: "lowered", seq: 1, actor: "Sue" },
    { from: 12 * MINUTE_MS, to: 14 * MINUTE_MS, most: 1, inUse: 5, limit: 4, cause: "ended", seq: 12, actor: null },
    { from: 20 * MINUTE_MS, to: null, most: 1, inUse: 5, limit: 4, cause: "changed", seq: 20, actor: "Sue" },
  ]);
  const [before, ...later] = rows;
  expect(findOverruns(before ?? null, later, { from: 90_000, to: HOUR_MS })[0]).toMatchObject({
    from: 90_000,
    to: 9 * MINUTE_MS,
    cause: "before",
  });
  // The rules do not allow it; the report would say so all the same.
  expect(findOverruns(null, [row(1, "seat_granted", 6, 5)], { from: 0, to: HOUR_MS })[0]?.cause).toBe("unknown");
});

test("[L28] [R5] time with people whom the overdraft lets in stands in the report with this cause, whatever was before", () => {
  const row = (minute: number, kind: string, inUse: number, more: { via?: string; actor?: string } = {}) => ({
    seq: minute,
    at: minute * MINUTE_MS,
    kind,
    inUse,
    limit: 5,
    ...more,
  });
  const stretches = (before: ReturnType<typeof row> | null, rows: ReturnType<typeof row>[]) =>
    findOverruns(before, rows, { from: 0, to: HOUR_MS }).map(({ from, to, cause, most, seq }) => [
      from / MINUTE_MS,
      to === null ? null : to / MINUTE_MS,
      cause,
      most,
      seq,
    ]);
  const overdraft = { via: "overdraft" };
  expect(
    stretches(null, [row(1, "seat_granted", 6, overdraft), row(2, "lease_ended", 6), row(4, "lease_ended", 5)]),
  ).toEqual([[1, 4, "overdraft", 1, 1]]);
  // Begun otherwise: its own cause until the overdraft lets somebody in.
  expect(
    stretches(null, [
      row(1, "limit_changed", 6, { actor: "Sue" }),
      row(5, "seat_granted", 7, overdraft),
      row(6, "seat_granted", 8, overdraft),
      row(9, "lease_ended", 5),
    ]),
  ).toEqual([
    [1, 5, "lowered", 1, 1],
    [5, 9, "overdraft", 3, 5],
  ]);
  expect(stretches({ ...row(7, "lease_ended", 6), at: -1 }, [row(3, "seat_granted", 7, overdraft)])).toEqual([
    [0, 3, "before", 1, 7],
    [3, null, "overdraft", 2, 3],
  ]);
});

test("[R5] people who were not counted stand apart, with boosts, and the rows that prove it all", async () => {
  const boost = { id: "b2", extra: 3, from: START + HOUR_MS, until: START + 5 * HOUR_MS };
  const seeds: EventSeed[] = [
    { at: START, kind: "seat_granted", inUse: 0, limit: 5, holder: "p-sue", body: { exempt: true } },
    { at: START + 1, kind: "settings_changed", limit: 5, body: { patch: { boosts: [boost] } } },
    { at: START + HOUR_MS, kind: "lease_ended", limit: 5, holder: "p-sue", body: { exempt: true, heldMs: HOUR_MS } },
    {
      at: START + HOUR_MS,
      kind: "lease_ended",
      limit: 8,
      holder: "p-bert",
      body: { exempt: true, named: true, heldMs: 9 * MINUTE_MS },
    },
    {
      at: START + 2 * HOUR_MS,
      kind: "lease_ended",
      limit: 8,
      holder: "p-sue",
      body: { exempt: true, heldMs: MINUTE_MS },
    },
    { at: START + 3 * HOUR_MS, kind: "settings_changed", limit: 5, body: { patch: { boosts: [] } } },
    {
      at: START + 4 * HOUR_MS,
      kind: "lease_ended",
      limit: 5,
      holder: "p-ann",
      body: { exempt: false, heldMs: HOUR_MS },
    },
  ];
  const tenant = await writeEvents(env.RECORDS, "uncounted", seeds);
  const report = await readCompliance(env.RECORDS, tenant, { from: START, to: START + DAY_MS });
  expect(report.uncounted).toEqual([
    { person: "p-sue", name: null, named: false, stays: 2, heldMs: HOUR_MS + MINUTE_MS },
    { person: "p-bert", name: null, named: true, stays: 1, heldMs: 9 * MINUTE_MS },
  ]);
  expect(report.boosts).toEqual([{ ...boost, until: START + 3 * HOUR_MS }]);
  const rows = chainRows("uncounted", seeds);
  expect(report.proof).toMatchObject({
    rows: 7,
    first: { seq: 1, hash: rows[0]?.hash },
    last: { seq: 7, hash: rows.at(-1)?.hash },
  });
  const empty = await readCompliance(env.RECORDS, tenant, { from: START - 2 * DAY_MS, to: START - DAY_MS });
  expect(empty).toMatchObject({ begins: null, limits: [], proof: { first: null, rows: 0 } });
});

test("[R5] [R7] where a list is cut, its last rows say of what there are more", async () => {
  const ended = (people: number): EventSeed[] =>
    Array.from({ length: people }, (_, n) => ({
      at: START + n,
      kind: "lease_ended",
      limit: 5,
      holder: `p-${n}`,
      body: { exempt: true, heldMs: MINUTE_MS },
    }));
  const period = { from: START, to: START + DAY_MS };
  const cutOf = async (people: number) => {
    const tenant = await writeEvents(env.RECORDS, `cut-${people}`, ended(people));
    const report = await readCompliance(env.RECORDS, tenant, period);
    expect(report.uncounted).toHaveLength(UNCOUNTED_MOST);
    return [report, { ...report, more: true }].map((read) =>
      reportItems(read).flatMap(({ what, cause }) => (what === "cut" ? [cause] : [])),
    );
  };
  expect(await cutOf(UNCOUNTED_MOST)).toEqual([[], ["overrun"]]);
  expect(await cutOf(UNCOUNTED_MOST + 1)).toEqual([["uncounted"], ["overrun", "uncounted"]]);
});

test("[R5] a boost counts until it is over or cancelled, and not where it never began", () => {
  const one = { id: "b2", extra: 1, from: 100, until: 200 };
  const two = { id: "b3", extra: 2, from: 300, until: 400 };
  const row = { seq: 1, givenUpFrom: null };
  const changes = [
    { ...row, at: 50, boosts: JSON.stringify([one]) },
    { ...row, at: 150, boosts: JSON.stringify([one, two]) },
    { ...row, at: 250, boosts: JSON.stringify([]) },
  ];
  expect(foldBoosts(changes, { from: 0, to: 1_000 })).toEqual([one]);
  const repeating = { ...one, windows: [{ kind: "quarterly", lastDays: 2 }] };
  expect(foldBoosts([{ ...row, at: 50, boosts: JSON.stringify([repeating]) }], { from: 0, to: 1_000 })).toEqual([
    { ...one, times: 1 },
  ]);
  expect(foldBoosts(changes.slice(0, 2), { from: 210, to: 1_000 })).toEqual([two]);
});

test("[R5] the report reads few rows of a long audit: its queries use an index", async () => {
  const plan = async (sql: string) => {
    const { results } = await env.RECORDS.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
    return results.map(({ detail }) => detail).join("\n");
  };
  expect(
    await plan("SELECT 1 FROM events WHERE tenant = 'a' AND kind = 'lease_ended' AND body ->> 'exempt' = 1 AND at > 5"),
  ).toContain("events_uncounted");
  expect(
    await plan("SELECT quarter FROM usage WHERE tenant = 'a' AND pool = '' AND least_free < 0 AND quarter > 5"),
  ).toContain("(tenant=? AND pool=? AND quarter>?)");
});
