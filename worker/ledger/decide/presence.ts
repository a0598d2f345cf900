/** L5, L6, L8: what browsers say of themselves. It keeps a seat, and never brings one back. */
import type { ClientId, SessionKey } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { hasClosedBefore, presentClient, presentClients } from "../time/gone.ts";
import { type Decision, DONE, LET_GO, nothing, type Of } from "./decision.ts";

export function decideHeartbeat(ledger: Ledger, command: Of<"heartbeat">, now: number): Decision {
  const { holder, session, beat } = command;
  const lease = ledger.leases.get(holder);
  // L8: presence alone never brings a seat back.
  if (lease === undefined) return { events: [], outcome: LET_GO };
  // P3: late and repeated heartbeats are ignored; a client that is gone or unknown and names no open tab is none (L5).
  const known = lease.clients.get(beat.client);
  if (known !== undefined && beat.seq <= known.seq) return nothing();
  const namesOpen = beat.tabs.some(({ id }) => known?.closed.includes(id) !== true);
  if (!namesOpen && presentClient(ledger, lease, beat.client, now) === undefined) return nothing();
  let youngestMs: number | null = null;
  for (const tab of beat.tabs) {
    if (tab.activeAgeMs !== null && (youngestMs === null || tab.activeAgeMs < youngestMs)) youngestMs = tab.activeAgeMs;
  }
  const events: Event[] = [
    {
      type: "client_heard",
      at: now,
      holder,
      client: beat.client,
      session,
      seq: beat.seq,
      tabs: beat.tabs.map((tab) => tab.id),
      activeAt: youngestMs === null ? null : now - youngestMs,
    },
  ];
  const isLast = beat.tabs.length === 0 && !sharesBrowser(ledger, lease, session, beat.client, now);
  return { events, outcome: isLast ? LET_GO : DONE };
}

export function decideCloseTab(ledger: Ledger, command: Of<"close_tab">, now: number): Decision {
  const { holder, client, tab } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return { events: [], outcome: LET_GO };
  const known = lease.clients.get(client);
  if (known === undefined || hasClosedBefore(ledger, lease, client, tab, now)) return nothing();
  const events: Event[] = [{ type: "tab_closed", at: now, holder, client, tab }];
  const last = known.tabs.size === 0 || (known.tabs.size === 1 && known.tabs.has(tab));
  return { events, outcome: last && !sharesBrowser(ledger, lease, known.session, client, now) ? LET_GO : DONE };
}

export function decideStay(ledger: Ledger, command: Of<"stay">, now: number): Decision {
  const { holder, session, active } = command;
  if (!ledger.leases.has(holder)) return nothing();
  return { events: [{ type: "gate_seen", at: now, holder, session, active, by: "stream" }], outcome: DONE };
}

/** Whether another client with open tabs uses the same CRM session, and so the same pass cookie. */
function sharesBrowser(ledger: Ledger, lease: Lease, session: SessionKey, client: ClientId, now: number): boolean {
  return presentClients(ledger, lease, now).some(
    ([id, other]) => id !== client && other.session === session && other.tabs.size > 0,
  );
}
