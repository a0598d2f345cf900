/** L20: somebody without a seat is in other groups of the firm's own. */

import { membershipOf } from "../allocation/pools.ts";
import type { Ledger } from "../ledger.ts";
import { absenceOf } from "./needed.ts";
import type { Of } from "./of.ts";

/** The place in line stays; who stands in it is found under the new membership from now on. */
export function regroup(ledger: Ledger, { holder, firmGroups }: Of<"person_regrouped">): void {
  const absence = absenceOf(ledger, holder);
  const waiting = ledger.line.get(holder);
  const isIndexed = waiting !== undefined && waiting.offeredUntil === null;
  if (isIndexed) ledger.lineIndex.remove(membershipOf(ledger, absence.person), waiting);
  absence.person = { ...absence.person, firmGroups };
  if (isIndexed) ledger.lineIndex.add(membershipOf(ledger, absence.person), holder, waiting);
}
