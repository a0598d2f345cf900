/** The ledger's rows without a database, and how many were written. */
import type { HolderId } from "../../shared/ids.ts";
import type { OverdraftMeter } from "../../worker/ledger/over.ts";
import type { Settings } from "../../worker/ledger/settings/settings.ts";
import type { HolderTable, LedgerRows, LongText } from "../../worker/tenant/ledger-rows.ts";
import type { PresenceRow } from "../../worker/tenant/presence-store.ts";

export class MemoryRows implements LedgerRows {
  readonly #holders: Record<HolderTable, Map<HolderId, string>> = {
    leases: new Map(),
    drains: new Map(),
    absences: new Map(),
    line: new Map(),
    acts: new Map(),
    shadow: new Map(),
  };
  readonly #long = new Map<LongText, string>();
  readonly #presence = new Map<number, PresenceRow>();
  #settings: string | null = null;
  #turnedAt: number | null = null;
  #overdraft: OverdraftMeter | null = null;
  /** Rows of presence, and of holders. */
  readonly written = { presence: 0, holders: 0 };

  parse(text: string): unknown {
    return JSON.parse(text);
  }

  readTurnedAt(): number | null {
    return this.#turnedAt;
  }

  putTurnedAt(at: number): void {
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
    this.#overdraft = { ...meter };
  }

  readSettings(): Partial<Settings> | null {
    return this.#settings === null ? null : JSON.parse(this.#settings);
  }

  putSettings(settings: Settings): void {
    this.#settings = JSON.stringify(settings);
  }

  read(table: HolderTable): [HolderId, unknown][] {
    return [...this.#holders[table]].map(([holder, text]) => [holder, JSON.parse(text)]);
  }

  put(table: HolderTable, holder: HolderId, row: object | null): void {
    const rows = this.#holders[table];
    const isChange = row === null ? rows.delete(holder) : rows.set(holder, JSON.stringify(row)) === rows;
    if (isChange) this.written.holders++;
  }

  clearShadow(): void {
    this.#holders.shadow.clear();
  }

  readPresence(): PresenceRow[] {
    return [...this.#presence.values()].map((row) => ({ ...row }));
  }

  putPresence(row: PresenceRow): void {
    this.#presence.set(row.slot, { ...row });
    this.written.presence++;
  }
}
