/**
 * Rate limit for what stays in the audit for months: taking a seat again and again, joining the line, asking
 * for changes that a person may not make. A burst is allowed, then one in a while. What is used up is stored with each such
 * act: whoever lets the object sleep between two of them has no more than anybody else.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";

/** Nobody takes a seat this often in a row by working. */
export const ACTS_AT_ONCE = 30;
const KEPT_MOST = 1_000;

const COSTLY: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  "seat_granted",
  "line_joined",
  "change_refused",
  "seats_requested",
]);

/** ms until the person may act again; 0: now. */
export function allowedInMs(ledger: Ledger, holder: HolderId, now: number): number {
  const { actEveryMs } = ledger.timing;
  const wholeAt = Math.max(ledger.acts.get(holder) ?? 0, now);
  return Math.max(0, wholeAt - now - (ACTS_AT_ONCE - 1) * actEveryMs);
}

/** Takes `event` off the allowance of the person who caused it. */
export function spendAllowance(ledger: Ledger, event: Event): void {
  if (!COSTLY.has(event.type)) return;
  const { acts } = ledger;
  if (acts.size >= KEPT_MOST) for (const [holder, wholeAt] of acts) if (wholeAt <= event.at) acts.delete(holder);
  acts.set(event.holder, Math.max(acts.get(event.holder) ?? 0, event.at) + ledger.timing.actEveryMs);
}
