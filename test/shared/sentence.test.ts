import { expect, test } from "vitest";
import { mapTexts, type SentenceKey, sentence, writeSentence } from "../../shared/sentence.ts";
import { ENGLISH } from "../../shared/sentences.ts";

const stale = sentence("staleSince", {
  from: 7,
  to: 1_009,
  changes: [
    sentence("changed", { who: "Ann {what}", what: sentence("limitFromTo", { from: 5, to: 6 }) }),
    sentence("changed", { who: "Bert", what: "the old text" }),
  ],
});

test("a sentence of sentences is written from inside out; what people typed is no place to fill", () => {
  expect(writeSentence(ENGLISH, stale)).toBe(
    "This was made from version 7 of the settings, and version 1009 holds now: Ann {what} changed the limit from 5 to 6; Bert changed the old text. Look at them and try again.",
  );
});

test("texts are changed at every depth, numbers and keys are not", () => {
  const changed = writeSentence(
    ENGLISH,
    mapTexts(stale, (text) => text.replace("Bert", "somebody")),
  );
  expect(changed).toContain("somebody changed the old text");
  expect(changed).toContain("from 5 to 6");
});

test("a key that this release does not know is shown as it is", () => {
  expect(writeSentence(ENGLISH, { key: "ofLater" as SentenceKey, values: {} })).toBe("ofLater");
});

test("a missing value, or one without a place, does not compile", () => {
  // @ts-expect-error: `limit` is missing
  sentence("limitRangeNot", { most: 1 });
  // @ts-expect-error: there is no place for it
  sentence("poolsMost", { most: 1, least: 0 });
  // @ts-expect-error: there is no such sentence
  expect(sentence("nothingLikeIt")).toEqual({ key: "nothingLikeIt", values: {} });
});

test("[A6] a time that may be one second is written in s, which fits any number", () => {
  const counted = Object.entries(ENGLISH).filter(([, text]) => text.includes("{seconds} seconds"));
  // Bounds of the code's own, of many seconds.
  expect(counted.map(([key]) => key)).toEqual(["sentLate", "mailLate"]);
});

test("[A6] a word behind a number is that for one, or for any other number", () => {
  const boost = (extra: number, minutes: number) => writeSentence(ENGLISH, sentence("boost", { extra, minutes }));
  expect(boost(1, 60)).toBe("1 more licence for 60 minutes");
  expect(boost(2, 1)).toBe("2 more licences for 1 minute");
  expect(boost(0, 0)).toBe("0 more licences for 0 minutes");
});
