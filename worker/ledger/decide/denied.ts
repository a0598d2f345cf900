/** The answer to somebody who gets no seat. */
import type { DenialReason } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { positionOf } from "../allocation/queue.ts";
import type { Denied, Outcome } from "../command.ts";
import { endingOf } from "../ending.ts";
import { fullnessOf } from "../fullness.ts";
import type { Ledger } from "../ledger.ts";

export const denied = (ledger: Ledger, holder: HolderId, reason: DenialReason, now: number): Outcome => ({
  type: "denied",
  denied: deniedOf(ledger, holder, reason, now),
});

export function deniedOf(ledger: Ledger, holder: HolderId, reason: DenialReason, now: number): Denied {
  const ended = ledger.absences.get(holder)?.ended ?? null;
  const { limit, inUse, measure } = fullnessOf(ledger);
  return {
    reason,
    limit,
    inUse,
    measure,
    position: positionOf(ledger, holder),
    ...(ledger.effective.closed ? { opensInMs: Math.max(0, (ledger.settings.closing?.until ?? now) - now) } : {}),
    ended: ended === null ? null : endingOf(ledger, ended, now),
  };
}
