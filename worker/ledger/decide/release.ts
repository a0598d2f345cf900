/** L7: a seat is given back, on all tabs or on one. */
import type { ClientId, TabId } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { hasClosedBefore, presentClients, presentGates } from "../time/gone.ts";
import { type Decision, DONE, LET_GO, nothing, type Of } from "./decision.ts";

export function decideRelease(ledger: Ledger, command: Of<"release">, now: number): Decision {
  const { holder, client, tab } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return { events: [], outcome: LET_GO };
  const events: Event[] = [];
  if (tab !== null) {
    if (client !== null && hasClosedBefore(ledger, lease, client, tab, now)) return nothing();
    if (client !== null && lease.clients.has(client)) events.push({ type: "tab_closed", at: now, holder, client, tab });
    if (isUsedBeside(ledger, lease, client, tab, now)) return { events, outcome: DONE };
  }
  events.push({ type: "lease_ended", at: now, holder, cause: "released", by: lease.person.name, note: null });
  return { events, outcome: LET_GO };
}

/** Whether another tab, or a browser without the extension, uses the seat beside this tab. */
function isUsedBeside(ledger: Ledger, lease: Lease, id: ClientId | null, tab: TabId, now: number): boolean {
  const session = id === null ? undefined : lease.clients.get(id)?.session;
  if (presentGates(ledger, lease, now).some((other) => other !== session)) return true;
  return presentClients(ledger, lease, now).some(([, { tabs }]) => tabs.size > (tabs.has(tab) ? 1 : 0));
}
