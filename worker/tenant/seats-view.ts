/** A4: what the administration sees of the seats: all of it, or one page of the holders as asked. */
import type { HolderId } from "../../shared/ids.ts";
import { countDraining } from "../ledger/allocation/occupancy.ts";
import { overdraftUsedMs } from "../ledger/allocation/overdraft.ts";
import { keptSeats, membershipOf } from "../ledger/allocation/pools.ts";
import { positionOf } from "../ledger/allocation/queue.ts";
import { reasonAgainst } from "../ledger/eligibility.ts";
import { fullnessOf } from "../ledger/fullness.ts";
import type { Lease, Ledger } from "../ledger/ledger.ts";
import type { OverVia } from "../ledger/over.ts";
import { clientsOf, tabsOf } from "../ledger/read/standing.ts";
import { foldText } from "./fold-text.ts";
import type { GroupRow } from "./groups/group-calls.ts";
import { knownGroups } from "./known-groups.ts";
import type { AdminView, HolderRow, PeopleAsk, SortKey, WaitingRow } from "./tenant-calls.ts";

/** The line is shown to this place; who stands behind is counted. */
const WAITING_SHOWN = 100;

/** What of the view is not the ledger's. */
export interface Beside {
  tenantName: string;
  contact: string;
  refusedToday: number;
  warnings: AdminView["warnings"];
  sparedToday: number;
  /** L20: groups of the firm's own, also such as nobody has been seen in. */
  firmGroups: readonly Pick<GroupRow, "name" | "people">[];
  /** A13: whose rows are shown; left out: everybody's. */
  isShown?: (holder: HolderId) => boolean;
}

/** The view at `now` (ms). Without `ask` every holder, in the order of their coming. */
export function viewSeats(ledger: Ledger, now: number, beside: Beside, ask: PeopleAsk | null): AdminView {
  const { settings, effective } = ledger;
  const { isShown = () => true } = beside;
  const found = (ask === null ? [...ledger.leases] : findHolders(ledger, ask, now)).filter(([id]) => isShown(id));
  const pages = ask === null ? 1 : Math.max(1, Math.ceil(found.length / ask.size));
  const page = ask === null ? 1 : Math.min(ask.page, pages);
  const shown = ask === null ? found : found.slice((page - 1) * ask.size, page * ask.size);
  const waiting = [...ledger.line]
    .filter(([id]) => isShown(id))
    .sort(
      ([, a], [, b]) =>
        Number(b.offeredUntil !== null) - Number(a.offeredUntil !== null) || a.rank - b.rank || a.order - b.order,
    );
  const full = fullnessOf(ledger);
  let exempt = 0;
  for (const lease of ledger.leases.values()) if (lease.exempt && !lease.named) exempt++;
  return {
    scope: null,
    tenant: { name: beside.tenantName, contact: beside.contact },
    version: settings.version,
    limit: settings.limit,
    effective: {
      limit: full.limit,
      pools: effective.pools.flatMap(({ bit }) => settings.pools[bit]?.name ?? []),
      until: effective.nextTurnAt,
    },
    inUse: full.inUse,
    overBy: full.overBy,
    over: countOver(ledger),
    overdraftUsedMs: overdraftUsedMs(ledger, now),
    full,
    kept: keptSeats(ledger),
    draining: countDraining(ledger),
    idleTimeoutMs: settings.idleTimeoutMs,
    settings,
    seated: beside.isShown === undefined ? ledger.leases.size : found.length,
    exempt,
    named: full.named.inUse,
    found: found.length,
    page,
    pages,
    holders: shown.map(([id, lease]) => rowOf(ledger, id, lease, now)),
    queue: waiting.length,
    waiting: (ask === null ? waiting : waiting.slice(0, WAITING_SHOWN)).map(([id, place]): WaitingRow => {
      const person = ledger.absences.get(id)?.person;
      return {
        id,
        name: person?.name ?? id,
        email: person?.email ?? null,
        sinceAgeMs: now - place.since,
        position: positionOf(ledger, id) ?? 1,
        offered: place.offeredUntil !== null,
        offeredForMs: place.offeredUntil === null ? null : Math.max(0, place.offeredUntil - now),
        reason: person === undefined ? null : reasonAgainst(ledger, person, false),
      };
    }),
    groups: ask === null || ask.size === 0 ? knownGroups(ledger, beside.firmGroups) : [],
    refusedToday: beside.refusedToday,
    warnings: beside.warnings,
    sparedToday: beside.sparedToday,
  };
}

/** L24, L28: people who have a seat beyond the limit, by what lets them. */
function countOver(ledger: Ledger): Record<OverVia, number> {
  const over = { observing: 0, overdraft: 0 };
  for (const lease of ledger.leases.values()) if (lease.over !== null) over[lease.over.via]++;
  return over;
}

const rowOf = (ledger: Ledger, id: HolderId, lease: Lease, now: number): HolderRow => ({
  id,
  name: lease.person.name,
  email: lease.person.email,
  role: lease.person.role,
  exempt: lease.exempt,
  named: lease.named,
  over:
    lease.over === null ? null : { via: lease.over.via, reason: lease.over.reason, sinceAgeMs: now - lease.over.since },
  pools: poolsOf(ledger, lease),
  sinceAgeMs: now - lease.grantedAt,
  activeAgeMs: now - activeAt(lease),
  tabs: tabsOf(ledger, lease, now),
  clients: clientsOf(ledger, lease, now),
});

const activeAt = (lease: Lease): number => Math.max(lease.activeAt, lease.assumedActiveAt);

function poolsOf(ledger: Ledger, lease: Lease): string[] {
  const { pools } = ledger.settings;
  if (pools.length === 0) return [];
  const bits = membershipOf(ledger, lease.person);
  return pools.filter((_, bit) => bits & (1 << bit)).map(({ name }) => name);
}

type Entry = [HolderId, Lease];

/** The row of one holder, without the others. */
export function findHolder(ledger: Ledger, holder: HolderId, now: number): HolderRow | null {
  const lease = ledger.leases.get(holder);
  return lease === undefined ? null : rowOf(ledger, holder, lease, now);
}

function findHolders(ledger: Ledger, ask: PeopleAsk, now: number): Entry[] {
  const words = foldText(ask.search).split(/\s+/).filter(Boolean);
  const found = [...ledger.leases].filter(([id, lease]) => {
    if (words.length === 0) return true;
    const text = foldText([lease.person.name, lease.person.email ?? "", id, ...poolsOf(ledger, lease)].join(" "));
    return words.every((word) => text.includes(word));
  });
  const sign = ask.descending ? -1 : 1;
  const keyOf = KEYS[ask.sort];
  return found
    .map((entry, place) => ({ entry, place, key: keyOf(ledger, entry[1], now) }))
    .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.place - b.place))
    .map(({ entry }) => entry);
}

/** What the columns are sorted by. A seat held for long has an early moment, so ages are moments turned round. */
const KEYS: Record<SortKey, (ledger: Ledger, lease: Lease, now: number) => string | number> = {
  name: (_, lease) => foldText(lease.person.name),
  pool: (ledger, lease) => poolsOf(ledger, lease).map(foldText).join(" "),
  since: (_, lease) => -lease.grantedAt,
  active: (_, lease) => -activeAt(lease),
  tabs: tabsOf,
  browsers: clientsOf,
};
