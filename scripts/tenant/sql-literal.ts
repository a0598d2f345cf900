/** SQL whose values are written into it, for a command line that takes no values beside the statement. */
import type { Statement } from "../../worker/registry/registry-write.ts";

/** SQLite knows no escapes but the doubled quote: everything else in a text stands for itself. */
function literalOf(value: string | number | null): string {
  if (value === null) return "NULL";
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`);
    return String(value);
  }
  // Neither an argument of a program nor SQLite's parser goes on behind one; a lone surrogate is no UTF-8.
  if (value.includes("\0") || !value.isWellFormed()) throw new Error("a text has a character that no SQL can hold");
  return `'${value.replaceAll("'", "''")}'`;
}

/** The statement with its values in the place of `?1`, `?2` and so on, each once read and never read again. */
export const toLiteralSql = ({ sql, values }: Statement): string =>
  sql.replace(/\?(\d+)/g, (_, number: string) => {
    const value = values[Number(number) - 1];
    if (value === undefined) throw new Error(`the statement has no value ?${number}`);
    return literalOf(value);
  });
