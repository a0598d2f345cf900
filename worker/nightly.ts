/** What happens once a night. */
import type { HolderId } from "../shared/ids.ts";
import { type Env, readConfig } from "./config.ts";
import { deleteOldDenials } from "./records/retention.ts";
import { tenantCalls } from "./tenant/tenant-stub.ts";

/** Nobody has a seat by this name, so a watch on it is answered at once. */
const NOBODY = "hotseat watchdog" as HolderId;

/** R1: forgets old refusals; and wakes the tenant's object, which re-arms an alarm that the platform dropped. */
export async function runNightly(env: Env, now: number): Promise<void> {
  const woken = tenantCalls(env, readConfig(env)).watch(NOBODY);
  const [forgotten, watched] = await Promise.allSettled([deleteOldDenials(env.RECORDS, now), woken]);
  if (forgotten.status === "fulfilled")
    console.log(JSON.stringify({ what: "old refusals deleted", ...forgotten.value }));
  for (const { reason } of [forgotten, watched].filter((part) => part.status === "rejected")) {
    console.error("A part of the nightly work failed:", reason);
  }
}
