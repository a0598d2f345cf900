/** The reader's language (G5): the texts of the gate's pages are data files in `words/`. */
import de from "./words/de.json" with { type: "json" };
import en from "./words/en.json" with { type: "json" };
import es from "./words/es.json" with { type: "json" };
import fr from "./words/fr.json" with { type: "json" };

export type Words = typeof en;
export interface Language {
  tag: string;
  words: Words;
}

const LANGUAGES: Readonly<Record<string, Words>> = { en, fr, de, es };
const ENGLISH: Language = { tag: "en", words: en };
/** More wishes than any browser sends. */
const WISHES_MAX = 20;

/** The first of the reader's languages, by their weight, that there is; English where there is none. */
export function chooseLanguage(acceptLanguage: string | null): Language {
  if (acceptLanguage === null) return ENGLISH;
  const wishes = acceptLanguage
    .split(",", WISHES_MAX)
    .map((wish) => {
      const [range = "", ...parameters] = wish.trim().toLowerCase().split(";");
      const weight = parameters.map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { tag: range.split("-")[0] ?? "", weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wishes) {
    const words = Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag] : undefined;
    if (words !== undefined) return { tag, words };
  }
  return ENGLISH;
}

/** The text with `{name}` replaced. */
export const fillWords = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
