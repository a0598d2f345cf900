/** L32: a holder gives the seat to a colleague who waits. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { isGivable, nextInTurn } from "../allocation/handover.ts";
import { membershipOfHolder } from "../allocation/occupancy.ts";
import { helpsBy } from "../allocation/pools.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { type Decision, LET_GO, type Of } from "./decision.ts";
import { refuse } from "./settings.ts";

/** The lease ends, and its seat is kept for the colleague while passes on it are out (L9). */
export function decideHandOver(ledger: Ledger, { holder, to }: Of<"hand_over">, now: number): Decision {
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return refuse({ code: "conflict", says: sentence("handoverNoSeat") });
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
  const conflict = (says: Sentence, reason: string): Problem => ({ code: "conflict", field: "to", reason, says });
  if (handover === "off") {
    return { code: "forbidden", says: sentence("handoverOff") };
  }
  if (!isGivable(lease)) return conflict(sentence("handoverNotOurs"), "not_givable");
  if (waiting === undefined) {
    return { code: "not_found", field: "to", says: sentence("handoverNotWaiting") };
  }
  if (waiting.offeredUntil !== null || waiting.givenBy !== null) {
    return conflict(sentence("handoverOnItsWay"), "offered_already");
  }
  if (!helpsBy(ledger, membershipOfHolder(ledger, to))(lease)) {
    return conflict(sentence("handoverKept"), "nobody_helps");
  }
  if (handover === "turn" && nextInTurn(ledger, lease) !== to) {
    const says = sentence("handoverTurnOther");
    return conflict(says, "not_in_turn");
  }
  return null;
}
