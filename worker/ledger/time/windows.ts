/**
 * L17, L30: when a window is open. Days are chosen in the calendar alone; only the two ends of a stretch are turned into
 * moments, in the window's own time zone, since time zones are slow.
 */
import { Temporal } from "temporal-polyfill";
import type { Holiday, Settings, Window } from "../settings/settings.ts";
import { type CalendarDay, calendarDay, dayNumber, dayOfDate, daysInMonth } from "./calendar-day.ts";

/** ms: from, before to. */
export interface Stretch {
  from: number;
  to: number;
}

/** What a window is read by. */
export type Calendar = Pick<Settings, "timeZone" | "holidays">;

/** Since 1970: the first Monday. */
const MONDAY = 4;
/** A window without a day in so many is looked at again then: that bounds a search, and is longer than a leap year is away. */
const SEARCH_DAYS = 1_500;
/** Windows that touch are joined over so many of their stretches; a turn that is found then may change nothing. */
const JOINED_MOST = 60;

const zoned = (timeZone: string, at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

/** The local day at a moment, in days since 1970. */
const localDay = (timeZone: string, at: number): number => dayNumber(zoned(timeZone, at));

/** Moments asked for before: searches come to the same days again and again. */
const moments = new Map<string, number>();
const MOMENTS_KEPT = 2_000;

/** ms: where clocks are put forward over a time, as much later as it lies behind the gap's beginning; of one that comes twice, the first. */
function instantOf(timeZone: string, day: number, time = "00:00"): number {
  const asked = `${timeZone} ${day} ${time}`;
  let moment = moments.get(asked);
  if (moment === undefined) {
    moment = findInstant(timeZone, day, time);
    if (moments.size >= MOMENTS_KEPT) moments.clear();
    moments.set(asked, moment);
  }
  return moment;
}

function findInstant(timeZone: string, day: number, time: string): number {
  return Temporal.PlainDate.from(calendarDay(day)).toZonedDateTime({
    timeZone,
    plainTime: Temporal.PlainTime.from(time),
  }).epochMilliseconds;
}

/** Whether these windows are open at `at`, and when that changes next; null: never. A pool that holds `aheadMs` early opens by so much earlier. */
export function openingAt(
  windows: readonly Window[],
  calendar: Calendar,
  at: number,
  aheadMs = 0,
): { open: boolean; turnsAt: number | null } {
  let covered = at;
  let opens = Number.POSITIVE_INFINITY;
  for (let joined = 0; joined < JOINED_MOST; joined++) {
    const before = covered;
    for (const slot of windows) {
      const next = stretchAfter(slot, calendar, covered);
      if (next === null) continue;
      // A stretch without time only says when to look again.
      const begins = next.from === next.to ? next.from : next.from - aheadMs;
      if (begins <= covered) covered = next.to;
      else if (before === at) opens = Math.min(opens, begins);
    }
    if (covered === before) break;
  }
  if (covered > at) return { open: true, turnsAt: covered };
  return { open: false, turnsAt: Number.isFinite(opens) ? opens : null };
}

interface Known extends Stretch {
  timeZone: string;
  holidays: readonly Holiday[];
  /** The stretch is the next one at every moment from here to its end. */
  asked: number;
}
/** What was found last for each window. */
const found = new WeakMap<Window, Known[]>();
const FOUND_KEPT = 8;

/** The window's first stretch that ends after `at`; null: there is none any more. */
function stretchAfter(slot: Window, calendar: Calendar, at: number): Stretch | null {
  const timeZone = slot.zone ?? calendar.timeZone;
  const { holidays } = calendar;
  const kept = found.get(slot) ?? [];
  const known = kept.find(
    (one) => one.timeZone === timeZone && one.holidays === holidays && one.asked <= at && at < one.to,
  );
  if (known !== undefined) return known;
  const next = findStretch(slot, timeZone, holidays, at);
  if (next !== null) found.set(slot, [...kept, { ...next, timeZone, holidays, asked: at }].slice(-FOUND_KEPT));
  return next;
}

function findStretch(slot: Window, timeZone: string, holidays: readonly Holiday[], at: number): Stretch | null {
  const today = localDay(timeZone, at);
  const end = today + SEARCH_DAYS;
  const hours = hoursOf(slot);
  const chosen = chooser(slot, holidays);
  const last = slot.kind === "dates" ? Math.min(end, dayOfDate(slot.to) + 1) : end;
  // A stretch that ends after `at` may have begun the day before; a zone may have left a day out.
  for (let day = today - 2; day < last; day++) {
    if (!chosen(day)) continue;
    let until = day;
    if (hours === null) {
      while (until + 1 < last && chosen(until + 1)) until++;
    }
    const from = instantOf(timeZone, day, hours?.from);
    const to =
      hours === null
        ? instantOf(timeZone, until + 1)
        : instantOf(timeZone, hours.to <= hours.from ? day + 1 : day, hours.to);
    if (to > at && to > from) return { from, to };
    day = until;
  }
  if (last < end) return null;
  const again = instantOf(timeZone, end);
  return { from: again, to: again };
}

const hoursOf = (slot: Window): { from: string; to: string } | null =>
  slot.kind === "weekly" ? { from: slot.from, to: slot.to } : (slot.hours ?? null);

/** Whether the window has a day, in days since 1970. */
function chooser(slot: Window, holidays: readonly Holiday[]): (day: number) => boolean {
  const isMeant = dayChooser(slot);
  if (slot.holidays === undefined) return isMeant;
  const { dates, yearly } = holidayDays(holidays);
  const isHoliday = (day: number) => dates.has(day) || yearly.has(yearDay(calendarDay(day)));
  const wanted = slot.holidays === "only";
  return (day) => isMeant(day) && isHoliday(day) === wanted;
}

const weekOf = (day: number): number => Math.floor((day - MONDAY) / 7);

function dayChooser(slot: Window): (day: number) => boolean {
  switch (slot.kind) {
    case "weekly": {
      const days = new Set(slot.days);
      const { every } = slot;
      const first = every === undefined ? 0 : weekOf(dayOfDate(every.from));
      return (day) =>
        days.has(((((day - MONDAY) % 7) + 7) % 7) + 1) &&
        (every === undefined || (weekOf(day) >= first && (weekOf(day) - first) % every.weeks === 0));
    }
    case "monthly":
      return (day) => isInMonth(slot, calendarDay(day));
    case "quarterly":
      return (day) => {
        const { year, month } = calendarDay(day);
        const lastMonth = Math.ceil(month / 3) * 3;
        const lastDay = dayNumber({ year, month: lastMonth, day: daysInMonth(year, lastMonth) });
        return lastDay - day < slot.lastDays;
      };
    case "dates": {
      const [first, last] = [dayOfDate(slot.from), dayOfDate(slot.to)];
      return (day) => first <= day && day <= last;
    }
  }
}

/** Days that a month does not have are its last; where the last is before the first, it is in the next month. */
function isInMonth(
  { fromDay, toDay }: Extract<Window, { kind: "monthly" }>,
  { year, month, day }: CalendarDay,
): boolean {
  const placed = (day: number, length: number) => Math.max(1, Math.min(day > 0 ? day : length + 1 + day, length));
  const [here, before] = [daysInMonth(year, month), daysInMonth(year, month - 1)];
  const [from, to] = [placed(fromDay, here), placed(toDay, here)];
  if (day >= from && (to < from || day <= to)) return true;
  const lastOfBefore = placed(toDay, before);
  return lastOfBefore < placed(fromDay, before) && day <= lastOfBefore;
}

interface HolidayDays {
  dates: ReadonlySet<number>;
  /** By `yearDay`. */
  yearly: ReadonlySet<number>;
}
/** Tells days of a year apart, whatever the year. */
const yearDay = ({ month, day }: CalendarDay): number => month * 32 + day;
const listed = new WeakMap<readonly Holiday[], HolidayDays>();

function holidayDays(holidays: readonly Holiday[]): HolidayDays {
  let days = listed.get(holidays);
  if (days === undefined) {
    const dayOf = ({ date }: Holiday) => dayOfDate(date);
    const yearly = holidays.filter((one) => one.yearly).map((one) => yearDay(calendarDay(dayOf(one))));
    days = { dates: new Set(holidays.map(dayOf)), yearly: new Set(yearly) };
    listed.set(holidays, days);
  }
  return days;
}
