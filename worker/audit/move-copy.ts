/**
 * Copies the records of one tenant from one database to another, in pieces that may be repeated: the tables by their
 * keys, the audit with its chain checked row by row. Which step comes when is in tenant/moving.ts.
 */
import type { RecordsName } from "../config/location.ts";
import { chainHash, genesisOf } from "./chain.ts";
import { type ChainRow, eventStatements } from "./event-log.ts";
import { bytesOf, jsonPieces } from "./json-pieces.ts";

/** Rows of a piece, and bytes from which on it is full: D1 answers and takes both in well under a second. */
const PIECE_ROWS = 500;
const PIECE_BYTES = 1_000_000;
const DELETED_AT_ONCE = 2_000;

/** In the order of copying: an anchor hangs on nothing that would have to be there before. */
const TABLES = {
  events: {
    key: ["seq"],
    columns: ["at", "kind", "holder", "actor", "in_use", "seat_limit", "body", "hash"],
    weight: "length(body)",
  },
  anchors: { key: ["seq"], columns: ["at", "hash", "usage"], weight: "length(usage)" },
  directory: {
    key: ["person"],
    columns: ["holder", "name", "email", "role", "revision", "salt", "sealed"],
    weight: "0",
  },
  texts: { key: ["seq", "field"], columns: ["salt", "text"], weight: "length(text)" },
  denials: {
    key: ["id"],
    columns: [
      "holder",
      "name",
      "email",
      "client",
      "reason",
      "first_at",
      "last_at",
      "attempts",
      "seat_limit",
      "in_use",
      "waited_ms",
      "outcome",
      "observed",
      "revision",
    ],
    weight: "0",
  },
  usage: {
    key: ["pool", "quarter"],
    columns: [
      "peak",
      "seat_ms",
      "limit_ms",
      "full_ms",
      "least_free",
      "grants",
      "denials",
      "waited_ms",
      "lost_ms",
      "revision",
    ],
    weight: "0",
  },
} as const;
export type RecordsTable = keyof typeof TABLES;
export const RECORDS_TABLES = Object.keys(TABLES) as RecordsTable[];

type Value = string | number | null;
type Row = Record<string, Value>;
/** The key of the last row that was copied; null: none yet. */
export type Cursor = readonly Value[] | null;

/** Thrown for a source that cannot be copied as it is; the message is a sentence for the operator. */
export class MoveFault extends Error {
  override name = "MoveFault";
}

/** Copies the next rows of the table behind `after`. Answers how many they were and the last one's key. */
export async function copyPiece(
  from: D1Database,
  to: D1Database,
  tenant: string,
  table: RecordsTable,
  after: Cursor,
): Promise<{ rows: number; last: Cursor }> {
  const { key, columns, weight } = TABLES[table];
  const names = [...key, ...columns].join(", ");
  const place = key.map((_, index) => `?${index + 3}`).join(", ");
  const later = after === null ? "" : `AND (${key.join(", ")}) > (${place})`;
  const order = key.join(", ");
  // Rows as long as they begin within the piece: one that is longer than a piece comes alone.
  const { results } = await from
    .prepare(
      `SELECT ${names} FROM (SELECT ${names}, ${weight} AS weight, sum(${weight}) OVER (ORDER BY ${order}) AS total
         FROM (SELECT * FROM ${table} WHERE tenant = ?1 ${later} ORDER BY ${order} LIMIT ?2))
       WHERE total - weight < ${PIECE_BYTES} ORDER BY ${order}`,
    )
    .bind(tenant, PIECE_ROWS, ...(after ?? []))
    .all<Row>();
  const last = results.at(-1);
  if (last === undefined) return { rows: 0, last: after };
  if (table === "events") await checkChain(from, tenant, results, after);
  const statements = table === "events" ? eventsOf(to, tenant, results) : rowsOf(to, tenant, table, results);
  await to.batch(statements);
  return { rows: results.length, last: key.map((name) => last[name] ?? null) };
}

function rowsOf(to: D1Database, tenant: string, table: RecordsTable, rows: readonly Row[]): D1PreparedStatement[] {
  const { key, columns } = TABLES[table];
  const all = [...key, ...columns];
  const isLong = (row: Row) => bytesOf(JSON.stringify(row)) > PIECE_BYTES;
  const put = `INSERT OR REPLACE INTO ${table} (tenant, ${all.join(", ")})`;
  // Anchors have a rule of their own for what replaces them.
  const insert = table === "anchors" ? put.replace("OR REPLACE", "OR IGNORE") : put;
  return [
    ...jsonPieces(rows.filter((row) => !isLong(row))).map((piece) =>
      to
        .prepare(`${insert} SELECT ?1, ${all.map((name) => `value ->> '${name}'`).join(", ")} FROM json_each(?2)`)
        .bind(tenant, piece),
    ),
    ...rows
      .filter(isLong)
      .map((row) =>
        to
          .prepare(`${insert} VALUES (?, ${all.map(() => "?").join(", ")})`)
          .bind(tenant, ...all.map((name) => row[name] ?? null)),
      ),
  ];
}

const chainRowOf = ({ in_use, seat_limit, ...row }: Row): ChainRow =>
  ({ ...row, inUse: in_use, limit: seat_limit }) as unknown as ChainRow;

const eventsOf = (to: D1Database, tenant: string, rows: readonly Row[]): D1PreparedStatement[] =>
  eventStatements(to, tenant, rows.map(chainRowOf));

/** A gap is copied as a gap, for an export shows it; a row that was edited is not carried on as if it were good. */
async function checkChain(from: D1Database, tenant: string, rows: readonly Row[], after: Cursor): Promise<void> {
  let before = await rowBefore(from, tenant, after);
  for (const row of rows.map(chainRowOf)) {
    if (before.seq === row.seq - 1 && chainHash(before.hash, tenant, row) !== row.hash) {
      throw new MoveFault(`row ${row.seq} of the audit does not fit its hash: look into it with npm run audit:verify`);
    }
    before = row;
  }
}

async function rowBefore(db: D1Database, tenant: string, after: Cursor): Promise<{ seq: number; hash: string }> {
  const source = after === null ? "SELECT seq, hash FROM anchors" : "SELECT seq, hash FROM events";
  const statement = db.prepare(`${source} WHERE tenant = ?1 ${after === null ? "" : "AND seq = ?2"}`);
  const row = await statement.bind(tenant, ...(after ?? [])).first<{ seq: number; hash: string }>();
  return row ?? { seq: 0, hash: genesisOf(tenant) };
}

/** What stands of a tenant in a database, to be compared: rows by table, and the newest of the audit. */
export async function countRecords(db: D1Database, tenant: string): Promise<Record<RecordsTable | "head", Value>> {
  const counts = RECORDS_TABLES.map((table) => `(SELECT count(*) FROM ${table} WHERE tenant = ?1) AS ${table}`);
  const head = "SELECT seq || ':' || hash FROM events WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1";
  const row = await db
    .prepare(`SELECT ${counts.join(", ")}, (${head}) AS head`)
    .bind(tenant)
    .first();
  return row as Record<RecordsTable | "head", Value>;
}

/** Deletes a piece of what stands of the tenant, where `moves` says that it is a copy. False: nothing is left. */
export async function clearPiece(db: D1Database, tenant: string): Promise<boolean> {
  // The audit last, and of it the end last: what is left is the beginning of a chain.
  const order = ["texts", "denials", "usage", "directory", "anchors", "events"] as const;
  const done = await db.batch([
    // Stays come with the rows of the audit (0009_stays.sql), and are counted again when those come again.
    db.prepare("DELETE FROM stays WHERE tenant = ?1").bind(tenant),
    db.prepare("DELETE FROM stays_since WHERE tenant = ?1").bind(tenant),
    ...order.map((table) => {
      const key = TABLES[table].key.join(", ");
      return db
        .prepare(
          `DELETE FROM ${table} WHERE tenant = ?1 AND (${key}) IN
             (SELECT ${key} FROM ${table} WHERE tenant = ?1 ORDER BY ${key} LIMIT ?2)`,
        )
        .bind(tenant, DELETED_AT_ONCE);
    }),
  ]);
  return done.some(({ meta }) => meta.changes > 0);
}

/** Marks what stands of the tenant here as a copy that is being brought ('in') or was taken away ('out'). */
export async function markMove(
  db: D1Database,
  tenant: string,
  direction: "in" | "out",
  other: RecordsName,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO moves (tenant, direction, other) VALUES (?1, ?2, ?3)
       ON CONFLICT (tenant) DO UPDATE SET direction = excluded.direction, other = excluded.other`,
    )
    .bind(tenant, direction, other)
    .run();
}

export async function unmarkMove(db: D1Database, tenant: string): Promise<void> {
  await db.prepare("DELETE FROM moves WHERE tenant = ?1").bind(tenant).run();
}

/** Where the tenant's records were taken to from here; null: nowhere. */
export async function movedTo(db: D1Database, tenant: string): Promise<string | null> {
  const row = await db
    .prepare("SELECT other FROM moves WHERE tenant = ?1 AND direction = 'out'")
    .bind(tenant)
    .first<{ other: string }>();
  return row?.other ?? null;
}
