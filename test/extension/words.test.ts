/** Every sentence of the extension is a message of `_locales`, in the plural of its language. */
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Standing } from "../../extension/seat/standing.ts";
import { sayStanding } from "../../extension/standing-words.ts";
import { wordsOf } from "../../extension/words.ts";
import { i18nOf, LOCALES, type Messages, readMessages } from "./support/words.ts";

const english = readMessages("en");
const words = wordsOf(i18nOf(english));

describe("words", () => {
  test("are the same messages in every language", () => {
    const plural = /_(?:zero|one|two|few|many|other)$/;
    const stems = (messages: Messages) =>
      [...new Set(Object.keys(messages).map((key) => key.replace(plural, "")))].sort();
    for (const language of readdirSync(LOCALES)) {
      expect(stems(readMessages(language)), language).toEqual(stems(english));
      expect(Object.values(readMessages(language)).every(({ message }) => message.trim() !== "")).toBe(true);
    }
  });

  test("have the same places for values, and both forms of every count, in all four languages", () => {
    expect(readdirSync(LOCALES).toSorted()).toEqual(["de", "en", "es", "fr"]);
    const placesOf = (message: string) => [...new Set(message.match(/\$\d/g))].toSorted();
    for (const language of readdirSync(LOCALES)) {
      const messages = readMessages(language);
      expect(messages.language?.message).toBe(language);
      for (const [key, { message }] of Object.entries(english)) {
        expect(placesOf(messages[key]?.message ?? ""), `${language} ${key}`).toEqual(placesOf(message));
        // Words that fit a button and a line: no language is much longer than twice the English.
        expect(messages[key]?.message.length, `${language} ${key}`).toBeLessThan(2.4 * message.length + 12);
      }
    }
  });

  test("[X3] say where the person stands in one breath", () => {
    const counted = { exempt: false, named: false, overdraft: false };
    const seated: Standing = { kind: "seated", sinceAt: Date.now(), tabs: 4, clients: 1, ...counted };
    expect(sayStanding(words, { ...seated, overdraft: true })).toMatch(
      /^You have been working beyond your firm’s limit since [^.]+\. Please give the licence back/,
    );
    expect(sayStanding(words, seated)).toMatch(/^You have had a licence since [^.]+\. 4 tabs share it\.$/);
    expect(sayStanding(words, { ...seated, tabs: 1, clients: 2 })).toMatch(
      /1 tab uses it\. It is in use in 2 browsers\.$/,
    );
    expect(sayStanding(words, { kind: "gone", cause: "evicted", by: "Bea", note: null, always: false })).toBe(
      "Your licence was freed by Bea.",
    );
    const handed = { kind: "gone", cause: "released", by: null, note: null, always: false } as const;
    expect(sayStanding(words, { ...handed, handedTo: "Ben" })).toBe("You handed your licence over to Ben.");
    expect(sayStanding(words, { ...handed, handedTo: "" })).toBe("You handed your licence over to a colleague.");
    expect(
      sayStanding(words, {
        kind: "waiting",
        reason: null,
        position: 3,
        length: 5,
        estimateMs: null,
        mayAsk: false,
        asked: null,
        answerBy: null,
      }),
    ).toContain("number 3 in line");
  });

  test("choose the plural by the language's own rules", () => {
    const polish = wordsOf(
      i18nOf({
        language: { message: "pl" },
        tabsShare_one: { message: "$1 karta" },
        tabsShare_few: { message: "$1 karty" },
        tabsShare_many: { message: "$1 kart" },
      }),
    );
    expect([1, 3, 5].map((count) => polish.count("tabsShare", count))).toEqual(["1 karta", "3 karty", "5 kart"]);
  });
});
