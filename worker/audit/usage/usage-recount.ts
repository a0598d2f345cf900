/** R3: counts usage and stays again from the audit, and proves that it is what was counted as events came. */
import type { TenantId } from "../../../shared/ids.ts";
import type { ChainedRow } from "../chain.ts";
import { recountStays } from "./stays-store.ts";
import { emptyUsage, projectUsage, type UsageState } from "./usage-projection.ts";
import { QUARTER_MS, type UsageRow } from "./usage-rows.ts";
import { USAGE_COLUMNS, usageStatements } from "./usage-store.ts";

/** Events asked of D1 at once. */
const PIECE = 2_000;
/** Differences named; more are only counted. */
const NAMED = 20;
const ROWS_PUT_AT_ONCE = 500;

export interface Recount {
  events: number;
  /** Rows of usage that the audit leads to. */
  rows: number;
  /** How many of them D1 had otherwise or not at all, and how many it had besides. */
  different: number;
  examples: { quarter: number; pool: string; field: string; had: number | null; counted: number | null }[];
  /** Of the stays by week and person: how many rows D1 had otherwise, not at all or besides. */
  differentStays: number;
  /** Whether the differences were mended. */
  mended: boolean;
}

/** Counts from the anchor to the newest event; with `mend` it also puts right what differs. */
export async function recountUsage(db: D1Database, tenant: TenantId, { mend }: { mend: boolean }): Promise<Recount> {
  const anchor = await db
    .prepare("SELECT seq, at, usage FROM anchors WHERE tenant = ?1")
    .bind(tenant)
    .first<{ seq: number; at: number; usage: string }>();
  let state: UsageState = anchor === null ? emptyUsage() : (JSON.parse(anchor.usage) as UsageState);
  const counted = new Map<string, UsageRow>();
  let seq = anchor?.seq ?? 0;
  let events = 0;
  for (;;) {
    const { results } = await db
      .prepare(
        `SELECT seq, at, kind, in_use AS inUse, seat_limit AS "limit", body FROM events
         WHERE tenant = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3`,
      )
      .bind(tenant, seq, PIECE)
      .all<ChainedRow>();
    const folded = projectUsage(state, results);
    state = folded.state;
    for (const row of folded.touched) counted.set(`${row.quarter} ${row.pool}`, row);
    events += results.length;
    const last = results.at(-1);
    if (last === undefined || results.length < PIECE) break;
    seq = last.seq;
  }
  const found: Recount = { events, rows: counted.size, different: 0, examples: [], differentStays: 0, mended: false };
  const wrong: UsageRow[] = [];
  const surplus: UsageRow[] = [];
  const missing = new Map(counted);
  for (const had of await readRows(db, tenant, Math.floor((anchor?.at ?? 0) / QUARTER_MS))) {
    const key = `${had.quarter} ${had.pool}`;
    const wanted = counted.get(key);
    missing.delete(key);
    if (wanted === undefined) {
      note(found, had, "peak", had.peak, null);
      surplus.push(had);
    } else if (!isSame(found, had, wanted)) wrong.push(wanted);
  }
  for (const row of missing.values()) {
    note(found, row, "peak", null, row.peak);
    wrong.push(row);
  }
  found.differentStays = await recountStays(db, tenant, { mend, anchorAt: anchor?.at ?? null });
  if (!mend || found.different + found.differentStays === 0) return found;
  await mendRows(db, tenant, wrong, surplus);
  return { ...found, mended: true };
}

async function readRows(db: D1Database, tenant: TenantId, first: number): Promise<UsageRow[]> {
  const rows: UsageRow[] = [];
  let after = { pool: "", quarter: first - 1 };
  for (;;) {
    const { results } = await db
      .prepare(
        `SELECT ${USAGE_COLUMNS} FROM usage WHERE tenant = ?1 AND quarter >= ?2 AND (pool, quarter) > (?3, ?4)
         ORDER BY pool, quarter LIMIT ?5`,
      )
      .bind(tenant, first, after.pool, after.quarter, 5 * PIECE)
      .all<UsageRow>();
    rows.push(...results);
    const last = results.at(-1);
    if (last === undefined || results.length < 5 * PIECE) return rows;
    after = last;
  }
}

function isSame(found: Recount, had: UsageRow, counted: UsageRow): boolean {
  for (const field of Object.keys(counted) as (keyof UsageRow)[]) {
    if (field === "revision" || had[field] === counted[field]) continue;
    note(found, counted, field, Number(had[field]), Number(counted[field]));
    return false;
  }
  return true;
}

function note(found: Recount, row: UsageRow, field: string, had: number | null, counted: number | null): void {
  found.different++;
  const { quarter, pool } = row;
  if (found.examples.length < NAMED) found.examples.push({ quarter, pool, field, had, counted });
}

async function mendRows(
  db: D1Database,
  tenant: TenantId,
  wrong: readonly UsageRow[],
  surplus: readonly UsageRow[],
): Promise<void> {
  const gone = [...wrong, ...surplus];
  for (let at = 0; at < gone.length; at += ROWS_PUT_AT_ONCE) {
    const piece = gone.slice(at, at + ROWS_PUT_AT_ONCE);
    const put = piece.filter((row) => !surplus.includes(row));
    await db.batch([
      db
        .prepare(
          `DELETE FROM usage WHERE tenant = ?1 AND (pool, quarter) IN
             (SELECT value ->> 'pool', value ->> 'quarter' FROM json_each(?2))`,
        )
        .bind(tenant, JSON.stringify(piece)),
      ...usageStatements(db, tenant, put),
    ]);
  }
}
