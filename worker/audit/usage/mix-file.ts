/** R3: the mix of licences as a file: one table, told apart by `what`. */
import { type ExportFormat, streamText } from "../audit-export.ts";
import { writeLine } from "../csv.ts";
import type { MixView } from "./mix-query.ts";

const HOUR_MS = 3_600_000;

export interface MixRow {
  /** `cheapest` and `size`: a mix; `person`: who has a named licence in the cheapest. */
  what: "cheapest" | "size" | "person";
  concurrent: number | null;
  named: number | null;
  cost: number | null;
  /** No mix costs less; the same as `cost` where that is proven to be the least. */
  atLeast: number | null;
  person: string | null;
  name: string | null;
  days: number | null;
  hours: number | null;
}

const NONE = { person: null, name: null, days: null, hours: null };

export const mixRows = ({ best, sizes, atLeast }: MixView): MixRow[] => [
  {
    ...NONE,
    what: "cheapest",
    concurrent: best.concurrent,
    named: best.named.length,
    cost: best.cost / 100,
    atLeast: atLeast / 100,
  },
  ...sizes.map(({ concurrent, named, cost }): MixRow => {
    return { ...NONE, what: "size", concurrent, named: named.length, cost: cost / 100, atLeast: null };
  }),
  ...best.named.map(({ id, name, days, wantedMs }): MixRow => {
    const hours = Math.round((wantedMs / HOUR_MS) * 10_000) / 10_000;
    const mix = { concurrent: null, named: null, cost: null, atLeast: null };
    return { ...mix, what: "person", person: id, name, days, hours };
  }),
];

const COLUMNS = ["what", "concurrent", "named", "cost", "at_least", "person", "name", "days", "hours"] as const;

export function writeMix(view: MixView, format: ExportFormat): ReadableStream<Uint8Array> {
  return streamText(async function* () {
    yield format === "csv" ? `\uFEFF${writeLine(COLUMNS)}` : "";
    for (const row of mixRows(view)) {
      const cells = Object.values(orderOf(row)) as (string | number | null)[];
      yield format === "csv"
        ? writeLine(cells)
        : `${JSON.stringify(Object.fromEntries(COLUMNS.map((column, place) => [column, cells[place]])))}\n`;
    }
  });
}

const orderOf = ({ what, concurrent, named, cost, atLeast, person, name, days, hours }: MixRow): MixRow => ({
  what,
  concurrent,
  named,
  cost,
  atLeast,
  person,
  name,
  days,
  hours,
});
