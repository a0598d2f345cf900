/**
 * R8: every event of the audit, to receivers that want them all. A receiver has a place in the chain and gets row by row
 * from there, in order; the rows are the outbox's, which keeps them for a week after their delivery to D1. A row that is not
 * taken is tried again with growing pauses, and the ones behind it wait.
 */
import type { Sentence } from "../../../shared/sentence.ts";
import type { RecordedEvent } from "../../audit/event-log.ts";
import type { Outbox } from "../audit/outbox.ts";
import type { Webhook } from "./receiver.ts";
import { retryPause } from "./retry-pause.ts";

/** Rows sent to one receiver in one turn; the next turn follows at once. */
const SENT_AT_ONCE = 20;

export interface FeedPorts {
  tenant: string;
  outbox: Outbox;
  now: () => number;
  /** Null: the receiver took it, otherwise a sentence. */
  send: (hook: Webhook, message: { id: string; body: string }) => Promise<Sentence | null>;
}

export class EventFeed {
  readonly #sql: SqlStorage;
  readonly #ports: FeedPorts;
  #sending = false;

  constructor(sql: SqlStorage, ports: FeedPorts) {
    this.#sql = sql;
    this.#ports = ports;
  }

  /** From the next event on. */
  begin(hook: string): void {
    const { outbox, now } = this.#ports;
    this.#sql.exec(
      "INSERT INTO feeds (hook, through, tries, due) VALUES (?, ?, 0, ?) ON CONFLICT (hook) DO NOTHING",
      hook,
      outbox.head.seq,
      now(),
    );
  }

  /** Goes on where it was, at once. */
  resume(hook: string): void {
    this.#sql.exec("UPDATE feeds SET tries = 0, due = ? WHERE hook = ?", this.#ports.now(), hook);
  }

  end(hook: string): void {
    this.#sql.exec("DELETE FROM feeds WHERE hook = ?", hook);
  }

  /** The chain divides behind `base`: rows behind it have got other numbers and come again. */
  setBack(base: number): void {
    this.#sql.exec("UPDATE feeds SET through = ?1 WHERE through > ?1", base);
  }

  /** Rows that wait for a receiver. */
  lagOf(hook: string): number {
    const [row] = this.#sql.exec<{ through: number }>("SELECT through FROM feeds WHERE hook = ?", hook).toArray();
    return row === undefined ? 0 : Math.max(0, this.#ports.outbox.head.seq - row.through);
  }

  /** ms: when something is due to one of `hooks`; null: nothing waits. */
  nextAt(hooks: readonly Webhook[]): number | null {
    if (this.#sending || hooks.length === 0) return null;
    const ids = JSON.stringify(hooks.map(({ id }) => id));
    const { due } = this.#sql
      .exec<{ due: number | null }>(
        "SELECT min(due) AS due FROM feeds WHERE through < ? AND hook IN (SELECT value FROM json_each(?))",
        this.#ports.outbox.head.seq,
        ids,
      )
      .one();
    return due;
  }

  /** Sends what is due to `hooks`. `note` hears what came of each message. Never throws for a receiver's sake. */
  async sendDue(hooks: readonly Webhook[], note: (hook: string, fault: Sentence | null) => void): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      await Promise.all(hooks.map((hook) => this.#sendTo(hook, note)));
    } finally {
      this.#sending = false;
    }
  }

  async #sendTo(hook: Webhook, note: (hook: string, fault: Sentence | null) => void): Promise<void> {
    const { outbox, now, send } = this.#ports;
    const [feed] = this.#sql
      .exec<{ through: number; tries: number }>(
        "SELECT through, tries FROM feeds WHERE hook = ? AND due <= ?",
        hook.id,
        now(),
      )
      .toArray();
    if (feed === undefined) return;
    // What is no longer kept cannot be sent; it is in the audit.
    let through = Math.max(feed.through, outbox.oldestSeq - 1);
    let { tries } = feed;
    for (const row of outbox.rowsAfter(through, SENT_AT_ONCE)) {
      // While rows are adopted from D1 some are missing yet: they come in order all the same.
      if (row.seq !== through + 1) break;
      const fault = await send(hook, { id: idOf(this.#ports.tenant, row), body: bodyOf(this.#ports, row, hook) });
      note(hook.id, fault);
      if (fault !== null) {
        this.#put(hook.id, through, tries + 1, now() + retryPause(tries));
        return;
      }
      through = row.seq;
      tries = 0;
      this.#put(hook.id, through, 0, now());
    }
    if (through === feed.through && outbox.head.seq > through)
      this.#put(hook.id, through, tries, now() + retryPause(0));
  }

  #put(hook: string, through: number, tries: number, due: number): void {
    this.#sql.exec("UPDATE feeds SET through = ?, tries = ?, due = ? WHERE hook = ?", through, tries, due, hook);
  }
}

/** The same on every try, and another one for another row of the same number. */
const idOf = (tenant: string, { seq, hash }: RecordedEvent): string => `${tenant}-event-${seq}-${hash.slice(0, 12)}`;

/** As programs read it (R7); names and what people wrote only where the receiver is to have them. */
function bodyOf({ tenant, outbox }: FeedPorts, row: RecordedEvent, { names = false }: Webhook): string {
  const { seq, at, kind, holder, actor, inUse, limit, body, hash, texts } = row;
  const nameOf = (word: string | null) => (word === null ? null : (outbox.people.whoIs(word)?.name ?? null));
  const said = names ? { personName: nameOf(holder), actorName: nameOf(actor), texts } : {};
  const data = { tenant, seq, at, kind, person: holder, actor, inUse, limit, body: JSON.parse(body), hash, ...said };
  return JSON.stringify({ type: `audit.${kind}`, timestamp: new Date(at).toISOString(), data });
}
