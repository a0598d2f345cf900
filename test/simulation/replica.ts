/** An equal ledger that the oracle changes by the events alone. */

import { LineIndex } from "../../worker/ledger/allocation/line-index.ts";
import { recount } from "../../worker/ledger/evolve/counts.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import { copyLedger } from "../../worker/ledger/shadow/fork.ts";
import { DeadlineHeap } from "../../worker/ledger/time/deadline-heap.ts";

/** What is derived is counted again. Nothing falls due in it by itself. */
export function replicaOf(ledger: Ledger): Ledger {
  const replica = copyLedger(ledger, {
    deadlines: new DeadlineHeap(),
    lineIndex: new LineIndex(),
    overIndex: new LineIndex(),
  });
  recount(replica);
  return replica;
}
