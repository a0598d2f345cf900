/** I13: the form of the map of rights: a row for each role and group, with one choice for each. */
import * as z from "zod/mini";
import { RightsMap as RightsMapSchema } from "../../../../shared/admin-protocol.ts";
import { RIGHTS, type Right, type RightRule, type RightsMap } from "../../../ledger/settings/rights.ts";
import type { Pool } from "../../../ledger/settings/settings.ts";
import type { RightsAnswer } from "../../../tenant/rights/rights-calls.ts";

/** Rows for names that nobody known here has. */
const BLANK_ROWS = 2;
/** After a right: also for every higher role. */
const HIGHER = "+";
/** Before the pool that a right is limited to. */
const OF_POOL = "@";

/** A row: the choice is empty, or a right, with `+` and with `@` and a pool where they are meant. */
export interface RightRow {
  of: RightRule["of"];
  name: string;
  /** null: the name is to be typed. */
  people: number | null;
  choice: string;
}

export interface RightsFields {
  order: string;
  rows: RightRow[];
}

const CHOICE = /^([a-z_]+)(\+?)(?:@(.+))?$/;

const RightsForm = z.record(z.string(), z.string());

export { RightsForm };

export const SaveRightsForm = z.strictObject({ version: z.string(), map: z.string() });

const choiceOf = (rule: RightRule | undefined): string =>
  rule === undefined
    ? ""
    : `${rule.right}${rule.orHigher === true ? HIGHER : ""}${rule.pool === undefined ? "" : OF_POOL + rule.pool}`;

/** The form as `map` fills it. */
export function fieldsOf(map: RightsMap, names: RightsAnswer["names"]): RightsFields {
  const known = new Set(names.map(({ of, name }) => `${of}:${name}`));
  const asked = map.rules.filter(({ of, name }) => !known.has(`${of}:${name}`));
  const rows = [...names, ...asked.map(({ of, name }) => ({ of, name, people: 0 }))].map((row) => ({
    ...row,
    choice: choiceOf(map.rules.find(({ of, name }) => of === row.of && name === row.name)),
  }));
  const blank = Array.from(
    { length: BLANK_ROWS },
    (): RightRow => ({ of: "role", name: "", people: null, choice: "" }),
  );
  return { order: map.order.join("\n"), rows: [...rows, ...blank] };
}

/** One thing that can be chosen in a row. */
export interface Choice {
  right: Right;
  isHigher: boolean;
  /** A13: name of the pool that the right is limited to; null: it is not. */
  pool: string | null;
  value: string;
}

/** What can be chosen; `support` only by support, and where it holds already. */
export function choicesOf(
  { of, choice }: RightRow,
  pools: readonly Pick<Pool, "id" | "name">[],
  isSupport: boolean,
): Choice[] {
  const rights = RIGHTS.filter((right) => right !== "support" || isSupport || choice.startsWith(right));
  const all = [
    ...rights.map((right) => ({ right, pool: null, end: "" })),
    ...pools.map(({ id, name }) => ({ right: "licence_manager" as const, pool: name, end: OF_POOL + id })),
  ];
  return all.flatMap(({ right, pool, end }) =>
    (of === "group" ? [false] : [false, true]).map((isHigher) => ({
      ...{ right, isHigher, pool },
      value: `${right}${isHigher ? HIGHER : ""}${end}`,
    })),
  );
}

/** The map as typed, and of each of its rules the row that it stands in; null: the form is not one of ours. */
export function readRights(form: Record<string, string>): { map: RightsMap; rows: number[] } | null {
  const order = (form.order ?? "").split(/\r?\n/).map((line) => line.trim());
  const map: RightsMap = { order: order.filter((name) => name !== ""), rules: [] };
  const rows: number[] = [];
  for (let row = 0; ; row++) {
    // I13.9: what the CRM wrote stays as it is; what somebody typed may have spaces around it.
    const name = form[`typed-${row}`]?.trim() ?? form[`name-${row}`];
    if (name === undefined) break;
    const choice = form[`right-${row}`] ?? "";
    const of = form[`of-${row}`];
    const [, chosen = "", higher = "", pool] = CHOICE.exec(choice) ?? [];
    const right = RIGHTS.find((one) => one === chosen);
    if ((of !== "role" && of !== "group") || (right === undefined && choice !== "")) return null;
    if (right === undefined) continue;
    const limited = pool === undefined ? {} : { pool };
    map.rules.push({ of, name, right, ...(higher === "" ? {} : { orHigher: true }), ...limited });
    rows.push(row);
  }
  return { map, rows };
}

/** The field of the form that a fault of the map is in; undefined: it is in none. */
export function fieldOfFault(field: string | undefined, rows: readonly number[]): string | undefined {
  if (field?.startsWith("rights.order")) return "order";
  const [, place] = /^rights\.rules\.(\d+)/.exec(field ?? "") ?? [];
  const row = place === undefined ? undefined : rows[Number(place)];
  return row === undefined ? undefined : `right-${row}`;
}

/** The map that was looked at, as the page kept it; undefined: it is none. */
export function readKeptMap(text: string): RightsMap | null | undefined {
  try {
    const kept = z.nullable(RightsMapSchema).safeParse(JSON.parse(text));
    return kept.success ? kept.data : undefined;
  } catch {
    return undefined;
  }
}
