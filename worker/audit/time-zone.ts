/** R3: days and hours of the tenant's time zone, with its changes of the clock. */

import { Temporal } from "temporal-polyfill";
import { DAY_MS, HOUR_MS } from "../../shared/durations.ts";
import { QUARTER_MS } from "./usage/usage-rows.ts";

const NANOSECONDS = 1_000_000;

const inZone = (zone: string, at: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);

const offsetOf = (moment: Temporal.ZonedDateTime): number => moment.offsetNanoseconds / NANOSECONDS;

/** How far the zone's clock is ahead of UTC at a moment, ms. */
export const offsetAt = (zone: string, at: number): number => offsetOf(inZone(zone, at));

export interface Span {
  /** Quarter hours since 1970, UTC: from the first, before the last. */
  first: number;
  end: number;
  offsetMs: number;
}

/** The stretches between two moments in which the zone's offset stays; clocks change at full quarters. */
export function spansOf(zone: string, from: number, to: number): Span[] {
  const last = Math.ceil(to / QUARTER_MS);
  const spans: Span[] = [];
  let first = Math.floor(from / QUARTER_MS);
  let moment: Temporal.ZonedDateTime | null = inZone(zone, first * QUARTER_MS);
  while (moment !== null && first < last) {
    const offsetMs = offsetOf(moment);
    moment = moment.getTimeZoneTransition("next");
    const end = moment === null ? last : Math.min(last, Math.ceil(moment.epochMilliseconds / QUARTER_MS));
    spans.push({ first, end, offsetMs });
    first = end;
  }
  return spans;
}

/** A local day, counted in days since 1970 of the zone's own calendar. */
export const dayOf = (zone: string, at: number): number => Math.floor((at + offsetAt(zone, at)) / DAY_MS);

/** When a local day begins, ms. */
export const startOfDay = (zone: string, day: number): number =>
  Temporal.PlainDate.from(writeDay(day)).toZonedDateTime(zone).epochMilliseconds;

/** When a local hour, counted since 1970, begins, ms: shown twice, for the first time; skipped, when it would have begun. */
export function momentOf(zone: string, hour: number): number {
  const local = Temporal.PlainDateTime.from(new Date(hour * HOUR_MS).toISOString().slice(0, -1));
  const begins = local.toZonedDateTime(zone);
  if (begins.toPlainDateTime().equals(local)) return begins.epochMilliseconds;
  return (
    begins.add({ milliseconds: 1 }).getTimeZoneTransition("previous")?.epochMilliseconds ?? begins.epochMilliseconds
  );
}

/** Such as `2026-11-21`, of a day as `dayOf` counts. */
export const writeDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Sunday is 0. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;
