/** The words of the extension: `_locales/<language>/messages.json`, plural forms chosen by the language's own rules. */
import type messages from "./_locales/en/messages.json";

export type MessageKey = keyof typeof messages;
/** Messages which come in plural forms: `tabs_one`, `tabs_other`, … */
export type CountKey = MessageKey extends infer Key ? (Key extends `${infer Stem}_other` ? Stem : never) : never;

export interface Words {
  say(key: MessageKey, ...values: (string | number)[]): string;
  /** The form for `count`, which is `$1` of the message. */
  count(key: CountKey, count: number, ...values: (string | number)[]): string;
  /** The language of the words, such as `en`. */
  language: string;
}

export function wordsOf(i18n: { getMessage(key: string, values?: string[]): string }): Words {
  const say = (key: string, values: (string | number)[]) => i18n.getMessage(key, values.map(String));
  const language = say("language", []) || "en";
  const rules = new Intl.PluralRules(language);
  return {
    language,
    say: (key, ...values) => say(key, values),
    count: (key, count, ...values) =>
      say(`${key}_${rules.select(count)}`, [count, ...values]) || say(`${key}_other`, [count, ...values]),
  };
}
