/** The reader's language (G5): the texts of the gate's pages are data files in `words/`. */
import { chooseTag, type Tag } from "../i18n/tag.ts";
import de from "./words/de.json" with { type: "json" };
import en from "./words/en.json" with { type: "json" };
import es from "./words/es.json" with { type: "json" };
import fr from "./words/fr.json" with { type: "json" };

export type Words = typeof en;
export interface Language {
  tag: Tag;
  words: Words;
}

const TABLES: Readonly<Record<Tag, Words>> = { en, fr, de, es };

export function chooseLanguage(acceptLanguage: string | null): Language {
  const tag = chooseTag(acceptLanguage);
  return { tag, words: TABLES[tag] };
}
