/**
 * L17: whether there is room for a person beside those who have seats. Reserved seats are not handed to leases:
 * at every moment the people present are laid over the reserved and the common seats in the way that leaves
 * most for others. People are counted by membership (a set of pools, as bits), so that this costs the same
 * with ten people and ten thousand.
 */
import type { DenialReason } from "../../../shared/denial.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { groupsOf, type Person } from "../person.ts";
import type { Pool } from "../settings/settings.ts";
import type { Effective } from "../time/schedule.ts";
import { standingBack } from "./standing-back.ts";

/** The pools of a person, as bits in the order of the settings. */
export function membershipOf(ledger: Pick<Ledger, "settings">, person: Person): number {
  const { pools } = ledger.settings;
  if (pools.length === 0) return 0;
  const groups = groupsOf(person);
  if (groups.length === 0) return 0;
  let bits = 0;
  // Asked with every event of everybody: without a closure for each pool.
  for (let bit = 0; bit < pools.length; bit++) if (sharesOne((pools[bit] as Pool).groups, groups)) bits |= 1 << bit;
  return bits;
}

function sharesOne(some: readonly string[], others: readonly string[]): boolean {
  for (const one of some) if (others.includes(one)) return true;
  return false;
}

/** L15: the highest priority among the person's pools that hold now. */
export function priorityOf(effective: Effective, membership: number): number {
  let priority = 0;
  for (const pool of effective.pools) if (membership & (1 << pool.bit)) priority = Math.max(priority, pool.priority);
  return priority;
}

type Counts = ReadonlyMap<number, number>;

/**
 * How many of the people counted can sit on reserved seats: the maximum flow from memberships to pools, which
 * is the smallest cut. A cut takes some pools' seats whole and, of all others, the people who may use them.
 */
function covered(pools: Effective["pools"], counts: Counts): number {
  const reserving = pools.filter((pool) => pool.reserved > 0);
  let smallest = Number.POSITIVE_INFINITY;
  for (let subset = 0; subset < 1 << reserving.length; subset++) {
    let seats = 0;
    let open = 0;
    for (const [place, pool] of reserving.entries()) {
      if (subset & (1 << place)) seats += pool.reserved;
      else open |= 1 << pool.bit;
    }
    let cut = seats;
    for (const [membership, people] of counts) if (membership & open) cut += people;
    smallest = Math.min(smallest, cut);
  }
  return smallest;
}

const ofPool = (counts: Iterable<[number, number]>, bit: number): number => {
  let people = 0;
  for (const [membership, number] of counts) if (membership & (1 << bit)) people += number;
  return people;
};

/**
 * L29: the pools with the seats that they keep just now beside somebody of `membership` who comes: a lent one keeps no
 * more than its people here and in line need.
 */
function keeping(ledger: Ledger, counts: Counts, membership: number): Effective["pools"] {
  const { pools } = ledger.effective;
  if (pools.every(({ lentMs }) => lentMs === null)) return pools;
  const back = [...standingBack(ledger).values()].map((person): [number, number] => [membershipOf(ledger, person), 1]);
  return pools.map((pool) => {
    if (pool.lentMs === null) return pool;
    const isOwn = membership & (1 << pool.bit) ? 1 : 0;
    const inLine = ofPool(ledger.lineIndex.sizes(), pool.bit) - ofPool(back, pool.bit);
    const wanted = ofPool(counts, pool.bit) + inLine + isOwn;
    return { ...pool, reserved: Math.min(pool.reserved, wanted) };
  });
}

/** By how many the people present exceed the seats that they may use; the reserved rest is not theirs. */
function excess({ limit, pools }: Pick<Effective, "limit" | "pools">, counts: Counts, people: number): number {
  let reserved = 0;
  for (const pool of pools) reserved += pool.reserved;
  const common = Math.max(0, limit - reserved);
  return Math.max(0, people - covered(pools, counts) - common);
}

function withOne(counts: Counts, membership: number, by: 1 | -1): Map<number, number> {
  const changed = new Map(counts);
  changed.set(membership, (counts.get(membership) ?? 0) + by);
  return changed;
}

export interface Room {
  inUse: number;
  counts: Counts;
}

/** L2, L14, L17: why there is no room for one more person of this membership; null: there is. */
export function noRoom(ledger: Ledger, membership: number, room: Room = ledger): DenialReason | null {
  const { effective, settings } = ledger;
  if (settings.model === "named") return "not_assigned";
  if (room.inUse >= effective.limit) return settings.model === "records" ? "technical_cap" : "limit_reached";
  if (effective.pools.length === 0) return null;
  for (const pool of effective.pools) {
    if (pool.most === null || !(membership & (1 << pool.bit))) continue;
    let present = 0;
    for (const [other, people] of room.counts) if (other & (1 << pool.bit)) present += people;
    if (present >= pool.most) return "group_limit_reached";
  }
  const kept = { limit: effective.limit, pools: keeping(ledger, room.counts, membership) };
  const after = excess(kept, withOne(room.counts, membership, 1), room.inUse + 1);
  return after > 0 && after > excess(kept, room.counts, room.inUse) ? "reserved_for_others" : null;
}

/** L17: whether one more person of this membership would sit on a reserved seat. */
export function hasReservedRoom(ledger: Ledger, membership: number): boolean {
  const { pools } = ledger.effective;
  return covered(pools, withOne(ledger.counts, membership, 1)) > covered(pools, ledger.counts);
}

/** The room there would be if one person of this membership went. */
export const roomWithout = (ledger: Ledger, membership: number): Room => ({
  inUse: ledger.inUse - 1,
  counts: withOne(ledger.counts, membership, -1),
});

/** Tells of a counted lease whether its seat, once given back, would be one for somebody of this membership. */
export function helpsBy(ledger: Ledger, membership: number): (lease: Lease) => boolean {
  const known = new Map<number, boolean>();
  return (lease) => {
    const own = membershipOf(ledger, lease.person);
    const helps = known.get(own) ?? noRoom(ledger, membership, roomWithout(ledger, own)) === null;
    known.set(own, helps);
    return helps;
  };
}

/** L17: how many of the free seats nobody but the pools' people may take, and whose they are. */
export function keptSeats(ledger: Ledger): { seats: number; pools: string[] } {
  const { effective, counts, inUse, settings } = ledger;
  const free = Math.max(0, effective.limit - inUse);
  const reserving = keeping(ledger, counts, 0).filter((pool) => pool.reserved > 0);
  const reserved = reserving.reduce((sum, pool) => sum + pool.reserved, 0);
  if (free === 0 || reserved === 0) return { seats: 0, pools: [] };
  const common = Math.max(0, effective.limit - reserved) - (inUse - covered(reserving, counts));
  const seats = free - Math.min(free, Math.max(0, common));
  const unused = seats === 0 ? [] : reserving.filter(({ bit }) => hasReservedRoom(ledger, 1 << bit));
  return { seats, pools: unused.flatMap(({ bit }) => settings.pools[bit]?.name ?? []) };
}

/** L29: people in line, one of `membership` after the other, for whom a lent pool has a seat that others work on. */
export function isOwed(ledger: Ledger, membership: number, counts: Counts): boolean {
  const { pools } = ledger.effective;
  const isLender = pools.some(({ bit, lentMs }) => lentMs !== null && membership & (1 << bit));
  if (!isLender || noRoom(ledger, membership, { inUse: 0, counts }) === "group_limit_reached") return false;
  return covered(pools, withOne(counts, membership, 1)) > covered(pools, counts);
}

/** L29: whether people of this membership work on seats that no pool has for them. */
export const isBorrower = ({ effective: { pools }, counts }: Ledger, membership: number): boolean =>
  covered(pools, withOne(counts, membership, -1)) === covered(pools, counts);

export { withOne };
