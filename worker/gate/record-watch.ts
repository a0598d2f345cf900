/** L14: has the CRM's records counted, where the tenant is charged by them, with the session of who administers. */
import type { Visitor } from "../identity/crm-question.ts";
import type { RecordCount } from "../identity/record-count.ts";
import { mayAdminister, type Person, type TenantCalls } from "../tenant/tenant-calls.ts";
import { callTenant, callTenantOnce } from "./tenant-call.ts";

/** Each isolate counts so often at most; a number that stands is no news. */
const COUNT_EVERY_MS = 6 * 3_600_000;
const TRY_AGAIN_MS = 10 * 60_000;

export interface RecordWatch {
  /** Somebody is there. Counts beside the request, when that is due and the person may see all records. */
  see(visitor: Visitor, person: Person, ctx: Pick<ExecutionContext, "waitUntil">): void;
}

/** `count`: null, the CRM does not tell. */
export function createRecordWatch(
  count: RecordCount | null,
  tenant: () => TenantCalls,
  now: () => number,
): RecordWatch {
  let dueAt = 0;

  async function report(visitor: Visitor, person: Person, ask: RecordCount): Promise<void> {
    if (!(await callTenant(tenant, (stub) => stub.wantsRecords()))) return;
    const records = await ask(visitor);
    if (typeof records === "string") throw new Error(records);
    const reported = await callTenantOnce(tenant, (stub) => stub.reportRecords(person, records));
    if (!reported.ok) throw new Error(reported.error.detail);
  }

  return {
    see(visitor, person, ctx) {
      if (count === null || now() < dueAt || !mayAdminister(person.role)) return;
      dueAt = now() + COUNT_EVERY_MS;
      const reporting = report(visitor, person, count).catch((error: unknown) => {
        dueAt = now() + TRY_AGAIN_MS;
        console.warn("The CRM's records were not counted:", error);
      });
      ctx.waitUntil(reporting);
    },
  };
}
