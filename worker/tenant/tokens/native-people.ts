/**
 * N4, N5: who works through a program, and the refusals of checks. A check consumes nothing, so the ledger keeps nothing of
 * it; a check that fails is a refusal all the same, an episode with date and time like any other (R1).
 */

import type { DenialReason } from "../../../shared/denial.ts";
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Denied } from "../../ledger/command.ts";
import { DENIAL_TOLD_EVERY_MS } from "../../ledger/ledger.ts";
import type { Person } from "../../ledger/person.ts";
import type { Remark } from "../audit/outbox.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { randomWord } from "./secret.ts";
import { groupOfToken, type TokenUser } from "./token.ts";

/** When somebody was last seen is written this often, in ms: claims are repeated twice a minute. */
const SEEN_EVERY_MS = 15 * MINUTE_MS;
/** People listed for one token, the latest first. */
export const USERS_SHOWN = 200;
/** Somebody who has not worked through a program for this long is listed no more: as long as the audit says it. */
const KEPT_MS = 397 * DAY_MS;
/** N6: people whom one token may name for the first time at once, and beside them for each seat of the limit. */
export const NEW_AT_ONCE = 5_000;
export const NEW_PER_SEAT = 10;
/** ms until one more is free. */
const NEW_EVERY_MS = MINUTE_MS;
const NEW_KEY = "native_new";

export interface NativePorts {
  sql: SqlStorage;
  /** Writes something together with its row of the audit. */
  remark(remark: Remark, write: () => void): void;
  gapMs(): number;
  now(): number;
}

interface Row extends Record<string, SqlStorageValue> {
  holder: string;
  token: string;
  name: string;
  firstAt: number;
  lastAt: number;
  refusedAt: number | null;
  reason: string | null;
  /** The open episode; null: none. */
  episode: string | null;
  openedAt: number;
  attempts: number;
  toldAt: number;
}

export class NativePeople {
  readonly #ports: NativePorts;
  /** When the next open episode ends, ms; undefined: not looked up yet. */
  #nextAt: number | null | undefined;

  constructor(ports: NativePorts) {
    this.#ports = ports;
  }

  /**
   * N6: whether the program may be answered about the person. Somebody whom it has never named, and nobody else has, is
   * taken off the token's allowance: whoever makes names up leaves no more rows than that. `seats`: the limit.
   */
  mayMeet(holder: HolderId, token: string, seats: number): boolean {
    if (this.#find(holder, token) !== null) return true;
    const now = this.#ports.now();
    const { sql } = this.#ports;
    const wholeAt = new Map(Object.entries(JSON.parse(readMeta(sql, NEW_KEY) ?? "{}") as Record<string, number>));
    const at = Math.max(wholeAt.get(token) ?? 0, now) + NEW_EVERY_MS;
    if (at - now > (NEW_AT_ONCE + NEW_PER_SEAT * seats) * NEW_EVERY_MS) return false;
    wholeAt.set(token, at);
    const used = [...wholeAt].filter(([, whole]) => whole > now);
    writeMeta(sql, NEW_KEY, JSON.stringify(Object.fromEntries(used)));
    return true;
  }

  /** The person works through the program of `token`, or is let in by its check. */
  seen(person: Person, token: string): void {
    const now = this.#ports.now();
    const row = this.#find(person.id, token);
    if (row?.episode != null) this.#close(row, "seated", now);
    if (row !== null && now - row.lastAt < SEEN_EVERY_MS) return;
    this.#put(person, token, now);
  }

  /** The person is erased: nothing here names them any more. */
  forget(holder: HolderId): void {
    this.#ports.sql.exec("DELETE FROM native_people WHERE holder = ?", holder);
    this.#nextAt = undefined;
  }

  /** The person's claim was refused; the ledger keeps the episode of that, and this the list (N5). */
  turnedAway(person: Person, token: string, reason: DenialReason): void {
    const now = this.#ports.now();
    const row = this.#find(person.id, token);
    const isTold = row?.refusedAt != null && row.reason === reason && now - row.refusedAt < SEEN_EVERY_MS;
    if (isTold) return;
    // What ends an open check's episode is when the last check was.
    if (row?.episode == null) this.#put(person, token, now);
    this.#ports.sql.exec(
      "UPDATE native_people SET refusedAt = ?, reason = ? WHERE holder = ? AND token = ?",
      ...[now, reason, person.id, token],
    );
  }

  /** A check failed: opens an episode, or is one more attempt of it. */
  refused(person: Person, token: string, clientKind: string, { reason, limit, inUse }: Denied): void {
    const now = this.#ports.now();
    const before = this.#find(person.id, token);
    if (before?.episode != null && now - before.lastAt >= this.#ports.gapMs()) this.#close(before, "gave_up", now);
    const open = this.#find(person.id, token);
    const told = { holder: person.id, at: now, reason };
    const write = (episode: string, openedAt: number, attempts: number, toldAt: number) => {
      this.#put(person, token, now);
      this.#ports.sql.exec(
        `UPDATE native_people SET refusedAt = ?, reason = ?, episode = ?, openedAt = ?, attempts = ?, toldAt = ?
         WHERE holder = ? AND token = ?`,
        ...[now, reason, episode, openedAt, attempts, toldAt, person.id, token],
      );
      this.#nextAt = undefined;
    };
    if (open?.episode == null) {
      const id = `check-${randomWord(8)}`;
      const opened = { ...told, type: "denial_opened", id, person, clientKind, limit, inUse, check: true };
      this.#ports.remark(opened, () => write(id, now, 1, now));
      return;
    }
    const { episode: id, openedAt, toldAt } = open;
    const attempts = open.attempts + 1;
    if (now - toldAt < DENIAL_TOLD_EVERY_MS) write(id, openedAt, attempts, toldAt);
    else
      this.#ports.remark({ ...told, type: "denial_repeated", id, attempts }, () => write(id, openedAt, attempts, now));
  }

  /** ms: when the next episode ends by itself; null: none is open. */
  get nextAt(): number | null {
    if (this.#nextAt === undefined) {
      const { last } = this.#ports.sql
        .exec<{ last: number | null }>("SELECT min(lastAt) AS last FROM native_people WHERE episode IS NOT NULL")
        .one();
      this.#nextAt = last === null ? null : last + this.#ports.gapMs();
    }
    return this.#nextAt;
  }

  /** Ends the episodes that nobody has gone on with. */
  closeDue(): void {
    const now = this.#ports.now();
    if (this.nextAt === null || this.nextAt > now) return;
    const due = this.#ports.sql
      .exec<Row>("SELECT * FROM native_people WHERE episode IS NOT NULL AND lastAt <= ?", now - this.#ports.gapMs())
      .toArray();
    for (const row of due) this.#close(row, "gave_up", now);
    this.#ports.sql.exec("DELETE FROM native_people WHERE lastAt < ? AND episode IS NULL", now - KEPT_MS);
  }

  /** Who has worked through the program of a token, the latest first. */
  list(token: string): TokenUser[] {
    return this.#ports.sql
      .exec<Row>(`SELECT * FROM native_people WHERE token = ? ORDER BY lastAt DESC LIMIT ${USERS_SHOWN}`, token)
      .toArray()
      .map(({ holder, name, firstAt, lastAt, refusedAt, reason }) => ({
        id: holder as HolderId,
        name,
        firstAt,
        lastAt,
        refused: refusedAt === null ? null : { at: refusedAt, reason: reason as DenialReason },
      }));
  }

  #find(holder: HolderId, token: string): Row | null {
    const [row] = this.#ports.sql.exec<Row>(
      "SELECT * FROM native_people WHERE holder = ? AND token = ?",
      holder,
      token,
    );
    return row ?? null;
  }

  #put({ id, name }: Person, token: string, now: number): void {
    this.#ports.sql.exec(
      `INSERT INTO native_people (holder, token, name, firstAt, lastAt) VALUES (?1, ?2, ?3, ?4, ?4)
       ON CONFLICT (holder, token) DO UPDATE SET name = ?3, lastAt = ?4`,
      id,
      token,
      name,
      now,
    );
  }

  #close(
    { holder, token, episode, openedAt, lastAt, attempts }: Row,
    outcome: "seated" | "gave_up",
    now: number,
  ): void {
    const waitedMs = (outcome === "seated" ? now : lastAt) - openedAt;
    this.#ports.remark({ type: "denial_closed", at: now, holder, id: episode, outcome, waitedMs, attempts }, () =>
      this.#ports.sql.exec("UPDATE native_people SET episode = NULL WHERE holder = ? AND token = ?", holder, token),
    );
    this.#nextAt = undefined;
  }
}

/** The token through which the person is asked for, by their group; null: through none. */
export const tokenOf = ({ groups = [] }: Person): string | null => {
  const prefix = groupOfToken("");
  return groups.find((group) => group.startsWith(prefix))?.slice(prefix.length) ?? null;
};
