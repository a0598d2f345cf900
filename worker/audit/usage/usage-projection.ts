/**
 * R3: usage from events, one after the other. Pure, so that counting as events come and counting again from the
 * audit give the same rows. A quarter in which nobody has a seat and nothing happens has no row.
 */
import type { ChainedRow } from "../chain.ts";
import { ALL, QUARTER_MS, type UsageRow } from "./usage-rows.ts";

interface PoolState {
  inUse: number;
  /** The row of the quarter that the last event lies in; null: none yet. */
  row: UsageRow | null;
}

/** What has to be known to go on counting; JSON. */
export interface UsageState {
  /** ms, up to when is counted; null before the first event. */
  at: number | null;
  limit: number;
  /** L14; absent: the concurrent one. */
  model?: string;
  pools: Record<string, PoolState>;
}

export const emptyUsage = (): UsageState => ({ at: null, limit: 0, pools: {} });

/**
 * Counts `rows`, in order, on top of `state`, which stays as it is. Returns the new state and each row of usage
 * that changed, whole. Kinds it does not know move the clock, the seats and the limit alone.
 */
export function projectUsage(
  state: UsageState,
  rows: readonly Pick<ChainedRow, "seq" | "at" | "kind" | "inUse" | "limit" | "body">[],
): { state: UsageState; touched: UsageRow[] } {
  const next: UsageState = structuredClone(state);
  const touched = new Map<string, UsageRow>();
  for (const row of rows) {
    const at = Math.max(row.at, next.at ?? row.at);
    for (const [pool, counted] of Object.entries(next.pools)) passTime(next, pool, counted, at, row.seq, touched);
    next.at = at;
    next.limit = row.limit;
    countEvent(next, row, at, touched);
  }
  for (const [pool, counted] of Object.entries(next.pools)) {
    if (counted.inUse === 0 && pool !== ALL && counted.row !== null && counted.row.quarter < quarterOf(next.at ?? 0)) {
      delete next.pools[pool];
    }
  }
  return { state: next, touched: [...touched.values()].map((row) => ({ ...row })) };
}

const quarterOf = (at: number): number => Math.floor(at / QUARTER_MS);

function passTime(
  state: UsageState,
  pool: string,
  counted: PoolState,
  until: number,
  seq: number,
  touched: Map<string, UsageRow>,
): void {
  let from = state.at ?? until;
  while (from < until) {
    const quarter = quarterOf(from);
    const to = Math.min(until, (quarter + 1) * QUARTER_MS);
    if (counted.inUse > 0 || counted.row?.quarter === quarter) {
      const row = openRow(state, pool, counted, quarter, seq, touched);
      // Another model may have counted more of a group than any event of theirs brought.
      row.peak = Math.max(row.peak, counted.inUse);
      row.seatMs += counted.inUse * (to - from);
      row.limitMs += state.limit * (to - from);
      // L14: in the named model nobody is kept out by others, and rows of older releases have a limit of 0 there.
      if (counted.inUse >= state.limit && state.limit > 0 && state.model !== "named") row.fullMs += to - from;
      from = to;
    } else {
      // An empty night is one step, not forty.
      from = until;
    }
  }
}

function countEvent(
  state: UsageState,
  row: Pick<ChainedRow, "seq" | "kind" | "inUse" | "body">,
  at: number,
  touched: Map<string, UsageRow>,
): void {
  const body = JSON.parse(row.body) as Record<string, unknown>;
  const group = typeof body.group === "string" && body.group !== ALL ? body.group : null;
  const model = body.model ?? (body.patch as Record<string, unknown> | undefined)?.model;
  if (typeof model === "string") state.model = model;
  // The object was restored, or another model counts others.
  if (body.groups !== undefined && (row.kind === "chain_divided" || row.kind === "settings_changed"))
    takeGroups(state, body.groups as Record<string, number>);
  for (const pool of group === null ? [ALL] : [ALL, group]) {
    state.pools[pool] ??= { inUse: 0, row: null };
    const counted = state.pools[pool];
    const into = openRow(state, pool, counted, quarterOf(at), row.seq, touched);
    counted.inUse = pool === ALL ? row.inUse : Math.max(0, counted.inUse + changeOfGroup(row.kind, body));
    into.peak = Math.max(into.peak, counted.inUse);
    into.leastFree = Math.min(into.leastFree, state.limit - counted.inUse);
    // L25: as all the other figures, of people who count.
    if (row.kind === "seat_granted" && body.exempt !== true) into.grants++;
    if (row.kind === "denial_opened") into.denials++;
    if (row.kind === "denial_closed") {
      const waited = Number(body.waitedMs ?? 0);
      if (body.outcome === "seated") into.waitedMs += waited;
      else into.lostMs += waited;
    }
  }
}

/** By how many the counted people of the event's group become more or fewer. */
function changeOfGroup(kind: string, body: Record<string, unknown>): number {
  if (kind === "seat_granted") return body.exempt === true ? 0 : 1;
  if (kind === "lease_ended") return body.exempt === true ? 0 : -1;
  if (kind === "lease_judged" && body.turned !== undefined) return body.turned === "counted" ? 1 : -1;
  return 0;
}

/** How many of each group are counted from now on, whatever was counted before. */
function takeGroups(state: UsageState, groups: Readonly<Record<string, number>>): void {
  for (const [pool, counted] of Object.entries(state.pools)) if (pool !== ALL) counted.inUse = groups[pool] ?? 0;
  for (const [pool, inUse] of Object.entries(groups)) state.pools[pool] ??= { inUse, row: null };
}

/** The row of `quarter`, begun with what is in use when nothing was counted in it before. */
function openRow(
  state: UsageState,
  pool: string,
  counted: PoolState,
  quarter: number,
  seq: number,
  touched: Map<string, UsageRow>,
): UsageRow {
  if (counted.row?.quarter !== quarter) {
    counted.row = {
      quarter,
      pool,
      peak: counted.inUse,
      seatMs: 0,
      limitMs: 0,
      fullMs: 0,
      leastFree: state.limit - counted.inUse,
      grants: 0,
      denials: 0,
      waitedMs: 0,
      lostMs: 0,
      revision: seq,
    };
  }
  const row = counted.row as UsageRow;
  row.revision = seq;
  touched.set(`${quarter} ${pool}`, row);
  return row;
}
