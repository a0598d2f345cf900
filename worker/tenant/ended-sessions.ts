/**
 * I9: sessions of the CRM that were signed out. A browser that comes back with the cookies of before, and an isolate that
 * did not see the sign-out, still know whose they were: that counts for nothing, since the CRM may have given the session
 * to somebody else since.
 */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { TIMING } from "../../shared/timing.ts";

/** As long as an identity cookie lives. */
const KEPT_MS = TIMING.whoLifeMs;
const FORGOTTEN_EVERY_MS = KEPT_MS / 12;
/** Whoever signs out of more within that time is asked about in all their sessions: made-up ones leave no more rows. */
export const ENDED_KEPT_OF_ONE = 100;
/** Key of all sessions of a person. No session is called so. */
const allOf = (holder: HolderId): string => `*${holder}`;

export class EndedSessions {
  readonly #sql: SqlStorage;
  /** When each was signed out, ms; null: not read yet. */
  #ended: Map<string, number> | null = null;
  #forgottenAt = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The session, the holder's, was signed out at `now` (ms) at the latest. */
  end(session: SessionKey, holder: HolderId, now: number): void {
    this.#put(session, holder, now);
    const { count } = this.#sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM ended_sessions WHERE holder = ?", holder)
      .one();
    if (count > ENDED_KEPT_OF_ONE) {
      this.#sql.exec("DELETE FROM ended_sessions WHERE holder = ?", holder);
      this.#ended = null;
      this.#put(allOf(holder), holder, now);
    }
    if (now - this.#forgottenAt < FORGOTTEN_EVERY_MS) return;
    this.#forgottenAt = now;
    this.#sql.exec("DELETE FROM ended_sessions WHERE at < ?", now - KEPT_MS);
    this.#ended = null;
  }

  /**
   * When it was signed out after `identifiedAt` (ms), when the CRM said it is the holder's, left out: just now; null: it was
   * not.
   */
  endedSince(session: SessionKey, holder: HolderId, identifiedAt: number | undefined): number | null {
    if (identifiedAt === undefined) return null;
    this.#ended ??= this.#read();
    if (this.#ended.size === 0) return null;
    // A key without a sign-in stands for every sign-in by its value.
    const [value = session] = session.split(".", 1);
    const endedAt = Math.max(...[session, value, allOf(holder)].map((key) => this.#ended?.get(key) ?? 0));
    return endedAt > identifiedAt ? endedAt : null;
  }

  /** The person is erased: what was signed out stays so, and says no more whose it was. */
  forget(holder: HolderId): void {
    this.#sql.exec("DELETE FROM ended_sessions WHERE session = ?", allOf(holder));
    this.#sql.exec("UPDATE ended_sessions SET holder = '' WHERE holder = ?", holder);
    this.#ended = null;
  }

  #put(key: string, holder: HolderId, now: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO ended_sessions (session, holder, at) VALUES (?, ?, ?)", key, holder, now);
    this.#ended?.set(key, now);
  }

  #read(): Map<string, number> {
    const rows = this.#sql.exec<{ session: string; at: number }>("SELECT session, at FROM ended_sessions").toArray();
    return new Map(rows.map(({ session, at }) => [session, at]));
  }
}
