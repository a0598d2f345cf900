/** The rows of the tenant's object, in memory: they outlive it. */
import type { HolderId } from "../../shared/ids.ts";
import type { Settings } from "../../worker/ledger/settings.ts";
import type { HolderTable, LedgerRows } from "../../worker/tenant/ledger-rows.ts";
import type { PresenceRow } from "../../worker/tenant/presence-log.ts";

const PARSED_MOST = 200;
/** Settings grow long, and are replaced, never changed: one in so many goes through its text, the others as they are. */
const TEXT_EVERY = 16;
/** Freezing costs more than parsing: one value in so many is frozen, so that changing what was read or written fails. */
const FROZEN_EVERY = 32;

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const name in value) frozen(value[name]);
  return Object.freeze(value);
}

export class Rows implements LedgerRows {
  readonly #tables: Record<HolderTable, Map<HolderId, string>> = {
    leases: new Map(),
    drains: new Map(),
    absences: new Map(),
    line: new Map(),
  };
  readonly #presence = new Map<number, PresenceRow>();
  #settings: Settings | null = null;
  #turnedAt: number | null = null;
  /** What was read of each text: the object wakes more often than its rows change. */
  readonly #parsed = new Map<string, unknown>();
  #values = 0;
  /** Rows of presence written so far. */
  presenceWrites = 0;

  #given<T>(value: T): T {
    return ++this.#values % FROZEN_EVERY === 0 ? frozen(value) : value;
  }

  parse(text: string): unknown {
    let value = this.#parsed.get(text);
    if (value === undefined) {
      if (this.#parsed.size >= PARSED_MOST) this.#parsed.clear();
      value = this.#given(JSON.parse(text));
      this.#parsed.set(text, value);
    }
    return value;
  }

  readSettings(): Settings | null {
    return this.#settings;
  }

  putSettings(settings: Settings): void {
    const isByText = settings.version % TEXT_EVERY === 0;
    this.#settings = this.#given(isByText ? (JSON.parse(JSON.stringify(settings)) as Settings) : settings);
  }

  readTurnedAt(): number | null {
    return this.#turnedAt;
  }

  putTurnedAt(at: number): void {
    this.#turnedAt = at;
  }

  read(table: HolderTable): [HolderId, string][] {
    return [...this.#tables[table]];
  }

  put(table: HolderTable, holder: HolderId, text: string | null): void {
    if (text === null) this.#tables[table].delete(holder);
    else this.#tables[table].set(holder, text);
  }

  readPresence(): PresenceRow[] {
    return [...this.#presence.values()];
  }

  putPresence(row: PresenceRow): void {
    this.presenceWrites++;
    this.#presence.set(row.slot, row);
  }
}
