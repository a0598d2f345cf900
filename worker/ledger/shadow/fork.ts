/** A second ledger in the same state, which goes its own way from here. */
import type { Absence, Drain, Lease, Ledger } from "../ledger.ts";

/** Copies all that `evolve` changes in place; what it replaces is shared. Costs as much as there are people. */
export function forkLedger(ledger: Ledger): Ledger {
  return {
    ...ledger,
    leases: copyEach(ledger.leases, copyLease),
    drains: copyEach(ledger.drains, copyDrain),
    absences: copyEach(ledger.absences, copyAbsence),
    line: copyEach(ledger.line, (waiting) => ({ ...waiting })),
    counts: new Map(ledger.counts),
    acts: new Map(ledger.acts),
    deadlines: ledger.deadlines.fork(),
    lineIndex: ledger.lineIndex.fork(),
    recalled: new Set(ledger.recalled),
    promised: new Set(ledger.promised),
    givers: new Set(ledger.givers),
    overIndex: ledger.overIndex.fork(),
  };
}

const copyEach = <K, V>(map: ReadonlyMap<K, V>, copy: (value: V) => V): Map<K, V> =>
  new Map([...map].map(([key, value]): [K, V] => [key, copy(value)]));

const copyLease = (lease: Lease): Lease => ({
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
