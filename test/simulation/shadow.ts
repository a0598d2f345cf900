/** An equal ledger that the oracle changes by the events alone. */

import { LineIndex } from "../../worker/ledger/allocation/line-index.ts";
import { recount } from "../../worker/ledger/evolve/counts.ts";
import type { Lease, Ledger } from "../../worker/ledger/ledger.ts";
import { DeadlineHeap } from "../../worker/ledger/time/deadline-heap.ts";

/** Of everything that `evolve` changes in place; what it replaces is shared. Nothing falls due in it by itself. */
export function shadowOf(ledger: Ledger): Ledger {
  const copy = <K, V extends object>(map: Map<K, V>, one: (value: V) => V) =>
    new Map([...map].map(([key, value]): [K, V] => [key, one(value)]));
  const shadow: Ledger = {
    ...ledger,
    leases: copy(ledger.leases, copyLease),
    drains: copy(ledger.drains, (drain) => ({ ...drain, passes: { byBinding: new Map(drain.passes.byBinding) } })),
    absences: copy(ledger.absences, (absence) => ({
      ...absence,
      denial: absence.denial && { ...absence.denial },
    })),
    line: copy(ledger.line, (waiting) => ({ ...waiting })),
    counts: new Map(ledger.counts),
    acts: new Map(ledger.acts),
    deadlines: new DeadlineHeap(),
    lineIndex: new LineIndex(),
    recalled: new Set(ledger.recalled),
    promised: new Set(ledger.promised),
    givers: new Set(ledger.givers),
    overIndex: new LineIndex(),
  };
  recount(shadow);
  return shadow;
}

const copyLease = (lease: Lease): Lease => ({
  ...lease,
  over: lease.over && { ...lease.over },
  clients: new Map([...lease.clients].map(([id, client]) => [id, { ...client, tabs: new Set(client.tabs) }])),
  gates: new Map([...lease.gates].map(([session, gate]) => [session, { ...gate }])),
  passes: { byBinding: new Map(lease.passes.byBinding) },
});
