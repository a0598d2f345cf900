/** R3, L14: what to do about licences where they are not seats of a pool. The sentences are the pages' own. */
import { DAY_MS } from "../../../shared/durations.ts";
import { DENIALS_KEPT_MS } from "../../../shared/timing.ts";
import { DAYS_ENOUGH } from "./recommendation.ts";

/** Refusals are kept for so many days, and looked at over all of them. */
export const REFUSED_DAYS = DENIALS_KEPT_MS / DAY_MS;
/** Shares of the agreed number of records from which on it is nearly reached, and reached. */
const RECORDS_NEAR = 0.8;

export interface NamedEvidence {
  licences: number;
  assigned: number;
  /** People refused for want of a licence who have none yet. */
  refused: number;
  /** The most in use at once, and days with any use. */
  peak: number;
  usedDays: number;
}

/**
 * `assign`: who was refused can have a licence that nobody has. `more`: there are too few. `fewer`: some were assigned to
 * nobody for long enough to say so. `none`: there is none. `fits`: nothing to do.
 * `young`: there seem to be too few, but too few days of use say so.
 */
export type NamedVerdict = "assign" | "more" | "fewer" | "fits" | "none" | "young";

/** `advised`: how many named licences there should be. */
export function adviseNamed({ licences, assigned, refused, usedDays }: NamedEvidence): {
  verdict: NamedVerdict;
  advised: number;
} {
  const unassigned = licences - assigned;
  // Whoever was refused can have a free licence at once; where there is none to try with, no days of use can come.
  if (refused > unassigned && licences > 0 && usedDays < DAYS_ENOUGH)
    return { verdict: unassigned > 0 ? "assign" : "young", advised: licences };
  if (refused > unassigned) return { verdict: "more", advised: assigned + refused };
  if (refused > 0) return { verdict: "assign", advised: licences };
  if (licences === 0 || assigned === 0) return { verdict: "none", advised: licences };
  return unassigned > 0 && usedDays >= DAYS_ENOUGH
    ? { verdict: "fewer", advised: assigned }
    : { verdict: "fits", advised: licences };
}

export type RecordsVerdict = "over" | "near" | "fit" | "none" | "uncounted";

/** The charge follows the CRM's records, so advice does, too. */
export function adviseRecords({ count, agreed }: { count: number | null; agreed: number | null }): RecordsVerdict {
  if (count === null) return "uncounted";
  if (agreed === null) return "none";
  if (count > agreed) return "over";
  return count >= RECORDS_NEAR * agreed ? "near" : "fit";
}
