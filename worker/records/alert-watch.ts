/** R4: when the use of seats is worth telling somebody. Pure; once an episode. */
import type { ChainedRow } from "./chain.ts";

export const ALERT_KINDS = ["near", "full", "denied"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface AlertState {
  /** Whether an episode of each kind goes on. */
  near: boolean;
  full: boolean;
  /** ms of the last refusal; null: none yet. */
  deniedAt: number | null;
}

export interface Alert {
  kind: AlertKind | "test";
  at: number;
  inUse: number;
  limit: number;
}

export const QUIET: AlertState = { near: false, full: false, deniedAt: null };
/** Refusals closer together than this are one episode. */
export const DENIED_GAP_MS = 60 * 60_000;

/** Seats from which on a limit counts as nearly reached. */
export const nearFrom = (limit: number, nearPercent: number): number =>
  Math.max(1, Math.min(limit - 1, Math.ceil((limit * nearPercent) / 100)));

/**
 * What `row` leads to. An episode of use ends only well below where it began, so that one person who comes and goes
 * does not begin it again each time.
 */
export function watchRow(
  state: AlertState,
  row: Pick<ChainedRow, "at" | "kind" | "inUse" | "limit">,
  nearPercent: number,
): { state: AlertState; alerts: Alert[] } {
  const { at, inUse, limit } = row;
  const alerts: Alert[] = [];
  const next = { ...state };
  const room = Math.max(1, Math.round(limit * 0.05));
  const near = nearFrom(limit, nearPercent);
  if (inUse >= limit && !state.full) {
    next.full = true;
    // Who is told that all seats are taken need not hear that few were left.
    next.near = true;
    alerts.push({ kind: "full", at, inUse, limit });
  } else if (inUse >= near && inUse < limit && !state.near) {
    next.near = true;
    alerts.push({ kind: "near", at, inUse, limit });
  }
  if (inUse <= limit - 1 - room) next.full = false;
  if (inUse < near - room) next.near = false;
  if (row.kind === "denial_opened") {
    if (state.deniedAt === null || at - state.deniedAt >= DENIED_GAP_MS)
      alerts.push({ kind: "denied", at, inUse, limit });
    next.deniedAt = at;
  }
  return { state: next, alerts };
}
