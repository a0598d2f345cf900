/**
 * What the core says: which sentence, and the values in its places. The words are written where somebody reads them, in
 * that reader's language; `ENGLISH` has the reference, and every other language has the same keys.
 */
import type { ENGLISH } from "./sentences.ts";

export type SentenceKey = keyof typeof ENGLISH;
/** A table of one language. */
export type Sentences = Readonly<Record<SentenceKey, string>>;

/** A value may be a sentence itself, or several: what was changed within what is stale. */
export type SentenceValue = string | number | Sentence | readonly Sentence[];

export interface Sentence {
  key: SentenceKey;
  values: Readonly<Record<string, SentenceValue>>;
}

/** `{count}`, or `{count|licence|licences}`, which is followed by the word for one and for any other number. */
type NameOf<Place extends string> = Place extends `${infer Name}|${string}` ? Name : Place;
type Places<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? NameOf<Place> | Places<Rest>
  : never;
type ValuesOf<K extends SentenceKey> = Readonly<Record<Places<(typeof ENGLISH)[K]>, SentenceValue>>;

/** Compiles only with a value for every place that the sentence has in English, and no other. */
export const sentence = <K extends SentenceKey>(
  key: K,
  ...[values]: keyof ValuesOf<K> extends never ? [] : [values: ValuesOf<K>]
): Sentence => ({ key, values: values ?? {} });

export const isSentence = (value: unknown): value is Sentence =>
  typeof value === "object" &&
  value !== null &&
  "key" in value &&
  typeof value.key === "string" &&
  "values" in value &&
  typeof value.values === "object" &&
  value.values !== null;

const BETWEEN = "; ";

/** The sentence in the words of a table; numbers as digits, for they may be versions as well as amounts. */
export function writeSentence(table: Sentences, { key, values }: Sentence): string {
  const write = (value: SentenceValue): string => {
    if (typeof value !== "object") return String(value);
    return "key" in value ? writeSentence(table, value) : value.map(write).join(BETWEEN);
  };
  // A later release, taken back since, may have stored a sentence that this one does not know.
  const text = (table as Readonly<Record<string, string | undefined>>)[key] ?? key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, place: string, one?: string, other?: string) => {
    const value = values[place];
    if (value === undefined) return whole;
    const word = value === 1 ? one : other;
    return word === undefined ? write(value) : `${write(value)} ${word}`;
  });
}

/** The same sentence with each of its texts changed by `change`. */
export function mapTexts({ key, values }: Sentence, change: (text: string) => string): Sentence {
  const map = (value: SentenceValue): SentenceValue => {
    if (typeof value === "string") return change(value);
    if (typeof value === "number") return value;
    return "key" in value ? mapTexts(value, change) : value.map((one) => mapTexts(one, change));
  };
  return { key, values: Object.fromEntries(Object.entries(values).map(([place, value]) => [place, map(value)])) };
}
