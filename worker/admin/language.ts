/** The language in which a page of the administration is written, from its words to its numbers and dates. */

import { type Child, createContext, useContext } from "hono/jsx";
import { DAY_MS } from "../../shared/durations.ts";
import type { Sentences } from "../../shared/sentence.ts";
import { ENGLISH } from "../../shared/sentences.ts";
import { choosePlural, fillParts, fillWords, type Plural, type Values } from "../i18n/fill.ts";
import {
  type DateShape,
  writeAge,
  writeDate,
  writeDuration,
  writeList,
  writeMoney,
  writeNumber,
  writeShare,
  writeWorkTime,
} from "../i18n/formats.ts";
import { chooseTag, isTag, type Tag } from "../i18n/tag.ts";
import { readCookie } from "../pass/cookies.ts";
import type { AdminContext } from "./admin-request.ts";
import de from "./words/de.json" with { type: "json" };
import en from "./words/en.json" with { type: "json" };
import es from "./words/es.json" with { type: "json" };
import fr from "./words/fr.json" with { type: "json" };
import fullnessDe from "./words/fullness.de.json" with { type: "json" };
import fullnessEn from "./words/fullness.en.json" with { type: "json" };
import fullnessEs from "./words/fullness.es.json" with { type: "json" };
import fullnessFr from "./words/fullness.fr.json" with { type: "json" };
import groupsDe from "./words/groups.de.json" with { type: "json" };
import groupsEn from "./words/groups.en.json" with { type: "json" };
import groupsEs from "./words/groups.es.json" with { type: "json" };
import groupsFr from "./words/groups.fr.json" with { type: "json" };
import insightDe from "./words/insight.de.json" with { type: "json" };
import insightEn from "./words/insight.en.json" with { type: "json" };
import insightEs from "./words/insight.es.json" with { type: "json" };
import insightFr from "./words/insight.fr.json" with { type: "json" };
import licensingDe from "./words/licensing.de.json" with { type: "json" };
import licensingEn from "./words/licensing.en.json" with { type: "json" };
import licensingEs from "./words/licensing.es.json" with { type: "json" };
import licensingFr from "./words/licensing.fr.json" with { type: "json" };
/** English is the reference: no other table lacks a key that it has. */
import receiversDe from "./words/receivers.de.json" with { type: "json" };
import receiversEn from "./words/receivers.en.json" with { type: "json" };
import receiversEs from "./words/receivers.es.json" with { type: "json" };
import receiversFr from "./words/receivers.fr.json" with { type: "json" };
import requestsDe from "./words/requests.de.json" with { type: "json" };
import requestsEn from "./words/requests.en.json" with { type: "json" };
import requestsEs from "./words/requests.es.json" with { type: "json" };
import requestsFr from "./words/requests.fr.json" with { type: "json" };
import rightsDe from "./words/rights.de.json" with { type: "json" };
import rightsEn from "./words/rights.en.json" with { type: "json" };
import rightsEs from "./words/rights.es.json" with { type: "json" };
import rightsFr from "./words/rights.fr.json" with { type: "json" };
import timesDe from "./words/times.de.json" with { type: "json" };
import timesEn from "./words/times.en.json" with { type: "json" };
import timesEs from "./words/times.es.json" with { type: "json" };
import timesFr from "./words/times.fr.json" with { type: "json" };
import trialDe from "./words/trial.de.json" with { type: "json" };
import trialEn from "./words/trial.en.json" with { type: "json" };
import trialEs from "./words/trial.es.json" with { type: "json" };
import trialFr from "./words/trial.fr.json" with { type: "json" };
import warningsDe from "./words/warnings.de.json" with { type: "json" };
import warningsEn from "./words/warnings.en.json" with { type: "json" };
import warningsEs from "./words/warnings.es.json" with { type: "json" };
import warningsFr from "./words/warnings.fr.json" with { type: "json" };
export type Words = typeof en &
  typeof licensingEn &
  typeof insightEn &
  typeof fullnessEn &
  typeof groupsEn &
  typeof receiversEn &
  typeof timesEn &
  typeof trialEn &
  typeof warningsEn &
  typeof requestsEn &
  typeof rightsEn & { problems: Sentences };
export const TABLES: Readonly<Record<Tag, Words>> = {
  en: {
    ...en,
    ...licensingEn,
    ...insightEn,
    ...fullnessEn,
    ...groupsEn,
    ...receiversEn,
    ...timesEn,
    ...trialEn,
    ...warningsEn,
    ...requestsEn,
    ...rightsEn,
    problems: ENGLISH,
  },
  fr: {
    ...fr,
    ...licensingFr,
    ...insightFr,
    ...fullnessFr,
    ...groupsFr,
    ...receiversFr,
    ...timesFr,
    ...trialFr,
    ...warningsFr,
    ...requestsFr,
    ...rightsFr,
  },
  de: {
    ...de,
    ...licensingDe,
    ...insightDe,
    ...fullnessDe,
    ...groupsDe,
    ...receiversDe,
    ...timesDe,
    ...trialDe,
    ...warningsDe,
    ...requestsDe,
    ...rightsDe,
  },
  es: {
    ...es,
    ...licensingEs,
    ...insightEs,
    ...fullnessEs,
    ...groupsEs,
    ...receiversEs,
    ...timesEs,
    ...trialEs,
    ...warningsEs,
    ...requestsEs,
    ...rightsEs,
  },
};

/** Holds the choice made on a page; its path is the administration's own, so the CRM never sees it. */
export const LANGUAGE_COOKIE = "__Secure-hotseat-language";

/** Smaller ages are "just now": presence arrives in heartbeats, so they mean nothing. */
const JUST_NOW_MS = 10_000;

export interface Language {
  tag: Tag;
  words: Words;
  /** The time zone of every date on the page, such as `Europe/Berlin`. */
  zone: string;
  /** The page's own address, to come back to in another language; null: it answers a form, and has none. */
  here: string | null;
  /** The text with its `{places}` filled; numbers as the language writes them. */
  say(text: string, values: Values): string;
  /** The same with elements in the places. */
  parts(text: string, values: Readonly<Record<string, Child>>): Child[];
  /** The form of the text for a count, which is its `{count}`. */
  count(plural: Plural, count: number, values?: Values): string;
  /** The same form, its places not filled: for `parts`. */
  plural(plural: Plural, count: number): string;
  number(value: number): string;
  /** An amount without its currency. */
  money(value: number): string;
  /** Of 0.83, such as `83 %`. */
  share(share: number): string;
  list(items: readonly string[]): string;
  /** `at` in ms since 1970, in the page's time zone. */
  date(shape: DateShape, at: number): string;
  /** A local day since 1970, as `dayOf` counts. */
  day(shape: DateShape, day: number): string;
  /** Such as `2 hr 5 min`. */
  duration(ms: number): string;
  /** Such as `2 hours 5 minutes`, for a sentence. */
  longDuration(ms: number): string;
  /** Such as `144 hr`: people's time added up. */
  workTime(ms: number): string;
  /** Such as `144 hours`, for a sentence. */
  longWorkTime(ms: number): string;
  /** Such as `just now` or `5 min ago`. */
  age(ms: number): string;
}

export function createLanguage(tag: Tag, zone: string, here: string | null = null): Language {
  const words = TABLES[tag];
  const write = (value: string | number) => (typeof value === "number" ? writeNumber(tag, value) : value);
  const say = (text: string, values: Values) =>
    fillWords(text, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(value)])));
  return {
    tag,
    words,
    zone,
    here,
    say,
    parts: (text, values) => fillParts<Child>(text, values),
    count: (plural, count, values = {}) => say(choosePlural(tag, plural, count), { ...values, count }),
    plural: (plural, count) => choosePlural(tag, plural, count),
    number: (value) => writeNumber(tag, value),
    money: (value) => writeMoney(tag, value),
    share: (share) => writeShare(tag, share),
    list: (items) => writeList(tag, items),
    date: (shape, at) => writeDate(tag, zone, shape, at),
    day: (shape, day) => writeDate(tag, "UTC", shape, day * DAY_MS),
    duration: (ms) => writeDuration(tag, ms),
    longDuration: (ms) => writeDuration(tag, ms, "long"),
    workTime: (ms) => writeWorkTime(tag, ms),
    longWorkTime: (ms) => writeWorkTime(tag, ms, "long"),
    age: (ms) => {
      if (ms < JUST_NOW_MS) return words.time.justNow;
      return writeAge(tag, ms) ?? say(words.time.ago, { duration: writeDuration(tag, ms) });
    },
  };
}

/** As chosen on a page before, otherwise as the browser asks; dates in UTC until the tenant's time zone is known. */
export function readLanguage(c: AdminContext): Language {
  const chosen = readCookie(c.req.header("cookie") ?? null, LANGUAGE_COOKIE);
  const tag = isTag(chosen) ? chosen : chooseTag(c.req.header("accept-language"));
  const { pathname, search } = new URL(c.req.url);
  return createLanguage(tag, c.var.zone ?? "UTC", c.req.method === "GET" ? `${pathname}${search}` : null);
}

/** What all parts of a page share; `answerPage` provides it. */
export const LanguageContext = createContext<Language>(createLanguage("en", "UTC"));
export const useLanguage = (): Language => useContext(LanguageContext);
