/** L20, I13: somebody without a seat is in other groups of the firm's own, or has another role. */
import type { HolderId } from "../../../shared/ids.ts";
import { membershipOf } from "../allocation/pools.ts";
import type { Ledger } from "../ledger.ts";
import { absenceOf } from "./needed.ts";
import type { Of } from "./of.ts";

/** The place in line stays; who stands in it is found under the new membership from now on. */
export function regroup(ledger: Ledger, { holder, firmGroups }: Of<"person_regrouped">): void {
  const absence = absenceOf(ledger, holder);
  rejoining(ledger, holder, () => {
    absence.person = { ...absence.person, firmGroups };
  });
}

export function rerole(ledger: Ledger, { holder, role }: Of<"person_reroled">): void {
  const absence = absenceOf(ledger, holder);
  absence.person = { ...absence.person, role };
}

/** `change`s who an absent person is, and with that where a place in line is found. */
export function rejoining(ledger: Ledger, holder: HolderId, change: () => void): void {
  const waiting = ledger.line.get(holder);
  const isIndexed = waiting !== undefined && waiting.offeredUntil === null;
  if (isIndexed) ledger.lineIndex.remove(membershipOf(ledger, absenceOf(ledger, holder).person), waiting);
  change();
  if (isIndexed) ledger.lineIndex.add(membershipOf(ledger, absenceOf(ledger, holder).person), holder, waiting);
}
