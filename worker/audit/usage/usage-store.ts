/** R3: how rows of usage lie in D1. */
import { jsonPieces } from "../json-pieces.ts";
import type { UsageRow } from "./usage-rows.ts";

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

export const usageStatements = (db: D1Database, tenant: string, rows: readonly UsageRow[]): D1PreparedStatement[] =>
  jsonPieces(rows).map((piece) => db.prepare(PUT_ROWS).bind(tenant, piece));
