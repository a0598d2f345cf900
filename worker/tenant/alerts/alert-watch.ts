/** R4: when the use of seats is worth telling somebody. Pure; once per episode. */

import type { DenialReason } from "../../../shared/denial.ts";
import { HOUR_MS } from "../../../shared/durations.ts";
import type { ChainedRow } from "../../audit/chain.ts";
import type { Measure } from "../../ledger/fullness.ts";
import type { RequestEnd, RequestKind } from "../../ledger/requests.ts";

export const ALERT_KINDS = ["near", "full", "denied", "records", "overdraft", "requests"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface AlertState {
  /** Whether an episode of each kind goes on. */
  near: boolean;
  full: boolean;
  /** L28: people work beyond the limit; absent: nobody does. */
  overdraft?: boolean;
  /** ms of the last refusal; null: none yet. */
  deniedAt: number | null;
  /** Refusals that may still end within the tolerance, oldest first; absent: none. */
  open?: OpenRefusal[];
  /** L14: the share of the agreed number of records that was told last, in per cent; absent or 0: none. */
  records?: number;
}

export interface OpenRefusal {
  id: string;
  at: number;
  inUse: number;
  limit: number;
  /** Missing in what an earlier release stored. */
  reason?: DenialReason;
  measure?: Measure;
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
  /** Q1, Q2, of `requests`. */
  request?: RequestNews;
}

/** What was asked for (`more` licences, or a `lower` limit), or how a request ended. */
export type RequestNews = { asked: RequestKind; count: number } | { ended: RequestEnd };

export const QUIET: AlertState = { near: false, full: false, deniedAt: null };
/** Refusals closer together than this are one episode. */
export const DENIED_GAP_MS = HOUR_MS;

/** Refusals watched at once: the oldest decide, and what comes within the gap after them is the same episode. */
const OPEN_MOST = 50;

/** L14: shares of the agreed number of records that are told, in per cent. */
const RECORDS_SHARES = [80, 90, 100] as const;
/** An episode of records ends this far below its share, in per cent of the agreed number. */
const RECORDS_ROOM = 5;

/** Seats from which on a limit counts as nearly reached. */
export const nearFrom = (limit: number, nearPercent: number): number =>
  Math.max(1, Math.min(limit - 1, Math.ceil((limit * nearPercent) / 100)));

/** What the passing of time leads to: a refusal counts once the person has been without a seat for `toleranceMs`. */
export function watchTime(state: AlertState, now: number, toleranceMs: number): { state: AlertState; alerts: Alert[] } {
  const { open = [], ...rest } = state;
  const next: AlertState = rest;
  const alerts: Alert[] = [];
  const left = open.filter(({ at, id: _, ...refused }) => {
    if (at + toleranceMs > now) return true;
    if (next.deniedAt === null || at - next.deniedAt >= DENIED_GAP_MS)
      alerts.push({ kind: "denied", at: now, ...refused });
    next.deniedAt = at;
    return false;
  });
  return { state: left.length === 0 ? next : { ...next, open: left }, alerts };
}

/** ms: when time alone may lead to an alert; null: never. */
export const watchDueAt = ({ open = [] }: AlertState, toleranceMs: number): number | null =>
  open[0] === undefined ? null : open[0].at + toleranceMs;

/**
 * What `row` leads to, in a tenant whose licence model counts by `measure`. An episode of use ends only well below
 * where it began, so that one person who comes and goes does not begin it again each time.
 */
export function watchRow(
  before: AlertState,
  row: Pick<ChainedRow, "at" | "kind" | "inUse" | "limit" | "body">,
  nearPercent: number,
  toleranceMs: number,
  measure: Measure,
): { state: AlertState; alerts: Alert[] } {
  const { at, inUse, limit } = row;
  // A person seated at that very moment was not without a seat for longer.
  const seated = row.kind === "denial_closed" ? closedOf(row.body) : null;
  const within =
    seated === null || before.open === undefined
      ? before
      : { ...before, open: before.open.filter((refusal) => refusal.id !== seated || refusal.at + toleranceMs <= at) };
  const { state, alerts } = watchTime(within, at, toleranceMs);
  const next = { ...state };
  const room = Math.max(1, Math.round(limit * 0.05));
  const near = nearFrom(limit, nearPercent);
  const seats = { at, inUse, limit, measure };
  // L14: in the named model a licence in use is not missing to anybody else.
  if (measure === "named") Object.assign(next, { near: false, full: false });
  else if (inUse >= limit && !state.full) {
    next.full = true;
    // A receiver told that all seats are taken need not hear that few were left.
    next.near = true;
    alerts.push({ kind: "full", ...seats });
  } else if (inUse >= near && inUse < limit && !state.near) {
    next.near = true;
    alerts.push({ kind: "near", ...seats });
  }
  if (inUse <= limit - 1 - room) next.full = false;
  if (inUse < near - room) next.near = false;
  // L28: told once, until nobody works beyond the limit any more.
  if (row.kind === "seat_granted" && isOverdrawn(row.body) && state.overdraft !== true) {
    next.overdraft = true;
    alerts.push({ kind: "overdraft", ...seats });
  }
  if (next.overdraft === true && inUse <= limit) next.overdraft = false;
  if (row.kind === "denial_opened") {
    const { id, reason } = JSON.parse(row.body) as { id: string; reason: DenialReason };
    // L31: a planned closing is no news to those who hear of refusals.
    if (reason !== "closed_for_maintenance")
      next.open = [...(next.open ?? []), { id, reason, ...seats }].slice(0, OPEN_MOST);
    const settled = watchTime(next, at, toleranceMs);
    alerts.push(...settled.alerts);
    next.open = settled.state.open ?? [];
    next.deniedAt = settled.state.deniedAt;
  }
  const request = readRequest(row);
  if (request !== null) alerts.push({ kind: "requests", ...seats, request });
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

const isOverdrawn = (body: string): boolean =>
  (JSON.parse(body) as { over?: { via: string } }).over?.via === "overdraft";

/** Q1, Q2: null: the row is of something else. */
function readRequest({ kind, body }: Pick<ChainedRow, "kind" | "body">): RequestNews | null {
  if (kind === "seats_requested") {
    const { kind: asked, count } = JSON.parse(body) as { kind: RequestKind; count: number };
    return { asked, count };
  }
  return kind === "request_decided" ? { ended: (JSON.parse(body) as { end: RequestEnd }).end } : null;
}

/** The id of a refusal that ended with a seat; null: it ended without one. */
function closedOf(body: string): string | null {
  const { id, outcome } = JSON.parse(body) as { id: string; outcome: string };
  return outcome === "seated" ? id : null;
}

function readRecords(body: string): { records: { count: number; agreed: number } | null; share: number } {
  const { count, agreed } = JSON.parse(body) as { count: number; agreed?: number | null };
  if (agreed === null || agreed === undefined) return { records: null, share: 0 };
  return { records: { count, agreed }, share: (100 * count) / agreed };
}
