/** L32: who is meant by what somebody types: the CRM's key of a person who waits, or their login or e-mail address. */
import type { HolderId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import { type SpellKey, spellName } from "../identity/holder-key.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** Only names that people cannot change in the CRM count (I4). `spellKey`: how the tenant's keys are spelled (L1). */
export function namedWaiter(
  { line, absences }: Pick<Ledger, "line" | "absences">,
  typed: string,
  spellKey: SpellKey,
): Result<HolderId, Problem> {
  const key = spellKey(typed);
  const name = spellName(typed);
  const found: HolderId[] = [];
  for (const holder of line.keys()) {
    if (holder === key) return ok(holder);
    if (absences.get(holder)?.person.names?.includes(name)) found.push(holder);
  }
  const [one, another] = found;
  if (one === undefined) {
    const says = sentence("handoverNobody");
    return err({ code: "not_found", field: "to", says });
  }
  if (another === undefined) return ok(one);
  const says = sentence("handoverSeveral");
  return err({ code: "conflict", field: "to", reason: "several", says });
}
