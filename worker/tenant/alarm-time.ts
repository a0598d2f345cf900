/** PURE. When to set the object's one alarm. Setting an alarm writes a row, so it is set only when needed. */

import { MINUTE_MS } from "../../shared/durations.ts";

export interface AlarmNeeds {
  /** ms: when the ledger may have something due; null when nothing. */
  deadline: number | null;
  /** ms: when the outbox wants to be delivered; null when it is empty. */
  outboxAt: number | null;
  /** Whether somebody waits for a seat: then deadlines are met to the ms. */
  waiting: boolean;
}

/** While nobody waits, leases may end this late, so that many share one alarm. */
export const UNHURRIED_MS = 1_000;
/** Never re-arm at the present moment: an alarm that is always due would run without pause. */
const SOONEST_MS = 20;
/** An alarm this far in the past was dropped by the platform. */
export const DROPPED_AFTER_MS = MINUTE_MS;

/** The moment for `setAlarm`, or null to leave the alarm as it is. */
export function nextAlarm(needs: AlarmNeeds, alarm: number | null, now: number): number | null {
  const deadline =
    needs.deadline === null || needs.waiting ? needs.deadline : Math.ceil(needs.deadline / UNHURRIED_MS) * UNHURRIED_MS;
  const wanted = Math.min(deadline ?? Number.POSITIVE_INFINITY, needs.outboxAt ?? Number.POSITIVE_INFINITY);
  if (wanted === Number.POSITIVE_INFINITY) return null;
  const at = Math.max(wanted, now + SOONEST_MS);
  const alive = alarm !== null && alarm > now - DROPPED_AFTER_MS;
  // Not by `wanted`: what is due already would be put off by each call that comes before the alarm.
  return alive && alarm <= at ? null : at;
}
