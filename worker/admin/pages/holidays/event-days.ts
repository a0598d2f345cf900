/** L30: on which whole days an event of a calendar file begins, how many it has, and which of them are named beside. */
import { Temporal } from "temporal-polyfill";

export type Property = [name: string, parameters: Record<string, unknown>, type: string, ...values: unknown[]];
export type Component = [name: string, properties: Property[], components: Component[]];
export type PlainDate = Temporal.PlainDate;

const YEAR_FIRST = 1970;
const YEAR_LAST = 2199;
const MIDNIGHT = "T00:00:00";
const DATE_LENGTH = "2026-12-24".length;
const DURATION = /^\+?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?$/;
const SECONDS = [7 * 86_400, 86_400, 3_600, 60, 1];

export const propertyOf = ([, properties]: Component, name: string): Property | undefined =>
  properties.find(([one]) => one === name);

const valuesOf = ([, properties]: Component, name: string): [type: string, value: unknown][] =>
  properties
    .filter(([one]) => one === name)
    .flatMap(([, , type, ...values]) => values.map((value): [string, unknown] => [type, value]));

export interface WholeDays {
  start: PlainDate;
  length: number;
  /** Where its days begin at midnight; null: they are dates. */
  zone: string | null;
}

/** Dates, or from midnight to midnight in one zone, as Outlook writes whole days; null: it is not of whole days. */
export function readWholeDays(event: Component): WholeDays | null {
  const property = propertyOf(event, "dtstart");
  const start = dateOf(property);
  if (property === undefined || start === null) return null;
  const isDate = property[2] === "date";
  const zone = isDate ? null : String(property[1].tzid ?? "");
  const end = propertyOf(event, "dtend");
  const duration = propertyOf(event, "duration");
  let length: number | null = isDate ? 1 : 0;
  if (end !== undefined) {
    const last = !isDate && String(end[1].tzid ?? "") !== zone ? null : dateOf(end);
    length = last === null ? null : start.until(last).days;
  } else if (duration !== undefined) length = daysOfDuration(String(duration[3]));
  if (length === null || (!isDate && length < 1)) return null;
  return { start, length: Math.max(1, length), zone };
}

/** null: not of whole days. */
function daysOfDuration(text: string): number | null {
  const parts = DURATION.exec(text)?.slice(1);
  if (parts === undefined) return null;
  const seconds = parts.reduce((sum, part, place) => sum + Number(part ?? 0) * (SECONDS[place] ?? 0), 0);
  return seconds % 86_400 === 0 ? seconds / 86_400 : null;
}

function dateOf(property: Property | undefined): PlainDate | null {
  if (property === undefined || typeof property[3] !== "string") return null;
  const [, , type, text] = property as [string, unknown, string, string];
  if (type === "date") return readDay(text);
  return type === "date-time" && text.endsWith(MIDNIGHT) ? readDay(text.slice(0, -MIDNIGHT.length)) : null;
}

function readDay(text: string): PlainDate | null {
  try {
    const date = Temporal.PlainDate.from(text, { overflow: "reject" });
    return date.year >= YEAR_FIRST && date.year <= YEAR_LAST ? date : null;
  } catch {
    return null;
  }
}

/** How many days are named in it one by one. */
export const daysNamed = (event: Component): number =>
  valuesOf(event, "rdate").length + valuesOf(event, "exdate").length;

/** Days on which it begins beside those of its rule (RDATE); null: one of them is none. */
export function daysBeside(event: Component, zone: string | null): string[] | null {
  const days: string[] = [];
  for (const [type, value] of valuesOf(event, "rdate")) {
    const isWhole = type === "date" || (type === "date-time" && /(?:T00:00:00|Z)$/.test(String(value)));
    const day = isWhole ? readDay(dayIn(value, zone)) : null;
    if (day === null) return null;
    days.push(day.toString());
  }
  return days;
}

/** Days on which it does not begin (EXDATE). */
export const daysWithout = (event: Component, zone: string | null): string[] =>
  valuesOf(event, "exdate").map(([, value]) => dayIn(value, zone));

/** The day of a date or a time, as the event counts its days. */
export function dayIn(value: unknown, zone: string | null): string {
  const text = String(value);
  if (zone === null || !text.endsWith("Z")) return text.slice(0, DATE_LENGTH);
  try {
    const moment = Temporal.Instant.from(text);
    return inZone(moment, zone) ?? moment.add({ hours: 12 }).toString().slice(0, DATE_LENGTH);
  } catch {
    return text.slice(0, DATE_LENGTH);
  }
}

/** null: no zone that is known, such as “W. Europe Standard Time”; a moment is then of the day whose midnight is nearest. */
function inZone(moment: Temporal.Instant, zone: string): string | null {
  try {
    return moment.toZonedDateTimeISO(zone).toPlainDate().toString();
  } catch {
    return null;
  }
}

/** By UID: which days of other events are told of by an event of their own, there or on another day or called off. */
export function movedDays(events: readonly Component[]): Map<string, unknown[]> {
  const moved = new Map<string, unknown[]>();
  for (const event of events) {
    const property = propertyOf(event, "recurrence-id");
    const uid = propertyOf(event, "uid");
    if (property === undefined || uid === undefined || isOfAllLater(event)) continue;
    const known = moved.get(String(uid[3])) ?? [];
    known.push(property[3]);
    moved.set(String(uid[3]), known);
  }
  return moved;
}

/** It moves all later days as well. */
export const isOfAllLater = (event: Component): boolean => propertyOf(event, "recurrence-id")?.[1].range !== undefined;
