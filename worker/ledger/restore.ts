/** What of a ledger is stored, and how it comes back after a restart. */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { recount } from "./evolve.ts";
import { absenceDue, leaseDue } from "./expiry.ts";
import { type Absence, createLedger, type Ledger, type LedgerOptions, passesUntil } from "./ledger.ts";
import type { Person } from "./person.ts";
import { waitingUntil } from "./queue.ts";

export interface StoredLease {
  person: Person;
  exempt: boolean;
  named: boolean;
  grantedAt: number;
  sessions: SessionKey[];
  clientKind: string;
}

export interface StoredWaiting {
  since: number;
  rank: number;
  offeredUntil: number | null;
}

/** Until when an ended lease's passes may be out. */
export interface StoredDrain {
  until: number;
  exempt: boolean;
}

export interface StoredLedger {
  leases: Iterable<[HolderId, StoredLease]>;
  drains: Iterable<[HolderId, StoredDrain]>;
  absences: Iterable<[HolderId, Absence]>;
  /** In order of joining. */
  line: Iterable<[HolderId, StoredWaiting]>;
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
        }
      : null,
    drain: drain ? { until: passesUntil(drain.passes), exempt: drain.exempt } : null,
    absence: ledger.absences.get(holder) ?? null,
    waiting: waiting ? { since: waiting.since, rank: waiting.rank, offeredUntil: waiting.offeredUntil } : null,
  };
}

/**
 * A ledger after a restart at `now`. Presence and passes were lost with memory, so every lease is taken to
 * have a pass out for one more life (L9), nobody is ended for silence or idleness before a lost window has
 * passed (clients restate themselves), and people in line have as long to be heard.
 */
export function restoreLedger(options: LedgerOptions, stored: StoredLedger, now: number): Ledger {
  const ledger = createLedger(options, now);
  const { lostAfterMs, passLifeMs, clockSkewMs } = options.timing;
  // The clock may have stepped back meanwhile: a pass issued by the old one is out for so much longer.
  const passesOutUntil = now + (options.passesLostMs ?? passLifeMs) + clockSkewMs;
  ledger.lastAt = now;
  for (const [holder, lease] of stored.leases) {
    const restored = {
      ...lease,
      activeAt: lease.grantedAt,
      assumedActiveAt: now,
      holdUntil: now + lostAfterMs,
      clients: new Map(),
      gates: new Map(),
      nudge: null,
      quietUntil: 0,
      passes: { byJar: new Map(), unknownUntil: passesOutUntil },
    };
    ledger.leases.set(holder, restored);
    ledger.deadlines.ensure("lease", holder, leaseDue(ledger, restored).at);
  }
  for (const [holder, { until, exempt }] of stored.drains) {
    ledger.drains.set(holder, { exempt, passes: { byJar: new Map(), unknownUntil: until } });
    ledger.deadlines.ensure("drain", holder, until);
  }
  for (const [holder, waiting] of stored.line) {
    const restored = { ...waiting, heardAt: now, order: ++ledger.joined, nudgedAt: null };
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
