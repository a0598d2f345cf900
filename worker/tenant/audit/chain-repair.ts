/**
 * R2: what to do where D1 has other rows than this object of the same numbers. It comes of an object that was restored
 * to an earlier moment and went on from there. Nothing is lost: D1's rows stay as they are, a row names the conflict,
 * and what the object wrote since stands behind it. Then the object takes D1's rows over, so that a replay and the
 * count of usage are whole again.
 */
import type { ChainedRow } from "../../audit/chain.ts";
import type { RecordedEvent } from "../../audit/event-log.ts";
import { emptyUsage, projectUsage, type UsageState } from "../../audit/usage/usage-projection.ts";
import { readMeta, writeMeta } from "../schema.ts";
import type { Outbox } from "./outbox.ts";
import type { Head } from "./outbox-rows.ts";

/** Rows of D1 taken over at once: settings with hundreds of names are 35 kB each. */
const ADOPTED_AT_ONCE = 200;
/** Hashes compared with D1's at once, and how often. */
const COMPARED_AT_ONCE = 2_000;
const COMPARED_ROUNDS = 5;

const ADOPTING = "adopting";

/** How far D1's rows are taken over. */
interface Adopting {
  next: number;
  to: number;
  usage: UsageState;
}

/** Where the chains part. */
export interface Division {
  head: Head;
  /** The last row that both have; 0: none of those that are kept. */
  base: number;
  anchor: { seq: number; usage: string } | null;
}

export const isAdopting = (sql: SqlStorage): boolean => readMeta(sql, ADOPTING) !== null;

/** Finds where D1's chain parts from the outbox's. Null: it does not, D1 has no row that the outbox has not. */
export async function findDivision(db: D1Database, tenant: string, outbox: Outbox): Promise<Division | null> {
  const [newest, anchored] = await db.batch([
    db.prepare("SELECT seq, at, hash FROM events WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1").bind(tenant),
    db.prepare("SELECT seq, at, hash, usage FROM anchors WHERE tenant = ?1").bind(tenant),
  ]);
  const anchor = (anchored?.results[0] ?? null) as (Head & { usage: string }) | null;
  const head = (newest?.results[0] ?? anchor) as Head | null;
  if (head === null) return null;
  let base = 0;
  let last = outbox.head.seq;
  for (let round = 0; round < COMPARED_ROUNDS && base === 0; round++) {
    const own = outbox.hashes(last, COMPARED_AT_ONCE);
    const oldest = own.at(-1);
    if (oldest === undefined) break;
    base = await newestShared(db, tenant, own);
    last = oldest.seq - 1;
  }
  return base >= head.seq ? null : { head, base, anchor };
}

async function newestShared(db: D1Database, tenant: string, own: readonly { seq: number; hash: string }[]) {
  const found = await db
    .prepare(
      `SELECT max(e.seq) AS seq FROM json_each(?2) own CROSS JOIN events e
       WHERE e.tenant = ?1 AND e.seq = own.value ->> 'seq' AND e.hash = own.value ->> 'hash'`,
    )
    .bind(tenant, JSON.stringify(own))
    .first<{ seq: number | null }>();
  return found?.seq ?? 0;
}

/** Notes the division, in the caller's transaction, and answers the row that names it. */
export function divide(sql: SqlStorage, outbox: Outbox, { head, base, anchor }: Division, now: number): ChainedRow {
  const isOld = anchor !== null && anchor.seq > base;
  const usage = isOld
    ? (JSON.parse(anchor.usage) as UsageState)
    : base === 0
      ? emptyUsage()
      : outbox.usageThrough(base);
  const marker = outbox.continueBehind(head, base, now);
  const adopting: Adopting = { next: (isOld ? anchor.seq : base) + 1, to: head.seq, usage };
  writeMeta(sql, ADOPTING, JSON.stringify(adopting));
  return marker;
}

/** The next rows of D1 to take over, in order. */
export async function readAdopted(db: D1Database, tenant: string, sql: SqlStorage): Promise<RecordedEvent[]> {
  const { next, to } = JSON.parse(readMeta(sql, ADOPTING) ?? "null") as Adopting;
  const { results } = await db
    .prepare(
      `SELECT seq, at, kind, holder, actor, in_use AS inUse, seat_limit AS "limit", body, hash,
         (SELECT json_group_array(json_object('field', field, 'salt', salt, 'text', text)) FROM texts t
           WHERE t.tenant = e.tenant AND t.seq = e.seq) AS texts
       FROM events e WHERE tenant = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ?4`,
    )
    .bind(tenant, next, to, ADOPTED_AT_ONCE)
    .all<Omit<RecordedEvent, "texts"> & { texts: string }>();
  return results.map((row) => ({ ...row, texts: JSON.parse(row.texts) }));
}

/** Takes them over, in the caller's transaction. */
export function adopt(sql: SqlStorage, outbox: Outbox, rows: readonly RecordedEvent[], now: number): void {
  const { to, usage } = JSON.parse(readMeta(sql, ADOPTING) ?? "null") as Adopting;
  outbox.adopt(rows);
  const counted = projectUsage(usage, rows).state;
  const last = rows.at(-1);
  // No row is left where D1 lost some meanwhile: what is missing there is a gap that the audit shows.
  if (last === undefined || last.seq >= to) {
    sql.exec("DELETE FROM meta WHERE name = ?", ADOPTING);
    outbox.adopted(to, counted, now);
  } else writeMeta(sql, ADOPTING, JSON.stringify({ next: last.seq + 1, to, usage: counted } satisfies Adopting));
}
