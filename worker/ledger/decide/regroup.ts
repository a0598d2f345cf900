/** L20: the firm's own groups of people have changed: running leases are judged again, and nobody is thrown out. */

import { areSame, judge } from "../allocation/judge.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { type Decision, DONE, type Of } from "./decision.ts";

/** Of people whom nobody remembers there is nothing to say: they bring their groups with their next claim. */
export function decideRegroup(ledger: Ledger, { groups }: Of<"regroup">, now: number): Decision {
  const events: Event[] = [];
  for (const [holder, firmGroups] of groups) {
    const seated = ledger.leases.get(holder)?.person;
    if (seated !== undefined && !areSame(seated.firmGroups, firmGroups)) {
      const person = { ...seated, firmGroups };
      events.push({ type: "lease_judged", at: now, holder, person, ...judge(ledger, person) });
    }
    const away = ledger.absences.get(holder)?.person;
    if (away !== undefined && !areSame(away.firmGroups, firmGroups)) {
      events.push({ type: "person_regrouped", at: now, holder, firmGroups });
    }
  }
  return { events, outcome: DONE };
}
