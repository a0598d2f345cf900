/**
 * Sentences that the tenant and the records say in English, in the language of the page.
 *
 * They are looked up as they stand, with places where values are: so what the core says stays one sentence for the
 * page, the API and the audit, and needs no second name. A sentence that the table does not have is shown as it is,
 * marked as English; a test keeps table and code together.
 */
import type { Language } from "./language.ts";
import { TABLES } from "./language.ts";

/** A value may be such a sentence itself: what was changed within what is stale. */
const DEPTH_MAX = 3;
/** No sentence of ours is longer, whatever people typed into it. */
const LENGTH_MAX = 2_000;
const BETWEEN = "; ";

type Name = keyof typeof TABLES.en.problems;

// The longest first, so that a sentence is never taken for the value in another.
const longestFirst = (Object.entries(TABLES.en.problems) as [Name, string][]).sort((a, b) => b[1].length - a[1].length);
const patterns = longestFirst.map(([name, text]) => {
  const places = [...text.matchAll(/\{(\w+)\}/g)].map(([, place]) => place ?? "");
  const escaped = text.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "(.+?)");
  return { name, places, pattern: new RegExp(`^${escaped}$`, "s") };
});

/** null: the page's language has no words for it. */
export function translate({ tag, words, say }: Language, english: string, depth = 0): string | null {
  if (tag === "en") return english;
  if (english.length > LENGTH_MAX || depth > DEPTH_MAX) return null;
  for (const { name, places, pattern } of patterns) {
    const found = pattern.exec(english);
    if (found === null) continue;
    const values = places.map((place, index) => {
      const value = found[index + 1] ?? "";
      const inner = value
        .split(BETWEEN)
        .map((piece) => translate({ tag, words, say } as Language, piece, depth + 1) ?? piece);
      return [place, inner.join(BETWEEN)];
    });
    return say(words.problems[name], Object.fromEntries(values));
  }
  return null;
}
