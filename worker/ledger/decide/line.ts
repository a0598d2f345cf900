/** L15: the line. */
import { DENIALS } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { allowedInMs } from "../allocation/allowance.ts";
import { membershipOf, priorityOf } from "../allocation/pools.ts";
import { HEAD_START_MS } from "../allocation/queue.ts";
import { firstRank, wasShut } from "../closing.ts";
import type { Ledger } from "../ledger.ts";
import { type Decision, DONE, nothing } from "./decision.ts";

export function decideWait(ledger: Ledger, holder: HolderId, now: number): Decision {
  if (ledger.leases.has(holder)) return nothing();
  if (ledger.line.has(holder)) return { events: [{ type: "waiter_heard", at: now, holder }], outcome: DONE };
  // L15: the line is for those who asked by an act and were refused, for a reason that waiting can end.
  const absence = ledger.absences.get(holder);
  if (absence === undefined) return nothing();
  if (allowedInMs(ledger, holder, now) > 0) return nothing();
  // L31: the seat comes back when it opens again, before those of others.
  if (wasShut(ledger, absence)) {
    return { events: [{ type: "line_joined", at: now, holder, rank: firstRank(now) }], outcome: DONE };
  }
  if (absence.denial === null || !DENIALS[absence.denial.reason].waits) return nothing();
  const priority = priorityOf(ledger.effective, membershipOf(ledger, absence.person));
  return { events: [{ type: "line_joined", at: now, holder, rank: now - priority * HEAD_START_MS }], outcome: DONE };
}

export const decideLeaveLine = (ledger: Ledger, holder: HolderId, now: number): Decision =>
  ledger.line.has(holder)
    ? { events: [{ type: "line_left", at: now, holder, cause: "left" }], outcome: DONE }
    : nothing();
