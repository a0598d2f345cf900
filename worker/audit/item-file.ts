/** R3: the items that programs read, as a file: one line each, with the fields as columns. */
import { fieldsOf, type ItemOf, type ReadName } from "../../shared/read-protocol.ts";
import { type ExportFormat, streamText } from "./audit-export.ts";
import { writeLine } from "./csv.ts";

/** `seatHours` is `seat_hours` in a table. */
export const columnsOf = (name: ReadName): string[] =>
  fieldsOf(name).map((field) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

export function writeItems<N extends ReadName>(
  name: N,
  items: Iterable<ItemOf<N>>,
  format: ExportFormat,
): ReadableStream<Uint8Array> {
  const [fields, columns] = [fieldsOf(name), columnsOf(name)];
  return streamText(async function* () {
    yield format === "csv" ? `\uFEFF${writeLine(columns)}` : "";
    for (const item of items as Iterable<Record<string, unknown>>) {
      const cells = fields.map((field) => cellOf(item[field]));
      yield format === "csv"
        ? writeLine(cells)
        : `${JSON.stringify(Object.fromEntries(columns.map((column, place) => [column, cells[place]])))}\n`;
    }
  });
}

/** For people, in whose spreadsheet it opens: yes and no. */
const cellOf = (value: unknown): string | number | null =>
  typeof value === "boolean" ? (value ? "yes" : "no") : (value as string | number | null);
