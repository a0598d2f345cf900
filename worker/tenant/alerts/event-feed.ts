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

/** A receiver's place in the chain. */
interface Place {
  /** The last row that it has got. */
  through: number;
  tries: number;
  /** ms: when it is tried next. */
  due: number;
}

export class EventFeed {
  readonly #sql: SqlStorage;
  readonly #ports: FeedPorts;
  /** As in the table: when to wake is asked with every heartbeat. */
  readonly #places: Map<string, Place>;
  #sending = false;

  constructor(sql: SqlStorage, ports: FeedPorts) {
    this.#sql = sql;
    this.#ports = ports;
    const kept = sql.exec<Place & { hook: string } & Record<string, SqlStorageValue>>("SELECT * FROM feeds").toArray();
    this.#places = new Map(kept.map(({ hook, through, tries, due }) => [hook, { through, tries, due }]));
  }

  /** From the next event on. */
  begin(hook: string): void {
    const { outbox, now } = this.#ports;
    if (this.#places.has(hook)) return;
    const place = { through: outbox.head.seq, tries: 0, due: now() };
    this.#sql.exec(
      "INSERT INTO feeds (hook, through, tries, due) VALUES (?, ?, ?, ?)",
      ...[hook, place.through, place.tries, place.due],
    );
    this.#places.set(hook, place);
  }

  /** Goes on where it was, at once. */
  resume(hook: string): void {
    const place = this.#places.get(hook);
    if (place !== undefined) this.#put(hook, { ...place, tries: 0, due: this.#ports.now() });
  }

  end(hook: string): void {
    this.#sql.exec("DELETE FROM feeds WHERE hook = ?", hook);
    this.#places.delete(hook);
  }

  /** The chain divides behind `base`: rows behind it have got other numbers and come again. */
  setBack(base: number): void {
    for (const [hook, place] of this.#places) if (place.through > base) this.#put(hook, { ...place, through: base });
  }

  /** Rows that wait for a receiver. */
  lagOf(hook: string): number {
    const place = this.#places.get(hook);
    return place === undefined ? 0 : Math.max(0, this.#ports.outbox.head.seq - place.through);
  }

  /** ms: when something is due to one of `hooks`; null: nothing waits. */
  nextAt(hooks: readonly Webhook[]): number | null {
    if (this.#sending) return null;
    let next: number | null = null;
    for (const { id } of hooks) {
      const place = this.#places.get(id);
      if (place === undefined || place.through >= this.#ports.outbox.head.seq) continue;
      next = Math.min(next ?? place.due, place.due);
    }
    return next;
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
    const begun = this.#places.get(hook.id);
    if (begun === undefined || begun.due > now()) return;
    let place = begun;
    // What is no longer kept cannot be sent; it is in the audit.
    let through = Math.max(place.through, outbox.oldestSeq - 1);
    for (const row of outbox.rowsAfter(through, SENT_AT_ONCE)) {
      // While rows are adopted from D1 some are missing yet: they come in order all the same.
      if (row.seq !== through + 1) break;
      const fault = await send(hook, { id: idOf(this.#ports.tenant, row), body: bodyOf(this.#ports, row, hook) });
      note(hook.id, fault);
      // Meanwhile it was removed, turned on again, or set back, and its place is another one.
      if (this.#places.get(hook.id) !== place) return;
      const { tries } = place;
      if (fault !== null) {
        this.#put(hook.id, { through, tries: tries + 1, due: now() + retryPause(tries) });
        return;
      }
      through = row.seq;
      place = this.#put(hook.id, { through, tries: 0, due: now() });
    }
    if (through === begun.through && outbox.head.seq > through)
      this.#put(hook.id, { ...place, due: now() + retryPause(0) });
  }

  #put(hook: string, place: Place): Place {
    const { through, tries, due } = place;
    this.#sql.exec("UPDATE feeds SET through = ?, tries = ?, due = ? WHERE hook = ?", through, tries, due, hook);
    this.#places.set(hook, place);
    return place;
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
