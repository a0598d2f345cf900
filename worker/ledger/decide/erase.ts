/** A12: a person is erased from what the ledger remembers; not while something of it still matters. */
import type { HolderId } from "../../../shared/ids.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { type Decision, DONE } from "./decision.ts";

/** Refused to somebody who has a seat, waits or was just refused, and to somebody whom the settings name. */
export function decideErase(ledger: Ledger, holder: HolderId, now: number): Decision {
  const says = faultOf(ledger, holder);
  if (says !== null) return { events: [], outcome: { type: "refused", problem: { code: "out_of_range", says } } };
  const events: Event[] = [{ type: "person_forgotten", at: now, holder }];
  if (ledger.absences.has(holder)) events.unshift({ type: "absence_forgotten", at: now, holder });
  return { events: [...events, ...anonymizedEndings(ledger, holder, now)], outcome: DONE };
}

/** R2: of people whose lease this person ended, or who gave this person their seat. */
export function anonymizedEndings(ledger: Ledger, holder: HolderId, at: number): Event[] {
  const events: Event[] = [];
  for (const [other, { ended }] of ledger.absences) {
    if (other === holder || ended === null) continue;
    if (ended.byId === holder || ended.handedTo?.id === holder) {
      events.push({ type: "ending_anonymized", at, holder: other, of: holder });
    }
  }
  return events;
}

function faultOf(ledger: Ledger, holder: HolderId): Sentence | null {
  const { leases, drains, line, absences, settings } = ledger;
  if (leases.has(holder) || drains.has(holder) || line.has(holder) || absences.get(holder)?.denial) {
    return sentence("eraseSeated");
  }
  if ([...settings.named.assigned, ...settings.exempt].some(({ id }) => id === holder)) {
    return sentence("eraseNamed");
  }
  return null;
}
