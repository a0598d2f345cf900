/** L14: has the CRM's records counted, where the tenant is charged by them, in the session of somebody who may administer. */
import { HOUR_MS, MINUTE_MS } from "../../shared/durations.ts";
import { written } from "../http/problem-response.ts";
import type { Visitor } from "../identity/crm/crm-question.ts";
import type { RecordCount } from "../identity/crm/record-count.ts";
import type { Person, TenantCalls } from "../tenant/tenant-calls.ts";

/** Each isolate counts at most this often; an unchanged number is no news. */
const COUNT_EVERY_MS = 6 * HOUR_MS;
const TRY_AGAIN_MS = 10 * MINUTE_MS;

export interface CrmRecordCounter {
  /**
   * Counts beside the request of somebody who works and of whom the tenant wants the number (I13.4: it says who may
   * administer), when that is due.
   */
  count(visitor: Visitor, person: Person, ctx: Pick<ExecutionContext, "waitUntil">): void;
}

/** `ask`: null, the CRM does not tell. */
export function createCrmRecordCounter(
  ask: RecordCount | null,
  tenant: () => TenantCalls,
  now: () => number,
): CrmRecordCounter {
  let dueAt = 0;

  async function report(visitor: Visitor, person: Person, count: RecordCount): Promise<void> {
    const records = await count(visitor);
    if (typeof records === "string") throw new Error(records);
    const reported = await tenant().reportRecords(person, records);
    if (!reported.ok) throw new Error(written(reported.error).detail);
  }

  return {
    count(visitor, person, ctx) {
      if (ask === null || now() < dueAt) return;
      dueAt = now() + COUNT_EVERY_MS;
      const reporting = report(visitor, person, ask).catch((error: unknown) => {
        dueAt = now() + TRY_AGAIN_MS;
        console.warn("The CRM's records were not counted:", error);
      });
      ctx.waitUntil(reporting);
    },
  };
}
