/** What is remembered of somebody who has no seat and wants none is forgotten. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Ledger } from "../ledger.ts";
import { type Decision, DONE, nothing } from "./decision.ts";

/** Only what nobody needs: a person who drains, waits or was just refused is remembered. */
export function decideForget(ledger: Ledger, holder: HolderId, now: number): Decision {
  const absence = ledger.absences.get(holder);
  if (absence === undefined || absence.denial !== null || ledger.drains.has(holder) || ledger.line.has(holder))
    return nothing();
  return { events: [{ type: "absence_forgotten", at: now, holder }], outcome: DONE };
}
