/** The ledger's rows in the object's own SQLite: what `restoreLedger` needs, no more. */
import type { HolderId } from "../../shared/ids.ts";
import type { StoredEvent } from "../ledger/event.ts";
import type { Absence, Ledger, LedgerOptions } from "../ledger/ledger.ts";
import { restoreLedger, type StoredLease, type StoredWaiting, storedHolder } from "../ledger/restore.ts";
import type { Settings } from "../ledger/settings.ts";
import { readMeta, writeMeta } from "./schema.ts";

/** Reads the ledger at `now`; settings of a new tenant are `initial`. Counts the load, so that denial ids never repeat. */
export function loadLedger(
  storage: DurableObjectStorage,
  options: Omit<LedgerOptions, "settings" | "epoch"> & { initial: Settings },
  now: number,
): Ledger {
  const { sql } = storage;
  const { initial, ...fixed } = options;
  const epoch = Number(readMeta(sql, "epoch") ?? 0) + 1;
  const kept = readMeta(sql, "settings");
  // What was kept before a setting was thought of takes its first value.
  const settings = kept === null ? initial : { ...initial, ...(JSON.parse(kept) as Partial<Settings>) };
  storage.transactionSync(() => {
    writeMeta(sql, "epoch", String(epoch));
    if (kept === null) writeMeta(sql, "settings", JSON.stringify(settings));
  });
  const bodies = <T>(query: string): [HolderId, T][] =>
    sql
      .exec<{ holder: string; body: string }>(query)
      .toArray()
      .map((row) => [row.holder as HolderId, JSON.parse(row.body) as T]);
  return restoreLedger(
    { ...fixed, settings, epoch },
    {
      leases: bodies<StoredLease>("SELECT holder, body FROM leases"),
      drains: sql
        .exec<{ holder: string; until: number; exempt: number }>("SELECT holder, until, exempt FROM drains")
        .toArray()
        .map((row) => [row.holder as HolderId, { until: row.until, exempt: row.exempt === 1 }]),
      absences: bodies<Absence>("SELECT holder, body FROM absences"),
      line: bodies<StoredWaiting>("SELECT holder, body FROM line ORDER BY place"),
    },
    now,
  );
}

const SETTINGS_EVENTS: ReadonlySet<StoredEvent["type"]> = new Set([
  "limit_changed",
  "idle_timeout_changed",
  "settings_changed",
  "records_reported",
]);

/** Writes, in the caller's transaction, what `events` changed: each holder they name as it stands now. */
export function storeChanges(sql: SqlStorage, ledger: Ledger, events: readonly StoredEvent[]): void {
  if (events.some((event) => SETTINGS_EVENTS.has(event.type))) {
    writeMeta(sql, "settings", JSON.stringify(ledger.settings));
  }
  for (const holder of new Set(events.map((event) => event.holder))) storeHolder(sql, ledger, holder);
}

function storeHolder(sql: SqlStorage, ledger: Ledger, holder: HolderId): void {
  const { lease, drain, absence, waiting } = storedHolder(ledger, holder);
  const put = (table: "leases" | "absences", body: unknown) => {
    if (body === null) sql.exec(`DELETE FROM ${table} WHERE holder = ?`, holder);
    else {
      sql.exec(
        `INSERT INTO ${table} (holder, body) VALUES (?, ?) ON CONFLICT (holder) DO UPDATE SET body = excluded.body`,
        holder,
        JSON.stringify(body),
      );
    }
  };
  put("leases", lease);
  put("absences", absence);
  if (drain === null) sql.exec("DELETE FROM drains WHERE holder = ?", holder);
  else {
    sql.exec(
      `INSERT INTO drains (holder, until, exempt) VALUES (?, ?, ?)
       ON CONFLICT (holder) DO UPDATE SET until = excluded.until, exempt = excluded.exempt`,
      holder,
      drain.until,
      drain.exempt ? 1 : 0,
    );
  }
  if (waiting === null) sql.exec("DELETE FROM line WHERE place = ?", placeOf(sql, holder));
  else {
    const place = placeOf(sql, holder);
    if (place === null) sql.exec("INSERT INTO line (holder, body) VALUES (?, ?)", holder, JSON.stringify(waiting));
    else sql.exec("UPDATE line SET body = ? WHERE place = ?", JSON.stringify(waiting), place);
  }
}

function placeOf(sql: SqlStorage, holder: HolderId): number | null {
  const [row] = sql.exec<{ place: number }>("SELECT place FROM line WHERE holder = ?", holder).toArray();
  return row?.place ?? null;
}
