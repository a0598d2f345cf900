/** R3: what is in use since the last event, which no row of usage has counted yet. */
import { DAY_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { readTurns, standingAfter } from "./stay-parts.ts";
import { readLasting } from "./stays-query.ts";
import { projectUsage } from "./usage-projection.ts";
import { ALL, type UsageRow } from "./usage-rows.ts";

const NEWEST = `SELECT seq, at, in_use AS inUse, seat_limit AS "limit" FROM events WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1`;

/** By quarter and pool, from the last event until `to` (ms): seats and time alone. Nothing where nothing happened for a day. */
export async function readSince(db: D1Database, tenant: TenantId, to: number): Promise<UsageRow[]> {
  const last = await db.prepare(NEWEST).bind(tenant).first<{ seq: number; at: number; inUse: number; limit: number }>();
  if (last === null || last.inUse === 0 || last.at >= to || to - last.at >= DAY_MS) return [];
  const lasting = (await readLasting(db, tenant, last.seq)).filter(({ kind }) => kind === "seat_granted");
  const first = lasting.reduce((least, { seq }) => Math.min(least, seq), last.seq);
  const turns = await readTurns(db, tenant, { first, last: last.seq });
  const pools: Record<string, { inUse: number; row: null }> = { [ALL]: { inUse: last.inUse, row: null } };
  for (const row of lasting) {
    const { holder, group } = row;
    if (group === null || !standingAfter(row, turns.get(holder) ?? [], null).counted) continue;
    pools[group] ??= { inUse: 0, row: null };
    pools[group].inUse++;
  }
  const state = { at: last.at, limit: last.limit, pools };
  const until = { seq: last.seq, at: to, kind: "now", inUse: last.inUse, limit: last.limit, body: "{}" };
  return projectUsage(state, [until]).touched;
}
