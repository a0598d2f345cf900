/**
 * What waits to be told to the receivers: written in the transaction of what raised it, kept until it was taken or has
 * been tried often enough.
 */
import { makeWord } from "../audit/pseudonyms.ts";
import type { Message, Refusal } from "./dispatch.ts";
import { retryPause } from "./retry-pause.ts";

const TRIES_MAX = 10;
/** R10: with pauses of an hour, about as long as a receiver stays on that takes nothing. */
const REPORT_TRIES_MAX = 120;
const SENT_AT_ONCE = 20;

/** As it lies in the table. */
type Stored = Message & {
  /** Names the message for its receiver: numbers of rows come again once the table has been empty. */
  word?: string;
};

interface Row {
  id: number;
  hook: string;
  alert: string;
  tries: number;
}

export interface Queued {
  id: number;
  receiver: string;
  message: Message;
  word: string;
  tries: number;
}

function readRow({ id, hook, alert, tries }: Row): Queued {
  const { word = String(id), ...message } = JSON.parse(alert) as Stored;
  return { id, receiver: hook, message: message as Message, word, tries };
}

export class MessageQueue {
  readonly #sql: SqlStorage;
  #size = 0;
  /** When to wake is asked with every heartbeat. */
  #nextAt: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#count();
  }

  get size(): number {
    return this.#size;
  }

  /** ms: when the first is due; null: nothing waits. */
  get nextAt(): number | null {
    return this.#nextAt;
  }

  /** `word`: names the message for its receiver. */
  add(receiver: string, message: Message, due: number, word = makeWord()): void {
    const stored = JSON.stringify({ ...message, word });
    this.#sql.exec("INSERT INTO alerts (hook, alert, tries, due) VALUES (?, ?, 0, ?)", receiver, stored, due);
    this.#count();
  }

  /** The next that are due, the oldest first. */
  readDue(now: number): Queued[] {
    // Messages that were on their way when memory was read again are settled by what was there before.
    this.#count();
    const sql = "SELECT id, hook, alert, tries FROM alerts WHERE due <= ? ORDER BY id LIMIT ?";
    return this.#sql.exec<Row & Record<string, SqlStorageValue>>(sql, now, SENT_AT_ONCE).toArray().map(readRow);
  }

  /** What becomes of a message after a try; `refusal` null: it was taken, or its receiver is gone. */
  settle({ id, message, tries }: Queued, refusal: Refusal | null, now: number): void {
    const triesMax = "report" in message ? REPORT_TRIES_MAX : TRIES_MAX;
    if (refusal?.due !== undefined) {
      this.#sql.exec("UPDATE alerts SET due = ? WHERE id = ?", refusal.due, id);
    } else if (refusal === null || refusal.isFinal || tries + 1 >= triesMax) {
      this.#sql.exec("DELETE FROM alerts WHERE id = ?", id);
    } else {
      this.#sql.exec("UPDATE alerts SET tries = tries + 1, due = ? WHERE id = ?", now + retryPause(tries), id);
    }
    this.#count();
  }

  /** Nothing is told to this receiver any more. */
  drop(receiver: string): void {
    this.#sql.exec("DELETE FROM alerts WHERE hook = ?", receiver);
    this.#count();
  }

  /** Writes again each message of which `change` makes another one; null: it stays as it is. */
  rewrite(change: (message: Message) => Message | null): void {
    for (const { id, alert } of this.#sql
      .exec<{ id: number; alert: string }>("SELECT id, alert FROM alerts")
      .toArray()) {
      const stored = JSON.parse(alert) as Stored;
      const changed = change(stored);
      if (changed !== null) this.#sql.exec("UPDATE alerts SET alert = ? WHERE id = ?", JSON.stringify(changed), id);
    }
  }

  #count(): void {
    const counted = this.#sql.exec<{ n: number; due: number | null }>(
      "SELECT count(*) AS n, min(due) AS due FROM alerts",
    );
    const { n, due } = counted.one();
    this.#size = n;
    this.#nextAt = due;
  }
}
