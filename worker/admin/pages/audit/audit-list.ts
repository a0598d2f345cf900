/** Which rows of the audit a request asks for, and a page of them. */
import { type AuditFilter, findPeople, listAudit, listKinds, readRange } from "../../../audit/audit-query.ts";
import { type DaysFault, readDays } from "../../../audit/day-range.ts";
import type { AdminContext, AdminPorts } from "../../admin-request.ts";
import type { AuditQuery } from "./page.tsx";

const ROWS_A_PAGE = 100;

/** What was typed, and what it selects. Asks the database for people by the name that was typed. */
export async function readFilter(
  c: AdminContext,
  zone: string,
  { records, config: { tenant } }: AdminPorts,
): Promise<{ typed: AuditQuery; filter: AuditFilter; fault: DaysFault | null }> {
  const query = (name: string) => (c.req.query(name) ?? "").trim().slice(0, 200);
  const typed = { from: query("from"), to: query("to"), person: query("person"), kind: query("kind") };
  const days = readDays(zone, typed);
  return {
    typed,
    filter: {
      ...(days.ok ? days.value : { from: null, to: null }),
      people: typed.person === "" ? null : await findPeople(records, tenant, typed.person),
      kinds: typed.kind === "" ? null : [typed.kind],
    },
    fault: days.ok ? null : days.error,
  };
}

/** The newest rows below `before`. */
export async function readRows(filter: AuditFilter, before: number, { records, config: { tenant } }: AdminPorts) {
  const range = await readRange(records, tenant, filter);
  const last = Math.min(range.last, before - 1);
  const [rows, kinds] = await Promise.all([
    listAudit(records, tenant, filter, { ...range, last }, { size: ROWS_A_PAGE, newestFirst: true }),
    listKinds(records, tenant),
  ]);
  return { rows, kinds, older: rows.length < ROWS_A_PAGE ? null : (rows.at(-1)?.seq ?? null) };
}
