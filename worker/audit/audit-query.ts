/** R2: reads the audit, as the chain has it and with the names that the directory still knows. */
import * as z from "zod/mini";
import type { TenantId } from "../../shared/ids.ts";
import { genesisOf } from "./chain.ts";

export interface AuditFilter {
  /** ms; rows from this moment on, and before that one. */
  from: number | null;
  to: number | null;
  /** Opaque words: rows about any of them or done by one. null: everybody's. */
  people: readonly string[] | null;
  kinds: readonly string[] | null;
}

export const EVERYTHING: AuditFilter = { from: null, to: null, people: null, kinds: null };

const AuditRow = z.object({
  seq: z.int(),
  at: z.int(),
  kind: z.string(),
  holder: z.nullable(z.string()),
  actor: z.nullable(z.string()),
  inUse: z.int(),
  limit: z.int(),
  body: z.string(),
  hash: z.string(),
  /** Hash of the row before. */
  prev: z.nullable(z.string()),
  holderName: z.nullable(z.string()),
  holderEmail: z.nullable(z.string()),
  actorName: z.nullable(z.string()),
  /** JSON: `{field, salt, text}` of what people wrote. */
  texts: z.string(),
});
export type AuditRow = z.infer<typeof AuditRow>;
const AuditRows = z.array(AuditRow);

/** Where a piece of the chain hangs: the number and the hash of the row before it. */
export interface Anchor {
  seq: number;
  hash: string;
}

/** The row before the oldest that is kept; the tenant's genesis when none was forgotten. */
export async function readAnchor(db: D1Database, tenant: TenantId): Promise<Anchor> {
  const row = await db.prepare("SELECT seq, hash FROM anchors WHERE tenant = ?1").bind(tenant).first<Anchor>();
  return row ?? { seq: 0, hash: genesisOf(tenant) };
}

/** The newest row that has reached the records; the anchor when there is none. */
export async function readHead(db: D1Database, tenant: TenantId): Promise<Anchor> {
  const row = await db
    .prepare("SELECT seq, hash FROM events WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1")
    .bind(tenant)
    .first<Anchor>();
  return row ?? readAnchor(db, tenant);
}

export interface SeqRange {
  first: number;
  last: number;
}

/** The numbers of the rows between two moments; time never runs backwards along the chain (L18). */
export async function readRange(
  db: D1Database,
  tenant: TenantId,
  { from, to }: Pick<AuditFilter, "from" | "to">,
): Promise<SeqRange> {
  const row = await db
    .prepare(
      `SELECT (SELECT seq FROM events WHERE tenant = ?1 AND at >= ?2 ORDER BY at, seq LIMIT 1) AS first,
         (SELECT seq FROM events WHERE tenant = ?1 AND at < ?3 ORDER BY at DESC, seq DESC LIMIT 1) AS last`,
    )
    .bind(tenant, from ?? 0, to ?? Number.MAX_SAFE_INTEGER)
    .first<{ first: number | null; last: number | null }>();
  return { first: row?.first ?? 1, last: row?.first == null ? 0 : (row.last ?? 0) };
}

const SELECT = `
  SELECT e.seq, e.at, e.kind, e.holder, e.actor, e.in_use AS inUse, e.seat_limit AS "limit", e.body, e.hash,
    (SELECT hash FROM events p WHERE p.tenant = e.tenant AND p.seq = e.seq - 1) AS prev,
    h.name AS holderName, h.email AS holderEmail, a.name AS actorName,
    (SELECT json_group_array(json_object('field', field, 'salt', salt, 'text', text)) FROM texts t
      WHERE t.tenant = e.tenant AND t.seq = e.seq) AS texts
  FROM events e
    LEFT JOIN directory h ON h.tenant = e.tenant AND h.person = e.holder
    LEFT JOIN directory a ON a.tenant = e.tenant AND a.person = e.actor
  WHERE e.tenant = ?1 AND e.seq BETWEEN ?2 AND ?3`;
// Said only where they are wanted, so that each finds its own index.
const OF_PEOPLE = "AND (e.holder IN (SELECT value FROM json_each(?4)) OR e.actor IN (SELECT value FROM json_each(?4)))";
const OF_KINDS = "AND e.kind IN (SELECT value FROM json_each(?5))";
const OF_KIND = "AND e.kind = ?5 ->> 0";

/** Up to `size` rows of `range` that fit the filter, oldest or newest first. */
export async function listAudit(
  db: D1Database,
  tenant: TenantId,
  { people, kinds }: Pick<AuditFilter, "people" | "kinds">,
  { first, last }: SeqRange,
  { size, newestFirst = false }: { size: number; newestFirst?: boolean },
): Promise<AuditRow[]> {
  const wanted = `${people === null ? "" : OF_PEOPLE} ${kinds === null ? "" : kinds.length === 1 ? OF_KIND : OF_KINDS}`;
  const { results } = await db
    .prepare(`${SELECT} ${wanted} ORDER BY e.seq ${newestFirst ? "DESC" : ""} LIMIT ?6`)
    .bind(tenant, first, last, JSON.stringify(people ?? []), JSON.stringify(kinds ?? []), size)
    .all();
  const rows = AuditRows.parse(results);
  if (rows.some((row) => row.prev === null)) {
    const anchor = await readAnchor(db, tenant);
    for (const row of rows) if (row.prev === null && row.seq === anchor.seq + 1) row.prev = anchor.hash;
  }
  return rows;
}

/** Every kind of event that the tenant's audit holds; for a choice on a page. */
export async function listKinds(db: D1Database, tenant: TenantId): Promise<string[]> {
  // One seek a kind, not a scan of the audit.
  const { results } = await db
    .prepare(
      `WITH RECURSIVE kinds (kind) AS (
         SELECT (SELECT min(kind) FROM events WHERE tenant = ?1)
         UNION ALL
         SELECT (SELECT min(kind) FROM events WHERE tenant = ?1 AND kind > kinds.kind) FROM kinds
         WHERE kinds.kind IS NOT NULL
       ) SELECT kind FROM kinds WHERE kind IS NOT NULL`,
    )
    .bind(tenant)
    .all<{ kind: string }>();
  return results.map(({ kind }) => kind);
}

/** The opaque words of the people whose name, address or key in the CRM holds `part`; at most `most`. */
export async function findPeople(db: D1Database, tenant: TenantId, part: string, most = 200): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT person FROM directory WHERE tenant = ?1
         AND (person = ?2 OR holder = ?2 OR instr(lower(name), lower(?2)) > 0 OR instr(lower(email), lower(?2)) > 0)
       LIMIT ?3`,
    )
    .bind(tenant, part, most)
    .all<{ person: string }>();
  return results.map(({ person }) => person);
}
