/** The words of the seat button, in the reader's language. */
import type { ClosingAhead } from "../../../shared/closing.ts";
import { clockTime } from "../../../shared/page/clock-time.ts";
import { countSeconds, fill } from "./count-words.ts";

/** Inserted by the Worker, in the reader's language; see gate-assets.ts. */
declare const HOTSEAT_WORDS: { language: string; words: Record<string, string> };
export const { language, words } = HOTSEAT_WORDS;

const rules = new Intl.PluralRules(language);
export const within = (key: string, until: number, now: number) =>
  countSeconds(words, rules, key, Math.max(0, Math.ceil((until - now) / 1_000)));

export const sayTime = (at: number) => clockTime(at, language);

export const sayClosing = ({ from, until, text }: ClosingAhead): string =>
  `${fill(words.closingPlanned, { from: sayTime(from), until: sayTime(until) })} ${text}`.trim();
