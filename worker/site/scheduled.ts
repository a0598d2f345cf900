import { patientDatabase } from "../audit/databases.ts";
import { type Env, readConfig } from "../config/config.ts";
import type { Config } from "../config/env.ts";
import { readSlice } from "../registry/registry-read.ts";
import { readRow, type TenantColumns } from "../registry/tenant-row.ts";
import { tenantClient, tenantOpener } from "../tenant/client.ts";

/** With the two questions to the registry below fifty, which is what the free plan lets one run ask. */
export const WOKEN_A_RUN = 40;
/** Of them, tenants whose records are being moved: those need not wait until the slice comes to them. */
export const MOVING_A_RUN = 5;

type Placed = Pick<Config, "tenant" | "place">;

/** One run. Never throws for a tenant's sake; throws where the registry does not answer. */
export async function runScheduled(env: Env): Promise<void> {
  const placed = (env.TENANT ?? "") === "" ? await nextPlaced(env) : [readConfig(env)];
  const woken = await Promise.all(placed.map((tenant) => wake(env, tenant)));
  const failed = woken.filter((isWoken) => !isWoken).length;
  console.log(JSON.stringify({ what: "tenants woken", woken: woken.length - failed, failed }));
}

/** The next tenants, suspended ones too. A row that cannot be read is told of. */
async function nextPlaced(env: Env): Promise<Placed[]> {
  const slice = await readSlice(patientDatabase(env.RECORDS), WOKEN_A_RUN - MOVING_A_RUN, MOVING_A_RUN);
  return slice.flatMap((columns) => readPlaced(columns) ?? []);
}

function readPlaced(columns: TenantColumns): Placed | null {
  try {
    return readRow(columns);
  } catch (error) {
    console.error(`A tenant of the registry is not woken, for its row cannot be read (${columns.tenant}):`, error);
    return null;
  }
}

async function wake(env: Env, placed: Placed): Promise<boolean> {
  try {
    await tenantClient(tenantOpener(env, placed)).ping();
    return true;
  } catch (error) {
    console.error(`A tenant's object did not wake (${placed.tenant}):`, error);
    return false;
  }
}
