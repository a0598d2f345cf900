/** The refusals as the pages show them. */
import type { TenantId } from "../../../../shared/ids.ts";
import { countDenials, type DenialFilter, listDenials } from "../../../audit/denials/denial-query.ts";
import { askRecords } from "../../ask-records.ts";
import type { Refusals } from "./refusals-list.tsx";

/** null: the records failed or did not answer in time. */
export function readRefusals(
  records: D1Database,
  tenant: TenantId,
  which: { now: number; page: number; size?: number; filter?: DenialFilter },
): Promise<Refusals> {
  return askRecords(async () => {
    const [rows, total] = await Promise.all([
      listDenials(records, tenant, which),
      countDenials(records, tenant, which),
    ]);
    return { rows, total };
  });
}
