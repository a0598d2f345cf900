/** R1: what the administration page asks of the recorded refusals. */
import * as z from "zod/mini";
import { DENIAL_REASONS, type DenialReason } from "../../../shared/denial.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";

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
  /** L24: 1: nobody was refused, since the limit was only observed. */
  observed: z.int(),
});
/** One episode in which a person wanted a seat and none was free. */
export type DenialRow = z.infer<typeof DenialRow>;
const DenialRows = z.array(DenialRow);

const COLUMNS = `id, holder, name, email, client, reason, first_at AS firstAt, last_at AS lastAt, attempts,
  seat_limit AS "limit", in_use AS inUse, waited_ms AS waitedMs, outcome, observed`;

/** Which refusals; null: all. */
export interface DenialFilter {
  /** ms: with an attempt from this moment on, and begun before that one. */
  from: number | null;
  to: number | null;
  /** Part of the name or the address, or the CRM's key. */
  person: string | null;
  reason: DenialReason | null;
  /** R1: of what is brief, sooner seated than after `toleranceMs`: only that, or only the rest; null: both. */
  brief: boolean | null;
  toleranceMs: number;
}
export const ALL_DENIALS: DenialFilter = {
  from: null,
  to: null,
  person: null,
  reason: null,
  brief: null,
  toleranceMs: 0,
};

/** Whether a row of `denials` is brief, as SQL; `tolerance` is the place of the tolerance. */
export const briefSql = (tolerance: string): string => `(outcome IS 'seated' AND waited_ms < ${tolerance})`;

const WHERE = `tenant = ?1 AND last_at >= ?2 AND first_at < ?3 AND (?4 IS NULL OR reason = ?4)
  AND (?5 IS NULL OR holder = ?5 OR instr(lower(name), lower(?5)) > 0 OR instr(lower(email), lower(?5)) > 0)
  AND (?6 IS NULL OR ?6 = ${briefSql("?7")})`;

const bindFilter = (
  statement: D1PreparedStatement,
  tenant: TenantId,
  now: number,
  filter: DenialFilter,
  ...more: number[]
) =>
  statement.bind(
    tenant,
    Math.max(now - DENIALS_KEPT_MS, filter.from ?? 0),
    filter.to ?? Number.MAX_SAFE_INTEGER,
    filter.reason,
    filter.person,
    filter.brief === null ? null : Number(filter.brief),
    filter.toleranceMs,
    ...more,
  );

/**
 * One page of a tenant's refusals of the last sixty days before `now` (ms), newest first. `page` counts from 1;
 * a page after the last is empty. Throws when D1 does not answer or a row is not of this form.
 */
export async function listDenials(
  db: D1Database,
  tenant: TenantId,
  {
    now,
    page,
    size = DENIALS_A_PAGE,
    filter = ALL_DENIALS,
  }: { now: number; page: number; size?: number; filter?: DenialFilter },
): Promise<DenialRow[]> {
  const statement = db.prepare(
    `SELECT ${COLUMNS} FROM denials WHERE ${WHERE} ORDER BY last_at DESC, id DESC LIMIT ?8 OFFSET ?9`,
  );
  const { results } = await bindFilter(statement, tenant, now, filter, size, (page - 1) * size).all();
  return DenialRows.parse(results);
}

/** How many refusals (episodes) of the last sixty days before `now` fit the filter. */
export async function countDenials(
  db: D1Database,
  tenant: TenantId,
  { now, filter = ALL_DENIALS }: { now: number; filter?: DenialFilter },
): Promise<number> {
  const statement = db.prepare(`SELECT count(*) AS count FROM denials WHERE ${WHERE}`);
  return (await bindFilter(statement, tenant, now, filter).first<number>("count")) ?? 0;
}

/** Refusals in the order in which they began, after the one that `after` names; for programs that go on where they were. */
export async function listDenialsFrom(
  db: D1Database,
  tenant: TenantId,
  { from, to, after, size }: { from: number; to: number; after: { at: number; id: string } | null; size: number },
): Promise<DenialRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM denials
       WHERE tenant = ?1 AND last_at >= ?2 AND first_at >= ?2 AND first_at < ?3 AND (first_at, id) > (?4, ?5)
       ORDER BY first_at, id LIMIT ?6`,
    )
    .bind(tenant, from, to, after?.at ?? 0, after?.id ?? "", size)
    .all();
  return DenialRows.parse(results);
}

/** The keys in the CRM of people refused since `from` (ms) for want of a named licence. */
export async function readUnassigned(db: D1Database, tenant: TenantId, from: number): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT DISTINCT holder FROM denials WHERE tenant = ?1 AND reason = 'not_assigned' AND first_at >= ?2")
    .bind(tenant, from)
    .all<{ holder: string }>();
  return results.map(({ holder }) => holder);
}
