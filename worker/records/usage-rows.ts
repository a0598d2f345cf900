/** R3: usage in D1, one row a quarter of an hour and group. Quarters fit the hours of every time zone. */

export const QUARTER_MS = 900_000;
/** The group that stands for everybody. */
export const ALL = "";

export interface UsageRow {
  /** Quarter hours since 1970, UTC. */
  quarter: number;
  /** `ALL`, or a group that events name. */
  pool: string;
  /** Most people with a counted seat at one moment. */
  peak: number;
  /** Over the time since the quarter's first use: seats in use times ms, and limit times ms. */
  seatMs: number;
  limitMs: number;
  /** ms at which as many seats were in use as the limit allows, or more. */
  fullMs: number;
  /** The smallest limit minus seats in use; negative: over the limit. */
  leastFree: number;
  grants: number;
  /** Episodes of refusal that began. */
  denials: number;
  /** Of episodes that ended: how long who got a seat had waited, and how long who gave up. */
  waitedMs: number;
  lostMs: number;
  /** Number of the last event in it. */
  revision: number;
}

const COLUMNS = {
  quarter: "quarter",
  pool: "pool",
  peak: "peak",
  seatMs: "seat_ms",
  limitMs: "limit_ms",
  fullMs: "full_ms",
  leastFree: "least_free",
  grants: "grants",
  denials: "denials",
  waitedMs: "waited_ms",
  lostMs: "lost_ms",
  revision: "revision",
} as const satisfies Record<keyof UsageRow, string>;

const FIELDS = Object.entries(COLUMNS);
export const USAGE_COLUMNS = FIELDS.map(([field, column]) => `${column} AS ${field}`).join(", ");

/** Whole rows replace what was counted of the same quarter up to an earlier event; so delivering twice changes nothing. */
const PUT_ROWS = `
  INSERT INTO usage (tenant, ${FIELDS.map(([, column]) => column).join(", ")})
  SELECT ?1, ${FIELDS.map(([field]) => `value ->> '${field}'`).join(", ")} FROM json_each(?2) WHERE true
  ON CONFLICT (tenant, pool, quarter) DO UPDATE SET
    ${FIELDS.map(([, column]) => `${column} = excluded.${column}`).join(", ")}
  WHERE excluded.revision >= usage.revision`;

export function usageStatement(db: D1Database, tenant: string, rows: readonly UsageRow[]): D1PreparedStatement {
  return db.prepare(PUT_ROWS).bind(tenant, JSON.stringify(rows));
}
