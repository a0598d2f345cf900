/**
 * R2: what happened waits here for D1, written and chained in the transaction of the state change itself. Delivered
 * at least once, in order, under its own number; D1 takes each number once. Delivered rows stay seven days, so
 * that a D1 restored to an earlier moment can be filled again (`replay`).
 */

import { type ChainedRow, canonicalJson, chainHash, genesisOf } from "../../audit/chain.ts";
import type { Delivery, RecordedEvent } from "../../audit/event-log.ts";
import { emptyUsage, projectUsage, type UsageState } from "../../audit/usage/usage-projection.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { type Head, OutboxRows, type StoredRow } from "./outbox-rows.ts";
import { makeWord, Pseudonyms } from "./pseudonyms.ts";
import { doerOf, isPerson, redactEvent, shortenEvent, toldOf } from "./redact-event.ts";
import { SeatTally } from "./seat-tally.ts";

/** ms, in the object's meta: when its chain was last found divided from D1's; absent: never. */
export const DIVIDED_AT = "divided_at";

/** Something that happened outside the ledger and belongs into the audit. */
export interface Remark {
  type: string;
  at: number;
  /** The CRM's key of the person it is about. */
  holder: string | null;
  [field: string]: unknown;
}

export class Outbox {
  readonly #sql: SqlStorage;
  readonly #rows: OutboxRows;
  readonly #tenant: string;
  readonly #tally: SeatTally;
  readonly people: Pseudonyms;
  #head: Head;
  #sentThrough: number;
  /** Usage counted up to `#sentThrough`. */
  #usage: UsageState;
  /** Usage counted up to the last row of `next`, to be kept when that is delivered. */
  #offered: { through: number; usage: UsageState } | null = null;

  constructor(sql: SqlStorage, tenant: string, ledger: Ledger) {
    this.#sql = sql;
    this.#tenant = tenant;
    this.#tally = new SeatTally(ledger);
    this.people = new Pseudonyms(sql);
    this.#rows = new OutboxRows(sql);
    this.#head = this.#rows.newest() ?? { seq: 0, at: 0, hash: genesisOf(tenant) };
    this.#sentThrough = Number(readMeta(sql, "sent_through") ?? 0);
    this.#usage = this.#usageAt(this.#sentThrough);
  }

  /** The newest row of the chain. */
  get head(): Head {
    return this.#head;
  }

  /** The newest row that is in D1, and so gets no other number any more; null: none is, or it is no longer kept here. */
  deliveredHead(): Head | null {
    const row = this.#rows.find(this.#sentThrough);
    return row === null ? null : { seq: row.seq, at: row.at, hash: row.hash };
  }

  /** Whether something waits to be delivered. */
  get pending(): boolean {
    return this.#head.seq > this.#sentThrough;
  }

  /** How many rows wait. */
  get lag(): number {
    return this.#head.seq - this.#sentThrough;
  }

  /** ms: when the oldest row that waits was written; null: none waits. */
  get oldestAt(): number | null {
    return this.pending ? this.#rows.oldestAtAfter(this.#sentThrough) : null;
  }

  /** Up to which row everything is in D1. */
  get sentThrough(): number {
    return this.#sentThrough;
  }

  /** Whether somebody was erased after the row `seq`. */
  hasErasureAfter(seq: number): boolean {
    return this.#rows.hasErasureAfter(seq);
  }

  /**
   * Appends in the caller's transaction what `events` tell; `ledger` is as they left it, `actor` who gave the
   * command, null where nobody in particular did. Returns the new rows.
   */
  append(events: readonly StoredEvent[], ledger: Ledger, actor: { id: string } | null): ChainedRow[] {
    const rows: ChainedRow[] = [];
    const told = toldOf(events);
    for (const [index, event] of told.entries()) {
      const seats = this.#tally.count(event, ledger, index === told.length - 1);
      rows.push(this.#write({ ...shortenEvent(event, ledger), ...seats.fields }, doerOf(event, actor), seats));
    }
    return rows;
  }

  /** Appends, in the caller's transaction, what `actor` did outside the ledger. Returns the row. */
  remark(remark: Remark, actor: { id: string; name: string; role: string } | null): ChainedRow {
    return this.#write(actor === null ? remark : { ...remark, actor }, actor, this.#tally);
  }

  /** Forgets who a person is, here; the event that records it makes D1 forget as well. False: no such person. */
  erase(holder: string, at: number, actor: { id: string; name: string; role: string }): boolean {
    const erased = this.people.erase(holder);
    if (erased === null) return false;
    const { person, name } = erased;
    this.#rows.dropTexts(person, name);
    this.#writeRow("person_erased", at, person, actor, {}, this.#tally);
    return true;
  }

  /** The next rows to deliver, oldest first, with what they lead to. */
  next(): Delivery & { through: number } {
    const rows = this.#rows.batchAfter(this.#sentThrough);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) {
      return { rows, people: [], usage: [], through: this.#sentThrough };
    }
    const words = new Set(rows.flatMap(({ holder, actor }) => [holder, actor]).filter((word) => word !== null));
    const { state, touched } = projectUsage(this.#usage, rows);
    this.#offered = { through: last.seq, usage: state };
    const people = this.people.told(first.seq, last.seq, [...words]);
    return { rows, people, usage: touched, through: last.seq };
  }

  /** Notes that everything up to `through`, as `next` gave it, is in D1; forgets what was delivered long ago. */
  delivered(through: number, now: number): void {
    if (this.#offered?.through !== through) return;
    this.#usage = this.#offered.usage;
    this.#sentThrough = through;
    writeMeta(this.#sql, "sent_through", String(through));
    this.#rows.putDelivery(through, now, this.#usage);
    this.forget(now);
  }

  /** Starts delivering again from the oldest kept row; everything comes once in effect. Returns how many rows go. */
  replay(): number {
    const oldest = this.#rows.oldestSeq();
    if (oldest === null) return 0;
    // Before the oldest row lies a delivery whose count of usage goes on, or nothing at all.
    const through = oldest === 1 ? 0 : (this.#rows.oldestDelivery() ?? this.#sentThrough);
    this.#sentThrough = through;
    this.#usage = this.#usageAt(through);
    this.#offered = null;
    writeMeta(this.#sql, "sent_through", String(through));
    return this.lag;
  }

  /** The newest `most` rows up to `last`, by number and hash, newest first: to be compared with what D1 has. */
  hashes(last: number, most: number): { seq: number; hash: string }[] {
    return this.#rows.hashes(last, most);
  }

  /** The oldest row that is kept here. */
  get oldestSeq(): number {
    return this.#rows.oldestSeq() ?? 0;
  }

  /** Up to `most` rows after the row `seq`, oldest first, with what people wrote. */
  rowsAfter(seq: number, most: number): RecordedEvent[] {
    return this.#rows.recordedAfter(seq, most);
  }

  /** Usage counted up to the row `seq`, from the delivery before it. */
  usageThrough(seq: number): UsageState {
    const { through, usage } = this.#rows.deliveryBefore(seq);
    return projectUsage(usage, this.#rows.after(through, seq)).state;
  }

  /**
   * The chain divides behind `base`: D1 has other rows there, up to `head`. In the caller's transaction: what this
   * object wrote since `base` goes behind `head`, numbered and chained again, after a row that names the conflict; D1's
   * own rows are then `adopt`ed. Returns that row.
   */
  continueBehind(head: Head, base: number, now: number): ChainedRow {
    const last = this.#rows.find(base);
    const moved = this.#rows.after(base);
    const before = this.#head;
    const { pools } = this.usageThrough(base);
    const groups = Object.fromEntries(Object.entries(pools).map(([pool, { inUse }]) => [pool, inUse]));
    this.#rows.cutAfter(base);
    this.people.renumber(base, head.seq + 1 - base);
    this.#head = head;
    const found = {
      base: { seq: base, hash: last?.hash ?? genesisOf(this.#tenant) },
      kept: { from: base + 1, to: head.seq, hash: head.hash },
      renumbered: moved.length === 0 ? null : { from: base + 1, to: before.seq, hash: before.hash },
      groups,
    };
    const seats = { inUse: last?.inUse ?? 0, limit: last?.limit ?? this.#tally.limit };
    const marker = this.#writeRow("chain_divided", now, null, null, found, seats);
    for (const row of moved) {
      const seq = this.#head.seq + 1;
      const at = Math.max(row.at, this.#head.at);
      const again = { ...row, seq, at };
      this.#store({ ...again, hash: chainHash(this.#head.hash, this.#tenant, again) });
    }
    this.#sentThrough = base;
    this.#offered = null;
    writeMeta(this.#sql, "sent_through", String(base));
    writeMeta(this.#sql, DIVIDED_AT, String(now));
    return marker;
  }

  /** Takes rows that D1 has and this object has not, in the caller's transaction. */
  adopt(rows: readonly RecordedEvent[]): void {
    for (const { texts, ...row } of rows) {
      this.#rows.insert({ ...row, texts: texts.length === 0 ? null : JSON.stringify(texts) });
      if (row.kind === "person_erased" && row.holder !== null) this.people.forget(row.holder);
    }
  }

  /** All up to `through` is adopted: delivered, as it came from D1. */
  adopted(through: number, usage: UsageState, now: number): void {
    this.#offered = { through, usage };
    this.delivered(through, now);
  }

  #write(
    event: Remark | StoredEvent,
    actor: { id: string } | null,
    seats: { inUse: number; limit: number },
  ): ChainedRow {
    const { type, at, holder, ...fields } = event as Remark;
    return this.#writeRow(type, at, holder, actor, fields, seats);
  }

  #writeRow(
    kind: string,
    moment: number,
    subject: string | null,
    by: { id: string } | null,
    fields: Record<string, unknown>,
    seats: { inUse: number; limit: number },
  ): ChainedRow {
    const seq = this.#head.seq + 1;
    const at = Math.max(moment, this.#head.at);
    // Persons are met, with their names, before they are looked up by key alone.
    const { body: told, texts } = redactEvent(fields, this.people, seq, makeWord);
    const holder =
      subject === null || subject === "" ? null : kind === "person_erased" ? subject : this.people.wordOf(subject, seq);
    const actor =
      by === null
        ? null
        : isPerson(by)
          ? this.people.meet({ ...by, email: null }, seq)
          : this.people.wordOf(by.id, seq);
    const seals = this.people.takeSeals();
    const body = seals === null ? told : canonicalJson({ ...JSON.parse(told), seals });
    const { inUse, limit } = seats;
    const row = { seq, at, kind, holder, actor, inUse, limit, body };
    const hash = chainHash(this.#head.hash, this.#tenant, row);
    this.#store({ ...row, texts: texts.length === 0 ? null : JSON.stringify(texts), hash });
    return row;
  }

  /** Appends a row to the chain. */
  #store(row: StoredRow): void {
    this.#rows.insert(row);
    this.#head = { seq: row.seq, at: row.at, hash: row.hash };
  }

  #usageAt(through: number): UsageState {
    const kept = this.#rows.deliveryBefore(through);
    return kept.through === through ? kept.usage : emptyUsage();
  }

  forget(now: number): void {
    this.#rows.forget(this.#head.seq, now);
  }
}
