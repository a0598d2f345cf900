/** A7: the form of one pool, with rows for its times; a row that is left empty is none. */
import * as z from "zod/mini";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import {
  AHEAD_MINUTES,
  LENT_MINUTES,
  type Pool,
  PRIORITY_MAX,
  type Window,
} from "../../../ledger/settings/settings.ts";
import { FIRM_GROUPS_MAX } from "../../../tenant/groups/group-calls.ts";
import { readWhole } from "../../form.ts";
import type { Language } from "../../language.ts";
import { version } from "./forms.ts";

/** As many rows of either kind as a pool may have: a form with fewer would drop the rest. */
export const ROWS_MAX = 20;
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const rows = Array.from({ length: ROWS_MAX }, (_, row) => row);

const field = z.optional(z.string().check(z.maxLength(4_000)));
/** Known groups that are ticked: the CRM's that are shown, and the firm's own. */
const ticks = Array.from({ length: 32 + FIRM_GROUPS_MAX }, (_, place) => `k${place}`);
const names = [
  ...ticks,
  ...["sure", "id", "name", "groups", "reserved", "most", "priority", "guarantee", "minutes", "when"],
  ...rows.flatMap((row) => [`w${row}-from`, `w${row}-to`, ...DAYS.map((day) => `w${row}-d${day}`)]),
  ...rows.flatMap((row) => [`m${row}-from`, `m${row}-to`]),
];
export const PoolForm = z.strictObject({ ...Object.fromEntries(names.map((name) => [name, field])), version });
export const RemovePoolForm = z.strictObject({ id: z.string().check(z.maxLength(40)), version });

/** What was typed, by the names of the fields. */
export type PoolFields = Readonly<Record<string, string>>;

const NAME_MAX = 100;
const GROUPS_MAX = 32;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The fields as they stand for a pool that there is. */
export function fieldsOf(pool: Pool): PoolFields {
  const fields: Record<string, string> = {
    id: pool.id,
    name: pool.name,
    groups: pool.groups.join("\n"),
    reserved: String(pool.reserved),
    most: pool.most === null ? "" : String(pool.most),
    priority: String(pool.priority),
    guarantee: pool.guarantee?.kind ?? "strict",
    minutes: pool.guarantee === undefined || pool.guarantee.kind === "strict" ? "" : String(pool.guarantee.minutes),
    when: pool.windows === null ? "always" : "windows",
  };
  let [weekly, monthly] = [0, 0];
  for (const slot of pool.windows ?? []) {
    if (slot.kind === "weekly") {
      fields[`w${weekly}-from`] = slot.from;
      fields[`w${weekly}-to`] = slot.to;
      for (const day of slot.days) fields[`w${weekly}-d${day}`] = "yes";
      weekly++;
    } else {
      fields[`m${monthly}-from`] = String(slot.fromDay);
      fields[`m${monthly}-to`] = String(slot.toDay);
      monthly++;
    }
  }
  return fields;
}

/** How many rows to show: those that hold something, and one more. */
export function rowsShown(fields: PoolFields, kind: "w" | "m"): number {
  const filled = rows.filter((row) =>
    Object.entries(fields).some(([name, value]) => name.startsWith(`${kind}${row}-`) && value !== ""),
  );
  return Math.min(ROWS_MAX, (filled.at(-1) ?? -1) + 2);
}

/** A fault in the reader's language, and the field that is wrong. */
export interface PoolFault {
  fault: string;
  field: string;
}

/** The groups of a pool as it was typed, ticked ones first. */
export const groupsTyped = (fields: PoolFields): string[] => [
  ...new Set(
    [...ticks.map((tick) => fields[tick] ?? ""), ...(fields.groups ?? "").split(/\r?\n/)]
      .map((group) => group.trim())
      .filter(Boolean),
  ),
];

/** The pool that was typed, without its id. */
export function readPool(fields: PoolFields, { words, say }: Language): Omit<Pool, "id"> | PoolFault {
  const { faults } = words;
  const typed = (name: string) => (fields[name] ?? "").trim();
  const name = typed("name");
  if (name === "" || name.length > NAME_MAX) return { fault: faults.poolName, field: "name" };
  const groups = groupsTyped(fields);
  if (groups.length === 0 || groups.length > GROUPS_MAX || groups.some((group) => group.length > NAME_MAX)) {
    return { fault: faults.groups, field: "groups" };
  }
  const reserved = readWhole(typed("reserved") || "0");
  if (reserved === null || reserved < 0 || reserved > LIMIT_MAX)
    return { fault: say(faults.reserved, { most: LIMIT_MAX }), field: "reserved" };
  const most = typed("most") === "" ? null : (readWhole(typed("most")) ?? 0);
  if (most !== null && (most < 1 || most > LIMIT_MAX || most < reserved))
    return { fault: say(faults.most, { most: LIMIT_MAX }), field: "most" };
  const priority = readWhole(typed("priority") || "0");
  if (priority === null || priority < 0 || priority > PRIORITY_MAX)
    return { fault: faults.priority, field: "priority" };
  const guarantee = readGuarantee(typed("guarantee"), typed("minutes"), typed("when") === "windows");
  if (guarantee === null) {
    const kind = typed("guarantee") === "ahead" ? "ahead" : "lent";
    const { least, most: longest } = GUARANTEE_MINUTES[kind];
    return { fault: say(faults.guarantee[kind], { least, most: longest }), field: "minutes" };
  }
  const pool = { name, groups, reserved, most, priority, ...(guarantee.kind === "strict" ? {} : { guarantee }) };
  if (typed("when") !== "windows") return { ...pool, windows: null };
  const windows = readWindows(fields, faults);
  if ("fault" in windows) return windows;
  return { ...pool, windows };
}

const GUARANTEE_MINUTES = { ahead: AHEAD_MINUTES, lent: LENT_MINUTES } as const;

/** L29; null: the minutes are out of range, or there is no beginning to be ahead of. */
function readGuarantee(kind: string, typed: string, hasTimes: boolean): NonNullable<Pool["guarantee"]> | null {
  if (kind !== "ahead" && kind !== "lent") return { kind: "strict" };
  const { least, most } = GUARANTEE_MINUTES[kind];
  const minutes = readWhole(typed);
  if (minutes === null || minutes < least || minutes > most || (kind === "ahead" && !hasTimes)) return null;
  return { kind, minutes };
}

/** The times that were typed, of which there must be one. */
function readWindows(fields: PoolFields, faults: Language["words"]["faults"]): Window[] | PoolFault {
  const typed = (name: string) => (fields[name] ?? "").trim();
  const windows: Window[] = [];
  for (const row of rows) {
    const [from, to] = [typed(`w${row}-from`), typed(`w${row}-to`)];
    const days = DAYS.filter((day) => fields[`w${row}-d${day}`] === "yes");
    if (from === "" && to === "" && days.length === 0) continue;
    const wrong = days.length === 0 ? "d1" : !TIME.test(from) ? "from" : !TIME.test(to) || from === to ? "to" : null;
    if (wrong !== null) return { fault: faults.weekly, field: `w${row}-${wrong}` };
    windows.push({ kind: "weekly", days, from, to });
  }
  for (const row of rows) {
    const [from, to] = [typed(`m${row}-from`), typed(`m${row}-to`)];
    if (from === "" && to === "") continue;
    const [fromDay, toDay] = [readDay(from), readDay(to)];
    if (fromDay === null || toDay === null)
      return { fault: faults.monthly, field: `m${row}-${fromDay === null ? "from" : "to"}` };
    windows.push({ kind: "monthly", fromDay, toDay });
  }
  if (windows.length === 0) return { fault: faults.noWindow, field: "w0-d1" };
  return windows;
}

function readDay(typed: string): number | null {
  const day = readWhole(typed);
  return day === null || day === 0 || day < -31 || day > 31 ? null : day;
}

/** A new pool's id: its name as an address could hold it, made different from the others. */
export function idFor(name: string, pools: readonly Pool[]): string {
  const base =
    name
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 30) || "pool";
  const taken = new Set(pools.map(({ id }) => id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) return id;
  }
}
