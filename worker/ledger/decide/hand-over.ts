/** L32: a holder gives the seat to a colleague who waits. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { isGivable, isOnItsWay, nextInTurn } from "../allocation/handover.ts";
import { membershipOfHolder } from "../allocation/occupancy.ts";
import { helpsBy } from "../allocation/pools.ts";
import type { Lease, Ledger } from "../ledger.ts";
import type { Assigned } from "../settings/settings.ts";
import { type Decision, LET_GO, type Of } from "./decision.ts";
import { refuse } from "./settings.ts";

/** The lease ends, and its seat is kept for the colleague while passes on it are out (L9). */
export function decideHandOver(ledger: Ledger, { holder, to }: Of<"hand_over">, now: number): Decision {
  const lease = ledger.leases.get(holder);
  const fault = faultOfGiver(ledger, holder);
  if (fault !== null || lease === undefined) return refuse(fault ?? NO_SEAT);
  const problem = problemWith(ledger, lease, to);
  if (problem !== null) return refuse(problem);
  const { id, name, role } = lease.person;
  return {
    events: [
      { type: "seat_handed_over", at: now, holder: to, actor: { id, name, role } },
      { type: "lease_ended", at: now, holder, cause: "released", by: name, note: null, handedTo: takerOf(ledger, to) },
    ],
    outcome: LET_GO,
  };
}

const takerOf = ({ absences }: Ledger, to: HolderId): Assigned => ({
  id: to,
  name: absences.get(to)?.person.name ?? to,
});

const NO_SEAT: Problem = { code: "conflict", says: sentence("handoverNoSeat") };
const conflict = (says: Sentence, reason: string): Problem => ({ code: "conflict", field: "to", reason, says });
/** The same about everybody else, so that it tells nobody who waits. */
export const NOT_IN_TURN: Problem = conflict(sentence("handoverTurnOther"), "not_in_turn");

/** Why the person may give a seat to nobody at all; comes before any look at who waits. */
export function faultOfGiver(ledger: Ledger, holder: HolderId): Problem | null {
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return NO_SEAT;
  if (ledger.settings.handover === "off") return { code: "forbidden", says: sentence("handoverOff") };
  return isGivable(lease) ? null : conflict(sentence("handoverNotOurs"), "not_givable");
}

function problemWith(ledger: Ledger, lease: Lease, to: HolderId): Problem | null {
  if (ledger.settings.handover === "turn") return nextInTurn(ledger, lease) === to ? null : NOT_IN_TURN;
  const waiting = ledger.line.get(to);
  if (waiting === undefined) {
    return { code: "not_found", field: "to", says: sentence("handoverNotWaiting") };
  }
  if (waiting.offeredUntil !== null || isOnItsWay(ledger, waiting)) {
    return conflict(sentence("handoverOnItsWay"), "offered_already");
  }
  return helpsBy(ledger, membershipOfHolder(ledger, to))(lease)
    ? null
    : conflict(sentence("handoverKept"), "nobody_helps");
}
