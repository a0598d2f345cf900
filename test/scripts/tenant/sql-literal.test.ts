/** scripts/tenant/sql-literal.ts: whatever a text holds, it stays a text. */
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toLiteralSql } from "../../../scripts/tenant/sql-literal.ts";

const HOSTILE = [
  "O'Neill & Sons",
  "'); DROP TABLE firms;--",
  "''",
  "\\'; DELETE FROM firms; /*",
  "?1 ?2 $& $1 $'",
  'say "hi"\n-- and /* more */',
  "`touch x` $(touch x) %PATH%",
  "数\u{1f4ba}é\u202e",
];

function readBack(values: readonly (string | number | null)[]): unknown {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE firms (a, b, c)");
  db.exec(toLiteralSql({ sql: "INSERT INTO firms VALUES (?1, ?2, ?3)", values }));
  const rows = db.prepare("SELECT a, b, c FROM firms").all();
  db.close();
  return rows.map((row) => ({ ...row }));
}

describe("[T1] values in SQL", () => {
  test.each(HOSTILE)("%j comes back as it went in, and nothing else happens", (text) => {
    expect(readBack([text, null, -7])).toEqual([{ a: text, b: null, c: -7 }]);
  });

  test("so does any text", { timeout: 30_000 }, () => {
    const wellFormed = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        expect(readBack([a, b, 0])).toEqual([{ a, b, c: 0 }]);
      }),
    );
  });

  test.each([["a\0b"], ["\ud800"], [Number.NaN], [1.5], [2 ** 53]])("%j is refused", (value) => {
    expect(() => toLiteralSql({ sql: "SELECT ?1", values: [value] })).toThrow();
  });

  test("a value that is missing is a mistake of ours, told at once", () => {
    expect(() => toLiteralSql({ sql: "SELECT ?2", values: ["a"] })).toThrow("no value ?2");
  });
});
