/** [L30] Times of reservations and boosts against a clock that is read minute by minute, over years and changes of the clock. */

import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../../../shared/durations.ts";
import { type Holiday, initialSettings, type Settings, type Window } from "../../../worker/ledger/settings/settings.ts";
import { effectiveAt } from "../../../worker/ledger/time/schedule.ts";

const DAY = 1_440;
const FROM = Date.parse("2026-01-01T00:00:00Z");
const MINUTES = 3 * 366 * DAY;
// Clocks that change at night, by half an hour, at midnight, for a month of fasting, and never.
const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Africa/Casablanca",
  "Asia/Kathmandu",
];

/** The zone's clock, read every minute: which minute shows each time of it first. */
interface Clock {
  /** Local day (since 1970) with which `reached` begins. */
  firstDay: number;
  /** By minute of local time since `firstDay`: minutes since FROM. */
  reached: Int32Array;
}

const clocks = new Map<string, Clock>();
function clockOf(zone: string): Clock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const shown = (minute: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(FROM + minute * MINUTE_MS).map((p) => [p.type, Number(p.value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute: past = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, past) / MINUTE_MS;
  };
  const firstDay = Math.floor(shown(0) / DAY);
  const reached = new Int32Array(MINUTES + 2 * DAY).fill(-1);
  let latest = shown(0) - firstDay * DAY - 1;
  for (let minute = 0; minute < MINUTES; minute += 30) {
    const base = shown(minute) - firstDay * DAY;
    for (let more = 0; more < 30; more++) {
      const now = base + more;
      // What the clock leaves out is as much later as it lies behind the last minute that was shown.
      for (let missing = latest + 1; missing < now; missing++) reached[missing] = minute + more + missing - latest - 1;
      if (now > latest) {
        reached[now] = minute + more;
        latest = now;
      }
    }
  }
  clocks.set(zone, { firstDay, reached });
  return { firstDay, reached };
}

/** By the calendar of Temporal; the product counts days. */
function has(slot: Window, date: Temporal.PlainDate, holidays: readonly Holiday[]): boolean {
  const named = holidays.some(
    (one) => one.date === date.toString() || (one.yearly && one.date.slice(5) === date.toString().slice(5)),
  );
  if (slot.holidays !== undefined && named !== (slot.holidays === "only")) return false;
  const { compare } = Temporal.PlainDate;
  switch (slot.kind) {
    case "weekly": {
      if (!slot.days.includes(date.dayOfWeek)) return false;
      if (slot.every === undefined) return true;
      const monday = (one: Temporal.PlainDate) => one.subtract({ days: one.dayOfWeek - 1 });
      const first = monday(Temporal.PlainDate.from(slot.every.from));
      const weeks = first.until(monday(date), { largestUnit: "weeks" }).weeks;
      return weeks >= 0 && weeks % slot.every.weeks === 0;
    }
    case "monthly":
      return [0, 1].some((back) => {
        const month = date.with({ day: 1 }).subtract({ months: back });
        const day = (number: number) =>
          month.with({ day: Math.max(1, number > 0 ? number : month.daysInMonth + 1 + number) });
        const [from, to] = [day(slot.fromDay), day(slot.toDay)];
        const last = compare(to, from) < 0 ? to.add({ months: 1 }) : to;
        return compare(from, date) <= 0 && compare(date, last) <= 0;
      });
    case "quarterly": {
      const quarter = (one: Temporal.PlainDate) => `${one.year} ${Math.ceil(one.month / 3)}`;
      return quarter(date.add({ days: slot.lastDays })) !== quarter(date);
    }
    case "dates":
      return compare(slot.from, date) <= 0 && compare(date, slot.to) <= 0;
  }
}

/** Which minutes are open, from FROM on. */
function openMinutes(windows: readonly Window[], settings: Settings, aheadMinutes: number): Uint8Array {
  const open = new Uint8Array(MINUTES);
  for (const slot of windows) {
    const { firstDay, reached } = clockOf(slot.zone ?? settings.timeZone);
    const hours = slot.kind === "weekly" ? slot : (slot.hours ?? { from: "00:00", to: "00:00" });
    const past = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    for (let day = 0; day < MINUTES / DAY; day++) {
      const date = Temporal.PlainDate.from("1970-01-01").add({ days: firstDay + day });
      if (!has(slot, date, settings.holidays)) continue;
      const from = reached[day * DAY + past(hours.from)] ?? -1;
      const to = reached[(day + (hours.to <= hours.from ? 1 : 0)) * DAY + past(hours.to)] ?? -1;
      if (from < 0 || to <= from) continue;
      open.fill(1, Math.max(0, from - aheadMinutes), to);
    }
  }
  return open;
}

const date = fc
  .integer({ min: 0, max: 3 * 365 })
  .map((days) => Temporal.PlainDate.from("2026-01-01").add({ days }).toString());
const time = fc
  .tuple(fc.constantFrom("00", "01", "02", "03", "08", "17", "23"), fc.constantFrom("00", "15", "30", "59"))
  .map(([hour, minute]) => `${hour}:${minute}`);
const hours = fc.record({ from: time, to: time }).filter(({ from, to }) => from !== to);
const someHours = fc.option(hours, { nil: undefined });
const monthDay = fc.constantFrom(1, 2, 15, 28, 29, 31, -1, -2, -5, -31);
const common = {
  zone: fc.option(fc.constantFrom(...ZONES), { nil: undefined }),
  holidays: fc.constantFrom(undefined, undefined, "except" as const, "only" as const),
};
const anyWindow: fc.Arbitrary<Window> = fc.oneof(
  fc
    .record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      hours,
      every: fc.option(fc.record({ weeks: fc.constantFrom(1, 2, 3, 5), from: date }), { nil: undefined }),
      ...common,
    })
    .map(({ hours: { from, to }, ...rest }) => ({ kind: "weekly" as const, from, to, ...rest })),
  fc.record({ kind: fc.constant("monthly" as const), fromDay: monthDay, toDay: monthDay, hours: someHours, ...common }),
  fc.record({
    kind: fc.constant("quarterly" as const),
    lastDays: fc.integer({ min: 1, max: 90 }),
    hours: someHours,
    ...common,
  }),
  fc.record({ dates: fc.tuple(date, date), hours: someHours, ...common }).map(({ dates, ...rest }) => {
    const [from = "", to = ""] = dates.sort();
    return { kind: "dates" as const, from, to, ...rest };
  }),
);
const anyHolidays = fc.uniqueArray(fc.record({ date, name: fc.constant("Holiday"), yearly: fc.boolean() }), {
  maxLength: 12,
  selector: (one) => one.date,
});

/** Turns that change nothing are that far apart at least: windows that touch are joined over so many days. */
const JOINED_DAYS = 25;

test("[L30] a pool opens and closes in exactly the minutes in which a clock and a calendar on the wall say so", async () => {
  await fc.assert(
    fc.property(
      fc.record({
        zone: fc.constantFrom(...ZONES),
        windows: fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
        holidays: anyHolidays,
        ahead: fc.constantFrom(0, 0, 45),
        begins: fc.integer({ min: 5, max: 600 }),
      }),
      ({ zone, windows, holidays, ahead, begins }) => {
        const pool = { id: "p", name: "P", groups: ["g"], reserved: 1, most: null, priority: 0, windows };
        const guarantee = ahead === 0 ? undefined : { kind: "ahead" as const, minutes: ahead };
        const settings: Settings = {
          ...initialSettings(5, 1_200_000, { timeZone: zone }),
          holidays,
          pools: [{ ...pool, guarantee }],
        };
        const open = openMinutes(windows, settings, ahead);
        const first = begins * DAY + 17;
        const last = first + 100 * DAY;
        const wanted: string[] = [];
        for (let minute = first + 1; minute <= last; minute++) {
          if (open[minute] !== open[minute - 1])
            wanted.push(`${new Date(FROM + minute * MINUTE_MS).toISOString()} ${open[minute]}`);
        }
        const got: string[] = [];
        let now = FROM + first * MINUTE_MS;
        let state = effectiveAt(settings, now).pools.length;
        expect(state).toBe(open[first]);
        for (;;) {
          const { nextTurnAt } = effectiveAt(settings, now);
          if (nextTurnAt === null || nextTurnAt > FROM + last * MINUTE_MS) break;
          expect(nextTurnAt).toBeGreaterThan(now);
          const turned = effectiveAt(settings, nextTurnAt).pools.length;
          if (turned === state) expect(nextTurnAt - now).toBeGreaterThan(JOINED_DAYS * DAY * MINUTE_MS);
          else got.push(`${new Date(nextTurnAt).toISOString()} ${turned}`);
          state = turned;
          now = nextTurnAt;
        }
        expect(got).toEqual(wanted);
      },
    ),
    { numRuns: Number(process.env.HOTSEAT_RUNS ?? 50) },
  );
}, 60_000);
