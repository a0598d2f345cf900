/** Where the ledger's rows lie. The object has them in SQLite (sql-rows.ts), the simulation in memory. */
import type { HolderId } from "../../shared/ids.ts";
import type { OverdraftMeter } from "../ledger/over.ts";
import type { Settings } from "../ledger/settings/settings.ts";
import type { PresenceRow } from "./presence-store.ts";

/** What has one row per holder. */
export type HolderTable = "leases" | "drains" | "absences" | "line" | "acts" | "shadow";

/** Texts of any length: of a shadow, what is proposed, and what came of it. */
export type LongText = "shadow" | "shadow_settings";

export interface LedgerRows {
  /** What a JSON text of a row of presence says. Not to be changed: it may be given again. */
  parse(text: string): unknown;
  /** Rows of an older version lack newer settings. */
  readSettings(): Partial<Settings> | null;
  putSettings(settings: Settings): void;
  /** When the schedule was last turned, ms; null: not written yet. */
  readTurnedAt(): number | null;
  putTurnedAt(at: number): void;
  /** L28; null: not written yet. */
  readOverdraft(): OverdraftMeter | null;
  putOverdraft(meter: OverdraftMeter): void;
  readLong(name: LongText): string | null;
  /** null: there is none any more. */
  putLong(name: LongText, text: string | null): void;
  /** `line` in order of joining. Rows are not to be changed: they may be given again. */
  read(table: HolderTable): [HolderId, unknown][];
  /** Keeps `row`, which JSON can say, as it is at this moment; null: there is none any more. */
  put(table: HolderTable, holder: HolderId, row: object | null): void;
  /** Takes out every row of the shadow, also such as cannot be read. */
  clearShadow(): void;
  readPresence(): PresenceRow[];
  putPresence(row: PresenceRow): void;
}
