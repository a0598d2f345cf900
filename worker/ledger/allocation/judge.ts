/** L9, L11, L14: what a seat rests on, and that a running lease is judged again when it changes. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Event } from "../event.ts";
import type { Lease, Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";
import type { Assigned, Settings } from "../settings/settings.ts";
import { countWithin } from "./overdraft.ts";

/** Whether the person has a licence of their own, and whether they are counted. */
export interface Judgement {
  named: boolean;
  /** Not counted: by that licence, by role, or by the settings. */
  exempt: boolean;
}

/** Ids of a list of the settings, which is never changed in place: a hundred thousand are not searched with each claim. */
const known = new WeakMap<readonly Assigned[], ReadonlySet<HolderId>>();
function idsOf(list: readonly Assigned[]): ReadonlySet<HolderId> {
  const found = known.get(list) ?? new Set(list.map(({ id }) => id));
  known.set(list, found);
  return found;
}

/** What holds for the person now. */
export function judge({ settings }: Pick<Ledger, "settings">, { id, role }: Pick<Person, "id" | "role">): Judgement {
  const named = idsOf(settings.named.assigned).has(id);
  const exempt = named || role === "support" || idsOf(settings.exempt).has(id);
  return { named, exempt };
}

/** Whether a change of the settings may change what seats rest on. */
const touchesSeats = (patch: Partial<Settings>): boolean =>
  patch.named !== undefined || patch.exempt !== undefined || patch.enforced === true;

/**
 * What follows from `cause` for everybody who has a seat, or whose passes are out: they are counted by what holds now.
 * Nobody is thrown out; `overBy` says by how many the tenant is over then.
 */
export function judgeAll(ledger: Ledger, cause: Event): Event[] {
  if (cause.type !== "settings_changed" || !touchesSeats(cause.patch)) return [];
  const { at } = cause;
  const events: Event[] = [];
  for (const [holder, lease] of ledger.leases) {
    const judged = judge(ledger, lease.person);
    if (judged.exempt !== lease.exempt || judged.named !== lease.named)
      events.push({ type: "lease_judged", at, holder, person: lease.person, ...judged });
    // L24: from now on everybody counts; those over the limit are told by `overBy`.
    if (cause.patch.enforced === true && lease.over?.via === "observing") events.push(countWithin(ledger, holder, at));
  }
  for (const [holder, drain] of ledger.drains) {
    const person = ledger.absences.get(holder)?.person;
    // L24: nor does anybody who was let in beyond the limit.
    if (person !== undefined && cause.patch.enforced === true && (drain.over === "observing" || drain.resting))
      events.push({ type: "lease_judged", at, holder, person, exempt: false, named: false });
    // Passes that were counted go on counting until they are over.
    if (person === undefined || !drain.exempt) continue;
    const judged = judge(ledger, person);
    if (!judged.exempt) events.push({ type: "lease_judged", at, holder, person, ...judged });
  }
  if (cause.patch.enforced !== true) return events;
  for (const [holder, { offeredUntil: until, over }] of ledger.line)
    if (until !== null && over === "observing") events.push({ type: "seat_offered", at, holder, until });
  return events;
}

/** The person as the CRM has just confirmed them: other roles or groups change what the running lease rests on. */
export function judgeAgain(ledger: Ledger, holder: HolderId, lease: Lease, person: Person, at: number): Event[] {
  const judged = judge(ledger, person);
  const isSame =
    judged.exempt === lease.exempt &&
    judged.named === lease.named &&
    person.role === lease.person.role &&
    areSame(person.groups, lease.person.groups) &&
    areSame(person.firmGroups, lease.person.firmGroups) &&
    hasSameRights(person, lease.person) &&
    areSame(person.names, lease.person.names);
  return isSame ? [] : [{ type: "lease_judged", at, holder, person, ...judged }];
}

/** I13: what rights are judged by; a lease of an earlier version does not know, and need not be judged for that. */
const hasSameRights = ({ crmRoles, listed }: Person, before: Person): boolean =>
  before.crmRoles === undefined || (crmRoles === before.crmRoles && listed === before.listed);

/**
 * The same of somebody without a seat whose passes are out and were not counted: refused or not, they count from now on
 * where the person is one who is counted.
 */
export function judgeDrain(ledger: Ledger, person: Person, at: number): Event[] {
  if (ledger.drains.get(person.id)?.exempt !== true) return [];
  const judged = judge(ledger, person);
  return judged.exempt ? [] : [{ type: "lease_judged", at, holder: person.id, person, ...judged }];
}

export const areSame = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((group) => b.includes(group));
