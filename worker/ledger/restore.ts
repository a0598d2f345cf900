/** What of a ledger is stored, and how it comes back after a restart. */
import type { HolderId } from "../../shared/ids.ts";
import { waitingUntil } from "./allocation/queue.ts";
import { recount } from "./evolve/counts.ts";
import {
  type Absence,
  createLedger,
  type Drain,
  type Ended,
  LENGTHS_MAX,
  type Lease,
  type Ledger,
  type LedgerOptions,
  passesUntil,
  type Waiting,
} from "./ledger.ts";
import type { OverdraftMeter, OverVia } from "./over.ts";
import { type StoredLease, type StoredPass, storedPasses, storedPresence } from "./presence.ts";
import { restoredLease, restoredPasses } from "./restored-lease.ts";
import { absenceDue, restoredDue } from "./time/expiry.ts";

export type { StoredLease } from "./presence.ts";

/** Its order is that of the rows. */
export type StoredWaiting = Omit<Waiting, "order">;

/** The passes of an ended lease. */
export interface StoredDrain {
  passes: StoredPass[];
  exempt: boolean;
  /** L24, L28. Missing in what an earlier version stored. */
  over?: OverVia | null;
  resting?: boolean;
}

export interface StoredLedger {
  leases: Iterable<[HolderId, StoredLease]>;
  drains: Iterable<[HolderId, StoredDrain]>;
  absences: Iterable<[HolderId, Absence]>;
  /** In order of joining. */
  line: Iterable<[HolderId, StoredWaiting]>;
  /** When each person's allowance is whole again, ms; left out: nobody has used any. */
  acts?: Iterable<[HolderId, number]>;
  /** The latest moment that was written down: the ledger's clock goes on from there (L18). */
  lastAt: number;
  /** From when on the schedule is to be turned (`Ledger.turnedAt`); left out: it was never turned. */
  turnedAt?: number;
  /** L28; left out: nothing was overdrawn yet. */
  overdraft?: OverdraftMeter;
}

/** What of one holder has to be stored, after any event about them; null: nothing there. */
export interface StoredHolder {
  lease: StoredLease | null;
  drain: StoredDrain | null;
  absence: Absence | null;
  waiting: StoredWaiting | null;
}

/** Of objects that the caller may add to. */
export function storedHolder(ledger: Ledger, holder: HolderId): StoredHolder {
  const lease = ledger.leases.get(holder);
  const drain = ledger.drains.get(holder);
  const waiting = ledger.line.get(holder);
  return {
    lease: lease ? storedLease(lease) : null,
    drain: drain ? { ...drain, passes: storedPasses(drain.passes) } : null,
    absence: ledger.absences.get(holder) ?? null,
    waiting: waiting ? storedWaiting(waiting) : null,
  };
}

function storedLease(lease: Lease): StoredLease {
  const { person, exempt, named, grantedAt, sessions, clientKind, over } = lease;
  const stored: StoredLease = {
    person,
    exempt,
    named,
    grantedAt,
    sessions,
    clientKind,
    presence: storedPresence(lease),
  };
  if (over !== null) stored.over = withoutOrder(over);
  return stored;
}

const withoutOrder = <T extends { order: number }>({ order: _, ...rest }: T): Omit<T, "order"> => rest;

const storedWaiting = (waiting: Waiting): StoredWaiting => withoutOrder(waiting);

/** L15: of the people who are away, how long their leases lasted, the latest last. */
function lengthsOf(absences: Iterable<Absence>): number[] {
  const measured: Ended[] = [];
  for (const { ended } of absences) if (ended?.heldMs !== undefined) measured.push(ended);
  const latest = measured.sort((a, b) => a.at - b.at).slice(-LENGTHS_MAX);
  return latest.map(({ heldMs }) => heldMs as number);
}

/**
 * A ledger after a restart at `now` (ms), exactly as stored. What a loss of memory may have taken is for the store to
 * assume (`assumeHeard`).
 */
export function restoreLedger(options: LedgerOptions, stored: StoredLedger, now: number): Ledger {
  const at = Math.max(now, stored.lastAt);
  // L17: a turn that came due meanwhile happens with the first step, for the audit and the line.
  const ledger = createLedger(options, stored.turnedAt ?? at);
  ledger.lastAt = at;
  if (stored.overdraft !== undefined) ledger.overdraft = stored.overdraft;
  for (const [holder, wholeAt] of stored.acts ?? []) if (wholeAt > at) ledger.acts.set(holder, wholeAt);
  for (const [holder, lease] of stored.leases) {
    const restored = restoredLease(lease);
    if (restored.over !== null) restored.over.order = ++ledger.joined;
    ledger.leases.set(holder, restored);
    if (restored.nudge?.recalled) ledger.recalled.add(holder);
    ledger.deadlines.ensure("lease", holder, restoredDue(ledger, restored));
  }
  for (const [holder, { passes, exempt, over = null, resting }] of stored.drains) {
    const drain: Drain = { exempt, over, passes: restoredPasses(passes), ...(resting ? { resting } : {}) };
    ledger.drains.set(holder, drain);
    ledger.deadlines.ensure("drain", holder, passesUntil(drain.passes));
  }
  for (const [holder, waiting] of stored.line) {
    const restored = { ...waiting, order: ++ledger.joined };
    ledger.line.set(holder, restored);
    if (restored.givenBy !== null) ledger.promised.add(holder);
    ledger.deadlines.ensure("waiting", holder, waitingUntil(ledger, restored));
  }
  for (const [holder, absence] of stored.absences) {
    ledger.absences.set(holder, absence);
    if (absence.ended?.handedTo !== undefined && ledger.line.has(holder)) ledger.givers.add(holder);
    ledger.deadlines.ensure("absence", holder, absenceDue(ledger, holder, absence));
  }
  ledger.lengths = lengthsOf(ledger.absences.values());
  recount(ledger);
  return ledger;
}
