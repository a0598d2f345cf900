/**
 * L24, L28: who works beyond the seats there are. While the tenant only observes that is everybody who would have been
 * refused; later those whom an overdraft lets in. Such a seat is counted apart, and becomes one of the limit's as soon as
 * one is there.
 */
import type { DenialReason } from "../../shared/denial.ts";
import type { DenialId } from "../../shared/ids.ts";

export const OVER_VIA = ["observing", "overdraft"] as const;
export type OverVia = (typeof OVER_VIA)[number];

/** What a grant beyond the limit says of itself. */
export interface OverGrant {
  via: OverVia;
  /** Why there was no seat. */
  reason: DenialReason;
  /** R1: the refusal that it would have been; null: of an overdraft, which is none. */
  denial: DenialId | null;
}

/** Of a lease. `rank` and `order` are those of a place in line: by them seats that come free are handed on. */
export interface Over extends OverGrant {
  since: number;
  rank: number;
  order: number;
}

/** What an overdraft has cost in this month of the tenant's. */
export interface OverdraftMeter {
  /** Seat time up to `at`, ms. */
  usedMs: number;
  at: number;
}
