/** L24, L28: who is let in beyond the limit, and whose seat becomes one of the limit's. */

import type { DenialReason } from "../../../shared/denial.ts";
import { HOUR_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import type { OverVia } from "../over.ts";
import { noRoom } from "./pools.ts";
import { othersFirst } from "./queue.ts";

/** L28: seat time of this month, in ms, at `now`. */
export function overdraftUsedMs({ overdraft, overdrawn, effective }: Ledger, now: number): number {
  const { month } = effective;
  // The turn of the month may come late.
  const monthAt = month === null ? 0 : now < month.to ? month.from : month.to;
  const before = overdraft.at < monthAt ? 0 : overdraft.usedMs;
  return before + overdrawn * Math.max(0, now - Math.max(overdraft.at, monthAt));
}

/** L28: whether one more person may be let in beyond the limit at `now`. */
export function hasOverdraft(ledger: Ledger, now: number): boolean {
  const { seats, hoursPerMonth } = ledger.settings.overdraft;
  if (ledger.settings.model !== "concurrent" || ledger.overdrawn >= seats) return false;
  return hoursPerMonth === null || overdraftUsedMs(ledger, now) < hoursPerMonth * HOUR_MS;
}

/** For want of a seat alone: no overdraft lets a group have more than its maximum, or gives seats while some are free. */
const OVERDRAWN: ReadonlySet<DenialReason> = new Set(["limit_reached", "reserved_for_others", "others_waiting"]);

/** L17: whether a group of the person's has its maximum at work, within the limit and beyond it. */
function isGroupFull(ledger: Ledger, membership: number): boolean {
  const { effective, overIndex, counts } = ledger;
  if (effective.pools.every(({ most }) => most === null)) return false;
  const all = new Map(counts);
  for (const [other, people] of overIndex.sizes()) all.set(other, (all.get(other) ?? 0) + people);
  return noRoom(ledger, membership, { inUse: 0, counts: all }) === "group_limit_reached";
}

interface Wish {
  holder: HolderId;
  membership: number;
  /** Why there is no seat within the limit. */
  reason: DenialReason;
  reservedOnly: boolean;
}

/** How somebody is let in for whom there is no seat within the limit; null: they are refused. */
export function overFor(
  ledger: Ledger,
  { holder, membership, reason, reservedOnly }: Wish,
  now: number,
): OverVia | null {
  if (!ledger.settings.enforced) return "observing";
  // L9: the holder's own draining seat is theirs here, too, unless somebody waits for it.
  if (ledger.drains.get(holder)?.over === "overdraft") return othersFirst(ledger, holder) ? null : "overdraft";
  if (isGroupFull(ledger, membership)) return null;
  const isFull = ledger.inUse + ledger.overdrawn >= ledger.effective.limit;
  return isFull && !reservedOnly && OVERDRAWN.has(reason) && hasOverdraft(ledger, now) ? "overdraft" : null;
}

/** L24: nobody is refused; a page of somebody without a seat goes on as well. L31: except while a closing lasts. */
export const isObserving = ({ settings, effective }: Pick<Ledger, "settings" | "effective">): boolean =>
  !settings.enforced && !effective.closed;

/** G7, L24: whether what is open of the holder's may stay open. */
export const mayGoOn = (ledger: Ledger, holder: HolderId): boolean => ledger.leases.has(holder) || isObserving(ledger);

/** From now on the holder's seat is one of the limit's. */
export function countWithin(ledger: Ledger, holder: HolderId, at: number): Event {
  const over = ledger.leases.get(holder)?.over;
  if (over == null) throw new Error(`${holder} does not work beyond the limit`);
  return { type: "seat_counted", at, holder, via: over.via, id: over.denial, waitedMs: at - over.since };
}
