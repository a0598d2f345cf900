/**
 * What is stored of presence and passes. Their shape (which clients, tabs, bindings) is written whenever it changes, with
 * the lease; when each was last heard is written later, for many holders together (tenant/presence-store.ts).
 */
import type { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Timing } from "../../shared/timing.ts";
import type { Lease, Ledger, Passes } from "./ledger.ts";
import type { Over } from "./over.ts";
import type { Person } from "./person.ts";
import { clientGoneAt } from "./time/gone.ts";

/** Tuples, since a house of a thousand has a thousand of them. */
export interface StoredPresence {
  activeAt: number;
  assumedActiveAt: number;
  clients: [ClientId, SessionKey, heardAt: number, seq: number, TabId[], closed: TabId[], closingAt: number | null][];
  gates: [SessionKey, heardAt: number][];
  passes: StoredPass[];
  nudge: Lease["nudge"];
  quietUntil: number;
}

export interface StoredLease {
  person: Person;
  exempt: boolean;
  named: boolean;
  grantedAt: number;
  sessions: SessionKey[];
  clientKind: string;
  /** L24, L28: its order is that of the rows. Missing in what an earlier version stored. */
  over?: Omit<Over, "order"> | null;
  presence: StoredPresence;
}

/** L9.39: an earlier version stored no time of issue; it may have been any. */
export type StoredPass = [BindingId, SessionKey, until: number, issuedAt?: number];

/** The times of a holder's presence, of a lease or of a place in line. All only grow, except `assumed`. */
export interface Times {
  active: number;
  assumed: number;
  clients: [ClientId, heardAt: number, seq: number][];
  gates: [SessionKey, heardAt: number][];
  passes: [BindingId, until: number, issuedAt?: number][];
  waiting: number;
}

export function storedPasses({ byBinding }: Passes): StoredPass[] {
  const passes: StoredPass[] = [];
  for (const [binding, { session, until, issuedAt }] of byBinding) passes.push([binding, session, until, issuedAt]);
  return passes;
}

export function storedPresence(lease: Lease): StoredPresence {
  const clients: StoredPresence["clients"] = [];
  for (const [id, { session, heardAt, seq, tabs, closed, closingAt }] of lease.clients) {
    clients.push([id, session, heardAt, seq, [...tabs], closed, closingAt]);
  }
  const gates: StoredPresence["gates"] = [];
  for (const [session, { heardAt }] of lease.gates) gates.push([session, heardAt]);
  const { activeAt, assumedActiveAt, nudge, quietUntil } = lease;
  return { activeAt, assumedActiveAt, clients, gates, passes: storedPasses(lease.passes), nudge, quietUntil };
}

/** Of what is read, to be brought up to date. */
export const copyPresence = (presence: StoredPresence): StoredPresence => ({
  ...presence,
  clients: presence.clients.map((client) => [...client]),
  gates: presence.gates.map((gate) => [...gate]),
});

function passTimes({ byBinding }: Passes): Times["passes"] {
  const times: Times["passes"] = [];
  for (const [binding, { until, issuedAt }] of byBinding) times.push([binding, until, issuedAt]);
  return times;
}

/** The times of a holder as they stand; null: there is nothing of the holder that mere time moves. */
export function timesOf(ledger: Ledger, holder: HolderId): Times | null {
  const lease = ledger.leases.get(holder);
  const waiting = ledger.line.get(holder)?.heardAt ?? 0;
  if (lease === undefined) {
    const drain = ledger.drains.get(holder);
    // L24: passes that go on without a seat are renewed.
    const passes = drain?.resting ? passTimes(drain.passes) : [];
    if (waiting === 0 && passes.length === 0) return null;
    return { active: 0, assumed: 0, clients: [], gates: [], passes, waiting };
  }
  const clients: Times["clients"] = [];
  for (const [id, { heardAt, seq }] of lease.clients) clients.push([id, heardAt, seq]);
  const gates: Times["gates"] = [];
  for (const [session, { heardAt }] of lease.gates) gates.push([session, heardAt]);
  const { activeAt: active, assumedActiveAt: assumed } = lease;
  return { active, assumed, clients, gates, passes: passTimes(lease.passes), waiting };
}

/** Brings a stored shape up to date with times written later, or earlier: whichever is the latest counts. */
export function addTimes(presence: StoredPresence, times: Times, areNewer: boolean): void {
  presence.activeAt = Math.max(presence.activeAt, times.active);
  if (areNewer) presence.assumedActiveAt = times.assumed;
  for (const client of presence.clients) {
    const told = times.clients.find(([id]) => id === client[0]);
    if (told === undefined) continue;
    client[2] = Math.max(client[2], told[1]);
    client[3] = Math.max(client[3], told[2]);
  }
  // The latest heard stands last.
  presence.clients.sort((a, b) => a[2] - b[2]);
  for (const gate of presence.gates) {
    gate[1] = Math.max(gate[1], times.gates.find(([session]) => session === gate[0])?.[1] ?? 0);
  }
  presence.passes = renewedPasses(presence.passes, times.passes);
}

/** With what was written later, or earlier, of the same bindings: whichever is the latest counts. */
export function renewedPasses(passes: readonly StoredPass[], told: Times["passes"]): StoredPass[] {
  return passes.map((pass) => {
    const [, until, issuedAt = until] = told.find(([binding]) => binding === pass[0]) ?? [pass[0], 0];
    return issuedAgain(pass, until, issuedAt);
  });
}

/** L9: each pass may have been issued again up to `lostAt` (ms), for the longest life that the tenant's passes have. */
export const assumeIssued = (passes: readonly StoredPass[], lostAt: number, longestPassLifeMs: number): StoredPass[] =>
  passes.map((pass) => issuedAgain(pass, lostAt + longestPassLifeMs, lostAt));

const issuedAgain = (
  [binding, session, until, issuedAt = until]: StoredPass,
  againUntil: number,
  againAt: number,
): StoredPass => [binding, session, Math.max(until, againUntil), Math.max(issuedAt, againAt)];

/** Times that were lost with the memory: none of the last message of `since`, any until `until` (ms). */
export interface LostTimes {
  since: number;
  until: number;
}

/**
 * L5, L9: everybody who was present when times were last written may have been heard and active until `lost.until`. One
 * who was gone by then is not: coming back would have been written at once.
 */
export function assumeHeard(
  timing: Pick<Timing, "lostAfterMs" | "closeGraceMs">,
  presence: StoredPresence,
  lost: LostTimes,
): void {
  presence.assumedActiveAt = Math.max(presence.assumedActiveAt, lost.until);
  const assumed = (heardAt: number, closingAt: number | null) =>
    closingAt !== null || clientGoneAt(timing, { heardAt, closingAt }) <= lost.since
      ? heardAt
      : Math.max(heardAt, lost.until);
  for (const client of presence.clients) client[2] = assumed(client[2], client[6]);
  for (const gate of presence.gates) gate[1] = assumed(gate[1], null);
}
