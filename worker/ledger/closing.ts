/** L31: a planned closing: who is let in while it lasts, and whose seats end with its beginning. */
import { DAY_MS } from "../../shared/durations.ts";
import type { Event } from "./event.ts";
import type { Absence, Ledger } from "./ledger.ts";
import type { Person } from "./person.ts";

/** Whoever had a seat when it closed stands before everybody who has waited for less than this; ms. */
const FIRST_BY_MS = DAY_MS;

/** Whether the closing that lasts keeps this person out. Support is let in. */
export const isShutOut = ({ effective }: Pick<Ledger, "effective">, { role }: Pick<Person, "role">): boolean =>
  effective.closed && role !== "support";

/** The next thing that ends because the tenant is closed at `now`; null: nothing has to. */
export function nextToShut({ effective, settings, leases, line, lineIndex }: Ledger, now: number): Event[] | null {
  if (!effective.closed) return null;
  const { by = null, holder: byId, text = "" } = settings.closing ?? {};
  for (const [holder, { person }] of leases) {
    if (!isShutOut({ effective }, person)) continue;
    const who = by === null || by === "" || byId === undefined ? { by: null } : { by, byId };
    return [{ type: "lease_ended", at: now, holder, cause: "evicted", ...who, note: text || null }];
  }
  // Each step of a tenant that is closed comes here: the line is gone through only while something is offered.
  if (line.size === lineIndex.size) return null;
  // What was offered cannot be taken now: the person keeps the place.
  for (const [holder, { offeredUntil, rank }] of line) {
    if (offeredUntil === null) continue;
    return [
      { type: "line_left", at: now, holder, cause: "left" },
      { type: "line_joined", at: now, holder, rank },
    ];
  }
  return null;
}

/** Whether the seat of this absence ended with the closing that lasts. */
export const wasShut = ({ settings, effective }: Ledger, { ended }: Absence): boolean =>
  effective.closed && ended?.cause === "evicted" && ended.at >= (settings.closing?.from ?? Number.POSITIVE_INFINITY);

/** The place in line of somebody who had a seat when it closed. */
export const firstRank = (now: number): number => now - FIRST_BY_MS;
