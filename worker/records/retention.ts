/** R1 to R3: records are kept for a time, then forgotten. Runs on a schedule, in pieces that D1 answers quickly. */
import { AUDIT_KEPT_MS, DENIALS_KEPT_MS } from "../../shared/timing.ts";
import type { ChainedRow } from "./chain.ts";
import { emptyUsage, foldUsage, type UsageState } from "./usage-fold.ts";
import { QUARTER_MS } from "./usage-rows.ts";

/** Rows one statement deletes: D1 has one writer, and the outbox of every tenant waits behind it. */
export const DELETE_CHUNK = 500;
/** Statements one run makes at most; what is left waits for the next run. */
export const DELETE_ROUNDS = 100;

export interface Forgotten {
  deleted: number;
  /** Some may be left for the next run. */
  more: boolean;
}

/** Deletes the refusals of all tenants whose last attempt is more than sixty days before `now` (ms). */
export async function deleteOldDenials(db: D1Database, now: number, rounds = DELETE_ROUNDS): Promise<Forgotten> {
  const statement = db
    .prepare(
      `DELETE FROM denials WHERE (tenant, id) IN
         (SELECT tenant, id FROM denials WHERE last_at < ?1 ORDER BY last_at LIMIT ?2)`,
    )
    .bind(now - DENIALS_KEPT_MS, DELETE_CHUNK);
  return repeat(rounds, async () => (await statement.run()).meta.changes);
}

/** Deletes the usage of all tenants that is more than thirteen months old. */
export async function deleteOldUsage(db: D1Database, now: number, rounds = DELETE_ROUNDS): Promise<Forgotten> {
  const statement = db
    .prepare(
      `DELETE FROM usage WHERE (tenant, pool, quarter) IN
         (SELECT tenant, pool, quarter FROM usage WHERE quarter < ?1 ORDER BY quarter LIMIT ?2)`,
    )
    .bind(Math.floor((now - AUDIT_KEPT_MS) / QUARTER_MS), DELETE_CHUNK);
  return repeat(rounds, async () => (await statement.run()).meta.changes);
}

/**
 * Deletes the audit of a tenant that is more than thirteen months old: always the beginning of the chain, whole,
 * with the last deleted row's number and hash kept as the anchor on which the rest hangs. People whom nothing kept
 * speaks of any more leave the directory; `people` are their words.
 */
export async function deleteOldAudit(
  db: D1Database,
  tenant: string,
  now: number,
  rounds = DELETE_ROUNDS,
): Promise<Forgotten & { people: string[] }> {
  const forgotten = await repeat(rounds, () => deleteOldestAudit(db, tenant, now - AUDIT_KEPT_MS));
  if (forgotten.deleted === 0) return { ...forgotten, people: [] };
  const { results } = await db
    .prepare(
      `DELETE FROM directory WHERE tenant = ?1 AND person IN (
         SELECT person FROM directory d WHERE tenant = ?1
           AND revision <= (SELECT seq FROM anchors WHERE tenant = ?1)
           AND NOT EXISTS (SELECT 1 FROM events e WHERE e.tenant = ?1 AND e.holder = d.person)
           AND NOT EXISTS (SELECT 1 FROM events e WHERE e.tenant = ?1 AND e.actor = d.person)
         LIMIT ?2) RETURNING person`,
    )
    .bind(tenant, DELETE_CHUNK)
    .all<{ person: string }>();
  return { ...forgotten, people: results.map(({ person }) => person) };
}

async function deleteOldestAudit(db: D1Database, tenant: string, before: number): Promise<number> {
  const { results } = await db
    .prepare(
      `SELECT seq, at, kind, in_use AS inUse, seat_limit AS "limit", body, hash FROM events
       WHERE tenant = ?1 ORDER BY seq LIMIT ?2`,
    )
    .bind(tenant, DELETE_CHUNK)
    .all<ChainedRow & { hash: string }>();
  const rows = results.filter((row) => row.at < before);
  const last = rows.at(-1);
  if (last === undefined) return 0;
  const anchor = await db
    .prepare("SELECT usage FROM anchors WHERE tenant = ?1")
    .bind(tenant)
    .first<{ usage: string }>();
  const usage = anchor === null ? emptyUsage() : (JSON.parse(anchor.usage) as UsageState);
  await db.batch([
    db
      .prepare(
        `INSERT INTO anchors (tenant, seq, at, hash, usage) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, at = excluded.at, hash = excluded.hash,
           usage = excluded.usage`,
      )
      .bind(tenant, last.seq, last.at, last.hash, JSON.stringify(foldUsage(usage, rows).state)),
    db.prepare("DELETE FROM texts WHERE tenant = ?1 AND seq <= ?2").bind(tenant, last.seq),
    db.prepare("DELETE FROM events WHERE tenant = ?1 AND seq <= ?2").bind(tenant, last.seq),
  ]);
  return rows.length;
}

/** Every tenant that has an audit; one seek each. */
export async function listTenants(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare(
      `WITH RECURSIVE tenants (tenant) AS (
         SELECT (SELECT min(tenant) FROM events)
         UNION ALL
         SELECT (SELECT min(tenant) FROM events WHERE tenant > tenants.tenant) FROM tenants WHERE tenants.tenant IS NOT NULL
       ) SELECT tenant FROM tenants WHERE tenant IS NOT NULL`,
    )
    .all<{ tenant: string }>();
  return results.map(({ tenant }) => tenant);
}

async function repeat(rounds: number, deleteChunk: () => Promise<number>): Promise<Forgotten> {
  let deleted = 0;
  for (let round = 0; round < rounds; round++) {
    const gone = await deleteChunk();
    deleted += gone;
    if (gone < DELETE_CHUNK) return { deleted, more: false };
  }
  return { deleted, more: true };
}
