/** [L30] Calendar files as programs write them, and as nobody should. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CALENDAR_MAX_BYTES, readCalendar } from "../../../../../worker/admin/pages/holidays/read-calendar.ts";

const FROM = "2026-01-01";
const event = (...lines: string[]): string => ["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n");
const calendar = (...events: string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", ...events, "END:VCALENDAR", ""].join("\r\n");
const read = (...events: string[]) => {
  const found = readCalendar(calendar(...events), FROM);
  if (!found.ok) throw new Error(found.error);
  return found.value;
};
const datesOf = (...lines: string[]): string[] => read(event(...lines)).holidays.map(({ date }) => date);

test("[L30] whole days are read, with their names; yearly ones once, past ones not at all", () => {
  expect(
    read(
      event("DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY", "SUMMARY:Christmas\\, first", " day"),
      event("DTSTART;VALUE=DATE:20200501", "RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1", "SUMMARY:Labour Day"),
      event("DTSTART;VALUE=DATE:20260403", "DTEND;VALUE=DATE:20260407", "SUMMARY:Easter"),
      event("DTSTART;VALUE=DATE:20250418", "SUMMARY:Good Friday of last year"),
      event("DTSTART;VALUE=DATE:20260403", "SUMMARY:Good Friday"),
    ),
  ).toEqual({
    skipped: 0,
    holidays: [
      { date: "2020-05-01", name: "Labour Day", yearly: true },
      { date: "2026-04-03", name: "Easter, Good Friday", yearly: false },
      { date: "2026-04-04", name: "Easter", yearly: false },
      { date: "2026-04-05", name: "Easter", yearly: false },
      { date: "2026-04-06", name: "Easter", yearly: false },
      { date: "2026-12-25", name: "Christmas, firstday", yearly: true },
    ],
  });
});

test("[L30] a rule that falls on other dates each year is worked out for this year and the next five", () => {
  // Thanksgiving, the last Monday of May, and the Tuesday after the first Monday of November.
  expect(datesOf("DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")).toEqual([
    "2026-11-26",
    "2027-11-25",
    "2028-11-23",
    "2029-11-22",
    "2030-11-28",
    "2031-11-27",
  ]);
  expect(datesOf("DTSTART;VALUE=DATE:20200525", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;UNTIL=20271231")).toEqual([
    "2026-05-25",
    "2027-05-31",
  ]);
  expect(
    datesOf(
      "DTSTART;VALUE=DATE:20241105",
      "RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2",
    ),
  ).toEqual(["2028-11-07"]);
  expect(datesOf("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=29;BYMONTH=2")).toEqual([
    "2028-02-29",
  ]);
  expect(datesOf("DTSTART;VALUE=DATE:20200106", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20270106,20290106")).toEqual([
    "2026-01-06",
    "2028-01-06",
    "2030-01-06",
    "2031-01-06",
  ]);
});

test("[L30] what is no holiday is left out and counted; what was called off is not there", () => {
  const { holidays, skipped } = read(
    event("DTSTART:20260101T090000Z", "DTEND:20260101T100000Z"),
    event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=WEEKLY"),
    event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYWEEKNO=20"),
    event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260601"),
    event("SUMMARY:Never"),
    event("DTSTART;VALUE=DATE:20260706", "STATUS:CANCELLED"),
  );
  expect({ holidays, skipped }).toEqual({ holidays: [], skipped: 5 });
});

test("[L30] a hostile file is answered, and soon: nothing in it repeats anything for long", () => {
  const most = (text: string) => text.slice(0, CALENDAR_MAX_BYTES - 200);
  const hostile = [
    event("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    event(
      "DTSTART;VALUE=DATE:19700101",
      "RRULE:FREQ=YEARLY;COUNT=1000000000;BYMONTH=1,1,1,1;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    ),
    event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=YEARLY"),
    event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:99991231"),
    event(most(`DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=${"1,".repeat(100_000)}`)),
    event(most(`SUMMARY;${"X=1;".repeat(60_000)}`)),
    event("BEGIN:VEVENT\r\n".repeat(10_000)),
    event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SECONDLY;COUNT=99999999999999999999"),
  ];
  for (const one of hostile) readCalendar(calendar(one), FROM);
  expect(readCalendar("BEGIN:VCALENDAR\r\n".repeat(10_000), FROM)).toEqual({ ok: false, error: "not a calendar" });
  expect(readCalendar("x".repeat(CALENDAR_MAX_BYTES + 1), FROM)).toEqual({ ok: false, error: "too large" });
  const many = calendar(...Array.from({ length: 5_001 }, () => "BEGIN:VEVENT\r\nEND:VEVENT"));
  expect(readCalendar(many, FROM)).toEqual({ ok: false, error: "too large" });
});

test("[L30] all events together have one budget of days, and an ordinary file of many years stays within it", () => {
  const list = (most: number) => Array.from({ length: most }, (_, more) => more + 1).join(",");
  const dense = `RRULE:FREQ=YEARLY;BYMONTH=${list(12)};BYMONTHDAY=${list(31)}`;
  const everyDay = event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260302", dense);
  const counting = event("DTSTART;VALUE=DATE:19700101", `${dense};COUNT=1000000;BYDAY=5MO`);
  const yearly = event("DTSTART;VALUE=DATE:19700101", "DTEND;VALUE=DATE:19700302", "RRULE:FREQ=YEARLY");
  for (const [events, times] of [
    [everyDay, 1],
    [counting, 100],
    [yearly, 2_300],
  ] as const) {
    const found = readCalendar(calendar(...Array.from({ length: times }, () => events)), FROM);
    expect([times, found]).toEqual([times, { ok: false, error: "too much" }]);
  }
  const ordinary = Array.from({ length: 50 }, (_, more) =>
    event("DTSTART;VALUE=DATE:19700105", `RRULE:FREQ=YEARLY;COUNT=200;BYMONTH=${(more % 12) + 1};BYDAY=1MO`),
  );
  expect(read(...ordinary).holidays).toHaveLength(72);
});

test("[L30] a rule from long ago is followed from near today on, in step with its interval", () => {
  expect(datesOf("DTSTART;VALUE=DATE:19700601", "RRULE:FREQ=YEARLY;INTERVAL=7;BYMONTH=6;BYDAY=1MO")).toEqual([
    "2026-06-01",
  ]);
  // It reaches over New Year's Day from the last year.
  expect(
    datesOf("DTSTART;VALUE=DATE:20201231", "DTEND;VALUE=DATE:20210102", "RRULE:FREQ=YEARLY;UNTIL=20261231T000000Z"),
  ).toEqual(["2026-01-01", "2026-12-31", "2027-01-01"]);
});

test("[L30] whatever a file says, what is read are dates with names, each once", async () => {
  const line = fc.constantFrom(
    "BEGIN:VCALENDAR",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "END:VCALENDAR",
    "DTSTART;VALUE=DATE:20260230",
    "DTSTART;VALUE=DATE:20261224",
    "DTEND;VALUE=DATE:20251224",
    "RRULE:FREQ=YEARLY;INTERVAL=0",
    "RRULE:FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
    "RRULE:FREQ=YEARLY;UNTIL=never",
    "SUMMARY:",
    "SUMMARY:A",
    "EXDATE:x",
    ":",
    "",
  );
  await fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const found = readCalendar(lines.join("\r\n"), FROM);
      if (!found.ok) return;
      const dates = found.value.holidays.map(({ date }) => date);
      expect(new Set(dates).size).toBe(dates.length);
      for (const { date, name } of found.value.holidays) {
        expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
        expect(name).not.toBe("");
      }
    }),
  );
});
