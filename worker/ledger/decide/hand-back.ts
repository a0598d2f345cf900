/** L9: a browser has given its passes back. */
import type { Event } from "../event.ts";
import { type Ledger, passesOf } from "../ledger.ts";
import type { Of } from "./decision.ts";

/**
 * L9: counts every pass of one binding as gone: the browser has shown that it can show them no more. The word may come late,
 * when a native client has claimed again since, or a browser has been restored with the binding: that pass stays out.
 */
export function handBack(ledger: Ledger, { holder, binding, askedAt }: Of<"hand_back">, now: number): Event[] {
  const passes = passesOf(ledger, holder);
  const given = passes?.byBinding.get(binding);
  if (passes === null || given === undefined) return [];
  if (askedAt !== undefined && given.issuedAt > askedAt + ledger.timing.clockSkewMs) return [];
  const events: Event[] = [{ type: "pass_handed_back", at: now, holder, binding }];
  if (ledger.drains.has(holder)) {
    let until = 0;
    for (const [other, pass] of passes.byBinding) if (other !== binding) until = Math.max(until, pass.until);
    if (until <= now) events.push({ type: "drain_ended", at: now, holder });
  }
  return events;
}
