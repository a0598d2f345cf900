/** L9: the CRM took a sign-out of the person's. */
import { isOfEnded } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { presentClients, presentGates } from "../time/gone.ts";
import { type Decision, DONE, nothing, type Of } from "./decision.ts";

export function decideSignOut(ledger: Ledger, command: Of<"sign_out">, now: number): Decision {
  const { holder, session } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) {
    return ledger.line.has(holder)
      ? { events: [{ type: "line_left", at: now, holder, cause: "left" }], outcome: DONE }
      : nothing();
  }
  // L9: a dead session shown together with another person's identity is not that person's sign-out.
  const over = lease.sessions.filter((known) => isOfEnded(known, session));
  if (over.length === 0) return nothing();
  const events: Event[] = over.map((ended) => ({ type: "session_left", at: now, holder, session: ended }));
  const elsewhere =
    presentClients(ledger, lease, now).some(
      ([, client]) => !isOfEnded(client.session, session) && client.tabs.size > 0,
    ) || presentGates(ledger, lease, now).some((other) => !isOfEnded(other, session));
  if (!elsewhere) events.push({ type: "lease_ended", at: now, holder, cause: "signed_out", by: null, note: null });
  return { events, outcome: DONE };
}
