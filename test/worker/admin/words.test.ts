/** [A6] The administration's tables of words say the same in every language. */
import { describe, expect, it } from "vitest";
import popupDe from "../../../extension/_locales/de/messages.json" with { type: "json" };
import popupEn from "../../../extension/_locales/en/messages.json" with { type: "json" };
import popupEs from "../../../extension/_locales/es/messages.json" with { type: "json" };
import popupFr from "../../../extension/_locales/fr/messages.json" with { type: "json" };
import { createLanguage, TABLES } from "../../../worker/admin/language.ts";
import { fieldsOf } from "../../../worker/admin/pages/audit/audit-words.ts";
import type { AuditRow } from "../../../worker/audit/audit-query.ts";
import { countSeconds } from "../../../worker/gate/agent/count-words.ts";
import gateDe from "../../../worker/gate/words/de.json" with { type: "json" };
import gateEn from "../../../worker/gate/words/en.json" with { type: "json" };
import gateEs from "../../../worker/gate/words/es.json" with { type: "json" };
import gateFr from "../../../worker/gate/words/fr.json" with { type: "json" };

const { en, fr, de, es } = TABLES;

type Tree = { [name: string]: string | Tree };
const leaves = (tree: Tree, path = ""): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`),
  );
const placesOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

/** Words that are the same in two languages, and names. */
const SAME = new Set([
  "de native.person",
  "de managers.person",
  "de rights.turn",
  "fr rights.turn",
  "es rights.turn",
  "de now.live",
  "de now.namedTag",
  "de groups.name",
  "de integrations.kinds.mail",
  "fr pool.minutes",
  "fr counts.seats.one",
  "fr counts.seats.other",
  "fr refusals.seats",
  "fr report.boosts.seats",
  "fr licensing.rooms.seats",
  "es licensing.rooms.general",
  "fr now.page",
  "fr licensing.nudges.no",
  "es licensing.nudges.no",
  "es integrations.list",
  "fr layout.navigation",
  "fr roles.support",
  "fr alerts.actions",
  "fr fields.cause",
  "fr words.extension",
  "fr counts.minutes.one",
  "fr counts.minutes.other",
  "fr holders.action",
  "de holders.person",
  "de native.person",
  "de holders.tabs",
  "de limit.title",
  "de refusals.person",
  "de report.limits.limit",
  "de report.uncounted.person",
  "de free.previewReason",
  "de alerts.outcome",
  "de person.found",
  "es free.previewReason",
  "es alerts.outcome",
  "es person.found",
  "es fields.token",
]);

const GATE = { en: gateEn, de: gateDe, fr: gateFr, es: gateEs };
const POPUP = { en: popupEn, de: popupDe, fr: popupFr, es: popupEs };
const TAGS = ["en", "de", "fr", "es"] as const;

it.each(TAGS)("[L11] a manager sees beforehand what somebody who is not counted will read: %s", (tag) => {
  const { endTextRead, previewText } = TABLES[tag].free;
  expect(GATE[tag].line.always).toBe(endTextRead);
  expect(POPUP[tag].alwaysText.message).toBe(endTextRead);
  expect(GATE[tag].denials.seat_evicted.text).toBe(previewText);
  expect(POPUP[tag].evictedText.message).toBe(previewText);
});

it.each(TAGS)("[G12] the button counts down to one second in the language's own form: %s", (tag) => {
  const rules = new Intl.PluralRules(tag);
  const counted = Object.entries(GATE[tag].button).filter(
    ([key, text]) => text.includes("{seconds}") && !/_one$/.test(key),
  );
  expect(counted.map(([key]) => key)).toEqual(["warningText", "givenBackWithin", "closingWithin", "answerWithin"]);
  for (const [key] of counted) {
    const [one, two] = [1, 2].map((seconds) => countSeconds(GATE[tag].button, rules, key, seconds));
    expect(two).toMatch(/ 2 (?:seconds|Sekunden|secondes|segundos)\b/);
    expect(one).toMatch(/ 1 (?:second|Sekunde|seconde|segundo)\b/);
  }
});

describe("[A6] the table of words", () => {
  it.each([en, fr, de, es])(
    "names a button by what stands on it, for people who speak to it",
    ({ holders, alerts }) => {
      for (const [said, shown] of [
        [holders.freeOf, holders.free],
        [alerts.testTo, alerts.test],
        [alerts.removeOf, alerts.remove],
      ] as const) {
        expect(said.toLowerCase()).toContain(shown.toLowerCase());
      }
    },
  );

  it.each(["en", "fr", "de", "es"] as const)("shows in %s what the freed person reads", (tag) => {
    const gate = { en: gateEn, fr: gateFr, de: gateDe, es: gateEs }[tag];
    const popup = { en: popupEn, fr: popupFr, de: popupDe, es: popupEs }[tag];
    const said = (key: keyof typeof popupEn, place: string) => popup[key].message.replace("$1", place);
    const { free } = { en, fr, de, es }[tag];
    expect([free.previewTitle, free.previewText]).toEqual([gate.freedBy, gate.denials.seat_evicted.text]);
    expect([free.previewTitle, free.previewText]).toEqual([said("evictedByTitle", "{name}"), said("evictedText", "")]);
    expect([free.endTitleRead, free.endTextRead]).toEqual([said("sessionEvictedBy", "{name}"), said("alwaysText", "")]);
    expect(gate.noteSaid).toBe(said("noteSaid", "{note}"));
    expect(free.previewReason).toBe(said("noteSaid", "{reason}"));
  });

  it.each<[string, Tree]>([
    ["fr", fr],
    ["de", de],
    ["es", es],
  ])("%s says all that English says, with the same places, in words of its own", (tag, tree) => {
    const [english, other] = [new Map(leaves(en)), new Map(leaves(tree))];
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [name, text] of other) {
      expect([name, placesOf(text)]).toEqual([name, placesOf(english.get(name) ?? "")]);
      expect([name, text.trim()]).not.toEqual([name, ""]);
      if (!SAME.has(`${tag} ${name}`)) expect([name, text]).not.toEqual([name, english.get(name)]);
    }
  });
});

describe("[R2] what the audit's page says beside an event", () => {
  const german = createLanguage("de", "UTC");
  const rowOf = (kind: string, body: object) => ({ kind, body: JSON.stringify(body), texts: "[]", at: 0 }) as AuditRow;

  it.each([
    ["denial_closed", { id: "d1", outcome: "seated", waitedMs: 300_000, attempts: 2 }],
    ["denial_repeated", { id: "d1", reason: "limit_reached", attempts: 3 }],
    [
      "seat_granted",
      { clientKind: "native:mail", model: "named", over: { via: "overdraft", reason: "limit_reached" } },
    ],
    ["seat_counted", { via: "observing", id: null, waitedMs: 60_000 }],
    ["lease_ended", { cause: "evicted", heldMs: 60_000, model: "records", spared: { id: "d1", waitedMs: 1 } }],
    ["group_changed", { did: "people", added: 2, taken: 1 }],
    ["token_made", { kind: "erp", policy: "consume" }],
    ["receiver_added", { sort: "generic", events: true, names: true, heads: true, report: true }],
    ["head_key_set", { from: 1 }],
    ["chain_divided", { base: {}, kept: { from: 1, to: 2, hash: "a" }, renumbered: null }],
  ])("[R2] of %s has no code in what people read of it", (kind, body) => {
    const codes = new Set([...Object.keys(body), ...Object.values(body)].map(String));
    for (const same of ["Name", "Text", "true", "1", "2", "3"]) codes.delete(same);
    for (const [name, value] of fieldsOf(german, rowOf(kind, body))) {
      expect(codes).not.toContain(name);
      expect(codes).not.toContain(value);
      expect(value).not.toMatch(/[{}]|native:/);
    }
  });

  it("[L24] [L28] a stay beyond the limit says by what", () => {
    const over = { via: "overdraft", reason: "limit_reached", denial: null };
    expect(fieldsOf(german, rowOf("seat_granted", { clientKind: "native:mail", over }))).toEqual([
      ["über", "Mail-Plug-in"],
      ["über dem Limit", "durch die Überziehung"],
    ]);
  });
});
