/** M2: an isolate's own counts. A request costs an addition; who asks the tenant next takes them along. */
import { addCounts, type GateCounts, noCounts } from "../tenant/metrics/gate-counts.ts";

export interface RequestCounter {
  /** To be added to as requests are decided. */
  readonly counts: GateCounts;
  /** What was counted since; from now on it is another's to deliver. */
  take(): GateCounts;
  /** It was not delivered. */
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
