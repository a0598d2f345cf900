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

test("[L30] an event has as many days as its end or its duration says", () => {
  const from = "DTSTART;VALUE=DATE:20260410";
  for (const [line, days] of [
    ["DURATION:P3D", 3],
    ["DURATION:P1W", 7],
    ["DURATION:PT48H", 2],
    ["DURATION:P1DT24H0M0S", 2],
    ["DURATION:P0D", 1],
    ["DTEND;VALUE=DATE:20260412", 2],
    ["DTEND:20260412T000000", 2],
  ] as const) {
    expect([line, datesOf(from, line).length]).toEqual([line, days]);
  }
  const { holidays, skipped } = read(
    event(from, "DURATION:PT8H"),
    event(from, "DURATION:soon"),
    event(from, "DTEND:20260412T090000"),
    event(from, "DURATION:P61D"),
  );
  expect({ holidays, skipped }).toEqual({ holidays: [], skipped: 4 });
});

test("[L30] midnight to midnight in one zone is a whole day, as Outlook writes it; anything else with a time is none", () => {
  const berlin = "TZID=W. Europe Standard Time";
  expect(datesOf(`DTSTART;${berlin}:20261224T000000`, `DTEND;${berlin}:20261226T000000`)).toEqual([
    "2026-12-24",
    "2026-12-25",
  ]);
  expect(datesOf("DTSTART:20261224T000000", "DURATION:P1D")).toEqual(["2026-12-24"]);
  // The last one begins at 23:00 UTC of the day before; in New York at 05:00.
  for (const [zone, until] of [
    ["W. Europe Standard Time", "20271224T230000Z"],
    ["Europe/Berlin", "20271224T230000Z"],
    ["Eastern Standard Time", "20271225T050000Z"],
    ["America/New_York", "20271225T050000Z"],
    ["America/New_York", "20271226T045959Z"],
  ]) {
    const lines = [`DTSTART;TZID=${zone}:20251225T000000`, `DTEND;TZID=${zone}:20251226T000000`];
    const dates = datesOf(...lines, `RRULE:FREQ=YEARLY;UNTIL=${until}`);
    expect([zone, until, dates]).toEqual([zone, until, ["2026-12-25", "2027-12-25"]]);
  }
  const { holidays, skipped } = read(
    event(`DTSTART;${berlin}:20261224T000000`, `DTEND;${berlin}:20261224T120000`),
    event(`DTSTART;${berlin}:20261224T000000`, "DTEND;TZID=Asia/Tokyo:20261225T000000"),
    event(`DTSTART;${berlin}:20261224T000000`, `DTEND;${berlin}:20261224T000000`),
    event(`DTSTART;${berlin}:20261224T000000`),
    event("DTSTART:20261224T000000Z", "DTEND:20261225T000000Z"),
  );
  expect({ holidays, skipped }).toEqual({ holidays: [], skipped: 5 });
});

test("[L30] days beside the rule are read, and days taken out of it in whichever form", () => {
  expect(
    datesOf("DTSTART;VALUE=DATE:20260401", "RDATE;VALUE=DATE:20260505,20260401", "RDATE;VALUE=DATE:20270606"),
  ).toEqual(["2026-04-01", "2026-05-05", "2027-06-06"]);
  expect(datesOf("DTSTART;VALUE=DATE:20260401", "DURATION:P2D", "RDATE;VALUE=DATE:20260505")).toHaveLength(4);
  expect(
    datesOf("DTSTART;VALUE=DATE:20250106", "RRULE:FREQ=YEARLY;UNTIL=20280106", "RDATE;VALUE=DATE:20260701"),
  ).toEqual(["2026-01-06", "2026-07-01", "2027-01-06", "2028-01-06"]);
  for (const rdate of [
    "RDATE:20260505T090000",
    "RDATE;VALUE=PERIOD:20260505T000000/P1D",
    "RDATE;VALUE=DATE:20260231",
  ]) {
    const { holidays, skipped } = read(event("DTSTART;VALUE=DATE:20260401", "DURATION:P2D", rdate));
    expect([rdate, holidays, skipped]).toEqual([rdate, [], 1]);
  }
  const yearly = ["DTSTART;VALUE=DATE:20250106", "RRULE:FREQ=YEARLY;UNTIL=20280106"];
  expect(datesOf(...yearly, "EXDATE;TZID=Europe/Berlin:20270106T000000")).toEqual(["2026-01-06", "2028-01-06"]);
  const berlin = (name: string, day: string) => `${name};TZID=Europe/Berlin:${day}T000000`;
  const timed = [berlin("DTSTART", "20250106"), berlin("DTEND", "20250107"), "RRULE:FREQ=YEARLY;COUNT=4"];
  expect(datesOf(...timed, "EXDATE:20270105T230000Z", "RDATE:20260630T220000Z")).toEqual([
    "2026-01-06",
    "2026-07-01",
    "2028-01-06",
  ]);
});

test("[L30] a day that an event of its own moves or calls off is not there as well", () => {
  const yearly = event("UID:a", "DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=YEARLY", "SUMMARY:Outing");
  const moved = event("UID:a", "RECURRENCE-ID;VALUE=DATE:20270501", "DTSTART;VALUE=DATE:20270503", "SUMMARY:Outing");
  const off = event("UID:a", "RECURRENCE-ID;TZID=Europe/Berlin:20280501T000000", "STATUS:CANCELLED");
  const other = event("UID:b", "RECURRENCE-ID;VALUE=DATE:20290501", "DTSTART;VALUE=DATE:20290502");
  const found = read(moved, yearly, off, other);
  expect(found.holidays.map(({ date }) => date)).toEqual([
    "2026-05-01",
    "2027-05-03",
    "2029-05-01",
    "2029-05-02",
    "2030-05-01",
    "2031-05-01",
  ]);
  expect(found.skipped).toBe(0);
  const later = "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270501";
  expect(read(yearly, event("UID:a", later, "DTSTART;VALUE=DATE:20270503"))).toEqual({
    holidays: [{ date: "2026-05-01", name: "Outing", yearly: true }],
    skipped: 1,
  });
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
  const zone = "TZID=W. Europe Standard Time";
  const midnights = [`DTSTART;${zone}:20260101T000000`, `DTEND;${zone}:20260102T000000`];
  const named = event(...midnights, `EXDATE:${Array.from({ length: 1_000 }, () => "20260101T230000Z").join(",")}`);
  const movedOften = `${event("UID:a", ...midnights)}\r\n${event("UID:a", "RECURRENCE-ID:20251231T230000Z", "STATUS:CANCELLED")}`;
  for (const [events, times] of [
    [everyDay, 1],
    [named, 4],
    [movedOften, 100],
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
    "EXDATE:20261224T230000Z",
    "RDATE;VALUE=DATE:20260230,20261231",
    "RDATE;VALUE=PERIOD:x",
    "DTSTART;TZID=Nowhere:20261224T000000",
    "DTEND;TZID=Nowhere:20261226T000000",
    "DURATION:P2D",
    "DURATION:P",
    "UID:a",
    "RECURRENCE-ID:20261224T230000Z",
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
