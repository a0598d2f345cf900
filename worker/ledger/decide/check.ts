/** N1: whether the person would be let in. Consumes nothing, reserves nothing. */
import { reasonAgainst } from "../eligibility.ts";
import type { Ledger } from "../ledger.ts";
import type { Decision, Of } from "./decision.ts";
import { deniedOf } from "./denied.ts";

export function decideCheck(ledger: Ledger, { person }: Of<"check">, now: number): Decision {
  const reason = ledger.leases.has(person.id) ? null : reasonAgainst(ledger, person, false);
  const denied = reason === null ? null : deniedOf(ledger, person.id, reason, now);
  return { events: [], outcome: { type: "checked", pass: reason === null, denied } };
}
