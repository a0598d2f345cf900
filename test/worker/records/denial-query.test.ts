import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { TenantId } from "../../../shared/ids.ts";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import { countDenials, DENIALS_A_PAGE, listDenials } from "../../../worker/records/denial-query.ts";
import { writeDenials } from "./denial-rows.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

test("[R1] refusals of one tenant come newest first with all that was recorded", async () => {
  const tenant = TenantId.parse("order");
  await writeDenials(env.RECORDS, [
    { tenant, id: "a", lastAt: NOW - 3 * MINUTE },
    {
      tenant,
      id: "b",
      holder: "bert",
      name: "Bert",
      email: null,
      reason: "others_waiting",
      firstAt: NOW - 2 * MINUTE,
      lastAt: NOW - MINUTE,
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
    firstAt: NOW - 2 * MINUTE,
    lastAt: NOW - MINUTE,
    attempts: 4,
    limit: 5,
    inUse: 6,
    waitedMs: 61_000,
    outcome: null,
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

test("the list reads an index, not the table of all tenants", async () => {
  const { results } = await env.RECORDS.prepare(
    "EXPLAIN QUERY PLAN SELECT id FROM denials WHERE tenant = ?1 AND last_at >= ?2 ORDER BY last_at DESC, id DESC LIMIT 100",
  )
    .bind("acme", 0)
    .all<{ detail: string }>();
  expect(results.map((row) => row.detail).join("; ")).toContain("denials_by_time");
  expect(results.map((row) => row.detail).join("; ")).not.toContain("TEMP B-TREE");
});
