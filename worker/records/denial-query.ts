/** R1: what the administration page asks of the recorded refusals. */
import * as z from "zod/mini";
import { DENIAL_REASONS } from "../../shared/denial.ts";
import type { TenantId } from "../../shared/ids.ts";
import { DENIALS_KEPT_MS } from "../../shared/timing.ts";

export const DENIALS_A_PAGE = 100;

const DenialRow = z.object({
  id: z.string(),
  holder: z.string(),
  name: z.string(),
  email: z.nullable(z.string()),
  client: z.string(),
  reason: z.enum(DENIAL_REASONS),
  /** First and last attempt, ms since 1970 of the tenant's clock. */
  firstAt: z.int(),
  lastAt: z.int(),
  attempts: z.int(),
  limit: z.int(),
  inUse: z.int(),
  waitedMs: z.int(),
  /** null: the episode is not over. */
  outcome: z.nullable(z.string()),
});
/** One episode in which a person wanted a seat and none was free. */
export type DenialRow = z.infer<typeof DenialRow>;
const DenialRows = z.array(DenialRow);

const COLUMNS = `id, holder, name, email, client, reason, first_at AS firstAt, last_at AS lastAt, attempts,
  seat_limit AS "limit", in_use AS inUse, waited_ms AS waitedMs, outcome`;

/**
 * One page of a tenant's refusals of the last sixty days before `now` (ms), newest first. `page` counts from 1;
 * a page after the last is empty. Throws when D1 does not answer or a row is not of this form.
 */
export async function listDenials(
  db: D1Database,
  tenant: TenantId,
  { now, page, size = DENIALS_A_PAGE }: { now: number; page: number; size?: number },
): Promise<DenialRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM denials WHERE tenant = ?1 AND last_at >= ?2 ORDER BY last_at DESC, id DESC LIMIT ?3 OFFSET ?4`,
    )
    .bind(tenant, now - DENIALS_KEPT_MS, size, (page - 1) * size)
    .all();
  return DenialRows.parse(results);
}

/** How many refusals (episodes) a tenant has had since the time `since`, ms. */
export async function countDenials(db: D1Database, tenant: TenantId, since: number): Promise<number> {
  const count = await db
    .prepare("SELECT count(*) AS count FROM denials WHERE tenant = ?1 AND last_at >= ?2")
    .bind(tenant, since)
    .first<number>("count");
  return count ?? 0;
}
