/** A11: what is out of order, for managers, from facts alone. Pure. The sentences are the pages' own. */
import { DAY_MS, MINUTE_MS } from "../../shared/durations.ts";
import type { Fullness } from "../ledger/fullness.ts";
import type { Pool } from "../ledger/settings/settings.ts";

export interface WarningFacts {
  full: Pick<Fullness, "measure" | "limit" | "agreed" | "inUse" | "overBy">;
  /** L14: what the CRM holds and what is agreed; null: another model. */
  records: { count: number | null; agreed: number | null } | null;
  pools: readonly Pick<Pool, "id" | "name" | "groups" | "reserved">[];
  /** Groups that people here were seen in, and the firm's own; empty: nobody was seen in any yet. */
  knownGroups: readonly string[];
  /** R4: receivers that are told of alerts, and how many receivers did not take the last message. */
  receivers: number;
  deafReceivers: number;
  /** T5: whether the Worker shows the CRM a secret, and whether the CRM answers those who show none; null: not known. */
  hasSecret: boolean;
  answersWithoutSecret: boolean | null;
  /** R2: rows that wait for D1, and the age of the oldest, ms. */
  rowsWaiting: number;
  rowsWaitingMs: number;
  /** R2: ms since the chain was found divided; null: never. */
  dividedAgeMs: number | null;
  /** Browsers of people at work, and how many of them have no extension. */
  browsers: number;
  withoutExtension: number;
  idleTimeoutMs: number;
  /** How long the CRM's own session lasts without work, as the operator says; null: not said. */
  crmSessionMs: number | null;
}

export const WARNINGS = [
  "over_limit",
  "records_over",
  "pool_without_people",
  "all_reserved",
  "no_receiver",
  "receiver_deaf",
  "origin_open",
  "no_origin_secret",
  "records_late",
  "chain_divided",
  "without_extension",
  "idle_beyond_session",
] as const;
export type WarningKind = (typeof WARNINGS)[number];

/** What keeps people out, or makes a proof doubtful. */
export const GRAVE_WARNINGS: ReadonlySet<WarningKind> = new Set([
  "over_limit",
  "records_over",
  "origin_open",
  "records_late",
  "chain_divided",
]);

export interface Warning {
  kind: WarningKind;
  /** What the sentence is about: a number, a name. */
  values: Record<string, string | number>;
}

/** R2: rows that wait longer than this are late: they come within seconds where all is well. */
export const RECORDS_LATE_MS = 10 * MINUTE_MS;
/** A chain that divided is told for so long. */
export const DIVIDED_TOLD_MS = 7 * DAY_MS;

/** In the order of `WARNINGS`; pools one by one. Empty: nothing is out of order. */
export function warningsOf(facts: WarningFacts): Warning[] {
  const warnings: Warning[] = [];
  const warn = (kind: WarningKind, isSo: boolean, values: Warning["values"] = {}) => {
    if (isSo) warnings.push({ kind, values });
  };
  const { full, pools, knownGroups } = facts;
  warn("over_limit", full.overBy > 0, { count: full.overBy, limit: full.limit });
  const count = facts.records?.count ?? 0;
  const agreed = facts.records?.agreed ?? null;
  if (agreed !== null) warn("records_over", count > agreed, { count, limit: agreed });
  const known = new Set(knownGroups);
  for (const { name, groups } of pools) {
    // Where nobody was seen in any group yet, the CRM may not have told of them.
    warn("pool_without_people", known.size > 0 && !groups.some((group) => known.has(group)), { pool: name });
  }
  const reserved = pools.reduce((sum, pool) => sum + pool.reserved, 0);
  const hasPool = full.measure === "concurrent" || full.measure === "mixed";
  warn("all_reserved", hasPool && reserved > 0 && reserved >= full.agreed, { limit: full.agreed });
  warn("no_receiver", facts.receivers === 0);
  warn("receiver_deaf", facts.deafReceivers > 0, { count: facts.deafReceivers });
  warn("origin_open", facts.hasSecret && facts.answersWithoutSecret === true);
  warn("no_origin_secret", !facts.hasSecret);
  warn("records_late", facts.rowsWaiting > 0 && facts.rowsWaitingMs >= RECORDS_LATE_MS, {
    count: facts.rowsWaiting,
    minutes: Math.round(facts.rowsWaitingMs / MINUTE_MS),
  });
  warn("chain_divided", facts.dividedAgeMs !== null && facts.dividedAgeMs <= DIVIDED_TOLD_MS);
  warn("without_extension", facts.withoutExtension > 0, { count: facts.withoutExtension, browsers: facts.browsers });
  const { crmSessionMs, idleTimeoutMs } = facts;
  warn("idle_beyond_session", crmSessionMs !== null && idleTimeoutMs > crmSessionMs, {
    idle: Math.round(idleTimeoutMs / MINUTE_MS),
    session: Math.round((crmSessionMs ?? 0) / MINUTE_MS),
  });
  return warnings;
}
