import { expect, test } from "vitest";
import { canonicalJson as auditorsJson } from "../../../scripts/audit/verify-audit.mjs";
import { canonicalJson } from "../../../worker/audit/chain.ts";
import { writeCell } from "../../../worker/audit/csv.ts";
import { sha256 } from "../../../worker/audit/sha256.ts";

const reference = async (text: string): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

test("[R2] the digest is that of WebCrypto, at every length round the edges of a block, in every script", async () => {
  for (let length = 0; length < 260; length++) {
    const text = "aé漢😀\u0000".repeat(60).slice(0, length);
    expect([length, sha256(text)]).toEqual([length, await reference(text)]);
  }
  const long = "0123456789abcdef".repeat(10_000);
  expect(sha256(long)).toBe(await reference(long));
});

test("[R2] the auditor's file and the Worker write the same canonical JSON", () => {
  const value = { b: [1, 2.5, null, { z: 1, ä: '\u2028"\\', a: false }], a: { "10": 1, "9": 2 }, "": -0, n: 1e21 };
  expect(canonicalJson(value)).toBe(auditorsJson(value));
  expect(canonicalJson({ b: 1, a: undefined, A: 2 })).toBe('{"A":2,"b":1}');
});

test("[R2] no cell of an export is a formula, and each gives its text back", () => {
  for (const begin of ["=", "+", "-", "@", "\t", "\r", "\n", "'", "|", "%", "＝"]) {
    const text = `${begin}cmd|' /C calc'!A0,"x"`;
    const cell = writeCell(text);
    expect(cell.replace(/^"/, "")).toMatch(/^'/);
    expect(cell.replace(/^"|"$/g, "").replaceAll('""', '"').slice(1)).toBe(text);
  }
  expect(writeCell("plain")).toBe("plain");
  expect(writeCell('a "b", c')).toBe('"a ""b"", c"');
  expect(writeCell(-5)).toBe("-5");
  expect(writeCell(null)).toBe("");
});
