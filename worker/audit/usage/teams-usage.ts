/** R3: the use of groups over a period, from the audit. */
import type { TenantId } from "../../../shared/ids.ts";
import { readRange } from "../audit-query.ts";
import { spansOf } from "../time-zone.ts";
import { readStays } from "./stays-query.ts";
import { compareTeams, type TeamMember, type Teams } from "./teams.ts";

// The groups in which each person was last seen; older rows name one at most.
const GROUPS = `
  SELECT d.person, d.holder, e.body -> 'person' -> 'groups' AS groups, e.body ->> 'group' AS pool
  FROM directory d CROSS JOIN events e ON e.tenant = d.tenant AND e.seq = (
    SELECT seq FROM events INDEXED BY events_by_holder
    WHERE tenant = d.tenant AND holder = d.person AND seq <= ?2 AND kind = 'seat_granted' ORDER BY seq DESC LIMIT 1
  )
  WHERE d.tenant = ?1 ORDER BY e.seq`;

export async function readTeams(
  db: D1Database,
  tenant: TenantId,
  { zone, from, to }: { zone: string; from: number; to: number },
): Promise<Teams> {
  const [{ stays }, { last }] = await Promise.all([
    readStays(db, tenant, { from, to }),
    readRange(db, tenant, { from: null, to }),
  ]);
  const { results } = await db
    .prepare(GROUPS)
    .bind(tenant, last)
    .all<{ person: string; holder: string; groups: string | null; pool: string | null }>();
  const members = new Map<string, TeamMember>();
  for (const { person, holder, groups, pool } of results) {
    const known = groups === null ? (pool === null ? [] : [pool]) : (JSON.parse(groups) as string[]);
    // One person may have several words; the newest says the groups.
    const before = members.get(holder)?.stays ?? [];
    members.set(holder, { groups: known, stays: [...before, ...(stays.get(person) ?? [])] });
  }
  return compareTeams([...members.values()], spansOf(zone, from, to));
}
