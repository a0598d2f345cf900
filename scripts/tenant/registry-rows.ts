/** The registry's rows, for the operator's commands. */

import { ConfigError } from "../../worker/config/env.ts";
import { COLUMNS, readRow, TenantColumns, type TenantRow } from "../../worker/registry/tenant-row.ts";
import type { RegistryStore } from "./registry-store.ts";

/** Every row that can be read; others are told of, and stay as they are. */
export async function readRows(store: RegistryStore): Promise<TenantRow[]> {
  const found = await store.run({ sql: `SELECT ${COLUMNS} FROM tenants ORDER BY tenant`, values: [] });
  const rows: TenantRow[] = [];
  for (const columns of found) {
    try {
      rows.push(readRow(TenantColumns.parse(columns)));
    } catch (error) {
      const why =
        error instanceof ConfigError ? error.faults.join("; ") : "its columns are not of the form that is wanted";
      console.error(`hotseat: a row of the registry cannot be read (${why}).`);
    }
  }
  return rows;
}
