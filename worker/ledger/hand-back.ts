/** L9: a browser has given its passes back. */
import type { HolderId, JarId } from "../../shared/ids.ts";
import type { Event } from "./event.ts";
import { passesOf } from "./evolve.ts";
import type { Ledger } from "./ledger.ts";

/** L9: counts every pass of one jar as gone: the browser has shown that it can show them no more. */
export function handBack(ledger: Ledger, holder: HolderId, jar: JarId, now: number): Event[] {
  const passes = passesOf(ledger, holder);
  if (passes === null || !passes.byJar.has(jar)) return [];
  const events: Event[] = [{ type: "pass_handed_back", at: now, holder, jar }];
  if (ledger.drains.has(holder)) {
    let until = 0;
    for (const [other, pass] of passes.byJar) if (other !== jar) until = Math.max(until, pass.until);
    if (until <= now) events.push({ type: "drain_ended", at: now, holder });
  }
  return events;
}
