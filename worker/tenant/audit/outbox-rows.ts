/** The rows of the outbox and the deliveries made of them, in the object's SQLite. Knows nothing of what they mean. */
import { DAY_MS } from "../../../shared/durations.ts";
import type { RecordedEvent } from "../../audit/event-log.ts";
import { bytesOf } from "../../audit/json-pieces.ts";
import { emptyUsage, type UsageState } from "../../audit/usage/usage-projection.ts";

/** Rows delivered at once, and bytes of their JSON; one row alone may be longer. */
export const OUTBOX_BATCH = 100;
export const OUTBOX_BATCH_BYTES = 500_000;
/** How long delivered rows stay, counted from their delivery. */
export const SENT_KEPT_MS = 7 * DAY_MS;
/** Old rows and old deliveries forgotten with one delivery: more than one delivery brings. */
const FORGOTTEN_AT_ONCE = 500;

/** The columns of a row, for a SELECT. */
const ROW = `seq, at, kind, holder, actor, inUse, "limit", body, texts, hash`;
/** `texts`: a JSON list; null: none. */
export type StoredRow = Omit<RecordedEvent, "texts"> & { texts: string | null };

/** The end of a chain. */
export interface Head {
  seq: number;
  /** ms; no row is older than the one before it. */
  at: number;
  hash: string;
}

const recorded = ({ texts, ...row }: StoredRow): RecordedEvent => ({ ...row, texts: JSON.parse(texts ?? "[]") });

export class OutboxRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  #select(rest: string, ...values: number[]): StoredRow[] {
    return this.#sql
      .exec<Record<string, SqlStorageValue>>(`SELECT ${ROW} FROM outbox ${rest}`, ...values)
      .toArray() as unknown as StoredRow[];
  }

  newest(): Head | null {
    const [row] = this.#sql.exec<{ seq: number; at: number; hash: string }>(
      "SELECT seq, at, hash FROM outbox ORDER BY seq DESC LIMIT 1",
    );
    return row ?? null;
  }

  find(seq: number): StoredRow | null {
    return this.#select("WHERE seq = ?", seq)[0] ?? null;
  }

  /** Oldest first; with `through` none after it. */
  after(seq: number, through = Number.MAX_SAFE_INTEGER): StoredRow[] {
    return this.#select("WHERE seq > ? AND seq <= ? ORDER BY seq", seq, through);
  }

  /** Up to `most` rows after the row `seq`, oldest first, with what people wrote. */
  recordedAfter(seq: number, most: number): RecordedEvent[] {
    return this.#select("WHERE seq > ? ORDER BY seq LIMIT ?", seq, most).map(recorded);
  }

  /** One delivery. D1 takes two million bytes a value, and rows of settings with hundreds of names are long. */
  batchAfter(seq: number): RecordedEvent[] {
    const rows: RecordedEvent[] = [];
    let bytes = 0;
    const found = this.#sql.exec<Record<string, SqlStorageValue>>(
      `SELECT ${ROW} FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?`,
      seq,
      OUTBOX_BATCH,
    );
    // Read one by one: those that are left for the next delivery are not read.
    for (const stored of found) {
      const { texts, ...row } = stored as unknown as StoredRow;
      bytes += bytesOf(JSON.stringify(row)) + bytesOf(texts ?? "");
      if (rows.length > 0 && bytes > OUTBOX_BATCH_BYTES) break;
      rows.push(recorded({ ...row, texts }));
    }
    return rows;
  }

  /** The newest `most` rows up to `last`, by number and hash, newest first. */
  hashes(last: number, most: number): { seq: number; hash: string }[] {
    return this.#sql
      .exec<{ seq: number; hash: string }>(
        "SELECT seq, hash FROM outbox WHERE seq <= ? ORDER BY seq DESC LIMIT ?",
        last,
        most,
      )
      .toArray();
  }

  /** The oldest row that is kept; null: there is none. */
  oldestSeq(): number | null {
    const [row] = this.#sql.exec<{ seq: number | null }>("SELECT min(seq) AS seq FROM outbox").toArray();
    return row?.seq ?? null;
  }

  /** ms: of the oldest row after the row `seq`; null: there is none. */
  oldestAtAfter(seq: number): number | null {
    const [row] = this.#sql.exec<{ at: number }>("SELECT at FROM outbox WHERE seq > ? ORDER BY seq LIMIT 1", seq);
    return row?.at ?? null;
  }

  /** Whether a row after the row `seq` erases somebody. */
  hasErasureAfter(seq: number): boolean {
    const found = this.#sql.exec("SELECT 1 FROM outbox WHERE seq > ? AND kind = 'person_erased' LIMIT 1", seq);
    return found.toArray().length > 0;
  }

  insert({ seq, at, kind, holder, actor, inUse, limit, body, texts, hash }: StoredRow): void {
    this.#sql.exec(
      `INSERT INTO outbox (${ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      at,
      kind,
      holder,
      actor,
      inUse,
      limit,
      body,
      texts,
      hash,
    );
  }

  /** Takes out what people wrote in rows about `person`, or that hold the name. */
  dropTexts(person: string, name: string): void {
    this.#sql.exec(
      "UPDATE outbox SET texts = NULL WHERE texts IS NOT NULL AND (holder = ?1 OR actor = ?1 OR instr(texts, ?2) > 0 OR instr(texts, ?3) > 0)",
      person,
      innerJson(name),
      // A text may be JSON itself.
      innerJson(innerJson(name)),
    );
  }

  /** Takes out all rows after `seq`, and the deliveries of them. */
  cutAfter(seq: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE seq > ?", seq);
    this.#sql.exec("DELETE FROM deliveries WHERE through > ?", seq);
  }

  /** Notes a delivery up to the row `through`, and the usage counted by then. */
  putDelivery(through: number, at: number, usage: UsageState): void {
    this.#sql.exec(
      `INSERT INTO deliveries (through, at, usage) VALUES (?, ?, ?)
       ON CONFLICT (through) DO UPDATE SET usage = excluded.usage`,
      through,
      at,
      JSON.stringify(usage),
    );
  }

  /** Up to which row the oldest delivery went that is kept; null: none is. */
  oldestDelivery(): number | null {
    const [row] = this.#sql
      .exec<{ through: number | null }>("SELECT min(through) AS through FROM deliveries")
      .toArray();
    return row?.through ?? null;
  }

  /** The newest delivery up to the row `seq` or before it, with the usage counted by then. */
  deliveryBefore(seq: number): { through: number; usage: UsageState } {
    const [kept] = this.#sql.exec<{ through: number; usage: string }>(
      "SELECT through, usage FROM deliveries WHERE through <= ? ORDER BY through DESC LIMIT 1",
      seq,
    );
    return kept === undefined
      ? { through: 0, usage: emptyUsage() }
      : { through: kept.through, usage: JSON.parse(kept.usage) as UsageState };
  }

  /**
   * The newest delivery that is too old to keep stays as a mark: usage is counted on from it in a replay. Read from the
   * oldest on by the primary key, and no further than what is old, since this comes with each delivery. `newest`: the
   * row that stays whatever its age, since the chain goes on from it.
   */
  forget(newest: number, now: number): void {
    let mark: number | null = null;
    const oldest = this.#sql.exec<{ through: number; at: number }>(
      "SELECT through, at FROM deliveries ORDER BY through LIMIT ?",
      FORGOTTEN_AT_ONCE,
    );
    for (const { through, at } of oldest) {
      if (at >= now - SENT_KEPT_MS) break;
      mark = through;
    }
    if (mark === null) return;
    this.#sql.exec("DELETE FROM deliveries WHERE through < ?", mark);
    this.#sql.exec(
      "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE seq <= ? AND seq < ? ORDER BY seq LIMIT ?)",
      mark,
      newest,
      FORGOTTEN_AT_ONCE,
    );
  }
}

/** As a text stands within JSON. */
const innerJson = (text: string): string => JSON.stringify(text).slice(1, -1);
