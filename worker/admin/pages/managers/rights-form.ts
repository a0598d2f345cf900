/** I13: the form of the map of rights: a row for each role and group, with one choice for each. */
import * as z from "zod/mini";
import { RightsMap as RightsMapSchema } from "../../../../shared/admin-protocol.ts";
import { RIGHTS, type Right, type RightRule, type RightsMap } from "../../../ledger/settings/rights.ts";
import type { RightsAnswer } from "../../../tenant/rights/rights-calls.ts";

/** Rows for names that nobody known here has. */
const BLANK_ROWS = 2;
/** After a right: also for every higher role. */
const HIGHER = "+";

/** A row: the choice is empty, a right, or a right and `+`. */
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

const RightsForm = z.record(z.string(), z.string());

export { RightsForm };

export const SaveRightsForm = z.strictObject({ version: z.string(), map: z.string() });

const choiceOf = (rule: RightRule | undefined): string =>
  rule === undefined ? "" : `${rule.right}${rule.orHigher === true ? HIGHER : ""}`;

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

/** What can be chosen; `support` only by support, and where it holds already. */
export const choicesOf = (
  { of, choice }: RightRow,
  isSupport: boolean,
): [right: Right, isHigher: boolean, value: string][] =>
  RIGHTS.filter((right) => right !== "support" || isSupport || choice.startsWith(right)).flatMap(
    (right): [Right, boolean, string][] =>
      of === "group"
        ? [[right, false, right]]
        : [
            [right, false, right],
            [right, true, `${right}${HIGHER}`],
          ],
  );

/** The map as typed, and of each of its rules the row that it stands in; null: the form is not one of ours. */
export function readRights(form: Record<string, string>): { map: RightsMap; rows: number[] } | null {
  const order = (form.order ?? "").split(/\r?\n/).map((line) => line.trim());
  const map: RightsMap = { order: order.filter((name) => name !== ""), rules: [] };
  const rows: number[] = [];
  for (let row = 0; form[`name-${row}`] !== undefined; row++) {
    const choice = form[`right-${row}`] ?? "";
    const of = form[`of-${row}`];
    const name = form[`name-${row}`] ?? "";
    const right = RIGHTS.find((one) => one === choice.replace(HIGHER, ""));
    if ((of !== "role" && of !== "group") || (right === undefined && choice !== "")) return null;
    if (right === undefined) continue;
    map.rules.push({ of, name, right, ...(choice.endsWith(HIGHER) ? { orHigher: true } : {}) });
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
