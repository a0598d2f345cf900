/** M1: how a tenant stands at one moment, in numbers alone. */
import type { DenialReason, EndingCause } from "../../../shared/denial.ts";
import { countDraining } from "../../ledger/allocation/occupancy.ts";
import { fullnessOf } from "../../ledger/fullness.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { GateCounts } from "./gate-counts.ts";

export const SEAT_KINDS = ["counted", "exempt", "named"] as const;
export type SeatKind = (typeof SEAT_KINDS)[number];

export interface CounterValues {
  grants: Record<SeatKind, number>;
  endings: Record<EndingCause, number>;
  /** Episodes that began. */
  denials: Record<DenialReason, number>;
  heartbeats: number;
  d1Errors: number;
  alertFailures: number;
  gate: GateCounts;
}

export interface MetricsReading {
  inUse: number;
  /** Of the pool, or of named licences where those are what counts (L14); as agreed, and with the boosts of this moment. */
  limit: number;
  effectiveLimit: number;
  draining: number;
  /** People with a seat who are not counted: exempt ones, and such with a licence of their own. */
  exempt: number;
  named: number;
  /** L14: licences of a person's own, and how many of them have a person. */
  namedLicences: number;
  namedAssigned: number;
  waiting: number;
  /** ms; 0 where nobody waits. */
  oldestWaitMs: number;
  /** Rows that wait for D1, and the age of the oldest in ms; 0 where none does. */
  outboxRows: number;
  outboxOldestMs: number;
  alertsWaiting: number;
  /** L14; null: never reported, or nothing agreed. */
  records: number | null;
  recordsAgreed: number | null;
  counters: CounterValues;
}

export function readMetrics(
  ledger: Ledger,
  outbox: { lag: number; oldestAt: number | null },
  alertsWaiting: number,
  counters: CounterValues,
  now: number,
): MetricsReading {
  const leases = [...ledger.leases.values()];
  const since = [...ledger.line.values()].map((waiting) => waiting.since);
  const { settings } = ledger;
  const full = fullnessOf(ledger);
  return {
    inUse: full.inUse,
    limit: full.agreed,
    effectiveLimit: full.limit,
    draining: countDraining(ledger),
    exempt: leases.filter(({ exempt, named }) => exempt && !named).length,
    named: full.named.inUse,
    namedLicences: full.named.licences,
    namedAssigned: full.named.assigned,
    waiting: since.length,
    oldestWaitMs: since.length === 0 ? 0 : Math.max(0, now - Math.min(...since)),
    outboxRows: outbox.lag,
    outboxOldestMs: outbox.oldestAt === null ? 0 : Math.max(0, now - outbox.oldestAt),
    alertsWaiting,
    records: settings.records.count,
    recordsAgreed: settings.records.agreed,
    counters,
  };
}
