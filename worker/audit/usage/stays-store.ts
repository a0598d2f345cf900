/**
 * R3: the stays of each person by the week, as they lie in D1 (0009_stays.sql). New ones come with the rows of the audit
 * themselves; those of before the table come in pieces, from the newest back.
 */
import { WEEK_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";

/** Stays of before the table that one statement brings. */
export const STAYS_PIECE = 5_000;

const ENTRY = `(at % ${WEEK_MS}) || ',' || (body ->> 'heldMs') || ',' || (body ->> 'exempt' IS NOT 1)`;
const LISTED = `
  SELECT tenant, at / ${WEEK_MS} AS week, holder AS person, group_concat(${ENTRY}, ',' ORDER BY seq) AS ends
  FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind = 'lease_ended' AND holder IS NOT NULL AND body ->> 'heldMs' IS NOT NULL`;
const SINCE = "(SELECT seq FROM stays_since WHERE tenant = ?1)";

// The first row of the piece; 0: nothing is left before it.
const PIECE_FROM = `
  coalesce((SELECT seq FROM events INDEXED BY events_by_kind WHERE tenant = ?1 AND kind = 'lease_ended' AND seq < ${SINCE}
    ORDER BY seq DESC LIMIT 1 OFFSET ?2), 0)`;

/** Brings the newest stays of before the table. True: there are more. */
export async function fillStays(db: D1Database, tenant: string, most = STAYS_PIECE): Promise<boolean> {
  const done = await db.batch<{ seq: number }>([
    // A firm whose rows are all of before.
    db
      .prepare(
        `INSERT INTO stays_since (tenant, seq)
         SELECT ?1, 1 + coalesce((SELECT max(seq) FROM events WHERE tenant = ?1), 0) WHERE true
         ON CONFLICT (tenant) DO NOTHING`,
      )
      .bind(tenant),
    db
      .prepare(
        `INSERT INTO stays (tenant, week, person, ends) ${LISTED} AND seq >= ${PIECE_FROM} AND seq < ${SINCE}
         GROUP BY week, person
         ON CONFLICT (tenant, week, person) DO UPDATE SET ends = excluded.ends || ',' || ends`,
      )
      .bind(tenant, most - 1),
    db
      .prepare(`UPDATE stays_since SET seq = ${PIECE_FROM} WHERE tenant = ?1 AND seq > 0 RETURNING seq`)
      .bind(tenant, most - 1),
  ]);
  return (done[2]?.results[0]?.seq ?? 0) > 0;
}

/** Compares the stays of each week with the audit; with `mend` it also puts right what differs. Answers how many rows did. */
export async function recountStays(
  db: D1Database,
  tenant: TenantId,
  { mend, anchorAt }: { mend: boolean; anchorAt: number | null },
): Promise<number> {
  while (mend && (await fillStays(db, tenant)));
  const { results } = await db
    .prepare(
      `SELECT min(week) AS first, max(week) AS last FROM (
         SELECT min(week) AS week FROM stays WHERE tenant = ?1 UNION ALL SELECT max(week) FROM stays WHERE tenant = ?1
         UNION ALL SELECT min(at) / ${WEEK_MS} FROM events WHERE tenant = ?1 AND seq >= ${SINCE}
         UNION ALL SELECT max(at) / ${WEEK_MS} FROM events WHERE tenant = ?1 AND seq >= ${SINCE})`,
    )
    .bind(tenant)
    .all<{ first: number | null; last: number | null }>();
  const { first, last } = results[0] ?? { first: null, last: null };
  if (first === null || last === null) return 0;
  let different = 0;
  // Of the week in which the audit now begins the rest is known here alone.
  const from = anchorAt === null ? first : Math.max(first, Math.floor(anchorAt / WEEK_MS) + 1);
  for (let week = from; week <= last; week++) {
    const found = await compareWeek(db, tenant, week);
    different += found;
    if (mend && found > 0) await mendWeek(db, tenant, week);
  }
  return different;
}

const OF_WEEK = `
  ${LISTED} AND seq >= ${SINCE}
    AND seq >= (SELECT seq FROM events WHERE tenant = ?1 AND at >= ?2 * ${WEEK_MS} ORDER BY at, seq LIMIT 1)
    AND seq <= (SELECT seq FROM events WHERE tenant = ?1 AND at < (?2 + 1) * ${WEEK_MS} ORDER BY at DESC, seq DESC LIMIT 1)
  GROUP BY week, person`;

async function compareWeek(db: D1Database, tenant: string, week: number): Promise<number> {
  const row = await db
    .prepare(
      `SELECT count(*) AS n FROM (${OF_WEEK}) counted
         FULL JOIN (SELECT person, ends FROM stays WHERE tenant = ?1 AND week = ?2) kept ON kept.person = counted.person
       WHERE kept.ends IS NOT counted.ends`,
    )
    .bind(tenant, week)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

async function mendWeek(db: D1Database, tenant: string, week: number): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM stays WHERE tenant = ?1 AND week = ?2").bind(tenant, week),
    db.prepare(`INSERT INTO stays (tenant, week, person, ends) ${OF_WEEK}`).bind(tenant, week),
  ]);
}
