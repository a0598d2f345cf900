import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { verifyAudit } from "../../../scripts/audit/verify-audit.mjs";
import { MINUTE_MS } from "../../../shared/durations.ts";
import { TenantId } from "../../../shared/ids.ts";
import { EXPORT_FORMATS, type ExportFormat, exportAudit } from "../../../worker/audit/audit-export.ts";
import { type AuditFilter, EVERYTHING, readHead } from "../../../worker/audit/audit-query.ts";
import { canonicalJson, chainHash, genesisOf } from "../../../worker/audit/chain.ts";
import { type EventSeed, writeEvents } from "./audit-rows.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOSTILE = `=HYPERLINK("http://evil.example","x"),\r\n"';`;

const seeds: EventSeed[] = Array.from({ length: 30 }, (_, n) => ({
  at: NOW + n * MINUTE_MS,
  kind: n % 3 === 2 ? "lease_ended" : "seat_granted",
  holder: `p-person-${n % 5}`,
  actor: n % 3 === 2 ? "p-person-9" : null,
  inUse: n,
  body: { clientKind: "browser", exempt: false, n, deep: { ä: [1, 2.5, null], Z: HOSTILE } },
  ...(n % 3 === 2 ? { note: `${HOSTILE} ${n}` } : {}),
}));

const read = async (tenant: TenantId, format: ExportFormat, filter: AuditFilter = EVERYTHING): Promise<string> =>
  new Response(exportAudit(env.RECORDS, tenant, filter, format, NOW)).text();
/** In small pieces that cut through lines and letters, as a file comes. */
function* chunks(text: string): Generator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997);
}
const verify = (text: string, known?: Map<number, string>) => verifyAudit(chunks(text), known);

/** Lines of the file; none of the rows meant here has a line feed of its own. */
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");
const join = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

test.each(EXPORT_FORMATS)("[R2] an untouched export (%s) verifies, with its count and range", async (format) => {
  const tenant = await writeEvents(env.RECORDS, `whole-${format}`, seeds);
  const head = await readHead(env.RECORDS, tenant);
  const found = await verify(await read(tenant, format), new Map([[30, head.hash]]));
  expect(found).toMatchObject({ count: 30, first: 1, last: 30, anchor: 0, from: NOW, to: NOW + 29 * MINUTE_MS });
  expect(found.hash).toBe(head.hash);
  const part = await read(tenant, format, { ...EVERYTHING, from: NOW + 10 * MINUTE_MS, to: NOW + 20 * MINUTE_MS });
  expect(await verify(part)).toMatchObject({ count: 10, first: 11, last: 20, anchor: 10, filtered: false });
  const none = await read(tenant, format, { ...EVERYTHING, from: NOW + 99 * MINUTE_MS });
  expect(await verify(none)).toMatchObject({ count: 0 });
});

test.each(EXPORT_FORMATS)(
  "[R2] a filtered export (%s) verifies row by row and says that it is filtered",
  async (format) => {
    const tenant = await writeEvents(env.RECORDS, `filtered-${format}`, seeds);
    const byKind = await verify(await read(tenant, format, { ...EVERYTHING, kinds: ["lease_ended"] }));
    expect(byKind).toMatchObject({ count: 10, filtered: true });
    const byActor = await verify(await read(tenant, format, { ...EVERYTHING, people: ["p-person-9"] }));
    expect(byActor).toMatchObject({ count: 10, filtered: true });
    const byHolder = await verify(await read(tenant, format, { ...EVERYTHING, people: ["p-person-0"] }));
    expect(byHolder).toMatchObject({ count: 6, filtered: true, first: 1, last: 26, skipped: 20 });
  },
);

test("[R2] each way of tampering is found, and where", async () => {
  const plain = seeds.map(({ note: _, ...seed }) => ({ ...seed, body: { n: 1 } }));
  const tenant = await writeEvents(env.RECORDS, "tampered", plain);
  for (const format of EXPORT_FORMATS) {
    const lines = linesOf(await read(tenant, format));
    const first = lines.findIndex((line) => line.includes("seat_granted"));
    const at = (seq: number) => first + seq - 1;
    const tamper = (change: (lines: string[]) => void) => {
      const copy = [...lines];
      change(copy);
      return verify(join(copy));
    };
    const edit = (seq: number, from: string | RegExp, to: string) =>
      tamper((copy) => {
        const line = copy[at(seq)] as string;
        const edited = line.replace(from, to);
        if (edited === line) throw new Error(`nothing to edit in ${line}`);
        copy[at(seq)] = edited;
      });
    await expect(edit(7, "seat_granted", "seat_refused"), format).rejects.toThrow(/row 7 .*was edited/);
    await expect(edit(7, "p-person-1", "p-person-2"), format).rejects.toThrow(/row 7 .*was edited/);
    await expect(edit(7, /("+n"+):1/, "$1:2"), format).rejects.toThrow(/row 7/);
    await expect(edit(7, "2026-11-21T12:06", "2026-11-21T12:05"), format).rejects.toThrow(/row 7 .*time as written/);
    await expect(
      tamper((copy) => copy.splice(at(9), 1)),
      format,
    ).rejects.toThrow(/row 10 .*row 9 before it was removed/);
    await expect(
      tamper((copy) => copy.splice(at(9), 3)),
      format,
    ).rejects.toThrow(/rows 9 to 11 before it were removed/);
    await expect(
      tamper((copy) => copy.splice(at(9), 2, copy[at(10)] as string, copy[at(9)] as string)),
      format,
    ).rejects.toThrow(/removed|moved/);
    await expect(
      tamper((copy) => copy.splice(at(9), 0, copy[at(9)] as string)),
      format,
    ).rejects.toThrow(/row 9 .*stands after row 9/);
    await expect(
      tamper((copy) => copy.splice(0, at(1))),
      format,
    ).rejects.toThrow(/start is missing|no row of an export|cells/);
    await expect(
      tamper((copy) => copy.splice(at(1), 2)),
      format,
    ).rejects.toThrow(/rows 1 to 2 before it were removed/);
    await expect(
      tamper((copy) => copy.pop()),
      format,
    ).rejects.toThrow(/the end is missing/);
    await expect(
      tamper((copy) => copy.splice(at(29), 2)),
      format,
    ).rejects.toThrow(/up to row 28: rows were removed/);
    await expect(
      tamper((copy) => copy.splice(at(20))),
      format,
    ).rejects.toThrow(/the end is missing/);
    await expect(
      tamper((copy) => copy.push(copy[at(30)] as string)),
      format,
    ).rejects.toThrow(/after the end/);
  }
});

test("[R2] a forged row with a hash of its own breaks at the row after it; a chain forged to its end shows against a noted hash", async () => {
  const tenant = await writeEvents(
    env.RECORDS,
    "forged",
    seeds.map(({ note: _, ...seed }) => ({ ...seed, body: {} })),
  );
  const lines = linesOf(await read(tenant, "jsonl"));
  const head = await readHead(env.RECORDS, tenant);
  const forge = (count: number) => {
    const copy = lines.map((line) => JSON.parse(line));
    let prev = copy[11].prev;
    for (let at = 11; at < 11 + count; at++) {
      const row = copy[at];
      if (at === 11) row.person = "p-somebody-else";
      row.prev = prev;
      const { seq, at: time, kind, person, actor, in_use, limit } = row;
      const chained = {
        seq,
        at: time,
        kind,
        holder: person,
        actor,
        inUse: in_use,
        limit,
        body: canonicalJson(row.body),
      };
      row.hash = chainHash(prev, tenant, chained);
      prev = row.hash;
    }
    if (count > 1) {
      const end = copy.pop();
      copy.push({ row: "person", tenant, person: "p-somebody-else", person_name: null, body: { erased: null } });
      copy.push({ ...end, hash: prev, body: { ...end.body, people: end.body.people + 1 } });
    }
    return join(copy.map((row) => JSON.stringify(row)));
  };
  await expect(verify(forge(1))).rejects.toThrow(/row 12 .*does not continue row 11/);
  const whole = forge(20);
  expect(await verify(whole)).toMatchObject({ count: 30 });
  await expect(verify(whole, new Map([[30, head.hash]]))).rejects.toThrow(/row 30 .*the chain was rewritten/);
});

test("[R2] a text that is not the sealed one is found; a text that was erased breaks nothing", async () => {
  const tenant = await writeEvents(env.RECORDS, "sealed", [
    { at: NOW, kind: "lease_ended", holder: "pa", actor: "pb", note: "month-end closing" },
  ]);
  const file = await read(tenant, "jsonl");
  await expect(verify(file.replace("month-end", "week-end"))).rejects.toThrow(/text of "note"/);
  await env.RECORDS.prepare("DELETE FROM texts WHERE tenant = ?").bind(tenant).run();
  const erased = await read(tenant, "jsonl");
  expect(erased).not.toContain("month-end");
  expect(await verify(erased)).toMatchObject({ count: 1 });
});

test("[R2] the start of one tenant is not that of another", async () => {
  expect(genesisOf("acme")).not.toBe(genesisOf("other"));
  const tenant = await writeEvents(env.RECORDS, "one", seeds.slice(0, 3));
  await expect(verify((await read(tenant, "jsonl")).replaceAll('"one"', '"two"'))).rejects.toThrow(/start was edited/);
  expect(TenantId.parse("one")).toBe(tenant);
});
