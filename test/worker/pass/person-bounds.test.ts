import { describe, expect, test } from "vitest";
import type { HolderId } from "../../../shared/ids.ts";
import { makePerson } from "../../../worker/identity/person-reader.ts";
import { shownName } from "../../../worker/pass/person-bounds.ts";

describe("[L1.8] a name as it is shown", () => {
  test.each([
    ["Anna\u202eLindström", "AnnaLindström", "an override"],
    ["\u2066Mallory\u2067 Adams", "Mallory Adams", "isolates that are not closed"],
    ["A\u200bn\u2060na\ufeff\u00ad \u200fLind\u061cström", "Anna Lindström", "what nobody sees"],
    ["Anna\r\n\tLind\u2028ström", "Anna Lind ström", "line breaks"],
    [`A${"\u0301".repeat(70)}nna`, `A${"\u0301".repeat(8)}nna`, "towers of marks"],
    ["  Anna ", "Anna", "blanks around it"],
    ["\u200b\u2060 \ufeff", "", "nothing that is seen"],
    ["😀".repeat(100), "😀".repeat(80), "the eighty-first character"],
  ])("%j is %j: without %s", (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });

  test.each([
    "محمد عبد الله",
    "שָׂרָה כֹּהֵן",
    "نرگس می‌خواهم",
    "क्‍ष",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "Nguyễn Thị Ánh",
    "=cmd|'/c calc'!A1",
    `"Quo" O'Neil & <b>`,
  ])("%j stays as it is", (name) => {
    expect(shownName(name)).toBe(name);
    expect(shownName(name.normalize("NFD"))).toBe(name.normalize("NFD"));
  });

  test("the login stands for a name of which nothing is seen, and then the id", () => {
    const person = (name: string, login: string | null) => {
      const facts = { key: "u-1" as HolderId, login, name, email: null, roles: [], groups: [], names: [] };
      return makePerson(facts, { role: "user", listed: "user" })?.name;
    };
    expect(person("\u200b", "anna\u202e")).toBe("anna");
    expect(person("\u2066", "\u2069")).toBe("u-1");
    expect(person("", null)).toBe("u-1");
  });
});
