/** Sentences with places for values; those that count seconds have a form of their own for one. */

export const fill = (text: string | undefined, values: object = {}): string =>
  (text ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name]));

/** `rules`: of the language of the words. A form that the words do not have is the general one. */
export const countSeconds = (
  words: Readonly<Record<string, string>>,
  rules: Intl.PluralRules,
  key: string,
  seconds: number,
): string => fill(words[`${key}_${rules.select(seconds)}`] ?? words[key], { seconds });
