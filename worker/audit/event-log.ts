/** R1, R2: puts a tenant's events into D1, each once in effect, however often it is delivered. */
import type { ChainedRow } from "./chain.ts";
import { type DirectoryEntry, directoryStatements, eraseStatements } from "./directory.ts";
import { bytesOf, jsonPieces, PIECE_MOST_BYTES } from "./json-pieces.ts";
import type { UsageRow } from "./usage/usage-rows.ts";
import { usageStatements } from "./usage/usage-store.ts";

/** One row of a tenant's outbox: chained, with what the chain itself does not hold beside it. */
export interface RecordedEvent extends ChainedRow {
  hash: string;
  /** What people wrote, by field of the body; the body has its seal. */
  texts: { field: string; salt: string; text: string }[];
}

/** What one delivery brings: rows in order, who is newly known in them, and the usage they lead to. */
export interface Delivery {
  rows: readonly RecordedEvent[];
  people: readonly DirectoryEntry[];
  usage: readonly UsageRow[];
}

const INSERT_EVENTS = `
  INSERT INTO events (tenant, seq, at, kind, holder, actor, in_use, seat_limit, body, hash)
  SELECT ?1, value ->> 'seq', value ->> 'at', value ->> 'kind', value ->> 'holder', value ->> 'actor',
    value ->> 'inUse', value ->> 'limit', value ->> 'body', value ->> 'hash'
  FROM json_each(?2) WHERE true
  ON CONFLICT (tenant, seq) DO NOTHING`;

// A row that is too long for a list: each column is a value of its own, so that it is no longer than it was before.
const INSERT_LONG_EVENT = `
  INSERT INTO events (tenant, seq, at, kind, holder, actor, in_use, seat_limit, body, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, seq) DO NOTHING`;

const INSERT_TEXTS = `
  INSERT INTO texts (tenant, seq, field, salt, text)
  SELECT ?1, value ->> 'seq', value ->> 'field', value ->> 'salt', value ->> 'text' FROM json_each(?2) WHERE true
  ON CONFLICT (tenant, seq, field) DO NOTHING`;

const OPEN_DENIAL = `
  INSERT INTO denials (tenant, id, holder, name, email, client, reason, first_at, last_at, attempts, seat_limit, in_use, waited_ms, outcome, observed, revision)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, NULL, ?, ?)
  ON CONFLICT (tenant, id) DO NOTHING`;

// A row remembers the number of the last event that changed it, so that a second delivery changes nothing.
const REPEAT_DENIAL = `
  UPDATE denials SET attempts = coalesce(?, attempts + 1), last_at = ?, reason = ?, revision = ?
  WHERE tenant = ? AND id = ? AND revision < ?`;

const CLOSE_DENIAL = `
  UPDATE denials SET attempts = coalesce(?, attempts), outcome = ?, waited_ms = ?, last_at = max(last_at, first_at + ?), revision = ?
  WHERE tenant = ? AND id = ? AND revision < ?`;

// R2.10: of the course that was given up.
const CLOSE_GIVEN_UP = `
  UPDATE denials SET outcome = 'gave_up', waited_ms = ?1 - first_at, last_at = max(last_at, ?1), revision = ?2
  WHERE tenant = ?3 AND outcome IS NULL AND id IN (
    SELECT coalesce(body ->> 'id', body -> 'over' ->> 'denial') FROM events INDEXED BY events_by_kind
    WHERE tenant = ?3 AND kind IN ('denial_opened', 'seat_granted') AND seq BETWEEN ?4 AND ?5)`;

// And what was there before that course goes on, where it ended only in it.
const OPEN_AGAIN = `
  UPDATE denials SET outcome = NULL, waited_ms = 0, revision = ?1
  WHERE tenant = ?2 AND revision < ?1 AND id IN (
    SELECT coalesce(body ->> 'id', body -> 'spared' ->> 'id') FROM events INDEXED BY events_by_kind
    WHERE tenant = ?2 AND kind IN ('denial_closed', 'seat_counted', 'lease_judged', 'lease_ended') AND seq BETWEEN ?3 AND ?4)
  AND id NOT IN (
    SELECT coalesce(body ->> 'id', body -> 'over' ->> 'denial', '') FROM events INDEXED BY events_by_kind
    WHERE tenant = ?2 AND kind IN ('denial_opened', 'seat_granted') AND seq BETWEEN ?3 AND ?4)`;

/** What D1 says where the chain divides (0006_one_chain.sql). */
export const isDivided = (error: unknown): boolean => String(error).includes("the chain divides");
/** And where the tenant's records are elsewhere (0007_databases.sql). */
export const isMovedAway = (error: unknown): boolean => String(error).includes("were moved to another database");

/**
 * Writes a delivery in one transaction. Throws when D1 does not take it; then nothing was written. `isDivided` tells a
 * chain that divides from a D1 that is unhealthy.
 */
export async function recordEvents(db: D1Database, tenant: string, delivery: Delivery): Promise<void> {
  const { rows, people, usage } = delivery;
  if (rows.length === 0) return;
  const texts = rows.flatMap(({ seq, texts }) => texts.map((text) => ({ seq, ...text })));
  const statements = [
    ...eventStatements(db, tenant, rows),
    ...jsonPieces(texts).map((piece) => db.prepare(INSERT_TEXTS).bind(tenant, piece)),
    ...directoryStatements(db, tenant, people),
    ...usageStatements(db, tenant, usage),
  ];
  const known = new Map(people.map((entry) => [entry.person, entry]));
  for (const row of rows) statements.push(...effectsOf(db, tenant, row, known));
  await db.batch(statements);
}

/** A row of the audit as it stands in D1. */
export type ChainRow = Omit<RecordedEvent, "texts">;

/** Each row comes once, however often it is brought. */
export function eventStatements(
  db: D1Database,
  tenant: string,
  rows: readonly (ChainRow & { texts?: unknown })[],
): D1PreparedStatement[] {
  const plain = rows.map(({ texts: _, ...row }) => row);
  const isLong = (row: unknown) => bytesOf(JSON.stringify(row)) > PIECE_MOST_BYTES;
  const short = plain.filter((row) => !isLong(row));
  return [
    ...jsonPieces(short).map((piece) => db.prepare(INSERT_EVENTS).bind(tenant, piece)),
    ...plain
      .filter(isLong)
      .map(({ seq, at, kind, holder, actor, inUse, limit, body, hash }) =>
        db.prepare(INSERT_LONG_EVENT).bind(tenant, seq, at, kind, holder, actor, inUse, limit, body, hash),
      ),
  ];
}

interface Opened {
  id: string;
  clientKind: string;
  reason: string;
  limit: number;
  inUse: number;
}

function openDenial(
  db: D1Database,
  tenant: string,
  { seq, at, holder }: RecordedEvent,
  known: ReadonlyMap<string, DirectoryEntry>,
  { id, clientKind, reason, limit, inUse }: Opened,
  isObserved = false,
): D1PreparedStatement {
  const who = known.get(holder ?? "");
  const person = [who?.holder ?? holder, who?.name ?? "", who?.email ?? null];
  return db
    .prepare(OPEN_DENIAL)
    .bind(tenant, id, ...person, clientKind, reason, at, at, limit, inUse, isObserved ? 1 : 0, seq);
}

interface Closed {
  id: string;
  outcome: string;
  waitedMs: number;
  attempts?: number | null;
}

const closeDenial = (
  db: D1Database,
  tenant: string,
  seq: number,
  { id, outcome, waitedMs, attempts = null }: Closed,
): D1PreparedStatement => db.prepare(CLOSE_DENIAL).bind(attempts, outcome, waitedMs, waitedMs, seq, tenant, id, seq);

function effectsOf(
  db: D1Database,
  tenant: string,
  row: RecordedEvent,
  known: ReadonlyMap<string, DirectoryEntry>,
): D1PreparedStatement[] {
  const { seq, at, holder } = row;
  switch (row.kind) {
    case "denial_opened":
      return [openDenial(db, tenant, row, known, JSON.parse(row.body))];
    // L24: nobody was refused, since the limit was only observed; what would have been is kept beside the refusals.
    case "seat_granted": {
      const { over, clientKind } = JSON.parse(row.body);
      if (over?.denial == null) return [];
      const { limit, inUse } = row;
      // The person's own seat is none that was in the way.
      const opened = { id: over.denial, clientKind, reason: over.reason, limit, inUse: inUse - 1 };
      return [openDenial(db, tenant, row, known, opened, true)];
    }
    case "seat_counted": {
      const { id, waitedMs } = JSON.parse(row.body);
      return id === null ? [] : [closeDenial(db, tenant, seq, { id, outcome: "seated", waitedMs })];
    }
    case "lease_judged":
    case "lease_ended": {
      const { spared } = JSON.parse(row.body);
      return spared === undefined ? [] : [closeDenial(db, tenant, seq, { ...spared, outcome: "gave_up" })];
    }
    case "denial_repeated": {
      // Rows written before attempts were counted in the ledger have none, and are one attempt each.
      const { id, reason, attempts = null } = JSON.parse(row.body);
      return [db.prepare(REPEAT_DENIAL).bind(attempts, at, reason, seq, tenant, id, seq)];
    }
    case "denial_closed": {
      return [closeDenial(db, tenant, seq, JSON.parse(row.body))];
    }
    case "chain_divided": {
      const { kept } = JSON.parse(row.body);
      return [
        db.prepare(CLOSE_GIVEN_UP).bind(at, seq, tenant, kept.from, kept.to),
        db.prepare(OPEN_AGAIN).bind(seq, tenant, kept.from, kept.to),
      ];
    }
    case "person_erased":
      return holder === null ? [] : eraseStatements(db, tenant, holder);
    default:
      return [];
  }
}
