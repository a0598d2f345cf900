/**
 * L30: holidays out of a calendar file (RFC 5545): its events of whole days, once or by a yearly rule. The file's grammar
 * is ical.js's; which days a rule means is worked out here, for some years and in bounded steps, whatever the rule says.
 */
import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { err, ok, type Result } from "../../../../shared/result.ts";
import { HOLIDAY_NAME_MAX, type Holiday } from "../../../ledger/settings/settings.ts";

/** The worst text of this length keeps ical.js busy for a quarter of a second. */
export const CALENDAR_MAX_BYTES = 256 * 1024;
const EVENTS_MAX = 5_000;
/** A longer event is no holiday. */
const DAYS_MAX = 60;
/** Days of rules that fall on other dates each year are listed for this year and so many more. */
const YEARS_AHEAD = 5;
const YEAR_FIRST = 1970;

export interface ReadCalendar {
  holidays: Holiday[];
  /** Events that are not of whole days, are too long, or follow a rule that is not by the year. */
  skipped: number;
}

export type CalendarFault = "not a calendar" | "too large";

type Property = [name: string, parameters: Record<string, unknown>, type: string, ...values: unknown[]];
type Component = [name: string, properties: Property[], components: Component[]];
type PlainDate = Temporal.PlainDate;

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
  return ok(holidaysOf(events, Temporal.PlainDate.from(today)));
}

function holidaysOf(events: readonly Component[], today: PlainDate): ReadCalendar {
  const days = new Map<string, Holiday>();
  let skipped = 0;
  for (const event of events) {
    const read = readEvent(event, today);
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

const propertyOf = ([, properties]: Component, name: string): Property | undefined =>
  properties.find(([one]) => one === name);

function textOf(event: Component, name: string): string {
  const value = propertyOf(event, name)?.[3];
  return typeof value === "string" ? value.replace(/[\p{Cc}\s]+/gu, " ").trim() : "";
}

function dateOf(property: Property | undefined): PlainDate | null {
  if (property?.[2] !== "date" || typeof property[3] !== "string") return null;
  try {
    const date = Temporal.PlainDate.from(property[3], { overflow: "reject" });
    return date.year >= YEAR_FIRST && date.year < 2200 ? date : null;
  } catch {
    return null;
  }
}

/** null: no holiday. */
function readEvent(event: Component, today: PlainDate): Holiday[] | null {
  const start = dateOf(propertyOf(event, "dtstart"));
  if (start === null) return null;
  if (textOf(event, "status").toUpperCase() === "CANCELLED") return [];
  const end = dateOf(propertyOf(event, "dtend"));
  const length = end === null ? 1 : Math.max(1, start.until(end).days);
  if (length > DAYS_MAX) return null;
  const name = textOf(event, "summary").slice(0, HOLIDAY_NAME_MAX) || start.toString();
  const without = new Set(
    event[1].filter(([one]) => one === "exdate").flatMap(([, , , ...values]) => values.map((value) => String(value))),
  );
  const rule = propertyOf(event, "rrule")?.[3];
  const last = today.with({ month: 12, day: 31 }).add({ years: YEARS_AHEAD });
  const starts = rule === undefined ? [start] : yearlyStarts(rule as Rule, start, last);
  if (starts === null) return null;
  const isPlain = starts === "each year" && without.size === 0;
  const first = today.year > start.year ? today.year - start.year : 0;
  const begins =
    starts !== "each year"
      ? starts
      : isPlain
        ? [start]
        : Array.from({ length: YEARS_AHEAD + 1 }, (_, more) => start.add({ years: first + more }));
  return begins
    .filter((day) => !without.has(day.toString()))
    .flatMap((day) => Array.from({ length }, (_, more) => day.add({ days: more })))
    .filter((day) => isPlain || Temporal.PlainDate.compare(day, today) >= 0)
    .map((day) => ({ date: day.toString(), name, yearly: isPlain }));
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
const numbersOf = (value: unknown): number[] => listOf(value).map(Number);

/** On which days the rule begins an event, up to `last`; `each year`: on the date of `start`; null: it is not by the year. */
function yearlyStarts(rule: Rule, start: PlainDate, last: PlainDate): PlainDate[] | "each year" | null {
  if (rule.freq !== "YEARLY" || Object.keys(rule).some((part) => !PARTS.has(part))) return null;
  const months = numbersOf(rule.bymonth);
  const monthDays = numbersOf(rule.bymonthday);
  const weekDays = listOf(rule.byday).map(String);
  if (months.length === 0 && monthDays.length + weekDays.length > 0) return null;
  const interval = rule.interval === undefined ? 1 : Number(rule.interval);
  const most = rule.count === undefined ? Number.POSITIVE_INFINITY : Number(rule.count);
  if (!(interval >= 1) || !(most >= 1)) return null;
  const isSameDay =
    weekDays.length === 0 &&
    months.every((month) => month === start.month) &&
    monthDays.every((day) => day === start.day);
  if (isSameDay && interval === 1 && rule.count === undefined && rule.until === undefined) return "each year";
  const until = rule.until === undefined ? last.toString() : String(rule.until).slice(0, "2026-12-24".length);
  const found: PlainDate[] = [];
  for (let year = start.year; year <= last.year && found.length < most; year += interval) {
    const days = (months.length === 0 ? [start.month] : months).flatMap((month) =>
      daysOfMonth(year, month, monthDays.length === 0 && weekDays.length === 0 ? [start.day] : monthDays, weekDays),
    );
    days.sort(Temporal.PlainDate.compare);
    for (const day of days) {
      if (Temporal.PlainDate.compare(day, start) < 0 || day.toString() > until) continue;
      if (found.length < most) found.push(day);
    }
  }
  return found;
}

/** By the day of the month, or by the weekday such as `4TH` or `-1MO`, or by both. */
function daysOfMonth(
  year: number,
  month: number,
  monthDays: readonly number[],
  weekDays: readonly string[],
): PlainDate[] {
  if (!Number.isInteger(month) || month < 1 || month > 12) return [];
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  const all = Array.from({ length: first.daysInMonth }, (_, more) => first.add({ days: more }));
  const isNamed = (day: PlainDate): boolean =>
    weekDays.some((name) => {
      const [, place = "", word = ""] = /^([+-]?\d{0,2})([A-Z]{2})$/.exec(name) ?? [];
      if (DAYS.indexOf(word) + 1 !== day.dayOfWeek) return false;
      const fromStart = Math.ceil(day.day / 7);
      const fromEnd = -Math.ceil((first.daysInMonth + 1 - day.day) / 7);
      return place === "" || Number(place) === fromStart || Number(place) === fromEnd;
    });
  const isCounted = (day: PlainDate): boolean =>
    monthDays.includes(day.day) || monthDays.includes(day.day - first.daysInMonth - 1);
  return all.filter((day) => (weekDays.length === 0 || isNamed(day)) && (monthDays.length === 0 || isCounted(day)));
}
