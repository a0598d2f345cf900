/** L2, L8: why a person is not seated now, and the reason given to a person who may not claim. */
import { type DenialReason, REASON_AFTER } from "../../shared/denial.ts";
import { isGivenAway } from "./allocation/handover.ts";
import { judge } from "./allocation/judge.ts";
import { hasReservedRoom, membershipOf, noRoom } from "./allocation/pools.ts";
import { othersFirst } from "./allocation/queue.ts";
import { isShutOut } from "./closing.ts";
import type { Absence, Ledger } from "./ledger.ts";
import type { Person } from "./person.ts";

/**
 * L27: the reason given to a request that may not claim, as things stand now: what it was when the person asked may be
 * over. In line with a seat held for them, no reason holds any more.
 */
export function reasonFor(ledger: Ledger, absence: Absence): DenialReason {
  const { denial, ended, person } = absence;
  if (isShutOut(ledger, person)) return "closed_for_maintenance";
  const isWaiting = ledger.line.has(person.id);
  // L31.8: the line is also joined without having been refused.
  if (denial !== null || isWaiting) {
    return reasonAgainst(ledger, person, false) ?? (isWaiting ? "no_seat" : "ask_again");
  }
  return ended === null ? "ask_again" : REASON_AFTER[ended.cause];
}

/** L2: why the person cannot be seated now; null when a seat is there for them. */
export function reasonAgainst(ledger: Ledger, person: Person, reservedOnly: boolean): DenialReason | null {
  if (isShutOut(ledger, person)) return "closed_for_maintenance";
  if (judge(ledger, person).exempt) return null;
  const offered = ledger.line.get(person.id)?.offeredUntil ?? null;
  if (offered !== null) return null;
  const others = othersFirst(ledger, person.id);
  // L9: the holder's own draining seat is theirs, unless somebody waits for it, or it was given away (L32).
  const drain = ledger.drains.get(person.id);
  if (drain?.exempt === false && drain.over === null)
    return others || isGivenAway(ledger, person.id) ? "others_waiting" : null;
  const membership = membershipOf(ledger, person);
  // Where there is room for the person, nobody in line could have taken it: it would be offered already (L15).
  const reason = noRoom(ledger, membership);
  return reason === null && reservedOnly && !hasReservedRoom(ledger, membership) ? "reserved_taken" : reason;
}
