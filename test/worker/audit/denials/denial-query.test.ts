import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { TenantId } from "../../../../shared/ids.ts";
import { DENIALS_KEPT_MS } from "../../../../shared/timing.ts";
import { exportDenials } from "../../../../worker/audit/denials/denial-export.ts";
import {
  ALL_DENIALS,
  countDenials,
  DENIALS_A_PAGE,
  listDenials,
} from "../../../../worker/audit/denials/denial-query.ts";
import { readDenialStats } from "../../../../worker/audit/denials/denial-stats.ts";
import { writeDenials } from "./denial-rows.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

test("[R1] refusals of one tenant come newest first with all that was recorded", async () => {
  const tenant = TenantId.parse("order");
  await writeDenials(env.RECORDS, [
    { tenant, id: "a", lastAt: NOW - 3 * MINUTE_MS },
    {
      tenant,
      id: "b",
      holder: "bert",
      name: "Bert",
      email: null,
      reason: "others_waiting",
      firstAt: NOW - 2 * MINUTE_MS,
      lastAt: NOW - MINUTE_MS,
      attempts: 4,
      limit: 5,
      inUse: 6,
      waitedMs: 61_000,
      outcome: null,
    },
    { tenant: "other", id: "c", lastAt: NOW },
  ]);
  const rows = await listDenials(env.RECORDS, tenant, { now: NOW, page: 1 });
  expect(rows.map((row) => row.id)).toEqual(["b", "a"]);
  expect(rows[0]).toEqual({
    id: "b",
    holder: "bert",
    name: "Bert",
    email: null,
    client: "browser",
    reason: "others_waiting",
    firstAt: NOW - 2 * MINUTE_MS,
    lastAt: NOW - MINUTE_MS,
    attempts: 4,
    limit: 5,
    inUse: 6,
    waitedMs: 61_000,
    outcome: null,
    observed: 0,
  });
});

test("[R1] sixty days roll: a refusal is shown until it is older", async () => {
  const tenant = TenantId.parse("rolling");
  await writeDenials(env.RECORDS, [
    { tenant, id: "kept", lastAt: NOW - DENIALS_KEPT_MS },
    { tenant, id: "old", lastAt: NOW - DENIALS_KEPT_MS - 1 },
  ]);
  expect((await listDenials(env.RECORDS, tenant, { now: NOW, page: 1 })).map((row) => row.id)).toEqual(["kept"]);
  expect(await countDenials(env.RECORDS, tenant, { now: NOW })).toBe(1);
});

test("[R1] pages hold a hundred each, without gap or overlap, also among equal times", async () => {
  const tenant = TenantId.parse("pages");
  const total = 2 * DENIALS_A_PAGE + 5;
  await writeDenials(
    env.RECORDS,
    Array.from({ length: total }, (_, n) => ({ tenant, id: `d${n}`, lastAt: NOW - Math.floor(n / 50) })),
  );
  const pages = await Promise.all([1, 2, 3, 4].map((page) => listDenials(env.RECORDS, tenant, { now: NOW, page })));
  expect(pages.map((rows) => rows.length)).toEqual([100, 100, 5, 0]);
  expect(new Set(pages.flat().map((row) => row.id)).size).toBe(total);
  expect(await countDenials(env.RECORDS, tenant, { now: NOW })).toBe(total);
});

test("[R1] a person who got a seat within the tolerance is listed apart, and in no figure", async () => {
  const tenant = TenantId.parse("brief");
  await writeDenials(env.RECORDS, [
    { tenant, id: "at-once", lastAt: NOW - 1, waitedMs: 59_999 },
    { tenant, id: "waited", lastAt: NOW - 2, waitedMs: 60_000 },
    { tenant, id: "gave-up", lastAt: NOW - 3, waitedMs: 5_000, outcome: "gave_up" },
    { tenant, id: "open", lastAt: NOW - 4, outcome: null },
  ]);
  const ids = async (brief: boolean | null, toleranceMs = 60_000) => {
    const filter = { ...ALL_DENIALS, brief, toleranceMs };
    const rows = await listDenials(env.RECORDS, tenant, { now: NOW, page: 1, filter });
    expect(await countDenials(env.RECORDS, tenant, { now: NOW, filter })).toBe(rows.length);
    return rows.map(({ id }) => id);
  };
  expect(await ids(false)).toEqual(["waited", "gave-up", "open"]);
  expect(await ids(true)).toEqual(["at-once"]);
  expect(await ids(null)).toHaveLength(4);
  expect(await ids(true, 0)).toEqual([]);
  const stats = await readDenialStats(env.RECORDS, tenant, { now: NOW, zone: "UTC", toleranceMs: 60_000 });
  expect(stats.people).toMatchObject([{ holder: "carla", count: 3 }]);
  expect(stats.reasons).toEqual([{ reason: "limit_reached", count: 3 }]);
  const file = exportDenials(
    env.RECORDS,
    tenant,
    { now: NOW, filter: { ...ALL_DENIALS, toleranceMs: 60_000 } },
    "jsonl",
  );
  const lines = (await new Response(file).text()).trim().split("\n");
  expect(lines.map((line) => [JSON.parse(line).id, JSON.parse(line).brief])).toEqual([
    ["at-once", true],
    ["waited", false],
    ["gave-up", false],
    ["open", false],
  ]);
});

test("the list reads an index, not the table of all tenants", async () => {
  const { results } = await env.RECORDS.prepare(
    "EXPLAIN QUERY PLAN SELECT id FROM denials WHERE tenant = ?1 AND last_at >= ?2 ORDER BY last_at DESC, id DESC LIMIT 100",
  )
    .bind("acme", 0)
    .all<{ detail: string }>();
  expect(results.map((row) => row.detail).join("; ")).toContain("denials_by_time");
  expect(results.map((row) => row.detail).join("; ")).not.toContain("TEMP B-TREE");
});
