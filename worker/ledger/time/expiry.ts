/** L3 to L6: when things are due, computed from the state alone. */
import type { EndingCause } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { waitingUntil } from "../allocation/queue.ts";
import type { Event } from "../event.ts";
import { ABSENCE_KEPT_MS, type Absence, type Lease, type Ledger, passesUntil } from "../ledger.ts";
import type { RestoredLease } from "../restored-lease.ts";
import type { DeadlineKind } from "./deadline-heap.ts";
import { clientGoneAt, gateGoneAt } from "./gone.ts";

/** L16: what a person who did not answer reads. */
export const UNANSWERED = "Somebody was waiting for a licence, and the question was not answered.";

/** L4: when the lease ends for idleness, if nothing more is done; never for people who are not counted (L11). */
export function idleAt(ledger: Ledger, lease: Lease): number {
  if (lease.exempt) return Number.POSITIVE_INFINITY;
  return Math.max(lease.activeAt, lease.assumedActiveAt) + ledger.settings.idleTimeoutMs;
}

/** L5, L6: when the last client is gone, and how it went. */
function goneAt({ timing }: Ledger, lease: Lease): { at: number; cause: EndingCause } {
  let at = lease.clients.size + lease.gates.size === 0 ? lease.grantedAt + timing.lostAfterMs : 0;
  let cause: EndingCause = "lost";
  for (const client of lease.clients.values()) {
    const gone = clientGoneAt(timing, client);
    if (gone < at) continue;
    at = gone;
    cause = client.closingAt === null ? "lost" : "closed";
  }
  for (const gate of lease.gates.values()) {
    const gone = gateGoneAt(timing, gate);
    if (gone < at) continue;
    at = gone;
    cause = "lost";
  }
  return { at, cause };
}

/** When and how the lease ends by itself. */
export function leaseDue(ledger: Ledger, lease: Lease): { at: number; cause: EndingCause } {
  const gone = goneAt(ledger, lease);
  // L16: a holder who does not answer is away.
  const idle = Math.min(idleAt(ledger, lease), lease.nudge?.until ?? Number.POSITIVE_INFINITY);
  if (lease.nudge?.recalled && lease.nudge.until === idle && idle < gone.at) return { at: idle, cause: "evicted" };
  return idle < gone.at ? { at: idle, cause: "idle" } : gone;
}

/** The moment of `leaseDue` of a lease that has just come back. */
export function restoredDue(ledger: Ledger, lease: RestoredLease): number {
  const idle = Math.min(idleAt(ledger, lease), lease.nudge?.until ?? Number.POSITIVE_INFINITY);
  return Math.min(idle, lease.goneAt(ledger.timing));
}

/** When an absence changes by itself: its denial episode ends, or it is forgotten. */
export function absenceDue(ledger: Ledger, holder: HolderId, absence: Absence): number {
  const waiting = ledger.line.get(holder);
  // Nobody in line is forgotten: the line knows them by their absence.
  const wantedUntil = waiting === undefined ? 0 : waitingUntil(ledger, waiting);
  const { denialGapMs } = ledger.timing;
  if (absence.denial === null) return Math.max(absence.since + ABSENCE_KEPT_MS, wantedUntil + denialGapMs);
  return Math.max(absence.denial.lastAt, wantedUntil) + denialGapMs;
}

/** The true deadline of one thing; null when it is gone. */
export function dueAt(ledger: Ledger, kind: DeadlineKind, holder: HolderId): number | null {
  switch (kind) {
    case "lease": {
      const lease = ledger.leases.get(holder);
      return lease === undefined ? null : leaseDue(ledger, lease).at;
    }
    case "drain": {
      const drain = ledger.drains.get(holder);
      return drain === undefined ? null : passesUntil(drain.passes);
    }
    case "waiting": {
      const waiting = ledger.line.get(holder);
      return waiting === undefined ? null : waitingUntil(ledger, waiting);
    }
    case "absence": {
      const absence = ledger.absences.get(holder);
      return absence === undefined ? null : absenceDue(ledger, holder, absence);
    }
    case "schedule":
      return ledger.effective.nextTurnAt;
  }
}

/** The moment (ms) at which something is due, if nothing more happens; null: nothing ever is. */
export function nextDeadline(ledger: Ledger): number | null {
  const { deadlines } = ledger;
  // A heartbeat only moves deadlines later: the entry that comes first may be an old one.
  for (let first = deadlines.peek(); first !== null; first = deadlines.peek()) {
    const due = dueAt(ledger, first.kind, first.holder);
    if (due !== null && due <= first.at) return first.at;
    deadlines.takeDue(first.at);
    if (due !== null) deadlines.ensure(first.kind, first.holder, due);
  }
  return null;
}

/** The event that ends one thing which is due at `at`. */
export function endOf(ledger: Ledger, kind: DeadlineKind, holder: HolderId, at: number): Event {
  switch (kind) {
    case "lease": {
      const lease = ledger.leases.get(holder) as Lease;
      const { cause } = leaseDue(ledger, lease);
      const asked = cause === "idle" && lease.nudge !== null && lease.nudge.until <= at;
      // L29: the person reads which pool has got it back.
      const by = cause === "evicted" ? (lease.nudge?.by ?? null) : null;
      return { type: "lease_ended", at, holder, cause, by, note: asked ? UNANSWERED : null };
    }
    case "drain":
      return { type: "drain_ended", at, holder };
    case "waiting": {
      const offered = ledger.line.get(holder)?.offeredUntil !== null;
      return { type: "line_left", at, holder, cause: offered ? "lapsed" : "gone" };
    }
    case "schedule":
      return { type: "schedule_turned", at, holder };
    case "absence": {
      const denial = ledger.absences.get(holder)?.denial ?? null;
      if (denial === null) return { type: "absence_forgotten", at, holder };
      return {
        type: "denial_closed",
        at,
        holder,
        id: denial.id,
        outcome: "gave_up",
        waitedMs: denial.lastAt - denial.openedAt,
        attempts: denial.attempts,
      };
    }
  }
}
