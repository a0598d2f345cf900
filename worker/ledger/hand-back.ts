/** L9: a browser gives its passes back. */
import type { HolderId } from "../../shared/ids.ts";
import type { HandedBack } from "./command.ts";
import type { Event } from "./event.ts";
import { passesOf } from "./evolve.ts";
import type { Ledger } from "./ledger.ts";

/** L9: takes back every pass of one jar. In a drain the last one frees the seat. */
export function handBack(ledger: Ledger, holder: HolderId, jar: HandedBack, now: number): Event[] {
  const passes = passesOf(ledger, holder);
  if (jar === null || passes === null || !passes.byJar.has(jar)) return [];
  const events: Event[] = [{ type: "pass_handed_back", at: now, holder, jar }];
  if (ledger.drains.has(holder)) {
    let until = passes.unknownUntil;
    for (const [other, pass] of passes.byJar) if (other !== jar) until = Math.max(until, pass.until);
    if (until <= now) events.push({ type: "drain_ended", at: now, holder });
  }
  return events;
}
