/** The ledger's rows in the object's own SQLite. */
import type { HolderId } from "../../shared/ids.ts";
import type { OverdraftMeter } from "../ledger/over.ts";
import type { Settings } from "../ledger/settings/settings.ts";
import type { HolderTable, LedgerRows } from "./ledger-rows.ts";
import type { PresenceRow } from "./presence-store.ts";
import { deleteLongMeta, readLongMeta, readMeta, writeLongMeta, writeMeta } from "./schema.ts";

const SELECT: Record<HolderTable, string> = {
  leases: "SELECT holder, body FROM leases",
  absences: "SELECT holder, body FROM absences",
  line: "SELECT holder, body FROM line ORDER BY place",
  acts: "SELECT holder, body FROM acts",
  shadow: "SELECT holder, body FROM shadow",
  // Versions before presence was stored kept only when the last pass is over.
  drains: "SELECT holder, coalesce(body, json_object('until', until, 'exempt', exempt)) AS body FROM drains",
};

const PUT: Record<HolderTable, string> = {
  leases: "INSERT INTO leases (holder, body) VALUES (?1, ?2) ON CONFLICT (holder) DO UPDATE SET body = ?2",
  absences: "INSERT INTO absences (holder, body) VALUES (?1, ?2) ON CONFLICT (holder) DO UPDATE SET body = ?2",
  line: "INSERT INTO line (holder, body) VALUES (?1, ?2) ON CONFLICT (holder) DO UPDATE SET body = ?2",
  acts: "INSERT INTO acts (holder, body) VALUES (?1, ?2) ON CONFLICT (holder) DO UPDATE SET body = ?2",
  shadow: "INSERT INTO shadow (holder, body) VALUES (?1, ?2) ON CONFLICT (holder) DO UPDATE SET body = ?2",
  drains: "INSERT INTO drains (holder, until, body) VALUES (?1, 0, ?2) ON CONFLICT (holder) DO UPDATE SET body = ?2",
};

export const sqlRows = (sql: SqlStorage): LedgerRows => ({
  parse: (text) => JSON.parse(text),
  readSettings() {
    const text = readLongMeta(sql, "settings");
    return text === null ? null : (JSON.parse(text) as Partial<Settings>);
  },
  putSettings: (settings) => writeLongMeta(sql, "settings", JSON.stringify(settings)),
  readTurnedAt() {
    const text = readMeta(sql, "turned_at");
    return text === null ? null : Number(text);
  },
  putTurnedAt: (at) => writeMeta(sql, "turned_at", String(at)),
  readOverdraft() {
    const text = readMeta(sql, "overdraft");
    return text === null ? null : (JSON.parse(text) as OverdraftMeter);
  },
  putOverdraft: (meter) => writeMeta(sql, "overdraft", JSON.stringify(meter)),
  readLong: (name) => readLongMeta(sql, name),
  putLong: (name, text) => (text === null ? deleteLongMeta(sql, name) : writeLongMeta(sql, name, text)),
  read(table) {
    const rows: [HolderId, unknown][] = [];
    // One after the other: of a house of ten thousand the texts are as long as all the rest.
    for (const row of sql.exec(SELECT[table]).raw<[HolderId, string]>()) {
      const read: [HolderId, unknown] = row;
      read[1] = JSON.parse(row[1]);
      rows.push(read);
    }
    return rows;
  },
  put(table, holder, row) {
    if (row === null) sql.exec(`DELETE FROM ${table} WHERE holder = ?`, holder);
    else sql.exec(PUT[table], holder, JSON.stringify(row));
  },
  clearShadow: () => void sql.exec("DELETE FROM shadow"),
  readPresence: () =>
    sql
      .exec<Record<keyof PresenceRow, SqlStorageValue>>(
        "SELECT slot, revision, savedAt, openUntil, losses, body FROM presence",
      )
      .toArray() as unknown as PresenceRow[],
  putPresence({ slot, revision, savedAt, openUntil, losses, body }) {
    sql.exec(
      "INSERT OR REPLACE INTO presence (slot, revision, savedAt, openUntil, losses, body) VALUES (?, ?, ?, ?, ?, ?)",
      slot,
      revision,
      savedAt,
      openUntil,
      losses,
      body,
    );
  },
});
