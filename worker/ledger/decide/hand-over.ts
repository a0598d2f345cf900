/** L32: a holder gives the seat to a colleague who waits. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { isGivable, nextInTurn } from "../allocation/handover.ts";
import { membershipOfHolder } from "../allocation/occupancy.ts";
import { helpsBy } from "../allocation/pools.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { type Decision, LET_GO, type Of } from "./decision.ts";
import { refuse } from "./settings.ts";

/** The lease ends, and its seat is kept for the colleague while passes on it are out (L9). */
export function decideHandOver(ledger: Ledger, { holder, to }: Of<"hand_over">, now: number): Decision {
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return refuse({ code: "conflict", detail: "You have no licence to hand over." });
  const problem = problemWith(ledger, lease, to);
  if (problem !== null) return refuse(problem);
  const { id, name, role } = lease.person;
  return {
    events: [
      { type: "seat_handed_over", at: now, holder: to, actor: { id, name, role } },
      { type: "lease_ended", at: now, holder, cause: "released", by: name, note: null },
    ],
    outcome: LET_GO,
  };
}

function problemWith(ledger: Ledger, lease: Lease, to: HolderId): Problem | null {
  const { handover } = ledger.settings;
  const waiting = ledger.line.get(to);
  const conflict = (detail: string, reason: string): Problem => ({ code: "conflict", field: "to", reason, detail });
  if (handover === "off") {
    return { code: "forbidden", detail: "Your firm has not allowed to hand licences over: release yours instead." };
  }
  if (!isGivable(lease)) return conflict("Your licence is not one that you can hand over.", "not_givable");
  if (waiting === undefined) {
    return { code: "not_found", field: "to", detail: "This person does not wait for a licence." };
  }
  if (waiting.offeredUntil !== null || waiting.givenBy !== null) {
    return conflict("A licence is on its way to this person already.", "offered_already");
  }
  if (!helpsBy(ledger, membershipOfHolder(ledger, to))(lease)) {
    return conflict("Your licence would not come to this person: it is kept for others.", "nobody_helps");
  }
  if (handover === "turn" && nextInTurn(ledger, lease) !== to) {
    const detail = "It is somebody else's turn: your firm has not allowed to pass the line.";
    return conflict(detail, "not_in_turn");
  }
  return null;
}
