/**
 * Days of the Gregorian calendar, counted since 1970: in whole numbers, since a search goes through a thousand of them.
 * By the rule that a year begins in March, so that the leap day is its last (H. Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms").
 */
export interface CalendarDay {
  year: number;
  /** 1 is January. */
  month: number;
  day: number;
}

const DAYS_OF_ERA = 146_097;
/** From 1 March of the year 0 to 1 January 1970. */
const EPOCH = 719_468;

export function dayNumber({ year, month, day }: CalendarDay): number {
  const fromMarch = month > 2 ? year : year - 1;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_OF_ERA + dayOfEra - EPOCH;
}

export function calendarDay(number: number): CalendarDay {
  const shifted = number + EPOCH;
  const era = Math.floor(shifted / DAYS_OF_ERA);
  const dayOfEra = shifted - era * DAYS_OF_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Days since 1970 of a date such as `2026-12-24`. */
export const dayOfDate = (date: string): number =>
  dayNumber({ year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) });

/** The number of days in the month, 1 being January; 0 is December of the year before. */
export const daysInMonth = (year: number, month: number): number =>
  dayNumber({ year: month < 12 ? year : year + 1, month: (month % 12) + 1, day: 1 }) -
  dayNumber({ year: month > 0 ? year : year - 1, month: month > 0 ? month : 12, day: 1 });
