/** A7: the form of one pool. */
import * as z from "zod/mini";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import { AHEAD_MINUTES, LENT_MINUTES, type Pool, PRIORITY_MAX } from "../../../ledger/settings/settings.ts";
import { FIRM_GROUPS_MAX } from "../../../tenant/groups/group-calls.ts";
import { readWhole } from "../../form.ts";
import type { Language } from "../../language.ts";
import { version } from "./forms.ts";
import { readTimes, TIME_NAMES, type TimeFault, type TimeFields, timeFieldsOf } from "./times-form.ts";

const field = z.optional(z.string().check(z.maxLength(4_000)));
/** Known groups that are ticked: the CRM's that are shown, and the firm's own. */
const ticks = Array.from({ length: 32 + FIRM_GROUPS_MAX }, (_, place) => `k${place}`);
const names = [
  ...ticks,
  ...["sure", "id", "name", "groups", "reserved", "most", "priority", "guarantee", "minutes", "when"],
  ...TIME_NAMES,
];
export const PoolForm = z.strictObject({ ...Object.fromEntries(names.map((name) => [name, field])), version });
export const RemovePoolForm = z.strictObject({ id: z.string().check(z.maxLength(40)), version });

export type PoolFields = TimeFields;

const NAME_MAX = 100;
const GROUPS_MAX = 32;

/** The fields as they stand for a pool that there is. */
export function fieldsOf(pool: Pool): PoolFields {
  return {
    id: pool.id,
    name: pool.name,
    groups: pool.groups.join("\n"),
    reserved: String(pool.reserved),
    most: pool.most === null ? "" : String(pool.most),
    priority: String(pool.priority),
    guarantee: pool.guarantee?.kind ?? "strict",
    minutes: pool.guarantee === undefined || pool.guarantee.kind === "strict" ? "" : String(pool.guarantee.minutes),
    when: pool.windows === null ? "always" : "windows",
    ...timeFieldsOf(pool.windows ?? []),
  };
}

export type PoolFault = TimeFault;

/** The groups of a pool as it was typed, ticked ones first. */
export const groupsTyped = (fields: PoolFields): string[] => [
  ...new Set(
    [...ticks.map((tick) => fields[tick] ?? ""), ...(fields.groups ?? "").split(/\r?\n/)]
      .map((group) => group.trim())
      .filter(Boolean),
  ),
];

/** The pool that was typed, without its id. */
export function readPool(fields: PoolFields, language: Language): Omit<Pool, "id"> | PoolFault {
  const { words, say } = language;
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
  const windows = readTimes(fields, language);
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
