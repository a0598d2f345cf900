/** N1: whether the person would be let in. Consumes nothing, reserves nothing. */
import type { DenialReason } from "../../../shared/denial.ts";
import { overFor } from "../allocation/overdraft.ts";
import { membershipOf } from "../allocation/pools.ts";
import { reasonAgainst } from "../eligibility.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";
import type { Decision, Of } from "./decision.ts";
import { deniedOf } from "./denied.ts";

function isLetInOver(ledger: Ledger, person: Person, reason: DenialReason, now: number): boolean {
  const membership = membershipOf(ledger, person);
  return overFor(ledger, { holder: person.id, membership, reason, reservedOnly: false }, now) !== null;
}

export function decideCheck(ledger: Ledger, { person }: Of<"check">, now: number): Decision {
  const against = ledger.leases.has(person.id) ? null : reasonAgainst(ledger, person, false);
  const reason =
    against === null || (!ledger.effective.closed && isLetInOver(ledger, person, against, now)) ? null : against;
  const denied = reason === null ? null : deniedOf(ledger, person.id, reason, now);
  return { events: [], outcome: { type: "checked", pass: reason === null, denied } };
}
