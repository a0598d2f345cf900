/** How a tenant is written into the registry: one statement each, so that nothing is ever half done. */
import type { RecordsName } from "../config/location.ts";
import type { TenantRow } from "./tenant-row.ts";

/** Values stand at `?1`, `?2` and so on. */
export interface Statement {
  sql: string;
  values: readonly (string | number | null)[];
}

/** Fails where the tenant or one of its hosts is there already. `now` in ms. */
export function insertTenant(row: TenantRow, now: number): Statement {
  return {
    sql: `INSERT INTO tenants
 (tenant, hosts, jurisdiction, location_hint, variables, sealed, suspended_at, version, made_at, changed_at, records)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)`,
    values: [
      row.tenant,
      JSON.stringify(row.hosts),
      row.place.jurisdiction,
      row.place.locationHint,
      JSON.stringify(row.variables),
      JSON.stringify(row.sealed),
      row.suspendedAt,
      row.version,
      now,
      row.records,
    ],
  };
}

/** Writes the row over the version that it was read as, and answers the tenant's name; no row: it changed meanwhile. */
export function updateTenant(row: TenantRow, now: number): Statement {
  return {
    sql: `UPDATE tenants SET hosts = ?3, variables = ?4, sealed = ?5, suspended_at = ?6, version = version + 1,
 changed_at = ?7 WHERE tenant = ?1 AND version = ?2 RETURNING tenant`,
    values: [
      row.tenant,
      row.version,
      JSON.stringify(row.hosts),
      JSON.stringify(row.variables),
      JSON.stringify(row.sealed),
      row.suspendedAt,
      now,
    ],
  };
}

/** Asks for the tenant's records to be moved; its object does it. No row is answered where the row changed meanwhile. */
export function askForMove({ tenant, version }: TenantRow, to: RecordsName | null, now: number): Statement {
  return {
    sql: `UPDATE tenants SET moving_to = ?3, move_note = NULL, version = version + 1, changed_at = ?4
 WHERE tenant = ?1 AND version = ?2 RETURNING tenant`,
    values: [tenant, version, to, now],
  };
}

/** The object says where the records are; a move that was asked for is over. */
export function settleRecords(tenant: string, records: RecordsName, note: string | null, now: number): Statement {
  return {
    sql: `UPDATE tenants SET records = ?2, moving_to = NULL, move_note = ?3, version = version + 1, changed_at = ?4
 WHERE tenant = ?1`,
    values: [tenant, records, note, now],
  };
}

/** How far a move is, in words; no change of the row. */
export const noteMove = (tenant: string, note: string): Statement => ({
  sql: "UPDATE tenants SET move_note = ?2 WHERE tenant = ?1",
  values: [tenant, note],
});
