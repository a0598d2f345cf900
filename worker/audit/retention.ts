/** R1 to R3: records are kept for a time, then forgotten: one tenant's, in pieces that D1 answers quickly. */
import { WEEK_MS } from "../../shared/durations.ts";
import { AUDIT_KEPT_MS, DENIALS_KEPT_MS } from "../../shared/timing.ts";
import type { ChainedRow } from "./chain.ts";
import { emptyUsage, projectUsage, type UsageState } from "./usage/usage-projection.ts";
import { QUARTER_MS } from "./usage/usage-rows.ts";

/** Rows one statement deletes: D1 has one writer, and the outbox of every tenant waits behind it. */
export const DELETE_CHUNK = 500;
/** Pieces of each kind that one run deletes at most; what is left waits for the next run. */
export const DELETE_ROUNDS = 4;

export interface Forgotten {
  deleted: number;
  /** Some may be left for the next run. */
  more: boolean;
}

/** The tenant's refusals whose last attempt is more than sixty days before `now` (ms). */
export const deleteOldDenials = deleteOld(
  `DELETE FROM denials WHERE tenant = ?1 AND id IN
     (SELECT id FROM denials WHERE tenant = ?1 AND last_at < ?2 ORDER BY last_at LIMIT ?3)`,
  (now) => now - DENIALS_KEPT_MS,
);

/** The tenant's usage that is more than thirteen months old. */
export const deleteOldUsage = deleteOld(
  `DELETE FROM usage WHERE tenant = ?1 AND (pool, quarter) IN
     (SELECT pool, quarter FROM usage WHERE tenant = ?1 AND quarter < ?2 ORDER BY quarter LIMIT ?3)`,
  (now) => Math.floor((now - AUDIT_KEPT_MS) / QUARTER_MS),
);

/** The tenant's stays of weeks that ended more than thirteen months ago. */
export const deleteOldStays = deleteOld(
  `DELETE FROM stays WHERE tenant = ?1 AND (week, person) IN
     (SELECT week, person FROM stays WHERE tenant = ?1 AND week < ?2 ORDER BY week LIMIT ?3)`,
  (now) => Math.floor((now - AUDIT_KEPT_MS) / WEEK_MS),
);

/** By a statement that deletes at most ?3 rows of the tenant ?1 from before ?2. */
function deleteOld(sql: string, before: (now: number) => number) {
  return (db: D1Database, tenant: string, now: number, rounds = DELETE_ROUNDS): Promise<Forgotten> => {
    const statement = db.prepare(sql).bind(tenant, before(now), DELETE_CHUNK);
    return repeat(rounds, async () => (await statement.run()).meta.changes);
  };
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
  const [oldest, anchored] = await db.batch([
    db
      .prepare(
        `SELECT seq, at, kind, in_use AS inUse, seat_limit AS "limit", body, hash FROM events
         WHERE tenant = ?1 ORDER BY seq LIMIT ?2`,
      )
      .bind(tenant, DELETE_CHUNK),
    db.prepare("SELECT usage FROM anchors WHERE tenant = ?1").bind(tenant),
  ]);
  const results = (oldest?.results ?? []) as (ChainedRow & { hash: string })[];
  const rows = results.filter((row) => row.at < before);
  const last = rows.at(-1);
  if (last === undefined) return 0;
  const anchor = (anchored?.results[0] ?? null) as { usage: string } | null;
  const usage = anchor === null ? emptyUsage() : (JSON.parse(anchor.usage) as UsageState);
  await db.batch([
    db
      .prepare(
        `INSERT INTO anchors (tenant, seq, at, hash, usage) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, at = excluded.at, hash = excluded.hash,
           usage = excluded.usage`,
      )
      .bind(tenant, last.seq, last.at, last.hash, JSON.stringify(projectUsage(usage, rows).state)),
    db.prepare("DELETE FROM texts WHERE tenant = ?1 AND seq <= ?2").bind(tenant, last.seq),
    db.prepare("DELETE FROM events WHERE tenant = ?1 AND seq <= ?2").bind(tenant, last.seq),
  ]);
  return rows.length;
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
