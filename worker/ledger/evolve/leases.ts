/** L1, L9: a seat is given, rests on something else, and ends. */

import { membershipOf, priorityOf } from "../allocation/pools.ts";
import { HEAD_START_MS } from "../allocation/queue.ts";
import {
  type Ended,
  LENGTHS_MAX,
  type Lease,
  type Ledger,
  noPasses,
  passesUntil,
  remember,
  SESSIONS_MAX,
} from "../ledger.ts";
import type { Over, OverGrant } from "../over.ts";
import type { Person } from "../person.ts";
import { leaveLine } from "./line.ts";
import { absenceOf, leaseOf } from "./needed.ts";
import { keepSeat } from "./nudge.ts";
import type { Of } from "./of.ts";

export function grantSeat(ledger: Ledger, event: Of<"seat_granted">): void {
  const { holder, at } = event;
  const absence = ledger.absences.get(holder);
  const known = absence?.sessions ?? [];
  const drain = ledger.drains.get(holder);
  const over = event.over === undefined ? null : overOf(ledger, event.person, event.over, at);
  if (event.over?.denial != null) ledger.lastDenial++;
  if (over !== null) ledger.overIndex.add(membershipOf(ledger, event.person), holder, over);
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
    over,
    shape: 0,
  });
  // Before the absence goes: the line knows the person by it.
  leaveLine(ledger, holder);
  ledger.drains.delete(holder);
  ledger.absences.delete(holder);
}

/** L15: in the order in which those who work beyond the limit would stand in line. */
function overOf(ledger: Ledger, person: Person, grant: OverGrant, at: number): Over {
  const priority = priorityOf(ledger.effective, membershipOf(ledger, person));
  return { ...grant, since: at, rank: at - priority * HEAD_START_MS, order: ++ledger.joined };
}

export function countSeat(ledger: Ledger, { holder }: Of<"seat_counted">): void {
  const lease = leaseOf(ledger, holder);
  leaveOver(ledger, lease);
  lease.shape++;
}

function leaveOver(ledger: Ledger, lease: Lease): void {
  if (lease.over !== null) ledger.overIndex.remove(membershipOf(ledger, lease.person), lease.over);
  lease.over = null;
}

export function joinSession(ledger: Ledger, event: Of<"session_joined">): void {
  const { holder } = event;
  const lease = leaseOf(ledger, holder);
  lease.sessions = remember(lease.sessions, event.session, SESSIONS_MAX);
}

export function changeRights(ledger: Ledger, event: Of<"lease_judged">): void {
  const { holder, person, exempt, named } = event;
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) {
    const { over } = lease;
    leaveOver(ledger, lease);
    Object.assign(lease, { person, exempt, named, over: exempt ? null : over });
    if (lease.over !== null) ledger.overIndex.add(membershipOf(ledger, person), holder, lease.over);
  }
  // L16: the seat of somebody who is not counted is nothing to give away.
  if (lease !== undefined && exempt) {
    keepSeat(lease);
    ledger.recalled.delete(holder);
  }
  const drain = ledger.drains.get(holder);
  if (drain !== undefined) Object.assign(drain, { exempt, over: null, resting: false });
}

const endedOf = ({ cause, at, by, byId, note, handedTo }: Of<"lease_ended">, lease: Lease): Ended => ({
  cause,
  at,
  by,
  ...(byId === undefined ? {} : { byId }),
  note,
  ...(handedTo === undefined ? {} : { handedTo }),
  heldMs: at - lease.grantedAt,
});

/** R2: somebody was erased who had ended this person's lease, or was given the seat. */
export function anonymizeEnding(ledger: Ledger, { holder, of }: Of<"ending_anonymized">): void {
  const absence = absenceOf(ledger, holder);
  if (absence.ended === null) return;
  if (absence.ended.handedTo?.id === of) ledger.givers.delete(holder);
  const { byId, handedTo, ...ended } = absence.ended;
  absence.ended = {
    ...ended,
    ...(byId === of ? { by: null } : byId === undefined ? {} : { byId }),
    ...(handedTo === undefined || handedTo.id === of ? {} : { handedTo }),
  };
}

export function endLease(ledger: Ledger, event: Of<"lease_ended">): void {
  const { holder, at } = event;
  const lease = leaseOf(ledger, holder);
  const over = lease.over?.via ?? null;
  leaveOver(ledger, lease);
  ledger.leases.delete(holder);
  ledger.recalled.delete(holder);
  ledger.lengths = [...ledger.lengths, at - lease.grantedAt].slice(-LENGTHS_MAX);
  // L9: the seat stays taken while a pass on it is out.
  if (passesUntil(lease.passes) > at) {
    ledger.drains.set(holder, { exempt: lease.exempt, over, passes: lease.passes });
  }
  ledger.absences.set(holder, {
    person: lease.person,
    since: at,
    ended: endedOf(event, lease),
    sessions: lease.sessions,
    denial: null,
  });
}
