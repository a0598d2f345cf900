/** What the audit's page says beside an event: every field has a name, and every code a word. */
import { expect, test } from "vitest";
import { createLanguage } from "../../../../../worker/admin/language.ts";
import { fieldsOf } from "../../../../../worker/admin/pages/audit/audit-words.ts";
import type { AuditRow } from "../../../../../worker/audit/audit-query.ts";

const german = createLanguage("de", "UTC");
const rowOf = (kind: string, body: object) => ({ kind, body: JSON.stringify(body), texts: "[]", at: 0 }) as AuditRow;

test.each([
  ["denial_closed", { id: "d1", outcome: "seated", waitedMs: 300_000, attempts: 2 }],
  ["denial_repeated", { id: "d1", reason: "limit_reached", attempts: 3 }],
  ["seat_granted", { clientKind: "native:mail", model: "named", over: { via: "overdraft", reason: "limit_reached" } }],
  ["seat_counted", { via: "observing", id: null, waitedMs: 60_000 }],
  ["lease_ended", { cause: "evicted", heldMs: 60_000, model: "records", spared: { id: "d1", waitedMs: 1 } }],
  ["group_changed", { did: "people", added: 2, taken: 1 }],
  ["token_made", { kind: "erp", policy: "consume" }],
  ["receiver_added", { sort: "generic", events: true, names: true, heads: true, report: true }],
  ["head_key_set", { from: 1 }],
  ["chain_divided", { base: {}, kept: { from: 1, to: 2, hash: "a" }, renumbered: null }],
])("[R2] %s has no code in what people read of it", (kind, body) => {
  const codes = new Set([...Object.keys(body), ...Object.values(body)].map(String));
  for (const same of ["Name", "Text", "true", "1", "2", "3"]) codes.delete(same);
  for (const [name, value] of fieldsOf(german, rowOf(kind, body))) {
    expect(codes).not.toContain(name);
    expect(codes).not.toContain(value);
    expect(value).not.toMatch(/[{}]|native:/);
  }
});

test("[L24] [L28] a stay beyond the limit says by what", () => {
  const over = { via: "overdraft", reason: "limit_reached", denial: null };
  expect(fieldsOf(german, rowOf("seat_granted", { clientKind: "native:mail", over }))).toEqual([
    ["über", "Mail-Plug-in"],
    ["über dem Limit", "durch die Überziehung"],
  ]);
});
