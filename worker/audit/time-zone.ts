/** R3: days and hours of the tenant's time zone, with its changes of the clock. */
import { QUARTER_MS } from "./usage/usage-rows.ts";

const DAY_MS = 86_400_000;
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clock is ahead of UTC at a moment, ms. */
export function offsetAt(zone: string, at: number): number {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    FORMATS.set(zone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

export interface Span {
  /** Quarter hours since 1970, UTC: from the first, before the last. */
  first: number;
  end: number;
  offsetMs: number;
}

/** The stretches between two moments in which the zone's offset stays; clocks change at full quarters. */
export function spansOf(zone: string, from: number, to: number): Span[] {
  const end = Math.ceil(to / QUARTER_MS);
  const offset = (quarter: number) => offsetAt(zone, quarter * QUARTER_MS);
  const spans: Span[] = [];
  let first = Math.floor(from / QUARTER_MS);
  let offsetMs = offset(first);
  for (let at = first; at < end; ) {
    let next = Math.min(end, at + DAY_MS / QUARTER_MS);
    if (offset(next) !== offsetMs) {
      while (next - at > 1) {
        const middle = (at + next) >> 1;
        if (offset(middle) === offsetMs) at = middle;
        else next = middle;
      }
      spans.push({ first, end: next, offsetMs });
      first = next;
      offsetMs = offset(first);
    }
    at = next;
  }
  if (first < end) spans.push({ first, end, offsetMs });
  return spans;
}

/** A local day, counted in days since 1970 of the zone's own calendar. */
export const dayOf = (zone: string, at: number): number => Math.floor((at + offsetAt(zone, at)) / DAY_MS);

/** When a local day begins, ms. */
export function startOfDay(zone: string, day: number): number {
  const guess = day * DAY_MS - offsetAt(zone, day * DAY_MS);
  const start = day * DAY_MS - offsetAt(zone, guess);
  // Where clocks go forward at midnight, the day begins an hour later by the old clock.
  return dayOf(zone, start) < day ? start + 3_600_000 : start;
}

/** Such as `2026-11-21`, of a day as `dayOf` counts. */
export const writeDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Sunday is 0. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;
