/** L14: how full a tenant is, by its licence model. The one view from which every page, sentence and number is made. */
import { RECORDS_CAP } from "../../shared/timing.ts";
import type { Ledger } from "./ledger.ts";
import type { Settings } from "./settings/settings.ts";

/** `mixed`: a pool with named licences beside it. */
export const MEASURES = ["concurrent", "mixed", "named", "records"] as const;
export type Measure = (typeof MEASURES)[number];

export interface Fullness {
  measure: Measure;
  /** What there is to be in use: seats of the pool, named licences, or the technical cap of the records model. */
  limit: number;
  /** The same as agreed, without boosts. */
  agreed: number;
  /** Of the pool; in the named model people at work, with a licence of their own or still without. */
  inUse: number;
  /** What nobody uses. In the named model that is no room for others: each licence is its person's. */
  free: number;
  /** L10: seats in use beyond the limit; in the named model people at work whose licence was taken away. */
  overBy: number;
  /** Nobody else who comes can be let in for want of room. Never so in the named model. */
  isFull: boolean;
  /** Licences that belong to a person, in every model. */
  named: { licences: number; assigned: number; inUse: number };
}

/** Who is at work, by how they count: in the pool, or by a licence of their own. */
export interface AtWork {
  counted: number;
  own: number;
}

export const measureOf = ({ model, named }: Pick<Settings, "model" | "named">): Measure =>
  model === "concurrent" && named.licences > 0 ? "mixed" : model;

/** Whether a lease is part of what is measured: an exempt one never is, a named one where named licences are. */
export const isMeasured = (measure: Measure, { exempt, named }: { exempt: boolean; named: boolean }): boolean =>
  !exempt || (measure === "named" && named);

/** `poolLimit`: the limit with the boosts of the moment. */
export function fullnessAt(
  settings: Pick<Settings, "model" | "named" | "limit">,
  poolLimit: number,
  { counted, own }: AtWork,
): Fullness {
  const measure = measureOf(settings);
  const { licences, assigned } = settings.named;
  const named = { licences, assigned: assigned.length, inUse: own };
  if (measure === "named") {
    const inUse = own + counted;
    const free = Math.max(0, licences - inUse);
    return { measure, limit: licences, agreed: licences, inUse, free, overBy: counted, isFull: false, named };
  }
  return {
    measure,
    limit: poolLimit,
    agreed: measure === "records" ? RECORDS_CAP : settings.limit,
    inUse: counted,
    free: Math.max(0, poolLimit - counted),
    overBy: Math.max(0, counted - poolLimit),
    isFull: counted >= poolLimit,
    named,
  };
}

/** People beyond the limit (L24, L28) are at work as all others are. */
export const fullnessOf = ({ settings, effective, inUse, over, own }: Ledger): Fullness =>
  fullnessAt(settings, effective.limit, { counted: inUse + over, own });
