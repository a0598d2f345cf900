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

/**
 * The next `most` tenants by name behind those of the last call, from the first again after the last, and up to
 * `moving` whose records are to be moved. The place is noted before they are answered, so that one who brings a run
 * down does not do so for ever. Asks D1 twice.
 */
export async function readSlice(db: D1Database, most: number, moving: number): Promise<TenantColumns[]> {
  const after = "coalesce((SELECT after FROM watchdog), '')";
  const [next, moved] = await db.batch([
    db.prepare(`SELECT ${COLUMNS} FROM tenants WHERE tenant > ${after} ORDER BY tenant LIMIT ?1`).bind(most),
    db.prepare(`SELECT ${COLUMNS} FROM tenants WHERE moving_to IS NOT NULL ORDER BY tenant LIMIT ?1`).bind(moving),
  ]);
  const slice = (next?.results ?? []) as { tenant: string }[];
  await db
    .prepare("INSERT INTO watchdog (id, after) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET after = excluded.after")
    // A slice that is not full is the last.
    .bind(slice.length < most ? "" : (slice.at(-1)?.tenant ?? ""))
    .run();
  const rows = new Map([...slice, ...((moved?.results ?? []) as { tenant: string }[])].map((row) => [row.tenant, row]));
  return [...rows.values()].flatMap((row) => {
    const parsed = TenantColumns.safeParse(row);
    if (!parsed.success)
      console.error(JSON.stringify({ what: "a row of the registry is left out", tenant: row.tenant }));
    return parsed.success ? [parsed.data] : [];
  });
}
