/**
 * L19: the smallest change of the settings that would have seated somebody: by how many licences the limit is raised, a
 * reservation made smaller, a maximum higher. Whoever works beyond the limit or waits has the better right, so what they
 * take first counts in.
 */
import type { DenialReason } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { judge } from "../allocation/judge.ts";
import { nextToCount } from "../allocation/next-to-seat.ts";
import { membershipOfHolder } from "../allocation/occupancy.ts";
import { overdraftUsedMs, overFor } from "../allocation/overdraft.ts";
import { hasReservedRoom, membershipOf, noRoom } from "../allocation/pools.ts";
import type { Ledger } from "../ledger.ts";
import type { OverVia } from "../over.ts";
import type { Person } from "../person.ts";
import { mostReserved, reservedBy } from "../settings/pool-changes.ts";

export type ChangeStep =
  | { what: "limit"; from: number; to: number }
  /** `pool`: its id. `reserved`: how many licences are kept for it; `most`: how many of its people may have one at once. */
  | { what: "reserved" | "most"; pool: string; name: string; from: number; to: number }
  /** A named licence for the person; `licences`: their number is raised to that first; null: one is free. */
  | { what: "assign"; licences: number | null }
  /** So many people give theirs back: in the records model, whose cap nobody raises. */
  | { what: "free"; seats: number };

/** Made in this order; all of them are needed. */
export type SmallestChange = ChangeStep[];

/** What of the settings is tried. */
interface Trial {
  limit: number;
  /** By bit of the pool. */
  reserved: ReadonlyMap<number, number>;
  most: ReadonlyMap<number, number>;
}

const ROUNDS_MAX = 64;

/** null: no change of the settings would, or the person would get a seat as it is. */
export function smallestChange(ledger: Ledger, person: Person, reservedOnly = false): SmallestChange | null {
  const { settings, effective } = ledger;
  const judgeTrial = (trial: Trial) => reasonIn(ledger, trial, person, reservedOnly);
  const now: Trial = { limit: settings.limit, reserved: new Map(), most: new Map() };
  if (judgeTrial(now) === null) return null;
  if (settings.model === "named") {
    const { licences, assigned } = settings.named;
    return [{ what: "assign", licences: licences > assigned.length ? null : assigned.length + 1 }];
  }
  const more = leastMore(ledger, (by) => judgeTrial({ ...now, limit: settings.limit + by }) === null);
  const byPools = changePools(ledger, membershipOf(ledger, person), now, judgeTrial);
  if (settings.model === "records") {
    // Nobody raises the cap. Pools are changed as elsewhere, and so is the limit that has to cover what they reserve.
    if (byPools !== null && (reservedOnly || byPools.limit === settings.limit))
      return stepsOf(ledger, withinLimit(ledger, byPools));
    return more === null ? null : [{ what: "free", seats: more }];
  }
  const byLimit = more === null || effective.limit + more > LIMIT_MAX ? null : { ...now, limit: settings.limit + more };
  const trials = [byPools === null ? null : withinLimit(ledger, byPools), byLimit].filter((trial) => trial !== null);
  const steps = trials.map((trial) => stepsOf(ledger, trial));
  // What costs nothing comes first where both are as small.
  return steps.sort((a, b) => amountOf(a) - amountOf(b))[0] ?? null;
}

const amountOf = (steps: readonly ChangeStep[]): number =>
  steps.reduce((sum, step) => sum + ("from" in step ? Math.abs(step.to - step.from) : 1), 0);

/** The least that does, where everything above does as well; null: nothing does. */
function leastMore({ inUse, over, line, effective }: Ledger, does: (by: number) => boolean): number | null {
  const reserved = effective.pools.reduce((sum, pool) => sum + pool.reserved, 0);
  let high = inUse + over + line.size + reserved + 1;
  if (!does(high)) return null;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (does(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Makes maxima higher and reservations smaller, and the limit higher where that is in the way, until nothing is. */
function changePools(
  { effective, settings }: Ledger,
  membership: number,
  now: Trial,
  judgeTrial: (trial: Trial) => DenialReason | null,
): Trial | null {
  if (effective.pools.length === 0) return null;
  let trial = now;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const reason = judgeTrial(trial);
    if (reason === null) return trial;
    const { reserved, most } = trial;
    const own = effective.pools.filter(({ bit }) => membership & (1 << bit));
    if (reason === "group_limit_reached") {
      const raised = own.filter((pool) => pool.most !== null);
      const higher = new Map(most);
      // Of several maxima only those that are in the way have to go; which those are shows one by one.
      const binding = raised.find(({ bit, most: set }) => {
        const tried = new Map(most).set(bit, LIMIT_MAX);
        return set !== null && judgeTrial({ ...trial, most: tried }) !== "group_limit_reached";
      });
      for (const { bit, most: set } of binding === undefined ? raised : [binding])
        higher.set(bit, (most.get(bit) ?? set ?? 0) + 1);
      trial = { ...trial, most: higher };
    } else if (reason === "reserved_taken" && own[0] !== undefined) {
      const { bit, reserved: kept } = own[0];
      const wanted = (reserved.get(bit) ?? kept) + 1;
      trial = { ...trial, reserved: new Map(reserved).set(bit, wanted), limit: Math.max(trial.limit, wanted) };
    } else if (reason === "reserved_for_others") {
      const others = effective.pools.filter(
        ({ bit, reserved: kept }) => !(membership & (1 << bit)) && (reserved.get(bit) ?? kept) > 0,
      );
      const smaller = others.map(({ bit, reserved: kept }) =>
        new Map(reserved).set(bit, (reserved.get(bit) ?? kept) - 1),
      );
      const [first] = smaller;
      if (first === undefined) trial = { ...trial, limit: trial.limit + 1 };
      else
        trial = {
          ...trial,
          reserved: smaller.find((map) => judgeTrial({ ...trial, reserved: map }) === null) ?? first,
        };
    } else if (reason === "limit_reached" || reason === "others_waiting") {
      trial = { ...trial, limit: trial.limit + 1 };
    } else return null;
    if (trial.limit > settings.limit + ROUNDS_MAX) return null;
  }
  return null;
}

/** L17: pools that reserve more than before are taken only while the limit covers it all, and it may have been lowered since. */
function withinLimit({ settings, effective }: Ledger, trial: Trial): Trial {
  const held = new Set(effective.pools.map(({ bit }) => bit));
  const pools = settings.pools.map((pool, bit) => ({
    ...pool,
    reserved: (held.has(bit) ? trial.reserved.get(bit) : undefined) ?? pool.reserved,
  }));
  const reserved = reservedBy(pools);
  return reserved <= mostReserved(settings) ? trial : { ...trial, limit: Math.max(trial.limit, reserved) };
}

/** In an order in which each step is possible: room is made before more is reserved. */
function stepsOf({ settings, effective }: Ledger, { limit, reserved, most }: Trial): ChangeStep[] {
  const room: ChangeStep[] = [];
  const more: ChangeStep[] = [];
  if (limit !== settings.limit) room.push({ what: "limit", from: settings.limit, to: limit });
  for (const { bit, reserved: kept, most: set } of effective.pools) {
    const pool = settings.pools[bit];
    if (pool === undefined) continue;
    const of = { pool: pool.id, name: pool.name };
    const [wanted, higher] = [reserved.get(bit), most.get(bit)];
    if (wanted !== undefined && wanted !== kept)
      (wanted < kept ? room : more).push({ what: "reserved", ...of, from: kept, to: wanted });
    if (higher !== undefined && set !== null && higher !== set)
      room.push({ what: "most", ...of, from: set, to: higher });
  }
  return [...room, ...more];
}

/** Why the person would get no seat once the settings were so and whoever waits had been offered what there is; null: would get one. */
function reasonIn(ledger: Ledger, trial: Trial, person: Person, reservedOnly: boolean): DenialReason | null {
  if (judge(ledger, person).exempt) return null;
  const view = withTrial(ledger, trial);
  countBeyond(view);
  const offered = offerAll(view);
  const own = ledger.line.get(person.id);
  if (offered.has(person.id) || (own !== undefined && own.offeredUntil !== null)) return null;
  const drain = ledger.drains.get(person.id);
  if (drain?.exempt === false && drain.over === null) {
    const waiting = [...ledger.line].some(
      ([holder, { offeredUntil, rank, order }]) =>
        holder !== person.id &&
        offeredUntil === null &&
        !offered.has(holder) &&
        (own === undefined || rank < own.rank || (rank === own.rank && order < own.order)),
    );
    return waiting ? "others_waiting" : null;
  }
  const membership = membershipOf(ledger, person);
  const reason =
    noRoom(view, membership) ?? (reservedOnly && !hasReservedRoom(view, membership) ? "reserved_taken" : null);
  const wish = { holder: person.id, membership, reservedOnly };
  return reason === null || overFor(view, { ...wish, reason }, view.lastAt) !== null ? null : reason;
}

/** The ledger with other settings: what of it judges room, copied; the rest as it is. */
function withTrial(ledger: Ledger, { limit, reserved, most }: Trial): Ledger {
  const { effective, settings } = ledger;
  return {
    ...ledger,
    counts: new Map(ledger.counts),
    overIndex: ledger.overIndex.fork(),
    overdraft: { usedMs: overdraftUsedMs(ledger, ledger.lastAt), at: ledger.lastAt },
    effective: {
      ...effective,
      limit: effective.limit + limit - settings.limit,
      pools: effective.pools.map((pool) => ({
        ...pool,
        reserved: reserved.get(pool.bit) ?? pool.reserved,
        most: most.get(pool.bit) ?? pool.most,
      })),
    },
  };
}

/** L24, L28: whoever works beyond the limit takes the seats there are before anybody who waits; changes the counts of `view`. */
function countBeyond(view: Ledger): void {
  for (let holder = nextToCount(view); holder !== null; holder = nextToCount(view)) {
    const membership = membershipOfHolder(view, holder);
    const over = view.leases.get(holder)?.over;
    if (over == null) throw new Error(`${holder} does not work beyond the limit`);
    view.overIndex.remove(membership, over);
    view.over--;
    if (over.via === "overdraft") view.overdrawn--;
    takeSeat(view, membership);
  }
}

function takeSeat(view: Ledger, membership: number): void {
  view.inUse++;
  view.counts.set(membership, (view.counts.get(membership) ?? 0) + 1);
}

/** L15: offers what is free to whoever waits, in their order; changes the counts of `view`. */
function offerAll(view: Ledger): ReadonlySet<HolderId> {
  const waiting = [...view.line]
    .filter(([, { offeredUntil }]) => offeredUntil === null)
    .sort(([, a], [, b]) => a.rank - b.rank || a.order - b.order)
    .map(([holder]) => ({
      holder,
      membership: membershipOfHolder(view, holder),
      drains: view.drains.get(holder)?.exempt === false,
    }));
  const offered = new Set<HolderId>();
  for (;;) {
    const left = waiting.filter(({ holder }) => !offered.has(holder));
    const next = left.find(
      ({ holder, membership, drains }, place) => (place === 0 && drains) || howIn(view, holder, membership) !== null,
    );
    if (next === undefined) return offered;
    offered.add(next.holder);
    // Their own draining seat is counted already.
    if (next.drains) continue;
    if (howIn(view, next.holder, next.membership) === "overdraft") {
      view.over++;
      view.overdrawn++;
    } else takeSeat(view, next.membership);
  }
}

/** How somebody who waits would get a seat; null: not at all. */
function howIn(view: Ledger, holder: HolderId, membership: number): "within" | OverVia | null {
  const reason = noRoom(view, membership);
  return reason === null ? "within" : overFor(view, { holder, membership, reason, reservedOnly: false }, view.lastAt);
}
