/** L30: times as a form has them: rows of four kinds, of which one that is left empty is none. */
import {
  EVERY_WEEKS_MAX,
  type Hours,
  QUARTER_DAYS_MAX,
  WINDOWS_MAX,
  type Window,
} from "../../../ledger/settings/settings.ts";
import { isDate, isTime, isZone } from "../../../ledger/settings/window-faults.ts";
import { readWhole } from "../../form.ts";
import type { Language } from "../../language.ts";

/** What was typed, by the names of the fields. */
export type TimeFields = Readonly<Record<string, string>>;

/** A fault in the reader's language, and the field that is wrong. */
export interface TimeFault {
  fault: string;
  field: string;
}

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** By the week, by the month, ends of quarters, dates. */
export const ROW_KINDS = ["w", "m", "q", "t"] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** As many rows of each kind as there may be times: a form with fewer would drop the rest. */
const rows = Array.from({ length: WINDOWS_MAX }, (_, row) => row);
const COMMON = ["zone", "holidays"];
const PARTS: Record<RowKind, readonly string[]> = {
  w: ["from", "to", ...DAYS.map((day) => `d${day}`), "weeks", "start", ...COMMON],
  m: ["from", "to", "begins", "ends", ...COMMON],
  q: ["days", "begins", "ends", ...COMMON],
  t: ["from", "to", "begins", "ends", ...COMMON],
};
export const TIME_NAMES: readonly string[] = ROW_KINDS.flatMap((kind) =>
  rows.flatMap((row) => PARTS[kind].map((part) => `${kind}${row}-${part}`)),
);

const KIND_OF: Record<Window["kind"], RowKind> = { weekly: "w", monthly: "m", quarterly: "q", dates: "t" };

/** The fields as they stand for times that there are. */
export function timeFieldsOf(windows: readonly Window[]): TimeFields {
  const fields: Record<string, string> = {};
  const used = { w: 0, m: 0, q: 0, t: 0 };
  for (const slot of windows) {
    const kind = KIND_OF[slot.kind];
    const put = (part: string, value: string | number | undefined) => {
      if (value !== undefined) fields[`${kind}${used[kind]}-${part}`] = String(value);
    };
    if (slot.kind === "weekly") {
      put("from", slot.from);
      put("to", slot.to);
      for (const day of slot.days) put(`d${day}`, "yes");
      put("weeks", slot.every?.weeks);
      put("start", slot.every?.from);
    } else {
      if (slot.kind === "quarterly") put("days", slot.lastDays);
      else {
        put("from", slot.kind === "monthly" ? slot.fromDay : slot.from);
        put("to", slot.kind === "monthly" ? slot.toDay : slot.to);
      }
      put("begins", slot.hours?.from);
      put("ends", slot.hours?.to);
    }
    put("zone", slot.zone);
    put("holidays", slot.holidays);
    used[kind]++;
  }
  return fields;
}

const isFilled = (fields: TimeFields, kind: RowKind, row: number): boolean =>
  PARTS[kind].some((part) => (fields[`${kind}${row}-${part}`] ?? "").trim() !== "");

/** How many rows to show: those that hold something, and one more. */
export function rowsShown(fields: TimeFields, kind: RowKind): number {
  const last = rows.filter((row) => isFilled(fields, kind, row)).at(-1) ?? -1;
  return Math.min(WINDOWS_MAX, last + 2);
}

/** The times that were typed, of which there must be one. */
export function readTimes(fields: TimeFields, language: Language): Window[] | TimeFault {
  const { faults } = language.words.times;
  const windows: Window[] = [];
  for (const kind of ROW_KINDS) {
    for (const row of rows) {
      if (!isFilled(fields, kind, row)) continue;
      const typed = (part: string) => (fields[`${kind}${row}-${part}`] ?? "").trim();
      const read = readRow(kind, typed, language);
      if ("fault" in read) return { fault: read.fault, field: `${kind}${row}-${read.field}` };
      windows.push(read);
    }
  }
  if (windows.length === 0) return { fault: language.words.faults.noWindow, field: "w0-d1" };
  if (windows.length > WINDOWS_MAX) return { fault: language.say(faults.many, { most: WINDOWS_MAX }), field: "w0-d1" };
  return windows;
}

type Typed = (part: string) => string;

function readRow(kind: RowKind, typed: Typed, language: Language): Window | TimeFault {
  const { words, say } = language;
  const { faults } = words.times;
  const zone = typed("zone");
  if (zone !== "" && !isZone(zone)) return { fault: faults.zone, field: "zone" };
  const holidays = typed("holidays");
  const common = {
    ...(zone === "" ? {} : { zone }),
    ...(holidays === "except" || holidays === "only" ? ({ holidays } as const) : {}),
  };
  if (kind === "w") {
    const read = readWeekly(typed, language);
    return "fault" in read ? read : { ...read, ...common };
  }
  const hours = readHours(typed);
  if (hours === null) return { fault: faults.hours, field: isTime(typed("begins")) ? "ends" : "begins" };
  const rest = { ...(hours === "all day" ? {} : { hours }), ...common };
  switch (kind) {
    case "m": {
      const [fromDay, toDay] = [readDay(typed("from")), readDay(typed("to"))];
      if (fromDay === null || toDay === null) {
        return { fault: words.faults.monthly, field: fromDay === null ? "from" : "to" };
      }
      return { kind: "monthly", fromDay, toDay, ...rest };
    }
    case "q": {
      const lastDays = readWhole(typed("days"));
      return lastDays === null || lastDays < 1 || lastDays > QUARTER_DAYS_MAX
        ? { fault: say(faults.quarter, { most: QUARTER_DAYS_MAX }), field: "days" }
        : { kind: "quarterly", lastDays, ...rest };
    }
    case "t": {
      const [from, to] = [typed("from"), typed("to") || typed("from")];
      if (!isDate(from)) return { fault: faults.dates, field: "from" };
      return isDate(to) && from <= to ? { kind: "dates", from, to, ...rest } : { fault: faults.dates, field: "to" };
    }
  }
}

function readWeekly(typed: Typed, { words, say }: Language): Extract<Window, { kind: "weekly" }> | TimeFault {
  const [from, to] = [typed("from"), typed("to")];
  const days = DAYS.filter((day) => typed(`d${day}`) === "yes");
  const wrong = days.length === 0 ? "d1" : !isTime(from) ? "from" : !isTime(to) || from === to ? "to" : null;
  if (wrong !== null) return { fault: words.faults.weekly, field: wrong };
  const [weeks, start] = [typed("weeks"), typed("start")];
  if (weeks === "" && start === "") return { kind: "weekly", days, from, to };
  const every = readWhole(weeks);
  if (every === null || every < 1 || every > EVERY_WEEKS_MAX || !isDate(start)) {
    const field = every === null || every < 1 || every > EVERY_WEEKS_MAX ? "weeks" : "start";
    return { fault: say(words.times.faults.every, { most: EVERY_WEEKS_MAX }), field };
  }
  return { kind: "weekly", days, from, to, every: { weeks: every, from: start } };
}

/** null: not as it has to be. */
function readHours(typed: Typed): Hours | "all day" | null {
  const [from, to] = [typed("begins"), typed("ends")];
  if (from === "" && to === "") return "all day";
  return isTime(from) && isTime(to) && from !== to ? { from, to } : null;
}

function readDay(typed: string): number | null {
  const day = readWhole(typed);
  return day === null || day === 0 || day < -31 || day > 31 ? null : day;
}
