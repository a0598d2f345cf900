/** What the audit says about an event, for people: codes of kinds, fields and values become words. */

import { type Sentence, writeSentence } from "../../../../shared/sentence.ts";
import type { AuditRow } from "../../../audit/audit-query.ts";
import { SENTENCES_FIELD } from "../../../audit/chain.ts";
import type { Values } from "../../../i18n/fill.ts";
import type { Boost, Settings } from "../../../ledger/settings/settings.ts";
import type { Language, Words } from "../../language.ts";

const lookUp = (table: Record<string, string>, word: string): string | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/** Such as `licence given`; a kind without a translation is at least readable. */
export const sayKind = (words: Words, kind: string): string => lookUp(words.events, kind) ?? kind.replaceAll("_", " ");

/** What happened, in a sentence where the event's fields make one, such as `Limit changed from 10 to 12`. */
export function sayEvent(language: Language, row: AuditRow): string {
  const { words, say } = language;
  const told = tellEvent(language, row);
  return told === null ? sayKind(words, row.kind) : say(told.text, told.values);
}

/** Kinds of which one field chooses the sentence. */
const VARIANTS: Readonly<Record<string, string>> = {
  seats_requested: "kind",
  request_decided: "end",
  shadow_ended: "how",
};

/** The event's sentence and the fields that it says; null: it has none, or a field is missing. */
function tellEvent(language: Language, row: AuditRow): { text: string; values: Values } | null {
  const { words } = language;
  const { kind, at } = row;
  const fields = readFields(row);
  const boost = kind === "settings_changed" ? boostOf(fields) : null;
  if (boost !== null) {
    const { extra, from, until } = boost;
    const text = from > at ? words.told.boost_from : words.told.boost;
    return { text, values: { extra, from: language.date("moment", from), until: language.date("moment", until) } };
  }
  const variant = VARIANTS[kind];
  if (variant !== undefined) return fillEvent(language, kind, fields, `${kind}_${String(fields[variant])}`);
  // The second is of older rows, and of those whose texts were erased.
  return fillEvent(language, kind, fields, kind) ?? fillEvent(language, kind, fields, `${kind}_unnamed`);
}

function fillEvent(
  language: Language,
  kind: string,
  fields: Record<string, unknown>,
  key: string,
): { text: string; values: Values } | null {
  const text = lookUp(language.words.told, key);
  if (text === undefined) return null;
  const values: Record<string, string | number> = {};
  for (const [, name = ""] of text.matchAll(/\{(\w+)\}/g)) {
    const value = fields[name];
    if (typeof value === "number" && kind === "idle_timeout_changed") values[name] = language.duration(value);
    else if (typeof value === "string" || typeof value === "number") values[name] = value;
    else return null;
  }
  return { text, values };
}

/** What the core said in the event, to be written in the reader's language; none of it in rows of earlier releases. */
function sentencesOf(row: AuditRow): Readonly<Record<string, Sentence>> {
  const kept = readTexts(row).find(({ field }) => field === SENTENCES_FIELD);
  return kept === undefined ? {} : (JSON.parse(kept.text) as Record<string, Sentence>);
}

const readTexts = (row: AuditRow) => JSON.parse(row.texts) as { field: string; text: string }[];

/** The event's own fields; what people wrote in place of its seal, unless it was erased. */
function readFields(row: AuditRow): Record<string, unknown> {
  const texts = readTexts(row);
  const fields = JSON.parse(row.body) as Record<string, unknown>;
  for (const { field, text } of texts) if (Object.hasOwn(fields, field)) fields[field] = text;
  return fields;
}

/** The boost that a change of settings made: the last of those that it left, if there was none of its name before. */
function boostOf({ patch, was }: Record<string, unknown>): Pick<Boost, "extra" | "from" | "until"> | null {
  const made = (patch as Partial<Settings> | undefined)?.boosts?.at(-1);
  const before = (was as Partial<Settings> | undefined)?.boosts;
  return made !== undefined && made.windows === undefined && before?.every(({ id }) => id !== made.id) ? made : null;
}

/** Fields that mean nothing to a person, or repeat the row. Exports have them. */
const UNSHOWN: ReadonlySet<string> = new Set([
  "actor",
  "person",
  "id",
  "patch",
  "rank",
  "limit",
  "inUse",
  "base",
  "groups",
  "receiver",
  "token",
  "renumbered",
  "turned",
  "was",
  "draining",
  "beyond",
  "kept",
  "spared",
  SENTENCES_FIELD,
]);

const NOTHING: ReadonlySet<string> = new Set();

/** The fields of an event's own, with what people wrote in place of its seal. */
export function fieldsOf(language: Language, row: AuditRow): [name: string, value: string][] {
  const { words, duration } = language;
  const texts = readTexts(row);
  const told = tellEvent(language, row);
  const sentences = sentencesOf(row);
  const said = told === null ? NOTHING : new Set([...Object.keys(told.values), "what", VARIANTS[row.kind] ?? ""]);
  const fields: [string, string][] = [];
  for (const [name, kept] of Object.entries(JSON.parse(row.body) as Record<string, unknown>)) {
    // L24, L28: the reason is that of the refusal that it would have been, on a page of its own.
    const value = name === "over" && typeof kept === "object" ? (kept as { via?: unknown }).via : kept;
    if (value === undefined || UNSHOWN.has(name) || said.has(name) || value === false || value === null) continue;
    const isSpan = name.endsWith("Ms") || (row.kind === "idle_timeout_changed" && (name === "from" || name === "to"));
    const sentence = sentences[name];
    const label = lookUp(words.fields, name.replace(/Ms$/, "")) ?? name;
    if (sentence !== undefined) fields.push([label, writeSentence(words.problems, sentence)]);
    else if (typeof value === "object" && "seal" in value) {
      const text = texts.find(({ field }) => field === name)?.text;
      fields.push([label, text ?? words.audit.erased]);
    } else if (isSpan && typeof value === "number") fields.push([label, duration(value)]);
    else fields.push([label, sayValue(language, name, value)]);
  }
  return fields;
}

function sayValue(language: Language, name: string, value: unknown): string {
  const { words, number, date } = language;
  if (value === true) return words.words.yes;
  if (typeof value === "number") return name === "until" ? date("moment", value) : number(value);
  if (typeof value !== "string") return JSON.stringify(value);
  const { kinds, policies } = words.integrations;
  const codes: Record<string, Record<string, string>> = {
    role: words.roles,
    before: words.roles,
    cause: words.causes,
    reason: words.reasons,
    outcome: words.outcomes,
    clientKind: words.words,
    kind: kinds,
    sort: { generic: words.alerts.generic, slack: "Slack", teams: "Microsoft Teams", email: words.receivers.email },
    policy: policies,
    via: words.vias,
    over: words.vias,
    did: words.did,
    model: words.licensing.models,
  };
  const code = value.replace(/^native:/, "");
  return lookUp(codes[name] ?? {}, value) ?? (code === value ? value : (lookUp(kinds, code) ?? code));
}
