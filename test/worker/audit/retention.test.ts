import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { verifyAudit } from "../../../scripts/audit/verify-audit.mjs";
import { WEEK_MS } from "../../../shared/durations.ts";
import { AUDIT_KEPT_MS, DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import { exportAudit } from "../../../worker/audit/audit-export.ts";
import { EVERYTHING, readAnchor, readHead } from "../../../worker/audit/audit-query.ts";
import { directoryStatements } from "../../../worker/audit/directory.ts";
import {
  DELETE_CHUNK,
  deleteOldAudit,
  deleteOldDenials,
  deleteOldStays,
  deleteOldUsage,
} from "../../../worker/audit/retention.ts";
import { writeEvents } from "./audit-rows.ts";
import { writeDenials } from "./denials/denial-rows.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

const idsLeft = async () => {
  const { results } = await env.RECORDS.prepare("SELECT tenant, id FROM denials ORDER BY id").all<{ id: string }>();
  return results.map((row) => row.id);
};

beforeEach(async () => {
  await env.RECORDS.exec("DELETE FROM denials");
});

test("[R1] what is older than sixty days goes, of the one tenant, and nothing else", async () => {
  await writeDenials(env.RECORDS, [
    { tenant: "acme", id: "old-acme", lastAt: NOW - DENIALS_KEPT_MS - 1 },
    { tenant: "other", id: "old-other", lastAt: NOW - 2 * DENIALS_KEPT_MS },
    { tenant: "acme", id: "kept", lastAt: NOW - DENIALS_KEPT_MS },
    { tenant: "acme", id: "new", lastAt: NOW },
    { tenant: "other", id: "repeated", firstAt: NOW - DENIALS_KEPT_MS - 1, lastAt: NOW },
  ]);
  expect(await deleteOldDenials(env.RECORDS, "acme", NOW)).toEqual({ deleted: 1, more: false });
  expect(await idsLeft()).toEqual(["kept", "new", "old-other", "repeated"]);
  expect(await deleteOldDenials(env.RECORDS, "other", NOW)).toEqual({ deleted: 1, more: false });
  expect(await idsLeft()).toEqual(["kept", "new", "repeated"]);
});

test("[R1] many go in chunks, and a bounded run leaves the rest to the next", async () => {
  const total = 2 * DELETE_CHUNK + 7;
  await writeDenials(
    env.RECORDS,
    Array.from({ length: total }, (_, n) => ({ id: `d${n}`, lastAt: NOW - DENIALS_KEPT_MS - 1 - n })),
  );
  expect(await deleteOldDenials(env.RECORDS, "acme", NOW, 1)).toEqual({ deleted: DELETE_CHUNK, more: true });
  expect(await idsLeft()).toHaveLength(total - DELETE_CHUNK);
  expect(await deleteOldDenials(env.RECORDS, "acme", NOW)).toEqual({ deleted: total - DELETE_CHUNK, more: false });
  expect(await idsLeft()).toEqual([]);
});

const OLD = Date.now() - AUDIT_KEPT_MS;
const auditSeeds = (count: number, from: number, everyMs: number) =>
  Array.from({ length: count }, (_, n) => ({
    at: from + n * everyMs,
    kind: n % 2 === 0 ? "seat_granted" : "lease_ended",
    holder: "pa",
    inUse: (n + 1) % 2,
    body: { exempt: false, heldMs: everyMs },
  }));

test("[R2] the audit goes only from its start, in chunks, and the rest still verifies from its anchor", async () => {
  const before = DELETE_CHUNK + 20;
  const tenant = await writeEvents(env.RECORDS, "ageing", auditSeeds(before + 30, OLD - before * 60_000, 60_000));
  const head = await readHead(env.RECORDS, tenant);
  const now = OLD + AUDIT_KEPT_MS;
  expect(await deleteOldAudit(env.RECORDS, tenant, now, 1)).toMatchObject({ deleted: DELETE_CHUNK, more: true });
  expect(await deleteOldAudit(env.RECORDS, tenant, now)).toMatchObject({ deleted: 20, more: false });
  expect(await deleteOldAudit(env.RECORDS, tenant, now)).toMatchObject({ deleted: 0, more: false });
  expect(await readAnchor(env.RECORDS, tenant)).toMatchObject({ seq: before });
  const file = await new Response(exportAudit(env.RECORDS, tenant, EVERYTHING, "csv", now)).bytes();
  expect(await verifyAudit([file])).toMatchObject({ count: 30, first: before + 1, anchor: before, hash: head.hash });
  const { results } = await env.RECORDS.prepare("SELECT min(seq) AS low, count(*) AS n FROM events WHERE tenant = ?")
    .bind(tenant)
    .all();
  expect(results).toEqual([{ low: before + 1, n: 30 }]);
});

test("[R2] D1 itself refuses to change, remove or replace a row of the audit, whoever asks", async () => {
  const tenant = await writeEvents(env.RECORDS, "guarded", [
    ...auditSeeds(2, OLD - 3_600_000, 60_000),
    ...auditSeeds(2, Date.now() - 3_600_000, 60_000),
  ]);
  const run = (sql: string) => env.RECORDS.prepare(sql.replaceAll("$T", `'${tenant}'`)).run();
  const anchor = (seq: number) =>
    run(`INSERT INTO anchors SELECT tenant, seq, at, hash, '{}' FROM events WHERE tenant = $T AND seq = ${seq}
      ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, at = excluded.at, hash = excluded.hash`);
  await expect(run("UPDATE events SET actor = 'px' WHERE tenant = $T AND seq = 1")).rejects.toThrow(/append-only/);
  await expect(run("DELETE FROM events WHERE tenant = $T AND seq = 1")).rejects.toThrow(/append-only/);
  await expect(run("INSERT INTO anchors VALUES ($T, 1, 1, 'made up', '{}')")).rejects.toThrow(/names a row/);
  await anchor(4);
  await expect(run("DELETE FROM events WHERE tenant = $T AND seq <= 4")).rejects.toThrow(/thirteen months/);
  await expect(anchor(2)).rejects.toThrow(/moves forward/);
  await expect(run("DELETE FROM anchors WHERE tenant = $T")).rejects.toThrow(/stays/);
  const before = await run("SELECT * FROM events WHERE tenant = $T ORDER BY seq");
  await run(
    "INSERT OR REPLACE INTO events SELECT tenant, seq, at, 'forged', holder, actor, 9, 9, body, hash FROM events WHERE tenant = $T",
  );
  expect((await run("SELECT * FROM events WHERE tenant = $T ORDER BY seq")).results).toEqual(before.results);
  await run("DELETE FROM events WHERE tenant = $T AND seq <= 2");
});

test("[R2] a person whom no kept row names leaves the directory with the last row", async () => {
  const tenant = await writeEvents(env.RECORDS, "leavers", [
    { at: OLD - 2, kind: "seat_granted", holder: "p-gone" },
    { at: OLD - 1, kind: "seat_granted", holder: "p-stays" },
    { at: Date.now(), kind: "lease_ended", holder: "p-stays" },
  ]);
  const entry = (person: string) => ({ person, holder: person, name: person, email: null, role: "user", revision: 1 });
  await env.RECORDS.batch(directoryStatements(env.RECORDS, tenant, [entry("p-gone"), entry("p-stays")]));
  expect(await deleteOldAudit(env.RECORDS, tenant, OLD + AUDIT_KEPT_MS)).toMatchObject({
    deleted: 2,
    people: ["p-gone"],
  });
  const { results } = await env.RECORDS.prepare("SELECT person FROM directory WHERE tenant = ?").bind(tenant).all();
  expect(results).toEqual([{ person: "p-stays" }]);
});

test("[R3] usage older than thirteen months goes", async () => {
  const tenant = await writeEvents(env.RECORDS, "used", [
    { at: OLD - 2 * 3_600_000, kind: "seat_granted", inUse: 1 },
    { at: OLD - 2 * 3_600_000 + 1, kind: "lease_ended", inUse: 0 },
    { at: Date.now(), kind: "seat_granted", inUse: 1 },
  ]);
  await deleteOldUsage(env.RECORDS, tenant, OLD + AUDIT_KEPT_MS);
  const { results } = await env.RECORDS.prepare("SELECT quarter FROM usage WHERE tenant = ?").bind(tenant).all();
  expect(results).toHaveLength(1);
});

test("[R3.14] stays of weeks that are more than thirteen months old go, of the one tenant", async () => {
  const tenants = ["stays-old", "stays-other"];
  for (const tenant of tenants) {
    await writeEvents(env.RECORDS, tenant, [
      ...auditSeeds(20, OLD - 3 * WEEK_MS, 60_000),
      ...auditSeeds(10, OLD + 2 * WEEK_MS, 60_000),
    ]);
  }
  const weeks = async (tenant: string) =>
    (
      await env.RECORDS.prepare("SELECT week FROM stays WHERE tenant = ?1 ORDER BY week")
        .bind(tenant)
        .all<{ week: number }>()
    ).results.length;
  const before = await weeks("stays-other");
  expect(await deleteOldStays(env.RECORDS, "stays-old", OLD + AUDIT_KEPT_MS)).toMatchObject({
    deleted: 1,
    more: false,
  });
  expect([await weeks("stays-old"), await weeks("stays-other")]).toEqual([before - 1, before]);
});
