/** Sentences with places for values, `{name}`, as the tables of words hold them. */
import { localeOf } from "./formats.ts";
import type { Tag } from "./tag.ts";

export type Values = Readonly<Record<string, string | number>>;

const PLACE = /\{(\w+)\}/;

/** The text with `{name}` replaced. A place without a value stays as it is, so that a test finds it. */
export const fillWords = (text: string, values: Values): string =>
  text.replace(new RegExp(PLACE, "g"), (whole, name: string) => String(values[name] ?? whole));

/** The same for values that are no text, such as elements of a page: the pieces in their order. */
export const fillParts = <Part>(text: string, values: Readonly<Record<string, Part>>): (string | Part)[] =>
  text.split(PLACE).map((piece, index) => (index % 2 === 0 ? piece : (values[piece] ?? `{${piece}}`)));

/** A sentence in the forms that a count asks for; `{count}` is its place. */
export interface Plural {
  one: string;
  other: string;
}

const RULES = new Map<Tag, Intl.PluralRules>();

/**
 * The form for a count by the language's own rules: French says one of 0 too. The rare further forms of French and
 * Spanish ("un million de licences") are not needed here and read as `other`.
 */
export function choosePlural(tag: Tag, plural: Plural, count: number): string {
  let rules = RULES.get(tag);
  if (rules === undefined) {
    rules = new Intl.PluralRules(localeOf(tag));
    RULES.set(tag, rules);
  }
  return rules.select(count) === "one" ? plural.one : plural.other;
}
