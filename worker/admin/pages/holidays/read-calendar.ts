/**
 * L30: holidays out of a calendar file (RFC 5545): its events of whole days, once or by a yearly rule. The file's grammar
 * is ical.js's; which days a rule means is worked out here, for some years and in bounded steps, whatever the rule says.
 */
import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { err, ok, type Result } from "../../../../shared/result.ts";
import { HOLIDAY_NAME_MAX, type Holiday } from "../../../ledger/settings/settings.ts";
import {
  type Component,
  dayIn,
  daysBeside,
  daysNamed,
  daysWithout,
  isOfAllLater,
  movedDays,
  type PlainDate,
  propertyOf,
  readWholeDays,
  type WholeDays,
} from "./event-days.ts";

/** The worst text of this length keeps ical.js busy for a quarter of a second. */
export const CALENDAR_MAX_BYTES = 256 * 1024;
const EVENTS_MAX = 5_000;
/**
 * So many days are looked at and listed for a whole file: more than fifty rules that count from 1970 on need. A day that
 * is named by itself counts as a month: in a zone it takes as long.
 */
const DAYS_LOOKED_AT_MAX = 100_000;
/** A longer event is no holiday. */
const DAYS_MAX = 60;
/** Days of rules that fall on other dates each year are listed for this year and so many more. */
const YEARS_AHEAD = 5;

export interface ReadCalendar {
  holidays: Holiday[];
  /** Events that are not of whole days, are too long, or follow a rule that is not by the year. */
  skipped: number;
}

/** `too much`: its rules mean more days than are looked at. */
export type CalendarFault = "not a calendar" | "too large" | "too much";

/** `today`: the first day that is of interest; days before it are left out, except where they come again. */
export function readCalendar(text: string, today: string): Result<ReadCalendar, CalendarFault> {
  if (text.length > CALENDAR_MAX_BYTES) return err("too large");
  let parsed: Component | Component[];
  try {
    parsed = ICAL.parse(text) as unknown as Component | Component[];
  } catch {
    return err("not a calendar");
  }
  const calendars = (typeof parsed[0] === "string" ? [parsed] : parsed) as Component[];
  if (calendars.length === 0 || calendars.some(([name]) => name !== "vcalendar")) return err("not a calendar");
  const events = calendars.flatMap(([, , parts]) => parts.filter(([name]) => name === "vevent"));
  if (events.length > EVENTS_MAX) return err("too large");
  const from = Temporal.PlainDate.from(today);
  const last = from.with({ month: 12, day: 31 }).add({ years: YEARS_AHEAD });
  const read = holidaysOf(events, { from, last, left: DAYS_LOOKED_AT_MAX });
  return read === null ? err("too much") : ok(read);
}

/** The days of interest, and how many may still be looked at. */
interface Search {
  from: PlainDate;
  last: PlainDate;
  left: number;
}

/** null: there is more to look at than may be. */
function holidaysOf(events: readonly Component[], search: Search): ReadCalendar | null {
  const days = new Map<string, Holiday>();
  const moved = movedDays(events);
  let skipped = 0;
  for (const event of events) {
    const read = readEvent(event, moved, search);
    if (search.left < 0) return null;
    if (read === null) skipped++;
    for (const { date, name, yearly } of read ?? []) {
      const known = days.get(date);
      if (known === undefined) days.set(date, { date, name, yearly });
      else {
        known.yearly ||= yearly;
        if (!known.name.includes(name)) known.name = `${known.name}, ${name}`.slice(0, HOLIDAY_NAME_MAX);
      }
    }
  }
  return { holidays: [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1)), skipped };
}

function textOf(event: Component, name: string): string {
  const value = propertyOf(event, name)?.[3];
  return typeof value === "string" ? value.replace(/[\p{Cc}\s]+/gu, " ").trim() : "";
}

/** null: no holiday. `moved`: by UID, days of events that another one tells of. */
function readEvent(event: Component, moved: ReadonlyMap<string, unknown[]>, search: Search): Holiday[] | null {
  if (textOf(event, "status").toUpperCase() === "CANCELLED") return [];
  const days = readWholeDays(event);
  if (days === null || days.length > DAYS_MAX || isOfAllLater(event)) return null;
  const { start, length, zone } = days;
  const isMoved = propertyOf(event, "recurrence-id") !== undefined;
  const elsewhere = isMoved ? [] : (moved.get(String(propertyOf(event, "uid")?.[3])) ?? []);
  search.left -= MONTH_MAX * (daysNamed(event) + elsewhere.length);
  if (search.left < 0) return [];
  const beside = daysBeside(event, zone);
  if (beside === null) return null;
  const name = textOf(event, "summary").slice(0, HOLIDAY_NAME_MAX) || start.toString();
  const without = new Set([...daysWithout(event, zone), ...elsewhere.map((value) => dayIn(value, zone))]);
  const rule = propertyOf(event, "rrule")?.[3];
  const starts = rule === undefined ? [start.toString()] : yearlyStarts(rule as Rule, days, search);
  if (starts === null) return null;
  const isPlain = starts === "each year" && without.size === 0 && beside.length === 0;
  const byRule = starts !== "each year" ? starts : isPlain ? [start.toString()] : eachYear(start, search.from);
  const begins = new Set([...byRule, ...beside]);
  const first = search.from.toString();
  // An event that is over before the first day of interest is not spread over its days.
  const earliest = search.from.subtract({ days: length - 1 }).toString();
  const found: Holiday[] = [];
  for (const begin of begins) {
    if (without.has(begin) || (!isPlain && begin < earliest)) continue;
    search.left -= length;
    if (search.left < 0) return [];
    for (const date of daysFrom(begin, length)) {
      if (isPlain || date >= first) found.push({ date, name, yearly: isPlain });
    }
  }
  return found;
}

const eachYear = (start: PlainDate, from: PlainDate): string[] => {
  const first = Math.max(0, from.year - start.year);
  return Array.from({ length: YEARS_AHEAD + 1 }, (_, more) => start.add({ years: first + more }).toString());
};

function daysFrom(begin: string, length: number): string[] {
  if (length === 1) return [begin];
  const day = Temporal.PlainDate.from(begin);
  return Array.from({ length }, (_, more) => day.add({ days: more }).toString());
}

interface Rule {
  freq?: unknown;
  interval?: unknown;
  count?: unknown;
  until?: unknown;
  bymonth?: unknown;
  bymonthday?: unknown;
  byday?: unknown;
}
const PARTS = new Set(["freq", "interval", "count", "until", "bymonth", "bymonthday", "byday", "wkst"]);
const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const numbersOf = (value: unknown): Set<number> => new Set(listOf(value).map(Number));

interface YearRule {
  months: readonly number[];
  /** By the day of the month, and by the weekday; both empty: the day of the start. */
  monthDays: ReadonlySet<number>;
  weekDays: ReadonlySet<string>;
  interval: number;
  /** How often at most. */
  most: number;
}

/** null: it is not by the year, or says more than is known here. */
function readYearRule(rule: Rule): YearRule | null {
  if (rule.freq !== "YEARLY" || Object.keys(rule).some((part) => !PARTS.has(part))) return null;
  const months = [...numbersOf(rule.bymonth)].sort((a, b) => a - b);
  const monthDays = numbersOf(rule.bymonthday);
  const weekDays = new Set(listOf(rule.byday).map(spellWeekDay));
  if (months.length === 0 && monthDays.size + weekDays.size > 0) return null;
  const interval = rule.interval === undefined ? 1 : Number(rule.interval);
  const most = rule.count === undefined ? Number.POSITIVE_INFINITY : Number(rule.count);
  return interval >= 1 && most >= 1 ? { months, monthDays, weekDays, interval, most } : null;
}

/** On which days the rule begins an event, up to the last; `each year`: on the date of `start`; null: it is not by the year. */
function yearlyStarts(rule: Rule, { start, zone }: WholeDays, search: Search): string[] | "each year" | null {
  const read = readYearRule(rule);
  if (read === null) return null;
  const { months, monthDays, weekDays, interval, most } = read;
  const isSameDay =
    weekDays.size === 0 &&
    months.every((month) => month === start.month) &&
    [...monthDays].every((day) => day === start.day);
  if (isSameDay && interval === 1 && rule.count === undefined && rule.until === undefined) return "each year";
  const { from, last } = search;
  const [begin, lastDay] = [start.toString(), last.toString()];
  const until = rule.until === undefined ? lastDay : dayIn(rule.until, zone);
  // Only a rule that counts has to be followed from its beginning; an event may reach over from the year before.
  const passed = rule.count === undefined ? Math.ceil((from.year - 1 - start.year) / interval) : 0;
  const named = monthDays.size + weekDays.size === 0 ? new Set([start.day]) : monthDays;
  const found: string[] = [];
  for (let year = start.year + Math.max(0, passed) * interval; year <= last.year; year += interval) {
    for (const month of months.length === 0 ? [start.month] : months) {
      search.left -= MONTH_MAX;
      if (search.left < 0) return [];
      for (const day of daysOfMonth(year, month, named, weekDays)) {
        if (day >= begin && day <= until) found.push(day);
        if (found.length >= most) return found;
      }
    }
  }
  return found;
}

const MONTH_MAX = 31;

/** `MO`, `4TH` or `-1MO` as `1`, `4:4` or `-1:1`; days of the week from 1, Monday. */
function spellWeekDay(name: unknown): string {
  const [, place = "", word = ""] = /^([+-]?\d{0,2})([A-Z]{2})$/.exec(String(name)) ?? [];
  const day = DAYS.indexOf(word) + 1;
  return place === "" ? `${day}` : `${Number(place)}:${day}`;
}

/** By the day of the month, or by the weekday such as `4TH` or `-1MO`, or by both. */
function daysOfMonth(
  year: number,
  month: number,
  monthDays: ReadonlySet<number>,
  weekDays: ReadonlySet<string>,
): string[] {
  if (!Number.isInteger(month) || month < 1 || month > 12) return [];
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  const { daysInMonth, dayOfWeek } = first;
  const found: string[] = [];
  for (let day = 1; day <= daysInMonth; day++) {
    const weekDay = ((dayOfWeek + day - 2) % 7) + 1;
    const fromStart = Math.ceil(day / 7);
    const fromEnd = -Math.ceil((daysInMonth + 1 - day) / 7);
    const isNamed = [`${weekDay}`, `${fromStart}:${weekDay}`, `${fromEnd}:${weekDay}`].some((one) => weekDays.has(one));
    const isCounted = monthDays.has(day) || monthDays.has(day - daysInMonth - 1);
    if ((weekDays.size > 0 && !isNamed) || (monthDays.size > 0 && !isCounted)) continue;
    found.push(`${first.toString().slice(0, "2026-12-".length)}${`${day}`.padStart(2, "0")}`);
  }
  return found;
}
