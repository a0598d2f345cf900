/** L5, L6: when a client of a lease is gone. One that is gone is not known any more, whether or not it was dropped. */
import type { ClientId, SessionKey, TabId } from "../../../shared/ids.ts";
import type { Timing } from "../../../shared/timing.ts";
import type { Client, GateClient, Lease, Ledger } from "../ledger.ts";

type Limits = Pick<Timing, "lostAfterMs" | "closeGraceMs">;

/** ms: by silence, or by the grace after its last tab. */
export const clientGoneAt = (timing: Limits, { heardAt, closingAt }: Pick<Client, "heardAt" | "closingAt">): number =>
  closingAt === null ? heardAt + timing.lostAfterMs : closingAt + timing.closeGraceMs;

/** ms: by silence. */
export const gateGoneAt = (timing: Limits, { heardAt }: GateClient): number => heardAt + timing.lostAfterMs;

/** The client of this id, where it is not gone at `now` (ms). */
export function presentClient({ timing }: Ledger, lease: Lease, id: ClientId, now: number): Client | undefined {
  const client = lease.clients.get(id);
  return client === undefined || clientGoneAt(timing, client) <= now ? undefined : client;
}

/**
 * L6: whether this tab had closed before a navigation cancelled the grace, or another tab was heard of: a message that only
 * says so again comes late, and closes nothing.
 */
export function hasClosedBefore(ledger: Ledger, lease: Lease, id: ClientId, tab: TabId, now: number): boolean {
  const client = presentClient(ledger, lease, id, now);
  return client !== undefined && client.closingAt === null && client.closed.includes(tab);
}

/** The browser of this session, where it has the extension and is not gone at `now` (ms). */
export function presentClientOf(
  { timing }: Ledger,
  lease: Lease,
  session: SessionKey,
  now: number,
): Client | undefined {
  for (const client of lease.clients.values()) {
    if (client.session === session && clientGoneAt(timing, client) > now) return client;
  }
  return undefined;
}

/** Those that are not gone at `now` (ms). */
export const presentClients = ({ timing }: Ledger, lease: Lease, now: number): [ClientId, Client][] =>
  [...lease.clients].filter(([, client]) => clientGoneAt(timing, client) > now);

/** Sessions of the browsers that only their requests tell of and that are not gone at `now` (ms). */
export function presentGates({ timing }: Ledger, lease: Lease, now: number): SessionKey[] {
  const present: SessionKey[] = [];
  for (const [session, gate] of lease.gates) if (gateGoneAt(timing, gate) > now) present.push(session);
  return present;
}
