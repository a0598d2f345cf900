/** The rows of the tenant's object, in memory: they outlive it. */
import type { HolderId } from "../../shared/ids.ts";
import type { Absence } from "../../worker/ledger/ledger.ts";
import type { OverdraftMeter } from "../../worker/ledger/over.ts";
import type { Settings } from "../../worker/ledger/settings/settings.ts";
import { copyAbsence } from "../../worker/ledger/shadow/fork.ts";
import type { HolderTable, LedgerRows, LongText } from "../../worker/tenant/ledger-rows.ts";
import type { PresenceRow } from "../../worker/tenant/presence-store.ts";
import { must } from "./violation.ts";

/** More texts than one load reads: one of each row of presence, and of the losses. */
const PARSED_MOST = 16;
/** Through text and back costs more than a step: one row in so many goes that way, the others as they are. */
const TEXT_EVERY = 16;
/** Settings grow long. */
const SETTINGS_TEXT_EVERY = 64;
/**
 * One value in so many is watched: what was read or written is never changed. Its text is compared a while later; frozen
 * objects would make every step slower, for the engine treats them as another kind.
 */
const WATCHED_EVERY = 64;
const WATCHED_MOST = 16;

interface Watched {
  value: unknown;
  text: string;
}

/** One write of the object's failed. */
export class StorageFault extends Error {
  override name = "StorageFault";
}

const mustBeSame = ({ value, text }: Watched): void =>
  must(JSON.stringify(value) === text, () => `[R2] a row was changed after it was read or written: ${text}`);

export class Rows implements LedgerRows {
  readonly #tables: Record<HolderTable, Map<HolderId, object>> = {
    leases: new Map(),
    drains: new Map(),
    absences: new Map(),
    line: new Map(),
    acts: new Map(),
    shadow: new Map(),
  };
  readonly #long = new Map<LongText, string>();
  readonly #presence = new Map<number, PresenceRow>();
  #settings: Settings | null = null;
  #turnedAt: number | null = null;
  #overdraft: OverdraftMeter | null = null;
  /** What was read of each text: the object wakes more often than its rows change. */
  readonly #parsed: { text: string; value: unknown }[] = [];
  #oldest = 0;
  readonly #watched: Watched[] = [];
  #values = 0;
  #rows = 0;
  /** So many writes from now one fails; null: none does. */
  #failsIn: number | null = null;
  /** What takes the writes of this transaction back, the latest last; kept only where one of them may fail. */
  #undo: (() => void)[] = [];

  /** Of what is replaced by those who write it, never changed. */
  #given<T>(value: T): T {
    if (++this.#values % WATCHED_EVERY === 0) this.#watch(value);
    return value;
  }

  #watch(value: unknown): void {
    const place = (this.#values / WATCHED_EVERY) % WATCHED_MOST;
    const before = this.#watched[place];
    if (before !== undefined) mustBeSame(before);
    this.#watched[place] = { value, text: JSON.stringify(value) };
  }

  /** Nothing that is watched was changed. */
  checkWatched(): void {
    this.#watched.forEach(mustBeSame);
  }

  /** The write after `writes` others fails, once. */
  failIn(writes: number): void {
    this.#failsIn = writes;
  }

  /** As the platform's: of a transaction that throws nothing is written. */
  transaction(work: () => void): void {
    this.#undo = [];
    try {
      work();
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo();
      throw error;
    }
  }

  /** Before each write. `undo` takes it back. */
  #write(undo: () => () => void): void {
    if (this.#failsIn === null) return;
    if (this.#failsIn-- === 0) {
      this.#failsIn = null;
      throw new StorageFault("a write failed");
    }
    this.#undo.push(undo());
  }

  #kept<T extends object>(row: T, textEvery: number): T {
    return this.#given(++this.#rows % textEvery === 0 ? (JSON.parse(JSON.stringify(row)) as T) : row);
  }

  parse(text: string): unknown {
    for (const known of this.#parsed) if (known.text === text) return known.value;
    const value: unknown = this.#given(JSON.parse(text));
    this.#parsed[this.#oldest] = { text, value };
    this.#oldest = (this.#oldest + 1) % PARSED_MOST;
    return value;
  }

  readSettings(): Settings | null {
    return this.#settings;
  }

  putSettings(settings: Settings): void {
    this.#write(() => {
      const before = this.#settings;
      return () => {
        this.#settings = before;
      };
    });
    this.#settings = this.#kept(settings, SETTINGS_TEXT_EVERY);
  }

  readTurnedAt(): number | null {
    return this.#turnedAt;
  }

  putTurnedAt(at: number): void {
    this.#write(() => {
      const before = this.#turnedAt;
      return () => {
        this.#turnedAt = before;
      };
    });
    this.#turnedAt = at;
  }

  readLong(name: LongText): string | null {
    return this.#long.get(name) ?? null;
  }

  putLong(name: LongText, text: string | null): void {
    if (text === null) this.#long.delete(name);
    else this.#long.set(name, text);
  }

  readOverdraft(): OverdraftMeter | null {
    return this.#overdraft;
  }

  putOverdraft(meter: OverdraftMeter): void {
    this.#write(() => {
      const before = this.#overdraft;
      return () => {
        this.#overdraft = before;
      };
    });
    this.#overdraft = meter;
  }

  read(table: HolderTable): [HolderId, unknown][] {
    return [...this.#tables[table]];
  }

  put(table: HolderTable, holder: HolderId, row: object | null): void {
    this.#write(() => restore(this.#tables[table] as Map<HolderId, object>));
    if (row === null) this.#tables[table].delete(holder);
    else this.#tables[table].set(holder, this.#kept(copyOf(table, row), TEXT_EVERY));
  }

  clearShadow(): void {
    this.#tables.shadow.clear();
  }

  readPresence(): PresenceRow[] {
    return [...this.#presence.values()];
  }

  putPresence(row: PresenceRow): void {
    this.#write(() => restore(this.#presence));
    this.#presence.set(row.slot, row);
  }
}

/** Puts the map's entries back as they are, in their order: that of the line is the order of joining. */
function restore<K, V>(map: Map<K, V>): () => void {
  const before = [...map];
  return () => {
    map.clear();
    for (const [other, value] of before) map.set(other, value);
  };
}

/** Without what is the ledger's own, which it changes in place. */
function copyOf(table: HolderTable, row: object): object {
  if (table === "absences") return copyAbsence(row as Absence);
  if (table !== "shadow") return row;
  const { absence } = row as { absence?: Absence | null };
  return absence == null ? row : { ...row, absence: copyAbsence(absence) };
}
