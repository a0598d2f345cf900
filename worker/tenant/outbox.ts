/**
 * R2: what happened waits here for D1, written in the transaction of the state change itself. Delivered at
 * least once, in order, under its own number; D1 takes each number once. Delivered rows stay seven days, so
 * that a D1 restored to an earlier moment can be filled again.
 */
import type { StoredEvent } from "../ledger/event.ts";
import type { RecordedEvent } from "../records/event-log.ts";
import { readMeta, writeMeta } from "./schema.ts";

/** Rows delivered at once. */
export const OUTBOX_BATCH = 50;
const KEPT_MS = 7 * 24 * 3_600_000;

/** Bookkeeping of the ledger that tells nobody anything. */
const UNTOLD: ReadonlySet<StoredEvent["type"]> = new Set(["drain_ended", "absence_forgotten", "session_joined"]);

export class Outbox {
  readonly #sql: SqlStorage;
  #lastSeq: number;
  #sentThrough: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const [row] = sql.exec<{ seq: number | null }>("SELECT max(seq) AS seq FROM outbox").toArray();
    this.#sentThrough = Number(readMeta(sql, "sent_through") ?? 0);
    this.#lastSeq = Math.max(row?.seq ?? 0, this.#sentThrough);
  }

  /** Whether something waits to be delivered. */
  get pending(): boolean {
    return this.#lastSeq > this.#sentThrough;
  }

  /** Appends in the caller's transaction. */
  append(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (UNTOLD.has(event.type)) continue;
      const { type, at, holder, ...rest } = event;
      const actor = "actor" in event ? event.actor.name : "by" in event ? event.by : null;
      this.#lastSeq++;
      this.#sql.exec(
        "INSERT INTO outbox (seq, at, kind, holder, actor, body) VALUES (?, ?, ?, ?, ?, ?)",
        this.#lastSeq,
        at,
        type,
        holder,
        actor,
        JSON.stringify(rest),
      );
    }
  }

  /** The next rows to deliver, oldest first. */
  next(): RecordedEvent[] {
    return this.#sql
      .exec<Record<keyof RecordedEvent, SqlStorageValue>>(
        "SELECT seq, at, kind, holder, actor, body FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?",
        this.#sentThrough,
        OUTBOX_BATCH,
      )
      .toArray() as unknown as RecordedEvent[];
  }

  /** Notes that everything up to `seq` is in D1, and forgets what was delivered long ago. */
  delivered(seq: number, now: number): void {
    this.#sentThrough = Math.max(this.#sentThrough, seq);
    writeMeta(this.#sql, "sent_through", String(this.#sentThrough));
    this.#sql.exec("DELETE FROM outbox WHERE seq <= ? AND at < ?", this.#sentThrough, now - KEPT_MS);
  }
}
