/** What of a ledger is stored, and how it comes back after a restart. */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { recount } from "./evolve.ts";
import { absenceDue, leaseDue } from "./expiry.ts";
import { type Absence, createLedger, type Ledger, type LedgerOptions, passesUntil } from "./ledger.ts";
import type { Person } from "./person.ts";
import {
  restoredPasses,
  restoredPresence,
  type StoredPass,
  type StoredPresence,
  storedPasses,
  storedPresence,
} from "./presence.ts";
import { waitingUntil } from "./queue.ts";

export interface StoredLease {
  person: Person;
  exempt: boolean;
  named: boolean;
  grantedAt: number;
  sessions: SessionKey[];
  clientKind: string;
  presence: StoredPresence;
}

export interface StoredWaiting {
  since: number;
  rank: number;
  offeredUntil: number | null;
  heardAt: number;
  nudgedAt: number | null;
}

/** The passes of an ended lease. */
export interface StoredDrain {
  passes: StoredPass[];
  exempt: boolean;
}

export interface StoredLedger {
  leases: Iterable<[HolderId, StoredLease]>;
  drains: Iterable<[HolderId, StoredDrain]>;
  absences: Iterable<[HolderId, Absence]>;
  /** In order of joining. */
  line: Iterable<[HolderId, StoredWaiting]>;
  /** The latest moment that was written down: the ledger's clock goes on from there (L18). */
  lastAt: number;
}

/** What of one holder has to be stored, after any event about them; null: nothing there. */
export interface StoredHolder {
  lease: StoredLease | null;
  drain: StoredDrain | null;
  absence: Absence | null;
  waiting: StoredWaiting | null;
}

export function storedHolder(ledger: Ledger, holder: HolderId): StoredHolder {
  const lease = ledger.leases.get(holder);
  const drain = ledger.drains.get(holder);
  const waiting = ledger.line.get(holder);
  return {
    lease: lease
      ? {
          person: lease.person,
          exempt: lease.exempt,
          named: lease.named,
          grantedAt: lease.grantedAt,
          sessions: lease.sessions,
          clientKind: lease.clientKind,
          presence: storedPresence(lease),
        }
      : null,
    drain: drain ? { passes: storedPasses(drain.passes), exempt: drain.exempt } : null,
    absence: ledger.absences.get(holder) ?? null,
    waiting: waiting
      ? {
          since: waiting.since,
          rank: waiting.rank,
          offeredUntil: waiting.offeredUntil,
          heardAt: waiting.heardAt,
          nudgedAt: waiting.nudgedAt,
        }
      : null,
  };
}

/**
 * A ledger after a restart at `now` (ms), exactly as stored. What a loss of memory may have taken is for the store to
 * assume (`assumeHeard`).
 */
export function restoreLedger(options: LedgerOptions, stored: StoredLedger, now: number): Ledger {
  const at = Math.max(now, stored.lastAt);
  const ledger = createLedger(options, at);
  ledger.lastAt = at;
  for (const [holder, { presence, ...lease }] of stored.leases) {
    const restored = { ...lease, ...restoredPresence(presence) };
    ledger.leases.set(holder, restored);
    ledger.deadlines.ensure("lease", holder, leaseDue(ledger, restored).at);
  }
  for (const [holder, { passes, exempt }] of stored.drains) {
    const drain = { exempt, passes: restoredPasses(passes) };
    ledger.drains.set(holder, drain);
    ledger.deadlines.ensure("drain", holder, passesUntil(drain.passes));
  }
  for (const [holder, waiting] of stored.line) {
    const restored = { ...waiting, order: ++ledger.joined };
    ledger.line.set(holder, restored);
    ledger.deadlines.ensure("waiting", holder, waitingUntil(ledger, restored));
  }
  for (const [holder, absence] of stored.absences) {
    ledger.absences.set(holder, absence);
    ledger.deadlines.ensure("absence", holder, absenceDue(ledger, holder, absence));
  }
  recount(ledger);
  return ledger;
}
