import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import { DELETE_CHUNK, deleteOldDenials } from "../../../worker/records/retention.ts";
import { writeDenials } from "./denial-rows.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

const idsLeft = async () => {
  const { results } = await env.RECORDS.prepare("SELECT tenant, id FROM denials ORDER BY id").all<{ id: string }>();
  return results.map((row) => row.id);
};

beforeEach(async () => {
  await env.RECORDS.exec("DELETE FROM denials");
});

test("[R1] what is older than sixty days goes, of every tenant, and nothing else", async () => {
  await writeDenials(env.RECORDS, [
    { tenant: "acme", id: "old-acme", lastAt: NOW - DENIALS_KEPT_MS - 1 },
    { tenant: "other", id: "old-other", lastAt: NOW - 2 * DENIALS_KEPT_MS },
    { tenant: "acme", id: "kept", lastAt: NOW - DENIALS_KEPT_MS },
    { tenant: "acme", id: "new", lastAt: NOW },
    { tenant: "other", id: "repeated", firstAt: NOW - DENIALS_KEPT_MS - 1, lastAt: NOW },
  ]);
  expect(await deleteOldDenials(env.RECORDS, NOW)).toEqual({ deleted: 2, more: false });
  expect(await idsLeft()).toEqual(["kept", "new", "repeated"]);
});

test("[R1] many go in chunks, and a bounded run leaves the rest to the next", async () => {
  const total = 2 * DELETE_CHUNK + 7;
  await writeDenials(
    env.RECORDS,
    Array.from({ length: total }, (_, n) => ({ id: `d${n}`, lastAt: NOW - DENIALS_KEPT_MS - 1 - n })),
  );
  expect(await deleteOldDenials(env.RECORDS, NOW, 1)).toEqual({ deleted: DELETE_CHUNK, more: true });
  expect(await idsLeft()).toHaveLength(total - DELETE_CHUNK);
  expect(await deleteOldDenials(env.RECORDS, NOW)).toEqual({ deleted: total - DELETE_CHUNK, more: false });
  expect(await idsLeft()).toEqual([]);
});
