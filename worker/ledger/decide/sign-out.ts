/** L9: the CRM took a sign-out of the person's. */
import { isOfEnded, type SessionKey } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Lease, Ledger } from "../ledger.ts";
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
  const over = new Set<SessionKey>();
  for (const known of sessionsOf(lease)) if (isOfEnded(known, session)) over.add(known);
  const events: Event[] = [...over].map((ended) => ({ type: "session_left", at: now, holder, session: ended }));
  // L9: a dead session shown together with another person's identity is not that person's sign-out.
  if (!lease.sessions.some((known) => over.has(known))) return { events, outcome: DONE };
  const elsewhere =
    presentClients(ledger, lease, now).some(
      ([, client]) => !isOfEnded(client.session, session) && client.tabs.size > 0,
    ) || presentGates(ledger, lease, now).some((other) => !isOfEnded(other, session));
  if (!elsewhere) events.push({ type: "lease_ended", at: now, holder, cause: "signed_out", by: null, note: null });
  return { events, outcome: DONE };
}

/** L9.38: with those of browsers that have said that they are there, and have claimed nothing. */
function* sessionsOf({ sessions, clients, gates }: Lease): Iterable<SessionKey> {
  yield* sessions;
  for (const { session } of clients.values()) yield session;
  yield* gates.keys();
}
