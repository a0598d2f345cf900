/** The extension's messages as a browser gives them, in any of its languages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wordsOf } from "../../../extension/words.ts";

export const LOCALES = join(import.meta.dirname, "../../../extension/_locales");

export type Messages = Record<string, { message: string }>;

export const readMessages = (language: string): Messages =>
  JSON.parse(readFileSync(join(LOCALES, language, "messages.json"), "utf8"));

export const i18nOf = (messages: Messages) => ({
  getMessage: (key: string, values: string[] = []) =>
    (messages[key]?.message ?? "").replace(/\$(\d)/g, (_, place) => values[Number(place) - 1] ?? ""),
});

export const wordsIn = (language: string) => wordsOf(i18nOf(readMessages(language)));
