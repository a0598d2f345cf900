/** L5, L6: which browsers are there. */
import type { ClientId, SessionKey, TabId } from "../../../shared/ids.ts";
import { CLIENTS_MAX, CLOSED_TABS_MAX, type Client, GATES_MAX, type Lease, type Ledger, remember } from "../ledger.ts";
import {
  clientGoneAt,
  gateGoneAt,
  presentClient,
  presentClientOf,
  presentClients,
  presentGates,
} from "../time/gone.ts";
import { leaseOf } from "./needed.ts";
import { beActive } from "./nudge.ts";
import type { Of } from "./of.ts";

export function seeGate(ledger: Ledger, event: Of<"gate_seen">): void {
  const { holder, at } = event;
  const lease = leaseOf(ledger, holder);
  const extension = presentClientOf(ledger, lease, event.session, at);
  if (extension === undefined) hearGate(ledger, lease, event);
  else if (event.by === "navigation" || (event.by === "stream" && extension.closingAt === null)) {
    // L6: a navigation cancels the grace; the new document will say hello itself.
    if (extension.closingAt !== null) lease.shape++;
    extension.closingAt = null;
    extension.heardAt = at;
  }
}

function hearGate({ timing }: Ledger, lease: Lease, { session, active, at }: Of<"gate_seen">): void {
  for (const [other, gate] of lease.gates) {
    if (gateGoneAt(timing, gate) > at || !lease.gates.delete(other)) continue;
    // L5: left in its row, it would be taken to have been heard when memory is lost.
    lease.shape++;
  }
  if (!lease.gates.has(session)) lease.shape++;
  lease.gates.set(session, { heardAt: at });
  if (lease.gates.size > GATES_MAX) dropQuietest(lease);
  if (active) beActive(lease, at);
}

function dropQuietest(lease: Lease): void {
  let quietest: SessionKey | null = null;
  let since = Number.POSITIVE_INFINITY;
  for (const [session, { heardAt }] of lease.gates) {
    if (heardAt >= since) continue;
    quietest = session;
    since = heardAt;
  }
  if (quietest !== null) lease.gates.delete(quietest);
}

export function hearClient(ledger: Ledger, event: Of<"client_heard">): void {
  const { holder, client: id, activeAt, at } = event;
  const lease = leaseOf(ledger, holder);
  const present = presentClient(ledger, lease, id, at);
  if (present !== undefined && isRestated(present, event)) hearAgain(lease, present, event);
  else hearNews(lease, present, event);
  if (activeAt === null) return;
  beActive(lease, activeAt);
  if (!areOthersUnheard(ledger, lease, id, at)) lease.assumedActiveAt = 0;
}

/** The usual heartbeat: nothing but its times is new. Told without making anything, for it comes from everybody. */
const isRestated = (
  { session, tabs, closed, closingAt }: Client,
  { session: said, tabs: stated }: { session: SessionKey; tabs: readonly TabId[] },
): boolean =>
  session === said &&
  closingAt === null &&
  tabs.size > 0 &&
  tabs.size === stated.length &&
  stated.every((tab, place) => tabs.has(tab) && !closed.includes(tab) && stated.indexOf(tab) === place);

function hearAgain(lease: Lease, present: Client, { client: id, session, seq, at }: Of<"client_heard">): void {
  present.heardAt = at;
  present.seq = seq;
  if (lease.gates.delete(session)) lease.shape++;
  // The latest heard stands last.
  if (lease.clients.size === 1) return;
  lease.clients.delete(id);
  lease.clients.set(id, present);
}

function hearNews(
  lease: Lease,
  present: Client | undefined,
  { client: id, session, seq, tabs: stated, at }: Of<"client_heard">,
): void {
  const known = lease.clients.get(id);
  // P3: its dead tabs stay dead, also where it was gone meanwhile.
  const closed = known?.closed ?? [];
  const tabs = new Set(stated.filter((tab) => !closed.includes(tab)));
  // L6: a beat from before its tabs closed, late, closes nothing that a navigation has opened since.
  const isLate = stated.length > 0 && present?.tabs.size === 0;
  const closingAt = tabs.size > 0 ? null : isLate ? present.closingAt : (present?.closingAt ?? at);
  // L6: the number of a goodbye is written at once. An earlier goodbye that comes late would otherwise close, after a
  // loss of memory, what a navigation has opened since.
  const isSame = tabs.size > 0 && present?.session === session && areEqual(present.tabs, tabs) && !present.closingAt;
  if (lease.gates.delete(session) || !isSame) lease.shape++;
  lease.clients.delete(id);
  lease.clients.set(id, { session, heardAt: at, seq, tabs, closed, closingAt });
  if (lease.clients.size > CLIENTS_MAX) {
    const [oldest] = lease.clients.keys();
    lease.clients.delete(oldest as ClientId);
  }
}

export function closeTab(ledger: Ledger, event: Of<"tab_closed">): void {
  const { holder, at } = event;
  const lease = leaseOf(ledger, holder);
  const client = lease.clients.get(event.client);
  if (client === undefined) return;
  lease.shape++;
  client.tabs.delete(event.tab);
  // N1: the one window of a native client is named as the client is, and opens again under that name.
  if (String(event.tab) !== event.client) client.closed = remember(client.closed, event.tab, CLOSED_TABS_MAX);
  const isGone = clientGoneAt(ledger.timing, client) <= at;
  if (client.tabs.size === 0 && client.closingAt === null && !isGone) client.closingAt = at;
}

export function leaveSession(ledger: Ledger, event: Of<"session_left">): void {
  const { holder } = event;
  const lease = leaseOf(ledger, holder);
  lease.shape++;
  lease.gates.delete(event.session);
  for (const [id, client] of lease.clients) if (client.session === event.session) lease.clients.delete(id);
}

/** Whether somebody else is present who has not said since the loss of memory when the person was last active there. */
function areOthersUnheard(ledger: Ledger, lease: Lease, id: ClientId, at: number): boolean {
  if (lease.assumedActiveAt === 0) return false;
  if (presentGates(ledger, lease, at).length > 0) return true;
  return presentClients(ledger, lease, at).some(
    ([other, { heardAt }]) => other !== id && heardAt <= lease.assumedActiveAt,
  );
}

const areEqual = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean =>
  a.size === b.size && [...a].every((value) => b.has(value));
