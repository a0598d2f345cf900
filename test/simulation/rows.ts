/** The rows of the tenant's object, in memory: they outlive it. */
import type { HolderId } from "../../shared/ids.ts";
import type { HolderTable, LedgerRows } from "../../worker/tenant/ledger-rows.ts";
import type { PresenceRow } from "../../worker/tenant/presence-log.ts";

const PARSED_MOST = 200;

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
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
  #settings: string | null = null;
  #turnedAt: number | null = null;
  /** What was read of each text: the object wakes more often than its rows change. */
  readonly #parsed = new Map<string, unknown>();
  /** Rows of presence written so far. */
  presenceWrites = 0;

  parse(text: string): unknown {
    let value = this.#parsed.get(text);
    if (value === undefined) {
      if (this.#parsed.size >= PARSED_MOST) this.#parsed.clear();
      value = frozen(JSON.parse(text));
      this.#parsed.set(text, value);
    }
    return value;
  }

  readSettings(): string | null {
    return this.#settings;
  }

  putSettings(text: string): void {
    this.#settings = text;
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
