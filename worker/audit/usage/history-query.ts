/** R3: the stays and refusals of some days, for trying other settings on them. */
import { HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { GIVEN_UP, HELD_MS } from "../divisions.ts";
import { readOpenStays } from "./stays-query.ts";
import type { History } from "./what-if.ts";

/** More rows are not read at once; the days they lie in are then named as left out. */
export const HISTORY_MOST = 60_000;
/** Stays longer than this past the end of a day are counted up to here. */
const OVERLAP_MS = 12 * HOUR_MS;

interface Row {
  seq: number;
  kind: string;
  at: number;
  holder: string | null;
  cause: string | null;
  heldMs: number | null;
  outcome: string | null;
  waitedMs: number | null;
  id: string | null;
  pool: string | null;
  /** R2.10: of the first row of a course that was given up; null: the row tells of none. */
  givenUpFrom: number | null;
}

const SELECT = `
  WITH ${GIVEN_UP(String(Number.MAX_SAFE_INTEGER))}
  SELECT seq, kind, at, holder, body ->> 'cause' AS cause, ${HELD_MS} AS heldMs, body ->> 'outcome' AS outcome,
    body ->> 'waitedMs' AS waitedMs, body ->> 'id' AS id, body ->> 'group' AS pool, body -> 'kept' ->> 'from' AS givenUpFrom
  FROM events e WHERE tenant = ?1 AND at >= ?2 AND at < ?3
    AND kind IN ('lease_ended', 'denial_opened', 'denial_closed', 'chain_divided') AND coalesce(body ->> 'exempt', 0) = 0
  ORDER BY at, seq LIMIT ?4`;

/**
 * Reads one stretch of time each, as long as the rows fit. Returns a history a stretch: what happened on one day is
 * replayed on its own.
 */
export async function readHistory(
  db: D1Database,
  tenant: TenantId,
  stretches: readonly { from: number; to: number }[],
): Promise<History[]> {
  const histories: History[] = [];
  let left = HISTORY_MOST;
  for (const { from, to } of stretches) {
    const { results } = await db
      .prepare(SELECT)
      .bind(tenant, from, to + OVERLAP_MS, left + 1)
      .all<Row>();
    if (results.length > left) break;
    left -= results.length;
    histories.push(historyOf([...results, ...(await readGivenUp(db, tenant, results))], to));
  }
  return histories;
}

/** R2.10: the stays that only a conflict ended, as rows. */
async function readGivenUp(db: D1Database, tenant: TenantId, rows: readonly Row[]): Promise<Row[]> {
  const divisions = new Map(rows.filter(({ givenUpFrom }) => givenUpFrom !== null).map((row) => [row.seq, row]));
  if (divisions.size === 0) return [];
  const open = await readOpenStays(db, tenant, {
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    last: Math.max(...divisions.keys()),
  });
  return open.flatMap(({ row, from, to, givenUpBy }) => {
    const division = divisions.get(givenUpBy ?? 0);
    if (division === undefined || row.exempt === 1) return [];
    return [{ ...division, kind: "lease_ended", holder: row.holder, heldMs: to - from, pool: row.group }];
  });
}

/** A refusal with the row that ended it; null: none did. */
type Refused = Row & { closed: Row | null };

function historyOf(rows: readonly Row[], end: number): History {
  const opened = new Map<string, Refused>();
  const waited = new Map<string, number>();
  for (const row of rows) {
    const { kind, at, id, holder, outcome, waitedMs, givenUpFrom } = row;
    if (kind === "denial_opened" && id !== null) opened.set(id, { ...row, closed: null });
    if (givenUpFrom !== null) divideRefusals([...opened.values()], row, givenUpFrom);
    if (kind !== "denial_closed") continue;
    const refusal = opened.get(id ?? "");
    if (refusal !== undefined) refusal.closed = row;
    // The end of an episode and the grant are of one moment.
    if (outcome === "seated") waited.set(`${holder ?? ""} ${at}`, Number(waitedMs ?? 0));
  }
  const history = { stays: [] as History["stays"][number][], givenUp: [] as History["givenUp"][number][] };
  for (const { holder, at, pool: group, closed } of opened.values()) {
    if (closed !== null && closed.outcome !== "seated" && at < end)
      history.givenUp.push({ person: holder ?? "", at, waitedMs: Number(closed.waitedMs ?? 0), group });
  }
  for (const { kind, at, holder, cause, heldMs, pool: group } of rows) {
    if (kind !== "lease_ended" || heldMs === null) continue;
    const from = at - Number(heldMs);
    const person = holder ?? "";
    if (from >= end) continue;
    const waitedMs = waited.get(`${person} ${from}`) ?? 0;
    history.stays.push({ person, from, to: at, cause: cause ?? "", waitedMs, group });
  }
  return history;
}

/** R2.10: what was open ends with the conflict, and what ended only in the course that was given up goes on. */
function divideRefusals(refused: readonly Refused[], division: Row, givenUpFrom: number): void {
  for (const one of refused) {
    if (one.seq >= givenUpFrom) one.closed ??= { ...division, outcome: "gave_up", waitedMs: division.at - one.at };
    else if (one.closed !== null && one.closed.seq >= givenUpFrom) one.closed = null;
  }
}
