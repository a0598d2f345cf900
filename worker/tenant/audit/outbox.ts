/**
 * R2: what happened waits here for D1, written and chained in the transaction of the state change itself. Delivered
 * at least once, in order, under its own number; D1 takes each number once. Delivered rows stay seven days, so
 * that a D1 restored to an earlier moment can be filled again (`replay`).
 */

import { canonicalJson } from "../../audit/canonical.ts";
import { type ChainedRow, chainHash, genesisOf } from "../../audit/chain.ts";
import type { Delivery, RecordedEvent } from "../../audit/event-log.ts";
import { bytesOf } from "../../audit/json-pieces.ts";
import { emptyUsage, projectUsage, type UsageState } from "../../audit/usage/usage-projection.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { makeWord, Pseudonyms } from "./pseudonyms.ts";
import { isPerson, redactEvent } from "./redact-event.ts";
import { SeatTally } from "./seat-tally.ts";

/** Rows delivered at once, and bytes of their JSON; one row alone may be longer. */
export const OUTBOX_BATCH = 100;
export const OUTBOX_BATCH_BYTES = 500_000;
/** How long delivered rows stay, counted from their delivery. */
export const SENT_KEPT_MS = 7 * 24 * 3_600_000;
/** Old rows and old deliveries forgotten with one delivery: more than one delivery brings. */
const FORGOTTEN_AT_ONCE = 500;

/** ms, in the object's meta: when its chain was last found divided from D1's; absent: never. */
export const DIVIDED_AT = "divided_at";
/** The columns of a row, for a SELECT. */
const ROW = `seq, at, kind, holder, actor, inUse, "limit", body, texts, hash`;
type StoredRow = Omit<RecordedEvent, "texts"> & { texts: string | null };

/** The ledger's own bookkeeping, of no use in an audit. */
const UNTOLD: ReadonlySet<string> = new Set([
  "drain_ended",
  "absence_forgotten",
  "person_forgotten",
  "session_joined",
  "denial_counted",
  "person_regrouped",
]);

/** Something that happened outside the ledger and belongs into the audit. */
export interface Remark {
  type: string;
  at: number;
  /** The CRM's key of the person it is about. */
  holder: string | null;
  [field: string]: unknown;
}

export interface Head {
  seq: number;
  /** ms; no row is older than the one before it. */
  at: number;
  hash: string;
}

export class Outbox {
  readonly #sql: SqlStorage;
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
    const [newest] = sql.exec<{ seq: number; at: number; hash: string }>(
      "SELECT seq, at, hash FROM outbox ORDER BY seq DESC LIMIT 1",
    );
    this.#head = newest ?? { seq: 0, at: 0, hash: genesisOf(tenant) };
    this.#sentThrough = Number(readMeta(sql, "sent_through") ?? 0);
    this.#usage = this.#usageAt(this.#sentThrough);
  }

  /** The newest row of the chain. */
  get head(): Head {
    return this.#head;
  }

  /** The newest row that is in D1, and so gets no other number any more; null: none is, or it is no longer kept here. */
  deliveredHead(): Head | null {
    const [row] = this.#sql
      .exec<{ seq: number; at: number; hash: string }>(
        "SELECT seq, at, hash FROM outbox WHERE seq = ?",
        this.#sentThrough,
      )
      .toArray();
    return row ?? null;
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
    if (!this.pending) return null;
    const [row] = this.#sql.exec<{ at: number }>(
      "SELECT at FROM outbox WHERE seq > ? ORDER BY seq LIMIT 1",
      this.#sentThrough,
    );
    return row?.at ?? null;
  }

  /**
   * Appends in the caller's transaction what `events` tell; `ledger` is as they left it, `actor` who gave the
   * command, null where nobody in particular did. Returns
   * the new rows.
   */
  append(events: readonly StoredEvent[], ledger: Ledger, actor: { id: string } | null): ChainedRow[] {
    const rows: ChainedRow[] = [];
    const told = events.filter((event) => !UNTOLD.has(event.type));
    for (const [index, event] of told.entries()) {
      const seats = this.#tally.count(event, ledger, index === told.length - 1);
      const named = "actor" in event ? event.actor : actorOf(event, actor);
      rows.push(this.#write({ ...shorten(event, ledger), ...seats.fields }, named, seats));
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
    this.#sql.exec(
      "UPDATE outbox SET texts = NULL WHERE texts IS NOT NULL AND (holder = ?1 OR actor = ?1 OR instr(texts, ?2) > 0)",
      person,
      JSON.stringify(name).slice(1, -1),
    );
    this.#writeRow("person_erased", at, person, actor, {}, this.#tally);
    return true;
  }

  /** The next rows to deliver, oldest first, with what they lead to. */
  next(): Delivery & { through: number } {
    const rows = this.#nextRows();
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

  /** D1 takes two million bytes a value, and rows of settings with hundreds of names are long. */
  #nextRows(): RecordedEvent[] {
    const rows: RecordedEvent[] = [];
    let bytes = 0;
    for (const { texts, ...row } of this.#sql.exec<Record<string, SqlStorageValue>>(
      `SELECT ${ROW} FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?`,
      this.#sentThrough,
      OUTBOX_BATCH,
    )) {
      bytes += bytesOf(JSON.stringify(row)) + bytesOf(String(texts ?? ""));
      if (rows.length > 0 && bytes > OUTBOX_BATCH_BYTES) break;
      rows.push({ ...row, texts: JSON.parse(String(texts ?? "[]")) } as unknown as RecordedEvent);
    }
    return rows;
  }

  /** Notes that everything up to `through`, as `next` gave it, is in D1; forgets what was delivered long ago. */
  delivered(through: number, now: number): void {
    if (this.#offered?.through !== through) return;
    this.#usage = this.#offered.usage;
    this.#sentThrough = through;
    writeMeta(this.#sql, "sent_through", String(through));
    this.#sql.exec(
      `INSERT INTO deliveries (through, at, usage) VALUES (?, ?, ?)
       ON CONFLICT (through) DO UPDATE SET usage = excluded.usage`,
      through,
      now,
      JSON.stringify(this.#usage),
    );
    this.forget(now);
  }

  /** Starts delivering again from the oldest kept row; everything comes once in effect. Returns how many rows go. */
  replay(): number {
    const [base] = this.#sql.exec<{ through: number }>("SELECT min(through) AS through FROM deliveries").toArray();
    const [oldest] = this.#sql.exec<{ seq: number | null }>("SELECT min(seq) AS seq FROM outbox").toArray();
    if (oldest?.seq == null) return 0;
    // Before the oldest row lies a delivery whose count of usage goes on, or nothing at all.
    const through = oldest.seq === 1 ? 0 : Number(base?.through ?? this.#sentThrough);
    this.#sentThrough = through;
    this.#usage = this.#usageAt(through);
    this.#offered = null;
    writeMeta(this.#sql, "sent_through", String(through));
    return this.lag;
  }

  /** The newest `most` rows up to `last`, by number and hash, newest first: to be compared with what D1 has. */
  hashes(last: number, most: number): { seq: number; hash: string }[] {
    return this.#sql
      .exec<{ seq: number; hash: string }>(
        "SELECT seq, hash FROM outbox WHERE seq <= ? ORDER BY seq DESC LIMIT ?",
        last,
        most,
      )
      .toArray();
  }

  /** The oldest row that is kept here. */
  get oldestSeq(): number {
    const [row] = this.#sql.exec<{ seq: number | null }>("SELECT min(seq) AS seq FROM outbox").toArray();
    return row?.seq ?? 0;
  }

  /** Up to `most` rows after the row `seq`, oldest first, with what people wrote. */
  rowsAfter(seq: number, most: number): RecordedEvent[] {
    return this.#sql
      .exec<Record<string, SqlStorageValue>>(`SELECT ${ROW} FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?`, seq, most)
      .toArray()
      .map(({ texts, ...row }) => ({ ...row, texts: JSON.parse(String(texts ?? "[]")) }) as unknown as RecordedEvent);
  }

  /** Usage counted up to the row `seq`, from the delivery before it. */
  usageThrough(seq: number): UsageState {
    const [kept] = this.#sql.exec<{ through: number; usage: string }>(
      "SELECT through, usage FROM deliveries WHERE through <= ? ORDER BY through DESC LIMIT 1",
      seq,
    );
    const counted = kept === undefined ? emptyUsage() : (JSON.parse(kept.usage) as UsageState);
    const rows = this.#rows("seq > ? AND seq <= ?", kept?.through ?? 0, seq);
    return projectUsage(counted, rows).state;
  }

  /**
   * The chain divides behind `base`: D1 has other rows there, up to `head`. In the caller's transaction: what this
   * object wrote since `base` goes behind `head`, numbered and chained again, after a row that names the conflict; D1's
   * own rows are then `adopt`ed. Returns that row.
   */
  continueBehind(head: Head, base: number, now: number): ChainedRow {
    const [last] = this.#rows("seq = ?", base);
    const moved = this.#rows("seq > ?", base);
    const before = this.#head;
    const { pools } = this.usageThrough(base);
    const groups = Object.fromEntries(Object.entries(pools).map(([pool, { inUse }]) => [pool, inUse]));
    this.#sql.exec("DELETE FROM outbox WHERE seq > ?", base);
    this.#sql.exec("DELETE FROM deliveries WHERE through > ?", base);
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
      this.#insert({ ...row, texts: texts.length === 0 ? null : JSON.stringify(texts) });
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
    this.#insert(row);
    this.#head = { seq: row.seq, at: row.at, hash: row.hash };
  }

  #insert({ seq, at, kind, holder, actor, inUse, limit, body, texts, hash }: StoredRow): void {
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

  #rows(where: string, ...values: number[]): StoredRow[] {
    return this.#sql
      .exec<Record<string, SqlStorageValue>>(`SELECT ${ROW} FROM outbox WHERE ${where} ORDER BY seq`, ...values)
      .toArray() as unknown as StoredRow[];
  }

  #usageAt(through: number): UsageState {
    const [kept] = this.#sql
      .exec<{ usage: string }>("SELECT usage FROM deliveries WHERE through = ?", through)
      .toArray();
    return kept === undefined ? emptyUsage() : (JSON.parse(kept.usage) as UsageState);
  }

  /**
   * The newest delivery that is too old to keep stays as a mark: usage is counted on from it in a replay. Read from the
   * oldest on by the primary key, and no further than what is old, since this comes with each delivery.
   */
  forget(now: number): void {
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
      // The newest row stays whatever its age: the chain goes on from it.
      "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE seq <= ? AND seq < ? ORDER BY seq LIMIT ?)",
      mark,
      this.#head.seq,
      FORGOTTEN_AT_ONCE,
    );
  }
}

/** Events that name a doer only by name: the one who gave the command, or the person concerned. */
function actorOf(event: StoredEvent, actor: { id: string } | null): { id: string } | null {
  if (!("by" in event) || event.by === null) return null;
  return actor ?? { id: event.holder };
}

/** Longer lists of people are not repeated with each change: a row of D1 holds two million bytes. */
const PEOPLE_TOLD_MOST = 10_000;

/** L26: of a change of very long lists only who came and who went, and how many there are. */
function shorten(event: StoredEvent, { settings }: Ledger): StoredEvent {
  if (event.type !== "settings_changed") return event;
  const { named, exempt, ...patch } = event.patch;
  const isLong = (list: readonly unknown[] | undefined) => (list?.length ?? 0) > PEOPLE_TOLD_MOST;
  if (!isLong(named?.assigned) && !isLong(exempt)) return event;
  const traces = settings.history.at(-1)?.traces ?? [];
  const people = (field: string, to: boolean) =>
    traces.flatMap((trace) => (trace.field === field && "person" in trace && trace.to === to ? [trace.person] : []));
  const told = {
    ...patch,
    ...(named === undefined
      ? {}
      : {
          named: { licences: named.licences, count: named.assigned.length },
          given: { assigned: people("assigned", true) },
          taken: { assigned: people("assigned", false) },
        }),
    ...(exempt === undefined
      ? {}
      : {
          exemptCount: exempt.length,
          added: { exempt: people("exempt", true) },
          ended: { exempt: people("exempt", false) },
        }),
  };
  return { ...event, patch: told as unknown as typeof event.patch };
}
