/** What is asked of the registry's tables. Every answer is parsed: a hand at the database must break one tenant at most. */
import type { TenantId } from "../../shared/ids.ts";
import { COLUMNS, TenantColumns } from "./tenant-row.ts";

const COLUMNS_OF_TENANT = COLUMNS.replaceAll(/\w+/g, (name) => `tenants.${name}`);

/** The tenant at this host name; null: none. Throws when D1 does not answer. */
export async function readByHost(db: D1Database, host: string): Promise<TenantColumns | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS_OF_TENANT} FROM hosts JOIN tenants USING (tenant) WHERE host = ?1`)
    .bind(host)
    .first();
  return row === null ? null : TenantColumns.parse(row);
}

/** The tenant of this name; null: none. Throws when D1 does not answer. */
export async function readByName(db: D1Database, tenant: TenantId): Promise<TenantColumns | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM tenants WHERE tenant = ?1`).bind(tenant).first();
  return row === null ? null : TenantColumns.parse(row);
}

/** Every tenant, suspended ones too, in order of their names. A row that is not of the form is told of and left out. */
export async function readAll(db: D1Database): Promise<TenantColumns[]> {
  const { results } = await db.prepare(`SELECT ${COLUMNS} FROM tenants ORDER BY tenant`).all();
  return results.flatMap((row) => {
    const parsed = TenantColumns.safeParse(row);
    if (!parsed.success)
      console.error(JSON.stringify({ what: "a row of the registry is left out", tenant: row.tenant }));
    return parsed.success ? [parsed.data] : [];
  });
}
