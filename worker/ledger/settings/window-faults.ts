/** L30: what is wrong with times and holidays, and what would be right. */
import { Temporal } from "temporal-polyfill";
import { calendarDay, dayOfDate } from "../time/calendar-day.ts";
import {
  EVERY_WEEKS_MAX,
  HOLIDAY_NAME_MAX,
  HOLIDAYS_MAX,
  type Holiday,
  QUARTER_DAYS_MAX,
  WINDOWS_MAX,
  type Window,
} from "./settings.ts";

export interface Fault {
  field: string;
  detail: string;
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^(?:19[7-9]|20\d|21\d)\d-\d\d-\d\d$/;

export const isTime = (text: string): boolean => TIME.test(text);

/** Whether `text` is a date of the calendar such as `2026-12-24`, from 1970 to 2199. */
export const isDate = (text: string): boolean => {
  if (!DATE.test(text)) return false;
  const { year, month, day } = calendarDay(dayOfDate(text));
  return [year, month, day].join() === text.split("-").map(Number).join();
};

/** Whether `name` is a time zone that is known here, such as `Europe/Berlin`. */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

const whole = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high;

export function faultOfWindows(windows: readonly Window[]): Fault | null {
  if (windows.length > WINDOWS_MAX) return { field: "windows", detail: `There are at most ${WINDOWS_MAX} times.` };
  for (const [place, slot] of windows.entries()) {
    const detail = faultOfDays(slot) ?? faultOfHours(slot) ?? faultOfZone(slot);
    if (detail !== null) return { field: `windows.${place}`, detail };
  }
  return null;
}

function faultOfDays(slot: Window): string | null {
  switch (slot.kind) {
    case "weekly":
      if (slot.days.length === 0 || !slot.days.every((day) => whole(day, 1, 7))) {
        return "Days of the week are numbers from 1 (Monday) to 7 (Sunday), at least one.";
      }
      if (slot.every === undefined) return null;
      if (!whole(slot.every.weeks, 1, EVERY_WEEKS_MAX)) {
        return `A time repeats every 1 to ${EVERY_WEEKS_MAX} weeks.`;
      }
      return isDate(slot.every.from) ? null : "The first week is that of a date such as 2026-12-24.";
    case "monthly": {
      const isDay = (day: number) => day !== 0 && whole(day, -31, 31);
      return isDay(slot.fromDay) && isDay(slot.toDay)
        ? null
        : "Days of the month are 1 to 31, or -1 for the last, -2 for the one before.";
    }
    case "quarterly":
      return whole(slot.lastDays, 1, QUARTER_DAYS_MAX)
        ? null
        : `A time at the end of the quarter has 1 to ${QUARTER_DAYS_MAX} days.`;
    case "dates":
      if (!isDate(slot.from) || !isDate(slot.to)) return "Dates are written as 2026-12-24.";
      return slot.to < slot.from ? "The last date is not before the first." : null;
  }
}

function faultOfHours(slot: Window): string | null {
  const hours = slot.kind === "weekly" ? slot : slot.hours;
  if (hours === undefined) return null;
  if (!isTime(hours.from) || !isTime(hours.to)) return "Times are written as 08:30.";
  return hours.from === hours.to ? "A window needs some time between from and to." : null;
}

const faultOfZone = ({ zone }: Window): string | null =>
  zone === undefined || isZone(zone) ? null : "The time zone is a name such as Europe/Berlin.";

export function faultOfHolidays(holidays: readonly Holiday[]): Fault | null {
  if (holidays.length > HOLIDAYS_MAX) {
    const detail = `There are at most ${HOLIDAYS_MAX} holidays; these are ${holidays.length}.`;
    return { field: "holidays", detail };
  }
  const days = new Set<string>();
  for (const [place, { date, name }] of holidays.entries()) {
    if (!isDate(date)) return { field: `holidays.${place}.date`, detail: "Dates are written as 2026-12-24." };
    if (days.has(date)) return { field: `holidays.${place}.date`, detail: `${date} is in the list twice.` };
    days.add(date);
    if (name.trim() === "" || name.length > HOLIDAY_NAME_MAX) {
      const detail = `A holiday has a name of 1 to ${HOLIDAY_NAME_MAX} characters.`;
      return { field: `holidays.${place}.name`, detail };
    }
  }
  return null;
}
