/** R3: the stays and refusals of some days, for trying other settings on them. */
import { HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import type { History } from "./what-if.ts";

/** More rows are not read at once; the days they lie in are then named as left out. */
export const HISTORY_MOST = 60_000;
/** Stays longer than this past the end of a day are counted up to here. */
const OVERLAP_MS = 12 * HOUR_MS;

interface Row {
  kind: string;
  at: number;
  holder: string | null;
  cause: string | null;
  heldMs: number | null;
  outcome: string | null;
  waitedMs: number | null;
  id: string | null;
  pool: string | null;
}

const SELECT = `
  SELECT kind, at, holder, body ->> 'cause' AS cause, body ->> 'heldMs' AS heldMs, body ->> 'outcome' AS outcome,
    body ->> 'waitedMs' AS waitedMs, body ->> 'id' AS id, body ->> 'group' AS pool
  FROM events WHERE tenant = ?1 AND at >= ?2 AND at < ?3
    AND kind IN ('lease_ended', 'denial_opened', 'denial_closed') AND coalesce(body ->> 'exempt', 0) = 0
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
    histories.push(historyOf(results, to));
  }
  return histories;
}

function historyOf(rows: readonly Row[], end: number): History {
  const waited = new Map<string, number>();
  const opened = new Map<string, { at: number; pool: string | null }>();
  const history = { stays: [] as History["stays"][number][], givenUp: [] as History["givenUp"][number][] };
  for (const { kind, at, id, holder, outcome, waitedMs, pool } of rows) {
    const person = holder ?? "";
    if (kind === "denial_opened" && id !== null) opened.set(id, { at, pool });
    if (kind !== "denial_closed") continue;
    // The end of an episode and the grant are of one moment.
    if (outcome === "seated") waited.set(`${person} ${at}`, Number(waitedMs ?? 0));
    else {
      const wished = opened.get(id ?? "");
      if (wished !== undefined && wished.at < end)
        history.givenUp.push({ person, at: wished.at, waitedMs: Number(waitedMs ?? 0), group: wished.pool });
    }
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
