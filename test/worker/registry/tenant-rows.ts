/** Tenants of the registry as tests write them. */
import type { TenantId } from "../../../shared/ids.ts";
import { insertTenant, type Statement, updateTenant } from "../../../worker/registry/registry-write.ts";
import type { TenantRow } from "../../../worker/registry/tenant-row.ts";

export function tenantRow(tenant: string, changes: Partial<TenantRow> = {}): TenantRow {
  return {
    tenant: tenant as TenantId,
    place: { jurisdiction: null, locationHint: null },
    hosts: [`crm.${tenant}.example`],
    variables: { CRM_ORIGIN: `http://${tenant}.test`, PRESET: "demo", TENANT_NAME: `${tenant} Ltd`, SEAT_LIMIT: "2" },
    sealed: {},
    suspendedAt: null,
    version: 1,
    records: "RECORDS",
    movingTo: null,
    ...changes,
  };
}

const run = (db: D1Database, { sql, values }: Statement) =>
  db
    .prepare(sql)
    .bind(...values)
    .run();

export const addTenant = (db: D1Database, row: TenantRow) => run(db, insertTenant(row, Date.now()));
/** `row.version` is the one that stands there now. */
export const changeTenant = (db: D1Database, row: TenantRow) => run(db, updateTenant(row, Date.now()));
