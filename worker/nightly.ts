/** What happens once a night. */
import type { HolderId } from "../shared/ids.ts";
import { type Config, type Env, readConfig } from "./config.ts";
import { deleteOldAudit, deleteOldDenials, deleteOldUsage, listTenants } from "./records/retention.ts";
import { readAll } from "./registry/registry-read.ts";
import { readRow } from "./registry/tenant-row.ts";
import type { Person } from "./tenant/tenant-calls.ts";
import { tenantCalls } from "./tenant/tenant-stub.ts";

/** Nobody has a seat by this name, so a watch on it is answered at once. */
const NOBODY = "hotseat watchdog" as HolderId;
/** Who speaks for the schedule. */
const SCHEDULE: Person = { id: NOBODY, name: "Hotseat", email: null, role: "support" };

type Placed = Pick<Config, "tenant" | "place">;

/** Objects woken at once: enough to be through with thousands in minutes, few enough to be no storm. */
const WOKEN_AT_ONCE = 20;

/**
 * R1 to R3: forgets what is older than the records are kept; and wakes the tenants' objects, which re-arm an alarm
 * that the platform dropped.
 */
export async function runNightly(env: Env, now: number): Promise<void> {
  const tenants = (env.TENANT ?? "") === "" ? readPlaced(env) : Promise.resolve([readConfig(env)]);
  const work = {
    "old refusals deleted": deleteOldDenials(env.RECORDS, now),
    "old usage deleted": deleteOldUsage(env.RECORDS, now),
    "old audit deleted": tenants.then((all) => forgetAudit(env, all, now)),
    "tenants woken": tenants.then((all) => wake(env, all)),
  };
  const done = await Promise.allSettled(Object.values(work));
  for (const [index, what] of Object.keys(work).entries()) {
    const part = done[index];
    if (part?.status === "rejected") console.error(`A part of the nightly work failed (${what}):`, part.reason);
    else console.log(JSON.stringify({ what, ...part?.value }));
  }
}

/** Those of the registry, suspended ones too: their records age as others do. A row that cannot be read is told of. */
async function readPlaced(env: Env): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (const columns of await readAll(env.RECORDS)) {
    try {
      placed.push(readRow(columns));
    } catch (error) {
      console.error(`A tenant of the registry is left out of the nightly work (${columns.tenant}):`, error);
    }
  }
  return placed;
}

async function wake(env: Env, tenants: readonly Placed[]): Promise<{ woken: number; failed: number }> {
  const left = [...tenants];
  const count = { woken: 0, failed: 0 };
  const wakeNext = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      try {
        await tenantCalls(env, next).watch(NOBODY);
        count.woken++;
      } catch (error) {
        count.failed++;
        console.error(`A tenant's object did not wake (${next.tenant}):`, error);
      }
    }
  };
  await Promise.all(Array.from({ length: WOKEN_AT_ONCE }, wakeNext));
  return count;
}

async function forgetAudit(
  env: Env,
  tenants: readonly Placed[],
  now: number,
): Promise<{ deleted: number; more: boolean }> {
  const all = { deleted: 0, more: false };
  for (const tenant of await listTenants(env.RECORDS)) {
    const { deleted, more, people } = await deleteOldAudit(env.RECORDS, tenant, now);
    all.deleted += deleted;
    all.more ||= more;
    const placed = tenants.find((one) => one.tenant === tenant);
    if (people.length > 0 && placed !== undefined) {
      await tenantCalls(env, placed).records(SCHEDULE, { do: "forget", people });
    }
  }
  return all;
}
