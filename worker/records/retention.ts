/** R1: records are kept for a time, then forgotten. Runs on a schedule, in pieces that D1 answers quickly. */
import { DENIALS_KEPT_MS } from "../../shared/timing.ts";

/** Rows one statement deletes: D1 has one writer, and the outbox of every tenant waits behind it. */
export const DELETE_CHUNK = 500;
/** Statements one run makes at most; what is left waits for the next run. */
export const DELETE_ROUNDS = 100;

/**
 * Deletes the refusals of all tenants whose last attempt is more than sixty days before `now` (ms).
 * Returns how many it deleted, and whether some may be left for the next run.
 */
export async function deleteOldDenials(
  db: D1Database,
  now: number,
  rounds = DELETE_ROUNDS,
): Promise<{ deleted: number; more: boolean }> {
  const statement = db
    .prepare(
      `DELETE FROM denials WHERE (tenant, id) IN
         (SELECT tenant, id FROM denials WHERE last_at < ?1 ORDER BY last_at LIMIT ?2)`,
    )
    .bind(now - DENIALS_KEPT_MS, DELETE_CHUNK);
  let deleted = 0;
  for (let round = 0; round < rounds; round++) {
    const { meta } = await statement.run();
    deleted += meta.changes;
    if (meta.changes < DELETE_CHUNK) return { deleted, more: false };
  }
  return { deleted, more: true };
}
