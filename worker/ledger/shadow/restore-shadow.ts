/**
 * What of a shadow is stored, and how it comes back: for each person in whom it differs from the live ledger what it has,
 * and of everybody else nothing. So equal settings come back equal, whatever a loss of memory took from the live ledger.
 */
import type { HolderId } from "../../../shared/ids.ts";
import { waitingUntil } from "../allocation/queue.ts";
import { recount } from "../evolve/counts.ts";
import { type Lease, type Ledger, passesUntil, SCHEDULE } from "../ledger.ts";
import type { OverdraftMeter } from "../over.ts";
import { storedPresence } from "../presence.ts";
import { type StoredHolder, storedHolder } from "../restore.ts";
import { restoredLease, restoredPasses } from "../restored-lease.ts";
import type { Settings } from "../settings/settings.ts";
import { absenceDue, leaseDue } from "../time/expiry.ts";
import { effectiveAt } from "../time/schedule.ts";
import type { Difference, Episode } from "./difference.ts";
import { copyAbsence, forkLedger } from "./fork.ts";
import { Shadow } from "./shadow.ts";

export interface StoredShadowHolder extends StoredHolder {
  /** The difference that is going on; null: none that anybody would feel. */
  episode: Episode | null;
}

/** What is to be stored of the person; null: nothing, for the two agree. */
export function storedShadowHolder(live: Ledger, shadow: Shadow, holder: HolderId): StoredShadowHolder | null {
  const own = storedHolder(shadow.ledger, holder);
  const isSame = essenceOf(storedHolder(live, holder)) === essenceOf(own);
  return isSame ? null : { ...own, episode: shadow.open.get(holder) ?? null };
}

/** Without what mere time moves: of people with a seat in both that is the same. */
function essenceOf({ lease, drain, absence, waiting }: StoredHolder): string {
  const { presence, ...rest } = lease ?? { presence: null };
  const kept = presence && { nudge: presence.nudge, quietUntil: presence.quietUntil };
  return JSON.stringify([lease && rest, kept, drain, absence, waiting && { ...waiting, heardAt: 0 }]);
}

export interface StoredShadow {
  /** What is proposed. */
  patch: Partial<Settings>;
  difference: Difference;
  /** null: the live one's. */
  overdraft: OverdraftMeter | null;
  holders: readonly [HolderId, StoredShadowHolder][];
}

/** Beside `live` as it has just come back itself. */
export function restoreShadow(live: Ledger, { patch, difference, overdraft, holders }: StoredShadow): Shadow {
  const ledger = forkLedger(live);
  const keys = Object.keys(patch) as (keyof Settings)[];
  if (keys.length > 0) {
    ledger.settings = { ...live.settings, ...patch };
    ledger.effective = effectiveAt(ledger.settings, live.turnedAt);
  }
  for (const [holder, row] of holders) place(live, ledger, holder, row);
  if (overdraft !== null) ledger.overdraft = overdraft;
  if (keys.length > 0 || holders.length > 0) {
    recount(ledger);
    watch(ledger, patch.idleTimeoutMs === undefined ? holders.map(([holder]) => holder) : everybody(ledger));
  }
  const open = holders.flatMap(([holder, { episode }]) => (episode === null ? [] : [{ ...episode, holder }]));
  return new Shadow(ledger, keys, difference, open);
}

function* everybody({ leases, drains, line, absences }: Ledger): Iterable<HolderId> {
  for (const people of [leases, drains, line, absences]) yield* people.keys();
}

function place(live: Ledger, ledger: Ledger, holder: HolderId, { lease, drain, absence, waiting }: StoredHolder): void {
  const { leases, drains, absences, line, recalled, promised, givers } = ledger;
  for (const one of [leases, drains, absences, line, recalled, promised, givers]) one.delete(holder);
  if (lease !== null) {
    const own = restoredLease({ ...lease, person: { ...lease.person, id: holder } });
    if (own.over !== null) own.over.order = ++ledger.joined;
    const restored = takePresence(live, ledger.lastAt, holder, own);
    leases.set(holder, restored);
    if (restored.nudge?.recalled) recalled.add(holder);
  }
  if (drain !== null) {
    const { passes, over = null, ...rest } = drain;
    drains.set(holder, { ...rest, over, passes: restoredPasses(passes) });
  }
  if (absence !== null) absences.set(holder, { ...copyAbsence(absence), person: { ...absence.person, id: holder } });
  if (waiting === null) return;
  line.set(holder, { ...waiting, heardAt: ledger.lastAt, order: ++ledger.joined });
  if (waiting.givenBy !== null) promised.add(holder);
  if (absence?.ended?.handedTo !== undefined) givers.add(holder);
}

/** Of somebody with a seat in both the live lease knows it; somebody with one here alone is taken to have been there (stand-in.ts). */
function takePresence(live: Ledger, at: number, holder: HolderId, lease: Lease): Lease {
  const known = live.leases.get(holder);
  if (known === undefined) {
    for (const one of [...lease.clients.values(), ...lease.gates.values()]) one.heardAt = at;
    return lease;
  }
  const { person, exempt, named, grantedAt, sessions, clientKind, nudge, quietUntil, over } = lease;
  const presence = { ...storedPresence(known), nudge, quietUntil };
  return Object.assign(restoredLease({ person, exempt, named, grantedAt, sessions, clientKind, presence }), { over });
}

function watch(ledger: Ledger, holders: Iterable<HolderId>): void {
  const { deadlines, effective } = ledger;
  if (effective.nextTurnAt !== null) deadlines.ensure("schedule", SCHEDULE, effective.nextTurnAt);
  for (const holder of holders) {
    const lease = ledger.leases.get(holder);
    if (lease !== undefined) deadlines.ensure("lease", holder, leaseDue(ledger, lease).at);
    const drain = ledger.drains.get(holder);
    if (drain !== undefined) deadlines.ensure("drain", holder, passesUntil(drain.passes));
    const waiting = ledger.line.get(holder);
    if (waiting !== undefined) deadlines.ensure("waiting", holder, waitingUntil(ledger, waiting));
    const absence = ledger.absences.get(holder);
    if (absence !== undefined) deadlines.ensure("absence", holder, absenceDue(ledger, holder, absence));
  }
}
