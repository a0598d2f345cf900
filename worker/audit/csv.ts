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

export const writeLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map(writeCell).join(",")}\r\n`;
