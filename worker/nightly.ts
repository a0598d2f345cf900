/** What happens once a night. */
import type { HolderId } from "../shared/ids.ts";
import { type Config, type Env, readConfig } from "./config.ts";
import { deleteOldAudit, deleteOldDenials, deleteOldUsage, listTenants } from "./records/retention.ts";
import type { Person } from "./tenant/tenant-calls.ts";
import { tenantCalls } from "./tenant/tenant-stub.ts";

/** Nobody has a seat by this name, so a watch on it is answered at once. */
const NOBODY = "hotseat watchdog" as HolderId;
/** Who speaks for the schedule. */
const SCHEDULE: Person = { id: NOBODY, name: "Hotseat", email: null, role: "support" };

/**
 * R1 to R3: forgets what is older than the records are kept; and wakes the tenant's object, which re-arms an alarm
 * that the platform dropped.
 */
export async function runNightly(env: Env, now: number): Promise<void> {
  const config = readConfig(env);
  const work = {
    "old refusals deleted": deleteOldDenials(env.RECORDS, now),
    "old usage deleted": deleteOldUsage(env.RECORDS, now),
    "old audit deleted": forgetAudit(env, config, now),
    "tenant woken": tenantCalls(env, config).watch(NOBODY),
  };
  const done = await Promise.allSettled(Object.values(work));
  for (const [index, what] of Object.keys(work).entries()) {
    const part = done[index];
    if (part?.status === "rejected") console.error(`A part of the nightly work failed (${what}):`, part.reason);
    else if (typeof part?.value === "object") console.log(JSON.stringify({ what, ...part.value }));
  }
}

async function forgetAudit(env: Env, config: Config, now: number): Promise<{ deleted: number; more: boolean }> {
  const all = { deleted: 0, more: false };
  for (const tenant of await listTenants(env.RECORDS)) {
    const { deleted, more, people } = await deleteOldAudit(env.RECORDS, tenant, now);
    all.deleted += deleted;
    all.more ||= more;
    if (people.length > 0 && tenant === config.tenant) {
      await tenantCalls(env, config).records(SCHEDULE, { do: "forget", people });
    }
  }
  return all;
}
