/** [R1] [R3] Trying other settings on past days: what counts as a refusal. */

import { expect, test } from "vitest";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { replayHistory } from "../../../../worker/audit/usage/what-if.ts";

test("[R1] [R3] a wait shorter than the tolerance is no refusal in a replay, but is waited all the same", () => {
  const stay = (person: string, from: number, to: number) => {
    return { person, from: from * MINUTE_MS, to: to * MINUTE_MS, cause: "closed", waitedMs: 0, group: null };
  };
  const history = { stays: [stay("a", 0, 10), stay("b", 9.5, 20), stay("c", 15, 30)], givenUp: [] };
  const scenario = { limit: 1, idleTimeoutMs: 20 * MINUTE_MS, wasIdleTimeoutMs: 20 * MINUTE_MS, pool: null };
  expect(replayHistory(history, scenario)).toMatchObject({ denials: 2, waitedMs: 6 * MINUTE_MS });
  expect(replayHistory(history, { ...scenario, toleranceMs: MINUTE_MS })).toMatchObject({
    denials: 1,
    waitedMs: 6 * MINUTE_MS,
  });
});
