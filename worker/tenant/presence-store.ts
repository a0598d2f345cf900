/**
 * When presence is written, and where (L5, L9). Pure: the shell reads the rows and writes those that `save` gives.
 *
 * Times are written at once while there is credit: `BURST` writes, one more each `SAVE_EVERY_MS`. So in a quiet firm,
 * whose object sleeps between any two messages, nothing is ever unwritten. When the credit is used up, times are kept
 * in memory until the next write is allowed, and the last write says until when (`openUntil`). Memory that is lost
 * meanwhile is a loss: everybody may have been heard until then. Each loss is granted once, and to nobody twice who has not
 * been heard in between. A window that ends with nothing unwritten is closed, so that falling asleep is no loss.
 *
 * Rows are slots of a ring: a write takes the oldest, with those of its holders who have no newer times. So a write is
 * mostly one row, however many holders there are.
 */
import { HOUR_MS } from "../../shared/durations.ts";
import type { HolderId } from "../../shared/ids.ts";
import type { LostTimes, Times } from "../ledger/presence.ts";

/** 7 rows a minute at most in the long run; what memory may lose is this much. */
export const SAVE_EVERY_MS = 9_000;
/** 5 and one each 9 s are 11 rows in the first minute; with an alarm, twelve. */
const BURST = 5;
/** A row of SQLite in a Durable Object holds 2 MB; names may take four bytes a character. */
const BODY_MAX_CHARS = 400_000;
const SLOTS = 8;
/** Longer than any time limit that a loss could move. */
const LOSS_KEPT_MS = 2 * HOUR_MS;

/** Memory was lost: of everything written before `revision`, later times until `at` (ms) may be missing. */
interface Loss {
  at: number;
  revision: number;
}

export interface PresenceRow {
  slot: number;
  /** Grows with every write of the tenant's: tells which of two is newer. */
  revision: number;
  /** ms of the ledger's clock. */
  savedAt: number;
  /** Until when times may lie unwritten; null: none does. */
  openUntil: number | null;
  losses: string;
  body: string;
}

export interface ReadTimes {
  holder: HolderId;
  times: Times;
  revision: number;
}

export class PresenceStore {
  readonly #slots: { slot: number; holders: Set<HolderId> }[] = [];
  readonly #slotOf = new Map<HolderId, Set<HolderId>>();
  readonly #unwritten = new Set<HolderId>();
  /** The write with which each holder's times were news: one that only moves them to another slot is none. */
  readonly #heard = new Map<HolderId, number>();
  #losses: Loss[] = [];
  #revision = 0;
  /** When the credit is whole again. */
  #creditAt = 0;
  #last: PresenceRow | null = null;

  /** `revision` is the greatest of the tenant's other rows. `tell` is given every holder's times, older ones first. */
  constructor(
    rows: readonly PresenceRow[],
    revision: number,
    tell: (read: ReadTimes) => void,
    parse: (text: string) => unknown,
  ) {
    for (const row of rows.toSorted((a, b) => a.revision - b.revision)) {
      const holders = new Set<HolderId>();
      this.#slots.push({ slot: row.slot, holders });
      for (const [holder, times, heard] of parse(row.body) as [HolderId, Times, number][]) {
        tell({ holder, times, revision: heard });
        this.#heard.set(holder, heard);
        this.#put(holder, holders);
      }
      this.#last = row;
    }
    this.#revision = Math.max(revision, this.#last?.revision ?? 0);
    if (this.#last === null) return;
    this.#losses = [...(parse(this.#last.losses) as Loss[])];
    if (this.#last.openUntil !== null) {
      this.#losses.push({ at: this.#last.openUntil, revision: ++this.#revision });
    }
  }

  /** When the newest row was written; 0: none was. */
  get savedAt(): number {
    return this.#last?.savedAt ?? 0;
  }

  /** What of the times that came after `revision` may be lost: by the first loss since, and until when by the latest; null: nothing. */
  lossesSince(revision: number): { first: LostTimes; latest: number } | null {
    const first = this.#losses.find((loss) => loss.revision > revision);
    if (first === undefined) return null;
    // No window is longer.
    const since = first.at - SAVE_EVERY_MS;
    return { first: { since, until: first.at }, latest: Math.max(...this.#losses.map(({ at }) => at)) };
  }

  /** For a row that the shell writes of one holder. */
  nextRevision(): number {
    return ++this.#revision;
  }

  /** Times of the holder are to be written. */
  note(holder: HolderId): void {
    this.#unwritten.add(holder);
  }

  /** The holder's own row was written, with the times. */
  isWritten(holder: HolderId): void {
    this.#unwritten.delete(holder);
  }

  /** Whether `save` has something to do now. */
  isDue(now: number): boolean {
    if (this.#unwritten.size === 0) return this.#closes(now);
    // Times are kept in memory only while the last row says so, whatever the clock did in between.
    return this.#last?.openUntil == null || this.#creditAt - now <= (BURST - 1) * SAVE_EVERY_MS;
  }

  /** When `save` will have something to do if nothing more happens (ms of the ledger's clock); null: never. */
  get dueAt(): number | null {
    if (this.#unwritten.size === 0 && this.#last?.openUntil == null) return null;
    return this.#last?.openUntil ?? this.#creditAt - (BURST - 1) * SAVE_EVERY_MS;
  }

  #closes(now: number): boolean {
    const openUntil = this.#last?.openUntil ?? null;
    return openUntil !== null && openUntil <= now;
  }

  /** The rows to write, in the transaction of the caller; `timesOf` answers null for a holder who is gone. */
  save(now: number, timesOf: (holder: HolderId) => Times | null): PresenceRow[] {
    if (this.#unwritten.size === 0) return this.#close(now);
    this.#creditAt = Math.max(this.#creditAt, now) + SAVE_EVERY_MS;
    const next = this.#creditAt - (BURST - 1) * SAVE_EVERY_MS;
    const openUntil = next > now ? next : null;
    this.#losses = this.#losses.filter(({ at }) => at > now - LOSS_KEPT_MS);
    const losses = JSON.stringify(this.#losses);
    for (const holder of this.#unwritten) this.#heard.set(holder, this.#revision + 1);
    const queue = new Set(this.#unwritten);
    this.#unwritten.clear();
    const rows: PresenceRow[] = [];
    do {
      const { slot, holders } = this.#turn(rows.length);
      for (const holder of holders) queue.add(holder);
      holders.clear();
      const body: string[] = [];
      let size = 0;
      for (const holder of queue) {
        if (size > BODY_MAX_CHARS) break;
        queue.delete(holder);
        const times = timesOf(holder);
        if (times === null) {
          this.#drop(holder);
          continue;
        }
        const text = JSON.stringify([holder, times, this.#heard.get(holder) ?? 0]);
        size += text.length;
        body.push(text);
        this.#put(holder, holders);
      }
      const revision = ++this.#revision;
      rows.push({ slot, revision, savedAt: now, openUntil, losses, body: `[${body.join(",")}]` });
    } while (queue.size > 0);
    this.#last = rows.at(-1) as PresenceRow;
    return rows;
  }

  /** The slot to write next: the oldest, unless all were written just now. */
  #turn(written: number): { slot: number; holders: Set<HolderId> } {
    const oldest = this.#slots.length < SLOTS || written >= this.#slots.length ? undefined : this.#slots.shift();
    const next = oldest ?? { slot: this.#slots.length, holders: new Set<HolderId>() };
    this.#slots.push(next);
    return next;
  }

  #close(now: number): PresenceRow[] {
    if (this.#last === null || !this.#closes(now)) return [];
    this.#last = { ...this.#last, openUntil: null, losses: JSON.stringify(this.#losses) };
    return [this.#last];
  }

  #put(holder: HolderId, holders: Set<HolderId>): void {
    this.#slotOf.get(holder)?.delete(holder);
    holders.add(holder);
    this.#slotOf.set(holder, holders);
  }

  #drop(holder: HolderId): void {
    this.#slotOf.get(holder)?.delete(holder);
    this.#slotOf.delete(holder);
    this.#heard.delete(holder);
  }
}
