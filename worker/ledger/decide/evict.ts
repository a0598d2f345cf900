/** L12: somebody with the right to ends another person's lease. */

import { sentence } from "../../../shared/sentence.ts";
import type { Ledger } from "../ledger.ts";
import { isPoolManager, mayAdminister } from "../person.ts";
import { managesHolder } from "../read/pool-scope.ts";
import { type Decision, DONE, type Of } from "./decision.ts";
import { refuse, refuseChange } from "./settings.ts";

export function decideEvict(ledger: Ledger, command: Of<"evict">, now: number): Decision {
  const { actor, holder, note } = command;
  if (!mayAdminister(actor.role) && !managesHolder(ledger, actor, holder)) {
    const says = isPoolManager(actor) ? sentence("freesOfPool") : sentence("freesSeats");
    return refuseChange(ledger, actor, sentence("freeSeatOf", { name: holder }), says, now);
  }
  if (!ledger.leases.has(holder)) {
    return refuse({ code: "not_found", says: sentence("noLicence"), field: "holder" });
  }
  return {
    events: [{ type: "lease_ended", at: now, holder, cause: "evicted", by: actor.name, byId: actor.id, note }],
    outcome: DONE,
  };
}
