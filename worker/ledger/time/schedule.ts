/** L17: which pools hold and how many seats there are at a moment, and when that changes next. */

import { Temporal } from "temporal-polyfill";
import { MINUTE_MS } from "../../../shared/durations.ts";
import { LIMIT_MAX, RECORDS_CAP } from "../../../shared/timing.ts";
import type { Boost, Pool, Settings } from "../settings/settings.ts";
import { openingAt, type Stretch } from "./windows.ts";

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
  /** L31: whether a planned closing lasts. */
  closed: boolean;
  /** When this changes by itself; null: never. */
  nextTurnAt: number | null;
}

/** What holds at `now` (ms). */
export function effectiveAt(settings: Settings, now: number): Effective {
  const turns: (number | null)[] = [];
  let limit = settings.limit;
  for (const boost of settings.boosts) {
    const { runs, turnsAt } = boostAt(boost, settings, now);
    if (runs) limit += boost.extra;
    turns.push(turnsAt);
  }
  const { from: shutsAt = 0, until: opensAt = 0 } = settings.closing ?? {};
  if (opensAt > now) turns.push(shutsAt > now ? shutsAt : opensAt);
  const month = settings.overdraft.hoursPerMonth === null ? null : monthOf(settings.timeZone, now);
  if (month !== null) turns.push(month.to);
  const pools: ActivePool[] = [];
  for (const [bit, pool] of settings.pools.entries()) {
    const { open, turnsAt } =
      pool.windows === null ? { open: true, turnsAt: null } : openingAt(pool.windows, settings, now, aheadMs(pool));
    if (open) pools.push(activeOf(pool, bit));
    turns.push(turnsAt);
  }
  const known = turns.filter((turn) => turn !== null);
  return {
    limit:
      settings.model === "named"
        ? 0
        : settings.model === "records"
          ? RECORDS_CAP
          : Math.max(settings.limit, Math.min(limit, LIMIT_MAX)),
    pools,
    month,
    closed: shutsAt <= now && now < opensAt,
    nextTurnAt: known.length === 0 ? null : Math.min(...known),
  };
}

/** L17, L30: whether a boost raises the limit at `now` (ms), and when that changes next; null: never. */
export function boostAt(
  { from, until, windows }: Pick<Boost, "from" | "until" | "windows">,
  calendar: Pick<Settings, "timeZone" | "holidays">,
  now: number,
): { runs: boolean; turnsAt: number | null } {
  if (until <= now) return { runs: false, turnsAt: null };
  const begins = Math.max(from, now);
  const { open, turnsAt } =
    windows === undefined ? { open: true, turnsAt: null } : openingAt(windows, calendar, begins);
  if (open && begins > now) return { runs: false, turnsAt: begins };
  if (open) return { runs: true, turnsAt: Math.min(until, turnsAt ?? until) };
  return { runs: false, turnsAt: turnsAt === null || turnsAt >= until ? null : turnsAt };
}

/** The last month found in each time zone: one month is asked for at every start of an object and every turn. */
const months = new Map<string, Stretch>();

function monthOf(timeZone: string, at: number): Stretch {
  const known = months.get(timeZone);
  if (known !== undefined && known.from <= at && at < known.to) return known;
  const month = findMonth(timeZone, at);
  months.set(timeZone, month);
  return month;
}

function findMonth(timeZone: string, at: number): Stretch {
  const first = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().with({ day: 1 });
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds;
  return { from: startOf(first), to: startOf(first.add({ months: 1 })) };
}

const activeOf = ({ reserved, most, priority, guarantee }: Pool, bit: number): ActivePool => ({
  bit,
  reserved,
  most,
  priority,
  lentMs: guarantee?.kind === "lent" ? guarantee.minutes * MINUTE_MS : null,
});

/** L29: by so much earlier than its times a pool holds. */
const aheadMs = ({ guarantee }: Pool): number => (guarantee?.kind === "ahead" ? guarantee.minutes * MINUTE_MS : 0);
