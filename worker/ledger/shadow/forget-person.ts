/** A12: a person who is erased is erased from the shadow too, whatever they have there. */
import type { HolderId } from "../../../shared/ids.ts";
import { sentence } from "../../../shared/sentence.ts";
import { anonymizedEndings } from "../decide/erase.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import type { Settings } from "../settings/settings.ts";

export function forgetPerson(
  ledger: Ledger,
  holder: HolderId,
  proposed: ReadonlySet<keyof Settings>,
  at: number,
): Event[] {
  const events: Event[] = [];
  const absence = ledger.absences.get(holder);
  const isSeated = ledger.leases.has(holder);
  if (ledger.line.has(holder)) events.push({ type: "line_left", at, holder, cause: "left" });
  if (isSeated) events.push({ type: "lease_ended", at, holder, cause: "lost", by: null, note: null });
  if (isSeated || ledger.drains.has(holder)) events.push({ type: "drain_ended", at, holder });
  if (isSeated || absence !== undefined) events.push({ type: "absence_forgotten", at, holder });
  const patch = patchWithout(ledger.settings, holder, proposed);
  if (patch !== null) {
    const actor = { id: holder, name: "", role: "support" } as const;
    events.push({ type: "settings_changed", at, holder, actor, what: sentence("none"), patch });
  }
  return [...events, { type: "person_forgotten", at, holder }, ...anonymizedEndings(ledger, holder, at)];
}

/** The live settings do not name somebody who is erased; the proposed ones may. null: nor do they. */
function patchWithout(
  { named, exempt }: Settings,
  holder: HolderId,
  proposed: ReadonlySet<keyof Settings>,
): Partial<Settings> | null {
  const has = (people: readonly { id: HolderId }[]) => people.some(({ id }) => id === holder);
  const without = <P extends { id: HolderId }>(people: readonly P[]) => people.filter(({ id }) => id !== holder);
  const patch: Partial<Settings> = {
    ...(proposed.has("named") && has(named.assigned) && { named: { ...named, assigned: without(named.assigned) } }),
    ...(proposed.has("exempt") && has(exempt) && { exempt: without(exempt) }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}
