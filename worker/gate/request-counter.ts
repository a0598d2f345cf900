/** M2: an isolate's own counts. A request costs one addition; the next claim delivers them to the tenant. */
import { addCounts, type GateCounts, noCounts } from "../tenant/metrics/gate-counts.ts";

export interface RequestCounter {
  /** To be added to as requests are decided. */
  readonly counts: GateCounts;
  /** What was counted since the last call; the caller must deliver it. */
  take(): GateCounts;
  /** Puts back what was not delivered. */
  giveBack(taken: Readonly<GateCounts>): void;
}

export function createRequestCounter(): RequestCounter {
  let counts = noCounts();
  return {
    get counts() {
      return counts;
    },
    take() {
      const taken = counts;
      counts = noCounts();
      return taken;
    },
    giveBack: (taken) => addCounts(counts, taken),
  };
}
