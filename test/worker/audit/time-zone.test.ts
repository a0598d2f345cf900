/** [R3.2] Days and hours of zones whose clocks do odd things, against what the platform's own calendar says of them. */
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { eveningAfter } from "../../../worker/admin/evening.ts";
import { readDays } from "../../../worker/audit/day-range.ts";
import { dayOf, momentOf, spansOf, startOfDay, writeDay } from "../../../worker/audit/time-zone.ts";
import { localAt } from "../../../worker/audit/usage/local-time.ts";
import { countHours } from "../../../worker/audit/usage/usage-query.ts";
import { QUARTER_MS } from "../../../worker/audit/usage/usage-rows.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  // By half an hour, and by quarters.
  "America/St_Johns",
  "Asia/Kathmandu",
  "Pacific/Chatham",
  // Its clock goes by half an hour.
  "Australia/Lord_Howe",
  // The first to have a day.
  "Pacific/Kiritimati",
  // Back for Ramadan.
  "Africa/Casablanca",
  // Midnight is skipped, or comes twice.
  "America/Havana",
  "America/Santiago",
  "Africa/Cairo",
  "Asia/Beirut",
];
const FIRST = Date.UTC(2026, 0, 1) / DAY_MS;
const DAYS = Array.from({ length: 366 }, (_, day) => FIRST + day);

/** Those on which the clock changes, with those beside them, and one of each fortnight. */
const lookedAt = (zone: string): number[] =>
  DAYS.filter((day) => {
    const three = startOfDay(zone, day + 2) - startOfDay(zone, day - 1);
    return three !== 3 * DAY_MS || day % 14 === 0;
  });

/** Such as `2026-03-29 14:05`, by the platform. */
function clockOf(zone: string): (at: number) => string {
  const options = { dateStyle: "short", timeStyle: "short", timeZone: zone } as const;
  const format = new Intl.DateTimeFormat("sv-SE", options);
  return (at) => format.format(at);
}

describe.each(ZONES)("[R3.2] %s", (zone) => {
  const clock = clockOf(zone);

  test("a day begins with its first minute and ends with its last, whatever the clock does at midnight", () => {
    for (const day of DAYS) {
      const [start, end] = [startOfDay(zone, day), startOfDay(zone, day + 1)];
      expect([clock(start).slice(0, 10), clock(end - MINUTE_MS).slice(0, 10)]).toEqual([writeDay(day), writeDay(day)]);
      expect(clock(start - MINUTE_MS).slice(0, 10)).toBe(writeDay(day - 1));
      expect([start - 1, start, start + MINUTE_MS, end - 1].map((at) => dayOf(zone, at) - day)).toEqual([-1, 0, 0, 0]);
      expect(readDays(zone, { from: writeDay(day), to: writeDay(day) })).toEqual({
        ok: true,
        value: { from: start, to: end },
      });
    }
  });

  test("its quarters of an hour are all there, once, each in the hour in which the clock has it", () => {
    for (const day of lookedAt(zone)) {
      const [start, end] = [startOfDay(zone, day), startOfDay(zone, day + 1)];
      const spans = spansOf(zone, start, end);
      expect([spans[0]?.first, spans.at(-1)?.end]).toEqual([start / QUARTER_MS, end / QUARTER_MS]);
      for (const [place, { first }] of spans.entries()) if (place > 0) expect(first).toBe(spans[place - 1]?.end);
      for (let at = start; at < end; at += QUARTER_MS)
        expect(new Date(localAt(spans, at)).toISOString().slice(0, 16).replace("T", " ")).toBe(clock(at));
      expect(countHours(spans).reduce((sum, hours) => sum + hours, 0)).toBe((end - start) / HOUR_MS);
    }
  });

  test("[R3.9] an hour begins when the clock shows it for the first time, and a skipped one with the next", () => {
    for (const day of lookedAt(zone)) {
      const end = startOfDay(zone, day + 1);
      let expected = startOfDay(zone, day);
      for (let hour = day * 24; hour < (day + 1) * 24; hour++) {
        const shown = new Date(hour * HOUR_MS).toISOString().slice(0, 16).replace("T", " ");
        while (expected < end && clock(expected) < shown) expected += QUARTER_MS;
        expect([shown, momentOf(zone, hour)]).toEqual([shown, expected]);
      }
    }
  });

  test("[L17] until the evening is until the same moment by the button's words and by the boost that it makes", () => {
    for (const day of DAYS) {
      const morning = momentOf(zone, day * 24 + 9);
      const { at, typed } = eveningAfter(zone, morning);
      expect([clock(at), typed]).toEqual([`${writeDay(day)} 18:00`, `${writeDay(day)}T18:00`]);
      const late = eveningAfter(zone, momentOf(zone, day * 24 + 17) + 30 * MINUTE_MS);
      expect(late).toEqual({ at: startOfDay(zone, day + 1), typed: `${writeDay(day + 1)}T00:00` });
    }
  });
});
