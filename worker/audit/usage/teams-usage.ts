/** R3: the use of groups over a period, from the audit. */
import type { TenantId } from "../../../shared/ids.ts";
import { readRange } from "../audit-query.ts";
import { SEEN } from "../directory.ts";
import { GIVEN_UP, IS_OF_COURSE } from "../divisions.ts";
import { spansOf } from "../time-zone.ts";
import { readStays } from "./stays-query.ts";
import { compareTeams, type TeamMember, type Teams } from "./teams.ts";

const LAST_GRANT = (condition: string) => `(SELECT seq FROM events INDEXED BY events_by_holder
    WHERE tenant = ?1 AND holder = seen.person AND seq <= ?2 AND kind = 'seat_granted' AND ${condition}
    ORDER BY seq DESC LIMIT 1)`;

// The groups in which each person was last seen; older rows name one at most.
const GROUPS = `
  WITH RECURSIVE ${SEEN}, ${GIVEN_UP("?2")}
  SELECT seen.person, coalesce(d.holder, seen.person) AS holder, e.body -> 'person' -> 'groups' AS groups, e.body ->> 'group' AS pool
  FROM seen CROSS JOIN events e ON e.tenant = ?1 AND e.seq = coalesce(${LAST_GRANT(IS_OF_COURSE)}, ${LAST_GRANT("true")})
  LEFT JOIN directory d ON d.tenant = ?1 AND d.person = seen.person
  ORDER BY e.seq`;

/** `group`: compared with every other, however little it is used. */
export async function readTeams(
  db: D1Database,
  tenant: TenantId,
  { zone, from, to, group = "" }: { zone: string; from: number; to: number; group?: string },
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
  return compareTeams([...members.values()], spansOf(zone, from, to), group);
}
