/** A second ledger in the same state, which goes its own way from here. */
import type { Absence, Drain, Lease, Ledger } from "../ledger.ts";

type Indexes = Pick<Ledger, "deadlines" | "lineIndex" | "overIndex">;

/** Copies all that `evolve` changes in place; what it replaces is shared. Costs as much as there are people. */
export const forkLedger = (ledger: Ledger): Ledger =>
  copyLedger(ledger, {
    deadlines: ledger.deadlines.fork(),
    lineIndex: ledger.lineIndex.fork(),
    overIndex: ledger.overIndex.fork(),
  });

/** The same with indexes of the caller's. */
export function copyLedger(ledger: Ledger, { deadlines, lineIndex, overIndex }: Indexes): Ledger {
  return {
    ...ledger,
    leases: copyEach(ledger.leases, copyLease),
    drains: copyEach(ledger.drains, copyDrain),
    absences: copyEach(ledger.absences, copyAbsence),
    line: copyEach(ledger.line, (waiting) => ({ ...waiting })),
    counts: new Map(ledger.counts),
    acts: new Map(ledger.acts),
    deadlines,
    lineIndex,
    recalled: new Set(ledger.recalled),
    promised: new Set(ledger.promised),
    givers: new Set(ledger.givers),
    overIndex,
  };
}

export function copyEach<K, V>(map: ReadonlyMap<K, V>, copy: (value: V) => V): Map<K, V> {
  const copies = new Map<K, V>();
  for (const [key, value] of map) copies.set(key, copy(value));
  return copies;
}

/** A plain object, also of a lease that has just come back from storage. */
export const copyLease = (lease: Lease): Lease => ({
  ...lease,
  over: lease.over && { ...lease.over },
  clients: copyEach(lease.clients, (client) => ({ ...client, tabs: new Set(client.tabs) })),
  gates: copyEach(lease.gates, (gate) => ({ ...gate })),
  passes: { byBinding: new Map(lease.passes.byBinding) },
});

const copyDrain = (drain: Drain): Drain => ({ ...drain, passes: { byBinding: new Map(drain.passes.byBinding) } });

export const copyAbsence = (absence: Absence): Absence => ({
  ...absence,
  denial: absence.denial && { ...absence.denial },
});
