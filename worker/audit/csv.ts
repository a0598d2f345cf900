/** Comma-separated values that spreadsheets and parsers read alike (RFC 4180), and in which no cell is a formula. */

/**
 * Spreadsheets run cells that begin so. Such a cell, and one that begins with an apostrophe itself, gets an
 * apostrophe before it; taking one away gives the very text back.
 */
const RUNS = /^[=+\-@\t\r\n'|%＝＋－＠]/;

/** One cell. Numbers and what is missing go as they are. */
export function writeCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = RUNS.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A cell as `writeCell` wrote it, with what ends it. */
const WRITTEN = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g;

/** Lines of `writeLine`, of which the first names the columns, with nothing under these names. */
export function emptyColumns(csv: string, names: ReadonlySet<string>): string {
  const columns = csv.slice(0, csv.indexOf("\r\n")).split(",");
  let [row, column] = [0, 0];
  return csv.replace(WRITTEN, (_, cell: string, end: string) => {
    const isEmptied = row > 0 && names.has(columns[column] ?? "");
    [row, column] = end === "," ? [row, column + 1] : [row + 1, 0];
    return (isEmptied ? "" : cell) + end;
  });
}

export const writeLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map(writeCell).join(",")}\r\n`;
