/** Asks the records, and goes on without them: the CRM's seats never depend on D1 (FACTS: stalls happen). */
import type { TenantId } from "../../shared/ids.ts";
import { countDenials, listDenials } from "../records/denial-query.ts";
import type { Refusals } from "./refusals.tsx";

/** A page is not worth more waiting. */
const PATIENCE_MS = 2_000;

/** null: the records failed or did not answer in time. */
export async function readRefusals(
  records: D1Database,
  tenant: TenantId,
  which: { now: number; page: number; size?: number },
): Promise<Refusals> {
  const asked = Promise.all([listDenials(records, tenant, which), countDenials(records, tenant, which)]).then(
    ([rows, total]) => ({ rows, total }),
    (error: unknown) => {
      console.error("The records did not answer:", error);
      return null;
    },
  );
  const patience = new AbortController();
  const late = scheduler.wait(PATIENCE_MS, { signal: patience.signal }).then(
    () => null,
    () => null,
  );
  const refusals = await Promise.race([asked, late]);
  patience.abort();
  return refusals;
}
