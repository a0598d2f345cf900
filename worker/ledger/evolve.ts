/** The only place that changes a ledger: applies one event. Never refuses, never decides. */
import type { ClientId, HolderId } from "../../shared/ids.ts";
import { spendAllowance } from "./allowance.ts";
import type { Actor, Event } from "./event.ts";
import { absenceDue, leaseDue } from "./expiry.ts";
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
      waitingOf(ledger, event.by).nudgedAt = at;
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
      dropGone(ledger, lease, at);
      const extension = [...lease.clients.values()].find((client) => client.session === event.session);
      if (extension === undefined) {
        if (!lease.gates.has(event.session)) lease.shape++;
        lease.gates.set(event.session, { heardAt: at });
        if (event.active) beActive(lease, at);
      } else if (event.navigation) {
        // L6: a navigation cancels the grace; the new document will say hello itself.
        if (extension.closingAt !== null) lease.shape++;
        extension.closingAt = null;
        extension.heardAt = at;
      }
      return;
    }
    case "client_heard": {
      const lease = leaseOf(ledger, holder);
      dropGone(ledger, lease, at);
      const known = lease.clients.get(event.client);
      const closed = known?.closed ?? [];
      const tabs = new Set(event.tabs.filter((tab) => !closed.includes(tab)));
      const closingAt = tabs.size > 0 ? null : (known?.closingAt ?? at);
      const isSame = known?.session === event.session && known.closingAt === closingAt && areEqual(known.tabs, tabs);
      if (lease.gates.delete(event.session) || !isSame) lease.shape++;
      lease.clients.delete(event.client);
      lease.clients.set(event.client, { session: event.session, heardAt: at, seq: event.seq, tabs, closed, closingAt });
      if (lease.clients.size > CLIENTS_MAX) {
        const [oldest] = lease.clients.keys();
        lease.clients.delete(oldest as ClientId);
      }
      if (event.activeAt !== null) {
        beActive(lease, event.activeAt);
        lease.assumedActiveAt = 0;
      }
      return;
    }
    case "tab_closed": {
      const lease = leaseOf(ledger, holder);
      const client = lease.clients.get(event.client);
      if (client === undefined) return;
      lease.shape++;
      client.tabs.delete(event.tab);
      client.closed = remember(client.closed, event.tab, CLOSED_TABS_MAX);
      if (client.tabs.size === 0 && client.closingAt === null) client.closingAt = at;
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

const areEqual = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean =>
  a.size === b.size && [...a].every((value) => b.has(value));

/** `toldAt`: when the audit is told of it; null: it is not. */
function countAttempt(
  ledger: Ledger,
  event: Extract<Event, { type: "denial_repeated" | "denial_counted" }>,
  toldAt: number | null,
): void {
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

/** Clients silent or closed for too long are no longer presence. */
function dropGone(ledger: Ledger, lease: Lease, at: number): void {
  const { lostAfterMs, closeGraceMs } = ledger.timing;
  for (const [id, client] of lease.clients) {
    const gone = client.closingAt === null ? client.heardAt + lostAfterMs : client.closingAt + closeGraceMs;
    if (gone <= at) lease.clients.delete(id);
  }
  for (const [session, gate] of lease.gates) if (gate.heardAt + lostAfterMs <= at) lease.gates.delete(session);
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
