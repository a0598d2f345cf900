/** R1: the refusals as a file. */
import type { TenantId } from "../../../shared/ids.ts";
import { isBrief } from "../../ledger/brief-refusal.ts";
import { type ExportFormat, streamText } from "../audit-export.ts";
import { writeLine } from "../csv.ts";
import { type DenialFilter, type DenialRow, listDenials } from "./denial-query.ts";

const PIECE = 1_000;
const COLUMNS = [
  "first_time",
  "last_time",
  "person",
  "name",
  "email",
  "client",
  "reason",
  "attempts",
  "in_use",
  "limit",
  "waited_seconds",
  "outcome",
  "brief",
  "observed",
  "id",
] as const;

/** Streams the refusals of the last sixty days before `now` (ms) that fit `filter`, newest first. */
export function exportDenials(
  db: D1Database,
  tenant: TenantId,
  { now, filter }: { now: number; filter: DenialFilter },
  format: ExportFormat,
): ReadableStream<Uint8Array> {
  return streamText(async function* () {
    let head = format === "csv" ? `\uFEFF${writeLine(COLUMNS)}` : "";
    for (let page = 1; ; page++) {
      const rows = await listDenials(db, tenant, { now, page, size: PIECE, filter });
      const told = rows.map((row) => ({ ...row, brief: isBrief(row, filter.toleranceMs) }));
      yield head +
        told.map((row) => (format === "csv" ? writeLine(cellsOf(row)) : `${JSON.stringify(row)}\n`)).join("");
      head = "";
      if (rows.length < PIECE) return;
    }
  });
}

const cellsOf = (row: DenialRow & { brief: boolean }): (string | number | null)[] => [
  new Date(row.firstAt).toISOString(),
  new Date(row.lastAt).toISOString(),
  row.holder,
  row.name,
  row.email,
  row.client,
  row.reason,
  row.attempts,
  row.inUse,
  row.limit,
  Math.round(row.waitedMs / 1_000),
  row.outcome ?? "open",
  row.brief ? "yes" : "no",
  row.observed === 1 ? "yes" : "no",
  row.id,
];
