/** L2, L8: why a person is not seated now, and the reason given to a person who may not claim. */
import { type DenialReason, REASON_AFTER } from "../../shared/denial.ts";
import { judge } from "./allocation/judge.ts";
import { hasReservedRoom, membershipOf, noRoom } from "./allocation/pools.ts";
import { othersFirst } from "./allocation/queue.ts";
import type { Absence, Ledger } from "./ledger.ts";
import type { Person } from "./person.ts";

/** The reason given to a request that may not claim. */
export function reasonOf(absence: Absence): DenialReason {
  if (absence.denial !== null) return absence.denial.reason;
  return absence.ended === null ? "ask_again" : REASON_AFTER[absence.ended.cause];
}

/** L2: why the person cannot be seated now; null when a seat is there for them. */
export function reasonAgainst(ledger: Ledger, person: Person, reservedOnly: boolean): DenialReason | null {
  if (judge(ledger, person).exempt) return null;
  const offered = ledger.line.get(person.id)?.offeredUntil ?? null;
  if (offered !== null) return null;
  const others = othersFirst(ledger, person.id);
  // L9: the holder's own draining seat is theirs, unless somebody waits for it.
  if (ledger.drains.get(person.id)?.exempt === false) return others ? "others_waiting" : null;
  const membership = membershipOf(ledger, person);
  // Where there is room for the person, nobody in line could have taken it: it would be offered already (L15).
  const reason = noRoom(ledger, membership);
  return reason === null && reservedOnly && !hasReservedRoom(ledger, membership) ? "limit_reached" : reason;
}
