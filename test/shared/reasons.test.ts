/** [L27] Reason × place × language: every cell has a sentence that is true and fits the place where it is read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sayStanding } from "../../extension/standing-words.ts";
import { wordsOf } from "../../extension/words.ts";
import { DENIAL_REASONS, DENIALS, type DenialReason } from "../../shared/denial.ts";
import de from "../../worker/admin/words/de.json" with { type: "json" };
import en from "../../worker/admin/words/en.json" with { type: "json" };
import es from "../../worker/admin/words/es.json" with { type: "json" };
import fr from "../../worker/admin/words/fr.json" with { type: "json" };
import insightDe from "../../worker/admin/words/insight.de.json" with { type: "json" };
import insightEn from "../../worker/admin/words/insight.en.json" with { type: "json" };
import insightEs from "../../worker/admin/words/insight.es.json" with { type: "json" };
import insightFr from "../../worker/admin/words/insight.fr.json" with { type: "json" };
import { chooseLanguage } from "../../worker/gate/reader-language.ts";
import { fillWords } from "../../worker/i18n/fill.ts";
import { REASON_WORDS, sayReason } from "../../worker/i18n/reasons.ts";
import { TAGS, type Tag } from "../../worker/i18n/tag.ts";
import whyWords from "../../worker/i18n/why/en.json" with { type: "json" };
import { sayWhy } from "../../worker/i18n/why.ts";
import { MEASURES, type Measure } from "../../worker/ledger/fullness.ts";
import { describeAlert } from "../../worker/tenant/alerts/alert-text.ts";

const messages = (tag: Tag) =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, `../../extension/_locales/${tag}/messages.json`), "utf8"),
  ) as Record<string, { message: string }>;
const extensionWords = (tag: Tag) => {
  const known = messages(tag);
  return wordsOf({ getMessage: (key) => known[key]?.message ?? "" });
};

/** Says that every licence is taken. Nobody may read it while one is free. */
const ALL_TAKEN: Record<Tag, RegExp> = {
  en: /\ball (?:\d+ )?(?:the )?licences\b/i,
  de: /\balle (?:\d+ )?lizenzen\b/i,
  fr: /toutes les licences|licences sont toutes/i,
  es: /todas las licencias|licencias están todas/i,
};
/** Speaks of the page that it stands on, or promises that it goes on. */
const OF_A_PAGE: Record<Tag, RegExp> = {
  en: /this page|you can wait here|continue working/i,
  de: /diese seite|hier warten|weiterarbeiten/i,
  fr: /cette page|attendre ici|continuer à travailler/i,
  es: /esta página|esperar aquí|seguir trabajando/i,
};
/** Speaks to a reader, who may be a program or somebody else. */
const TO_SOMEBODY: Record<Tag, RegExp> = {
  en: /\byou(?:r)?\b/i,
  de: /\b(?:Sie|Ihr|Ihre|Ihnen)\b/,
  fr: /\b(?:vous|votre)\b/i,
  es: /\busted\b/i,
};

/** In which models a reason can be given; a reason of an ended seat in each. */
const MODELS: Record<DenialReason, readonly Measure[]> = {
  limit_reached: ["concurrent", "mixed"],
  others_waiting: ["concurrent", "mixed", "records"],
  reserved_for_others: ["concurrent", "mixed", "records"],
  reserved_taken: ["concurrent", "mixed", "records"],
  group_limit_reached: ["concurrent", "mixed", "records"],
  technical_cap: ["records"],
  not_assigned: ["named"],
  closed_for_maintenance: MEASURES,
  too_often: MEASURES,
  seat_released: MEASURES,
  seat_idle: MEASURES,
  seat_evicted: MEASURES,
  seat_ended: MEASURES,
  ask_again: MEASURES,
  no_seat: MEASURES,
};

const ADMIN = { en, fr, de, es };
const INSIGHT = { en: insightEn, fr: insightFr, de: insightDe, es: insightEs };

interface Place {
  name: string;
  say(reason: DenialReason, tag: Tag, measure: Measure): string;
  /** Whether it stands on a page of ours, which goes on by itself. */
  isPage: boolean;
  isNeutral: boolean;
}

const alert = (reason: DenialReason, measure: Measure) =>
  ({ kind: "denied", at: 0, inUse: 3, limit: 10, reason, measure }) as const;

const PLACES: readonly Place[] = [
  {
    name: "refusal page and page agent",
    say: (reason, tag) => chooseLanguage(tag).words.denials[reason].text,
    isPage: true,
    isNeutral: false,
  },
  {
    name: "overlay and popup",
    say: (reason, tag) => extensionWords(tag).say(`reason_${reason}`),
    isPage: false,
    isNeutral: false,
  },
  {
    name: "native and the CRM's own messages",
    say: (reason, tag) => sayReason(tag, reason),
    isPage: false,
    isNeutral: true,
  },
  {
    name: "alert",
    say: (reason, tag, measure) => describeAlert(alert(reason, measure), "Acme", tag),
    isPage: false,
    isNeutral: true,
  },
  {
    name: "audit and list of refusals",
    say: (reason, tag) => ADMIN[tag].reasons[reason],
    isPage: false,
    isNeutral: true,
  },
];

describe.each(PLACES)("[L27] $name", ({ say, isPage, isNeutral }) => {
  describe.each(TAGS)("in %s", (tag) => {
    test.each(DENIAL_REASONS)("says why: %s", (reason) => {
      for (const measure of MODELS[reason]) {
        const sentence = say(reason, tag, measure);
        expect(sentence.length).toBeGreaterThan(8);
        expect(sentence).not.toMatch(/[{}$]/);
        expect(ALL_TAKEN[tag].test(sentence)).toBe(reason === "limit_reached");
        if (!isPage) expect(sentence).not.toMatch(OF_A_PAGE[tag]);
        if (isNeutral) expect(sentence).not.toMatch(TO_SOMEBODY[tag]);
      }
    });
  });
});

test.each(TAGS)(
  "[L27] an alert in %s says what the model counts, and never that all are taken for another reason",
  (tag) => {
    const said = MEASURES.map((measure) => describeAlert(alert("group_limit_reached", measure), "Acme", tag));
    expect(new Set(said).size).toBe(MEASURES.length);
    expect(describeAlert(alert("not_assigned", "named"), "Acme", tag)).not.toMatch(ALL_TAKEN[tag]);
    const full = (measure: Measure) =>
      describeAlert({ kind: "full", at: 0, inUse: 999, limit: 999, measure }, "Acme", tag);
    expect(full("records")).not.toMatch(ALL_TAKEN[tag]);
    expect(full("concurrent")).toMatch(ALL_TAKEN[tag]);
  },
);

test.each(TAGS)("[L27] the page in %s that waits says so, and the one that does not says nothing of it", (tag) => {
  const { denials } = chooseLanguage(tag).words;
  const promises = DENIAL_REASONS.filter((reason) => /page|Seite|página/.test(denials[reason].text));
  expect(promises).toEqual(DENIAL_REASONS.filter((reason) => DENIALS[reason].waits));
});

test.each(TAGS)("[L27] the popup in %s says that none is to be had only where none is", (tag) => {
  const words = extensionWords(tag);
  const say = (reason: DenialReason) => sayStanding(words, { kind: "denied", reason, waits: DENIALS[reason].waits });
  expect(say("ask_again")).toBe(words.say("standingUnseated"));
  for (const reason of ["limit_reached", "not_assigned", "technical_cap"] as const)
    expect(say(reason)).toBe(words.say("standingDenied"));
});

test("[L27] every language has every sentence of every place, and no other", () => {
  for (const tag of TAGS) {
    expect(Object.keys(REASON_WORDS[tag].reasons).sort()).toEqual([...DENIAL_REASONS].sort());
    expect(Object.keys(REASON_WORDS[tag].alerts)).toEqual(Object.keys(REASON_WORDS.en.alerts));
    expect(Object.keys(chooseLanguage(tag).words.denials).sort()).toEqual([...DENIAL_REASONS].sort());
    const reasons = Object.keys(messages(tag)).filter((key) => key.startsWith("reason_"));
    expect(reasons.map((key) => key.slice(7)).sort()).toEqual([...DENIAL_REASONS].sort());
  }
});

/** What people with a seat read of where it comes from, and others of it: beyond the limit, lent and asked back, observed. */
const STATES: readonly { name: string; say(tag: Tag): string; isNeutral: boolean }[] = [
  {
    name: "overdraft, in the popup",
    say: (tag) =>
      sayStanding(extensionWords(tag), {
        kind: "seated",
        sinceAt: 0,
        tabs: 0,
        clients: 1,
        exempt: false,
        named: false,
        overdraft: true,
      }),
    isNeutral: false,
  },
  { name: "overdraft, at the seat button", say: (tag) => chooseLanguage(tag).words.button.overdraft, isNeutral: false },
  {
    name: "overdraft, in an alert",
    say: (tag) => describeAlert({ kind: "overdraft", at: 0, inUse: 11, limit: 10, measure: "concurrent" }, "Acme", tag),
    isNeutral: true,
  },
  { name: "overdraft, in the report", say: (tag) => ADMIN[tag].report.causes.overdraft, isNeutral: true },
  {
    name: "a lent seat asked back, in overlay and popup",
    say: (tag) => extensionWords(tag).say("standingRecalled", "Finance"),
    isNeutral: false,
  },
  {
    name: "a lent seat asked back, at the seat button",
    say: (tag) => chooseLanguage(tag).words.button.recalled,
    isNeutral: false,
  },
];

describe.each(STATES)("[L27] [L28] [L29] $name", ({ say, isNeutral }) => {
  test.each(TAGS)("in %s says what it is, and not that all are in use", (tag) => {
    const sentence = say(tag);
    expect(sentence.length).toBeGreaterThan(8);
    expect(sentence).not.toMatch(/undefined|NaN/);
    if (tag !== "en") expect(sentence).not.toBe(say("en"));
    expect(ALL_TAKEN[tag].test(sentence)).toBe(false);
    expect(sentence).not.toMatch(OF_A_PAGE[tag]);
    if (isNeutral) expect(sentence).not.toMatch(TO_SOMEBODY[tag]);
  });
});

describe.each(TAGS)("[L27] [R3] advice in %s", (tag) => {
  test.each(DENIAL_REASONS)("says that no limit changes refusals because of: %s", (reason) => {
    const { adviceBasis } = INSIGHT[tag];
    const said = fillWords(adviceBasis.ignored, { reason: ADMIN[tag].reasons[reason], refusals: "3" });
    expect(said).toContain(ADMIN[tag].reasons[reason]);
    expect(said).not.toMatch(/[{}]/);
    // A limit does change these: they are counted, and never listed here (demand-query.ts).
    if (reason !== "limit_reached") expect(ALL_TAKEN[tag].test(said)).toBe(false);
    expect(said).not.toMatch(OF_A_PAGE[tag]);
  });
});

describe("[L19.9] why, in four languages", () => {
  const numbers = { count: 2, inUse: 3, limit: 3, pools: ["Sales", "Fair"] };
  const facts = Object.keys(whyWords.facts).filter((fact) => fact !== "rule");
  const said = (tag: Tag, count: number) =>
    sayWhy(
      tag,
      {
        reason: "reserved_for_others",
        rule: "L17",
        facts: facts.map((fact) => ({ ...numbers, count, fact: fact as never })),
        ways: Object.keys(whyWords.ways).map((way) => ({ ...numbers, way: way as never })),
        change: [
          { what: "limit", from: 3, to: 4 },
          { what: "reserved", name: "Sales", from: 2, to: 1 },
          { what: "most", name: "Sales", from: 2, to: 3 },
          { what: "assign", licences: null },
          { what: "assign", licences: 4 },
          { what: "free", seats: count },
        ],
      },
      true,
    );

  test.each(TAGS)("%s has a sentence for each number, each way and each step", (tag) => {
    for (const count of [1, 2]) {
      const { title, facts: told, ways, change, waysTitle, changeTitle } = said(tag, count);
      const all = [title, waysTitle, changeTitle, ...told, ...ways, ...change];
      expect(new Set(all).size).toBe(all.length);
      for (const text of all) {
        expect(text).not.toMatch(/[{}]|undefined|NaN|seat\b/);
        if (tag !== "en") expect([tag, text, isEnglish(text)]).toEqual([tag, text, false]);
        expect([tag, text, ALL_TAKEN[tag].test(text)]).toEqual([tag, text, false]);
      }
      expect(told[0]).toBe(sayReason(tag, "reserved_for_others"));
    }
    expect(said(tag, 1).facts).not.toEqual(said(tag, 2).facts);
  });
  const english = [1, 2].flatMap((count) => {
    const { facts: told, ways, change } = said("en", count);
    return [...told, ...ways, ...change];
  });
  const isEnglish = (text: string) => english.includes(text);
});
