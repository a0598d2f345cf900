/** P8: how many calls of one person an isolate answers, so that a script with their cookies cannot flood the tenant's object. */
import type { HolderId } from "../../shared/ids.ts";
import type { DoorProblem } from "../../shared/problem.ts";
import type { ApiName } from "../../shared/protocol.ts";
import type { Timing } from "../../shared/timing.ts";
import { createTokenBuckets } from "../memory/token-buckets.ts";

/** A browser that restores hundreds of tabs has each say hello and ask once. */
export const CALLS_AT_ONCE = 600;
const PEOPLE_MAX = 10_000;

/** L2.6: calls that give a seat back. A goodbye comes with each document, and leaves a row. */
export const NEVER_REFUSED: ReadonlySet<ApiName> = new Set([
  "release",
  "hand-back",
  "leave",
  "answer-nudge",
  "hand-over",
]);

/** Null: go on. `name`: null for an address that is no call of the table. */
export type CallLimit = (holder: HolderId, name: ApiName | null) => DoorProblem | null;

export function createCallLimit({ callEveryMs }: Pick<Timing, "callEveryMs">, now: () => number): CallLimit {
  const buckets = createTokenBuckets({ atOnce: CALLS_AT_ONCE, everyMs: callEveryMs, max: PEOPLE_MAX }, now);
  return (holder, name) => {
    if (name !== null && NEVER_REFUSED.has(name)) return null;
    const ms = buckets.emptyForMs(holder);
    if (ms === 0) {
      buckets.take(holder);
      return null;
    }
    const detail = `Calls of one person are answered ${CALLS_AT_ONCE} at once and one each ${callEveryMs} ms.`;
    return { code: "too_soon", detail, retryAfterSeconds: Math.ceil(ms / 1_000) };
  };
}
