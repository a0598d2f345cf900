/** [A6] Numbers, dates, durations and plurals on the very runtime that writes them. */

import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/durations.ts";
import { choosePlural, fillParts, fillWords } from "../../../worker/i18n/fill.ts";
import { writeAge, writeDate, writeDuration, writeNumber, writeShare } from "../../../worker/i18n/formats.ts";
import type { Tag } from "../../../worker/i18n/tag.ts";

/** A minute before clocks go back in Berlin. */
const AUTUMN = Date.UTC(2026, 9, 25, 0, 59);
const plain = (text: string | null) => text?.replace(/[\u00a0\u202f]/g, " ");

test.each<[Tag, string, string, string, string]>([
  ["en", "12,345.7", "83%", "25 Oct 2026, 02:59", "02:59"],
  ["fr", "12 345,7", "83 %", "25 oct. 2026, 02:59", "02:59"],
  ["de", "12.345,7", "83 %", "25.10.2026, 02:59", "02:59"],
  ["es", "12.345,7", "83 %", "25 oct 2026, 2:59", "02:59"],
])("[A6] numbers and dates in %s", (tag, number, share, moment, hour) => {
  expect(plain(writeNumber(tag, 12_345.67))).toBe(number);
  expect(plain(writeShare(tag, 0.834))).toBe(share);
  expect(plain(writeDate(tag, "Europe/Berlin", "moment", AUTUMN))).toBe(moment);
  expect(writeDate(tag, "Europe/Berlin", "hour", AUTUMN)).toBe(hour);
  // The same hour once more, an hour later.
  expect(writeDate(tag, "Europe/Berlin", "hour", AUTUMN + HOUR_MS)).toBe(hour);
});

test.each<[Tag, string, string, string, string, string]>([
  ["en", "40 sec", "2 hr 5 min", "3 days", "30 seconds", "2 days ago"],
  ["fr", "40 s", "2 h 5 min", "3 jours", "30 secondes", "il y a 2 jours"],
  ["de", "40 Sek.", "2 Std. 5 Min.", "3 Tage", "30 Sekunden", "vor 2 Tagen"],
  ["es", "40 s", "2 h 5 min", "3 días", "30 segundos", "hace 2 días"],
])("[A6] durations and ages in %s", (tag, seconds, hours, days, long, age) => {
  expect(plain(writeDuration(tag, 40 * SECOND_MS))).toBe(seconds);
  expect(plain(writeDuration(tag, 2 * HOUR_MS + 5 * MINUTE_MS))).toBe(hours);
  expect(plain(writeDuration(tag, 3 * DAY_MS + 7 * HOUR_MS))).toBe(days);
  expect(plain(writeDuration(tag, 30 * SECOND_MS, "long"))).toBe(long);
  expect(plain(writeAge(tag, 2 * DAY_MS))).toBe(age);
  // Two units have no form of their own: the words of the page make one.
  expect(writeAge(tag, 2 * HOUR_MS + 5 * MINUTE_MS)).toBeNull();
  expect(writeDuration(tag, -5)).toBe(writeDuration(tag, 0));
});

test("[A6] the form for a count is the language's own", () => {
  const forms = { one: "one", other: "other" };
  expect([0, 1, 2].map((count) => choosePlural("fr", forms, count))).toEqual(["one", "one", "other"]);
  for (const tag of ["en", "de", "es"] as const) {
    expect([0, 1, 2, 1_000_000].map((count) => choosePlural(tag, forms, count))).toEqual([
      "other",
      "one",
      "other",
      "other",
    ]);
  }
});

test("[A6] places are filled with what is given, and with that alone", () => {
  expect(fillWords("{a} of {b}, {c}", { a: 1, b: "{a}" })).toBe("1 of {a}, {c}");
  expect(fillParts<number>("{a} of {b}, {c}.", { a: 1, b: 2 })).toEqual(["", 1, " of ", 2, ", ", "{c}", "."]);
});
