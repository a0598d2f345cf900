/** The rows of the tenant's object, in memory: they outlive it. */
import type { HolderId } from "../../shared/ids.ts";
import type { HolderTable, LedgerRows } from "../../worker/tenant/ledger-rows.ts";
import type { PresenceRow } from "../../worker/tenant/presence-log.ts";

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
  /** Rows of presence written so far. */
  presenceWrites = 0;

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
