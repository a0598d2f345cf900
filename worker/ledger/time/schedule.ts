/** L17: which pools hold and how many seats there are at a moment, and when that changes next. */
import { Temporal } from "temporal-polyfill";
import { LIMIT_MAX, RECORDS_CAP } from "../../../shared/timing.ts";
import type { Pool, Settings, Window } from "../settings/settings.ts";

export interface ActivePool {
  /** The pool's bit in memberships: its place in the settings. */
  bit: number;
  reserved: number;
  most: number | null;
  priority: number;
  /** L29: others work on its seats meanwhile, and give them back within so many ms; null: they do not. */
  lentMs: number | null;
}

/** What holds from one turn of the schedule to the next. */
export interface Effective {
  /** Seats there are: the limit with its boosts, or what the model makes of it. */
  limit: number;
  pools: ActivePool[];
  /** L28: the tenant's month, where an overdraft is counted by it; null: none is. */
  month: Stretch | null;
  /** When this changes by itself; null: never. */
  nextTurnAt: number | null;
}

/** A window repeats within a month; a turn farther away than this is looked for again then. */
const LOOK_AHEAD_DAYS = 40;

/** What holds at `now` (ms). */
export function effectiveAt(settings: Settings, now: number): Effective {
  const turns: number[] = [];
  let limit = settings.limit;
  for (const boost of settings.boosts) {
    if (boost.from > now) turns.push(boost.from);
    else if (boost.until > now) {
      limit += boost.extra;
      turns.push(boost.until);
    }
  }
  const month = settings.overdraft.hoursPerMonth === null ? null : monthOf(settings.timeZone, now);
  if (month !== null) turns.push(month.to);
  const pools: ActivePool[] = [];
  for (const [bit, pool] of settings.pools.entries()) {
    const open = isOpen(pool, settings.timeZone, now);
    if (open) pools.push(activeOf(pool, bit));
    const turn = nextTurn(pool, settings.timeZone, now, open);
    if (turn !== null) turns.push(turn);
  }
  return {
    limit:
      settings.model === "named"
        ? 0
        : settings.model === "records"
          ? RECORDS_CAP
          : Math.max(settings.limit, Math.min(limit, LIMIT_MAX)),
    pools,
    month,
    nextTurnAt: turns.length === 0 ? null : Math.min(...turns),
  };
}

const zoned = (timeZone: string, at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

function monthOf(timeZone: string, at: number): Stretch {
  const first = zoned(timeZone, at).toPlainDate().with({ day: 1 });
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds;
  return { from: startOf(first), to: startOf(first.add({ months: 1 })) };
}

const activeOf = ({ reserved, most, priority, guarantee }: Pool, bit: number): ActivePool => ({
  bit,
  reserved,
  most,
  priority,
  lentMs: guarantee?.kind === "lent" ? guarantee.minutes * 60_000 : null,
});

/** L29: by so much earlier than its times a pool holds. */
const aheadMs = ({ guarantee }: Pool): number => (guarantee?.kind === "ahead" ? guarantee.minutes * 60_000 : 0);

function isOpen(pool: Pool, timeZone: string, at: number): boolean {
  if (pool.windows === null) return true;
  const ahead = aheadMs(pool);
  return pool.windows.some((slot) =>
    stretchesNear(slot, timeZone, at).some(({ from, to }) => from - ahead <= at && at < to),
  );
}

/** The next moment at which the pool opens or closes. */
function nextTurn(pool: Pool, timeZone: string, at: number, open: boolean): number | null {
  if (pool.windows === null || pool.windows.length === 0) return null;
  const edges = new Set<number>();
  for (const slot of pool.windows) {
    for (const { from, to } of stretchesNear(slot, timeZone, at)) {
      for (const edge of [from - aheadMs(pool), to]) if (edge > at) edges.add(edge);
    }
  }
  // Windows may touch or overlap: an edge is a turn only where the pool really opens or closes.
  for (const edge of [...edges].sort((a, b) => a - b)) if (isOpen(pool, timeZone, edge) !== open) return edge;
  return edges.size === 0 ? null : Math.max(...edges);
}

export interface Stretch {
  from: number;
  to: number;
}

/** The days for which a window's stretches were worked out last; time zones are slow. */
const days = new WeakMap<Window, { timeZone: string; from: number; until: number; stretches: Stretch[] }[]>();
const DAYS_KEPT = 8;

/** The window's stretches near `at`: the same all through a day. */
function stretchesNear(slot: Window, timeZone: string, at: number): Stretch[] {
  const known = days.get(slot) ?? [];
  const day = known.find((one) => one.timeZone === timeZone && one.from <= at && at < one.until);
  if (day !== undefined) return day.stretches;
  const local = zoned(timeZone, at);
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds;
  const today = local.toPlainDate();
  const stretches = intervals(slot, local);
  known.push({ timeZone, from: startOf(today), until: startOf(today.add({ days: 1 })), stretches });
  days.set(slot, known.slice(-DAYS_KEPT));
  return stretches;
}

/** The window's stretches near `local`, in ms. Wall-clock times are taken as the day has them: where the clock is put forward, a missing time is the one after the gap. */
function intervals(slot: Window, local: Temporal.ZonedDateTime): Stretch[] {
  const found: Stretch[] = [];
  const timeZone = local.timeZoneId;
  const instant = (date: Temporal.PlainDate, time: string) =>
    date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  const today = local.toPlainDate();
  if (slot.kind === "weekly") {
    for (let day = -1; day <= 7; day++) {
      const date = today.add({ days: day });
      if (!slot.days.includes(date.dayOfWeek)) continue;
      const end = slot.to <= slot.from ? date.add({ days: 1 }) : date;
      found.push({ from: instant(date, slot.from), to: instant(end, slot.to) });
    }
    return found;
  }
  for (let month = -1; month * 28 <= LOOK_AHEAD_DAYS; month++) {
    const first = today.with({ day: 1 }).add({ months: month });
    const dayOf = (day: number) => Math.min(day > 0 ? day : first.daysInMonth + 1 + day, first.daysInMonth);
    const from = first.with({ day: Math.max(1, dayOf(slot.fromDay)) });
    const last = first.with({ day: Math.max(1, dayOf(slot.toDay)) });
    const until = (Temporal.PlainDate.compare(last, from) < 0 ? last.add({ months: 1 }) : last).add({ days: 1 });
    found.push({ from: instant(from, "00:00"), to: instant(until, "00:00") });
  }
  return found;
}
