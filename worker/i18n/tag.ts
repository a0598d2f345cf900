/** The languages that Hotseat's pages speak, and which of them a reader wants. */

/** English comes first: it is the fallback. */
export const TAGS = ["en", "fr", "de", "es"] as const;
export type Tag = (typeof TAGS)[number];

export const isTag = (word: string | null | undefined): word is Tag => TAGS.some((tag) => tag === word);

/** More entries than any browser sends. */
const WISHES_MAX = 20;

/** The first of the reader's languages, by weight, that is available; English where none is. */
export function chooseTag(acceptLanguage: string | null | undefined): Tag {
  if (acceptLanguage === null || acceptLanguage === undefined) return "en";
  const wishes = acceptLanguage
    .split(",", WISHES_MAX)
    .map((wish) => {
      const [range = "", ...parameters] = wish.trim().toLowerCase().split(";");
      const weight = parameters.map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { tag: range.split("-")[0] ?? "", weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wishes.map(({ tag }) => tag).find(isTag) ?? "en";
}
