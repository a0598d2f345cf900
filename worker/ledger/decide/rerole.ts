/** I13: the map of rights has changed: running leases are judged again, and nobody is thrown out. */
import { judgeAgain, judgeDrain } from "../allocation/judge.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { type Decision, DONE, type Of } from "./decision.ts";

/** Of people whom nobody remembers there is nothing to say: they bring their role with their next claim. */
export function decideRerole(ledger: Ledger, { roles }: Of<"rerole">, now: number): Decision {
  const events: Event[] = [];
  for (const [holder, role] of roles) {
    const lease = ledger.leases.get(holder);
    if (lease !== undefined) events.push(...judgeAgain(ledger, holder, lease, { ...lease.person, role }, now));
    const away = ledger.absences.get(holder)?.person;
    if (away === undefined || away.role === role) continue;
    events.push({ type: "person_reroled", at: now, holder, role });
    events.push(...judgeDrain(ledger, { ...away, role }, now));
  }
  return { events, outcome: DONE };
}
