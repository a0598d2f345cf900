/** Where the ledger's rows lie; texts are JSON. The object has them in SQLite (sql-rows.ts), the simulation in memory. */
import type { HolderId } from "../../shared/ids.ts";
import type { Settings } from "../ledger/settings.ts";
import type { PresenceRow } from "./presence-log.ts";

/** What has one row per holder. */
export type HolderTable = "leases" | "drains" | "absences" | "line";

export interface LedgerRows {
  /** What a text read here says. Not to be changed: it may be given again. */
  parse(text: string): unknown;
  /** Those of an older version lack what was not thought of then. */
  readSettings(): Partial<Settings> | null;
  putSettings(settings: Settings): void;
  /** When the schedule was last turned, ms; null: not written yet. */
  readTurnedAt(): number | null;
  putTurnedAt(at: number): void;
  /** `line` in order of joining. */
  read(table: HolderTable): [HolderId, string][];
  /** null: there is none any more. */
  put(table: HolderTable, holder: HolderId, text: string | null): void;
  readPresence(): PresenceRow[];
  putPresence(row: PresenceRow): void;
}
