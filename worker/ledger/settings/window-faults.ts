/** L30: what is wrong with times and holidays, and what would be right. */
import { Temporal } from "temporal-polyfill";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
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
  says: Sentence;
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
  if (windows.length > WINDOWS_MAX) return { field: "windows", says: sentence("windowsMost", { most: WINDOWS_MAX }) };
  for (const [place, slot] of windows.entries()) {
    const says = faultOfDays(slot) ?? faultOfHours(slot) ?? faultOfZone(slot);
    if (says !== null) return { field: `windows.${place}`, says };
  }
  return null;
}

function faultOfDays(slot: Window): Sentence | null {
  switch (slot.kind) {
    case "weekly":
      if (slot.days.length === 0 || !slot.days.every((day) => whole(day, 1, 7))) {
        return sentence("windowDays");
      }
      if (slot.every === undefined) return null;
      if (!whole(slot.every.weeks, 1, EVERY_WEEKS_MAX)) {
        return sentence("windowWeeks", { most: EVERY_WEEKS_MAX });
      }
      return isDate(slot.every.from) ? null : sentence("windowFirst");
    case "monthly": {
      const isDay = (day: number) => day !== 0 && whole(day, -31, 31);
      return isDay(slot.fromDay) && isDay(slot.toDay) ? null : sentence("windowMonth");
    }
    case "quarterly":
      return whole(slot.lastDays, 1, QUARTER_DAYS_MAX) ? null : sentence("windowQuarter", { most: QUARTER_DAYS_MAX });
    case "dates":
      if (!isDate(slot.from) || !isDate(slot.to)) return sentence("windowDates");
      return slot.to < slot.from ? sentence("windowOrder") : null;
  }
}

function faultOfHours(slot: Window): Sentence | null {
  const hours = slot.kind === "weekly" ? slot : slot.hours;
  if (hours === undefined) return null;
  if (!isTime(hours.from) || !isTime(hours.to)) return sentence("windowTimes");
  return hours.from === hours.to ? sentence("windowEmpty") : null;
}

const faultOfZone = ({ zone }: Window): Sentence | null =>
  zone === undefined || isZone(zone) ? null : sentence("zoneName");

export function faultOfHolidays(holidays: readonly Holiday[]): Fault | null {
  if (holidays.length > HOLIDAYS_MAX) {
    const says = sentence("holidaysMost", { most: HOLIDAYS_MAX, count: holidays.length });
    return { field: "holidays", says };
  }
  const days = new Set<string>();
  for (const [place, { date, name }] of holidays.entries()) {
    if (!isDate(date)) return { field: `holidays.${place}.date`, says: sentence("windowDates") };
    if (days.has(date)) return { field: `holidays.${place}.date`, says: sentence("holidayTwice", { date }) };
    days.add(date);
    if (name.trim() === "" || name.length > HOLIDAY_NAME_MAX) {
      const says = sentence("holidayName", { most: HOLIDAY_NAME_MAX });
      return { field: `holidays.${place}.name`, says };
    }
  }
  return null;
}
