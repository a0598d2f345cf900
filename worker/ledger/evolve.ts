/** The only place that changes a ledger: applies one event. Never refuses, never decides. */
import type { ClientId, HolderId } from "../../shared/ids.ts";
import { spendAllowance } from "./allowance.ts";
import type { Actor, Event } from "./event.ts";
import { absenceDue, leaseDue } from "./expiry.ts";
import { clientGoneAt, gateGoneAt, presentClient, presentClientOf, presentClients, presentGates } from "./gone.ts";
import {
  type Absence,
  CLIENTS_MAX,
  CLOSED_TABS_MAX,
  LENGTHS_MAX,
  type Lease,
  type Ledger,
  NUDGE_QUIET_MS,
  noPasses,
  type Passes,
  passesUntil,
  remember,
  SCHEDULE,
  SESSIONS_MAX,
} from "./ledger.ts";
import { membershipOfHolder, occupies } from "./occupancy.ts";
import { membershipOf } from "./pools.ts";
import { waitingUntil } from "./queue.ts";
import { effectiveAt } from "./schedule.ts";
import { HISTORY_MAX, type Settings } from "./settings.ts";
import { traceChange } from "./settings-trace.ts";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

/** Applies `event` to `ledger` in place. */
export function evolve(ledger: Ledger, event: Event): void {
  const before = occupies(ledger, event.holder) ? membershipOfHolder(ledger, event.holder) : null;
  apply(ledger, event);
  const after = occupies(ledger, event.holder) ? membershipOfHolder(ledger, event.holder) : null;
  // A change of pools has counted everybody again already.
  if (before !== after && event.type !== "settings_changed") {
    if (before !== null) count(ledger, before, -1);
    if (after !== null) count(ledger, after, 1);
  }
  ledger.lastAt = Math.max(ledger.lastAt, event.at);
  spendAllowance(ledger, event);
  watchDeadlines(ledger, event);
}

function count(ledger: Ledger, membership: number, by: 1 | -1): void {
  ledger.inUse += by;
  const people = (ledger.counts.get(membership) ?? 0) + by;
  if (people === 0) ledger.counts.delete(membership);
  else ledger.counts.set(membership, people);
}

/** Counts everybody again, and lays the line again: after a restart, and when memberships have changed. */
export function recount(ledger: Ledger): void {
  ledger.inUse = 0;
  ledger.counts.clear();
  ledger.lineIndex.clear();
  const holders = new Set([...ledger.leases.keys(), ...ledger.drains.keys(), ...ledger.line.keys()]);
  for (const holder of holders) if (occupies(ledger, holder)) count(ledger, membershipOfHolder(ledger, holder), 1);
  for (const [holder, waiting] of ledger.line) {
    if (waiting.offeredUntil === null) ledger.lineIndex.add(membershipOfHolder(ledger, holder), holder, waiting);
  }
}

function changeSettings(ledger: Ledger, patch: Partial<Settings>, actor: Actor, what: string, at: number): void {
  const { settings } = ledger;
  const version = settings.version + 1;
  const traces = traceChange(settings, { ...settings, ...patch }, at);
  const change = { version, by: actor.name, byId: actor.id, at, what, traces };
  const history = [...settings.history, change].slice(-HISTORY_MAX);
  ledger.settings = { ...settings, ...patch, version, history };
  turnSchedule(ledger, at);
  if (patch.pools !== undefined) recount(ledger);
}

function turnSchedule(ledger: Ledger, at: number): void {
  ledger.effective = effectiveAt(ledger.settings, at);
  ledger.turnedAt = at;
}

function apply(ledger: Ledger, event: Event): void {
  const { holder, at } = event;
  switch (event.type) {
    case "seat_granted": {
      const absence = ledger.absences.get(holder);
      const known = absence?.sessions ?? [];
      const drain = ledger.drains.get(holder);
      ledger.leases.set(holder, {
        person: event.person,
        exempt: event.exempt,
        named: event.named,
        grantedAt: at,
        activeAt: at,
        assumedActiveAt: 0,
        sessions: remember(known, event.session, SESSIONS_MAX),
        clients: new Map(),
        gates: new Map(),
        // L9: passes still out belong to the same person, who takes the draining seat over with them.
        passes: drain?.passes ?? noPasses(),
        clientKind: event.clientKind,
        nudge: null,
        quietUntil: 0,
        shape: 0,
      });
      // Before the absence goes: the line knows the person by it.
      leaveLine(ledger, holder);
      ledger.drains.delete(holder);
      ledger.absences.delete(holder);
      return;
    }
    case "session_joined": {
      const lease = leaseOf(ledger, holder);
      lease.sessions = remember(lease.sessions, event.session, SESSIONS_MAX);
      return;
    }
    case "lease_judged": {
      const { person, exempt, named } = event;
      const lease = ledger.leases.get(holder);
      if (lease !== undefined) Object.assign(lease, { person, exempt, named });
      // L16: the seat of somebody who is not counted is nothing to give away.
      if (lease !== undefined && exempt) keepSeat(lease);
      const drain = ledger.drains.get(holder);
      if (drain !== undefined) drain.exempt = exempt;
      return;
    }
    case "lease_ended": {
      const lease = leaseOf(ledger, holder);
      ledger.leases.delete(holder);
      ledger.lengths = [...ledger.lengths, at - lease.grantedAt].slice(-LENGTHS_MAX);
      // L9: the seat stays taken while a pass on it is out.
      if (passesUntil(lease.passes) > at) {
        ledger.drains.set(holder, { exempt: lease.exempt, passes: lease.passes });
      }
      ledger.absences.set(holder, {
        person: lease.person,
        since: at,
        ended: { cause: event.cause, at, by: event.by, note: event.note, heldMs: at - lease.grantedAt },
        sessions: lease.sessions,
        denial: null,
      });
      return;
    }
    case "drain_ended":
      ledger.drains.delete(holder);
      return;
    case "denial_opened": {
      const absence = ledger.absences.get(holder);
      ledger.lastDenial++;
      ledger.absences.set(holder, {
        person: event.person,
        since: at,
        ended: absence?.ended ?? null,
        sessions: remember(absence?.sessions ?? [], event.session, SESSIONS_MAX),
        denial: {
          id: event.id,
          openedAt: at,
          lastAt: at,
          attempts: 1,
          toldAt: at,
          reason: event.reason,
          clientKind: event.clientKind,
          limit: event.limit,
          inUse: event.inUse,
        },
      });
      return;
    }
    case "denial_repeated":
      countAttempt(ledger, event, at);
      return;
    case "denial_counted":
      countAttempt(ledger, event, null);
      return;
    case "denial_closed": {
      const absence = absenceOf(ledger, holder);
      absence.denial = null;
      absence.since = at;
      return;
    }
    case "absence_forgotten":
      ledger.absences.delete(holder);
      return;
    case "line_joined": {
      const order = ++ledger.joined;
      const waiting = { since: at, rank: event.rank, order, heardAt: at, offeredUntil: null, nudgedAt: null };
      ledger.line.set(holder, waiting);
      ledger.lineIndex.add(membershipOfHolder(ledger, holder), holder, waiting);
      return;
    }
    case "line_left": {
      const denial = ledger.absences.get(holder)?.denial;
      // R1: waiting is wanting; the episode lasts as long as the person was heard in the line.
      if (denial) denial.lastAt = Math.max(denial.lastAt, waitingOf(ledger, holder).heardAt);
      leaveLine(ledger, holder);
      return;
    }
    case "seat_offered": {
      const waiting = waitingOf(ledger, holder);
      if (waiting.offeredUntil === null) ledger.lineIndex.remove(membershipOfHolder(ledger, holder), waiting);
      waiting.offeredUntil = event.until;
      return;
    }
    case "waiter_heard":
      waitingOf(ledger, holder).heardAt = at;
      return;
    case "limit_changed":
      changeSettings(ledger, { limit: event.to }, event.actor, `the limit from ${event.from} to ${event.to}`, at);
      return;
    case "idle_timeout_changed": {
      const what = `the idle time-out from ${event.from / 60_000} to ${event.to / 60_000} minutes`;
      changeSettings(ledger, { idleTimeoutMs: event.to }, event.actor, what, at);
      return;
    }
    case "settings_changed":
      changeSettings(ledger, event.patch, event.actor, event.what, at);
      return;
    case "schedule_turned":
      turnSchedule(ledger, at);
      return;
    case "records_reported":
      ledger.settings = { ...ledger.settings, records: { ...ledger.settings.records, count: event.count } };
      return;
    case "token_made":
    case "token_revoked":
    case "change_refused":
      return;
    case "nudge_asked": {
      const lease = leaseOf(ledger, holder);
      lease.nudge = { askedAt: at, until: event.until, by: event.byName };
      lease.quietUntil = at + NUDGE_QUIET_MS;
      lease.shape++;
      Object.assign(waitingOf(ledger, event.by), { nudgedAt: at, asked: { holder, until: event.until } });
      return;
    }
    case "nudge_kept":
      keepSeat(leaseOf(ledger, holder));
      return;
    case "pass_issued": {
      const lease = leaseOf(ledger, holder);
      const { passes } = lease;
      for (const [jar, pass] of passes.byJar) if (pass.until <= at) passes.byJar.delete(jar);
      if (passes.byJar.get(event.jar)?.session !== event.session) lease.shape++;
      passes.byJar.set(event.jar, { session: event.session, until: event.until });
      return;
    }
    case "pass_handed_back": {
      passesOf(ledger, holder)?.byJar.delete(event.jar);
      const lease = ledger.leases.get(holder);
      if (lease !== undefined) lease.shape++;
      return;
    }
    case "gate_seen": {
      const lease = leaseOf(ledger, holder);
      const extension = presentClientOf(ledger, lease, event.session, at);
      if (extension === undefined) seeGate(ledger, lease, event);
      else if (event.by === "navigation" || (event.by === "stream" && extension.closingAt === null)) {
        // L6: a navigation cancels the grace; the new document will say hello itself.
        if (extension.closingAt !== null) lease.shape++;
        extension.closingAt = null;
        extension.heardAt = at;
      }
      return;
    }
    case "client_heard":
      hearClient(ledger, leaseOf(ledger, holder), event);
      return;
    case "tab_closed": {
      const lease = leaseOf(ledger, holder);
      const client = lease.clients.get(event.client);
      if (client === undefined) return;
      lease.shape++;
      client.tabs.delete(event.tab);
      client.closed = remember(client.closed, event.tab, CLOSED_TABS_MAX);
      const isGone = clientGoneAt(ledger.timing, client) <= at;
      if (client.tabs.size === 0 && client.closingAt === null && !isGone) client.closingAt = at;
      return;
    }
    case "session_left": {
      const lease = leaseOf(ledger, holder);
      lease.shape++;
      lease.gates.delete(event.session);
      for (const [id, client] of lease.clients) if (client.session === event.session) lease.clients.delete(id);
      return;
    }
  }
}

function seeGate({ timing }: Ledger, lease: Lease, { session, active, at }: Of<"gate_seen">): void {
  for (const [other, gate] of lease.gates) if (gateGoneAt(timing, gate) <= at) lease.gates.delete(other);
  if (!lease.gates.has(session)) lease.shape++;
  lease.gates.set(session, { heardAt: at });
  if (active) beActive(lease, at);
}

function hearClient(
  ledger: Ledger,
  lease: Lease,
  { client: id, session, seq, tabs: stated, activeAt, at }: Of<"client_heard">,
): void {
  const known = lease.clients.get(id);
  const present = presentClient(ledger, lease, id, at);
  // P3: its dead tabs stay dead, also where it was gone meanwhile.
  const closed = known?.closed ?? [];
  const tabs = new Set(stated.filter((tab) => !closed.includes(tab)));
  const closingAt = tabs.size > 0 ? null : (present?.closingAt ?? at);
  const isSame = present?.session === session && present.closingAt === closingAt && areEqual(present.tabs, tabs);
  if (lease.gates.delete(session) || !isSame) lease.shape++;
  lease.clients.delete(id);
  lease.clients.set(id, { session, heardAt: at, seq, tabs, closed, closingAt });
  if (lease.clients.size > CLIENTS_MAX) {
    const [oldest] = lease.clients.keys();
    lease.clients.delete(oldest as ClientId);
  }
  if (activeAt === null) return;
  beActive(lease, activeAt);
  if (!areOthersUnheard(ledger, lease, id, at)) lease.assumedActiveAt = 0;
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

/** `toldAt`: when the audit is told of it; null: it is not. */
function countAttempt(ledger: Ledger, event: Of<"denial_repeated" | "denial_counted">, toldAt: number | null): void {
  const absence = absenceOf(ledger, event.holder);
  absence.sessions = remember(absence.sessions, event.session, SESSIONS_MAX);
  const { denial } = absence;
  if (denial === null) throw new Error(`${event.type} without an open denial`);
  denial.lastAt = event.at;
  denial.attempts++;
  denial.reason = event.reason;
  if (toldAt !== null) denial.toldAt = toldAt;
}

/** Passes of the holder, on the lease or on its drain. */
export function passesOf(ledger: Ledger, holder: HolderId): Passes | null {
  return ledger.leases.get(holder)?.passes ?? ledger.drains.get(holder)?.passes ?? null;
}

/** L16: who works keeps the seat. */
function beActive(lease: Lease, at: number): void {
  lease.activeAt = Math.max(lease.activeAt, at);
  if (lease.nudge !== null && at > lease.nudge.askedAt) keepSeat(lease);
}

function keepSeat(lease: Lease): void {
  if (lease.nudge !== null) lease.shape++;
  lease.nudge = null;
}

function leaveLine(ledger: Ledger, holder: HolderId): void {
  const waiting = ledger.line.get(holder);
  if (waiting === undefined) return;
  // By the absence, not the lease that may be there by now: the line was joined with it.
  const person = ledger.absences.get(holder)?.person;
  if (waiting.offeredUntil === null) {
    ledger.lineIndex.remove(person === undefined ? 0 : membershipOf(ledger, person), waiting);
  }
  ledger.line.delete(holder);
}

/** Puts the holder's next deadlines into the heap, where they moved earlier. */
function watchDeadlines(ledger: Ledger, event: Event): void {
  const { holder } = event;
  if (ledger.effective.nextTurnAt !== null) {
    ledger.deadlines.ensure("schedule", SCHEDULE, ledger.effective.nextTurnAt);
  }
  if (event.type === "idle_timeout_changed") {
    for (const [other, lease] of ledger.leases) ledger.deadlines.ensure("lease", other, leaseDue(ledger, lease).at);
    return;
  }
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) {
    ledger.deadlines.ensure("lease", holder, leaseDue(ledger, lease).at);
    return;
  }
  const drain = ledger.drains.get(holder);
  if (drain !== undefined) ledger.deadlines.ensure("drain", holder, passesUntil(drain.passes));
  const waiting = ledger.line.get(holder);
  if (waiting !== undefined) ledger.deadlines.ensure("waiting", holder, waitingUntil(ledger, waiting));
  const absence = ledger.absences.get(holder);
  if (absence !== undefined) ledger.deadlines.ensure("absence", holder, absenceDue(ledger, holder, absence));
}

function leaseOf(ledger: Ledger, holder: HolderId): Lease {
  const lease = ledger.leases.get(holder);
  if (lease === undefined) throw new Error(`an event needs a lease of ${holder}, there is none`);
  return lease;
}

function absenceOf(ledger: Ledger, holder: HolderId): Absence {
  const absence = ledger.absences.get(holder);
  if (absence === undefined) throw new Error(`an event needs an absence of ${holder}, there is none`);
  return absence;
}

function waitingOf(ledger: Ledger, holder: HolderId) {
  const waiting = ledger.line.get(holder);
  if (waiting === undefined) throw new Error(`an event needs ${holder} in the line`);
  return waiting;
}
