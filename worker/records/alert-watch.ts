/** R4: when the use of seats is worth telling somebody. Pure; once per episode. */
import type { DenialReason } from "../../shared/denial.ts";
import type { Measure } from "../ledger/fullness.ts";
import type { ChainedRow } from "./chain.ts";

export const ALERT_KINDS = ["near", "full", "denied", "records"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface AlertState {
  /** Whether an episode of each kind goes on. */
  near: boolean;
  full: boolean;
  /** ms of the last refusal; null: none yet. */
  deniedAt: number | null;
  /** L14: the share of the agreed number of records that was told last, in per cent; absent or 0: none. */
  records?: number;
}

export interface Alert {
  kind: AlertKind | "test" | "divided";
  at: number;
  inUse: number;
  limit: number;
  /** L14: what the two count; missing in what an earlier release stored. */
  measure?: Measure;
  /** Of `denied`. */
  reason?: DenialReason;
  /** Of `records`. */
  records?: { count: number; agreed: number };
}

export const QUIET: AlertState = { near: false, full: false, deniedAt: null };
/** Refusals closer together than this are one episode. */
export const DENIED_GAP_MS = 60 * 60_000;

/** L14: shares of the agreed number of records that are told, in per cent. */
const RECORDS_SHARES = [80, 90, 100] as const;
/** An episode of records ends this far below its share, in per cent of the agreed number. */
const RECORDS_ROOM = 5;

/** Seats from which on a limit counts as nearly reached. */
export const nearFrom = (limit: number, nearPercent: number): number =>
  Math.max(1, Math.min(limit - 1, Math.ceil((limit * nearPercent) / 100)));

/**
 * What `row` leads to, in a tenant whose licence model counts by `measure`. An episode of use ends only well below where it began, so that one person who comes and goes
 * does not begin it again each time.
 */
export function watchRow(
  state: AlertState,
  row: Pick<ChainedRow, "at" | "kind" | "inUse" | "limit" | "body">,
  nearPercent: number,
  measure: Measure,
): { state: AlertState; alerts: Alert[] } {
  const { at, inUse, limit } = row;
  const alerts: Alert[] = [];
  const next = { ...state };
  const room = Math.max(1, Math.round(limit * 0.05));
  const near = nearFrom(limit, nearPercent);
  const seats = { at, inUse, limit, measure };
  // L14: in the named model a licence in use is in nobody's way.
  if (measure === "named") Object.assign(next, { near: false, full: false });
  else if (inUse >= limit && !state.full) {
    next.full = true;
    // Who is told that all seats are taken need not hear that few were left.
    next.near = true;
    alerts.push({ kind: "full", ...seats });
  } else if (inUse >= near && inUse < limit && !state.near) {
    next.near = true;
    alerts.push({ kind: "near", ...seats });
  }
  if (inUse <= limit - 1 - room) next.full = false;
  if (inUse < near - room) next.near = false;
  if (row.kind === "denial_opened") {
    const { reason } = JSON.parse(row.body) as { reason: DenialReason };
    if (state.deniedAt === null || at - state.deniedAt >= DENIED_GAP_MS)
      alerts.push({ kind: "denied", ...seats, reason });
    next.deniedAt = at;
  }
  if (row.kind === "chain_divided") alerts.push({ kind: "divided", ...seats });
  if (row.kind === "records_reported") {
    const told = state.records ?? 0;
    const { records, share } = readRecords(row.body);
    const reached = (room: number) => RECORDS_SHARES.filter((mark) => share >= mark - room).at(-1) ?? 0;
    if (records !== null && reached(0) > told) alerts.push({ kind: "records", ...seats, records });
    next.records = Math.max(reached(0), Math.min(told, reached(RECORDS_ROOM)));
  }
  return { state: next, alerts };
}

function readRecords(body: string): { records: { count: number; agreed: number } | null; share: number } {
  const { count, agreed } = JSON.parse(body) as { count: number; agreed?: number | null };
  if (agreed === null || agreed === undefined) return { records: null, share: 0 };
  return { records: { count, agreed }, share: (100 * count) / agreed };
}
