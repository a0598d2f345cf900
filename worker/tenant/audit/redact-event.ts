/**
 * R2: which events go into the audit, and what of each. Persons become opaque words, what people wrote becomes a seal,
 * keys of sessions are left out. Sentences are written in English, so that a row means the same whatever the words of a
 * later release, and kept beside it in one seal for pages of other languages. It goes by the names and shapes of fields,
 * so that new kinds of events are covered as well.
 */

import { isSentence, type Sentence, writeSentence } from "../../../shared/sentence.ts";
import { ENGLISH } from "../../../shared/sentences.ts";
import { canonicalJson, SENTENCES_FIELD, sealText } from "../../audit/chain.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { groupsOf } from "../../ledger/person.ts";

/** The opaque words of persons, as people.ts keeps them. */
export interface Words {
  wordOf(holder: string, seq: number): string;
  meet(person: { id: string; name: string; email: string | null; role: string }, seq: number): string;
  meetNamed(id: string, name: string, seq: number): string;
}

export interface RedactedEvent {
  body: string;
  texts: { field: string; salt: string; text: string }[];
}

/** Fields that hold the CRM's key of a person, or a list of such. */
const PERSON_FIELDS: ReadonlySet<string> = new Set([
  "holder",
  "holders",
  "person",
  "people",
  "asker",
  "assignee",
  "byId",
]);
/** Fields that hold people by key and name. */
const NAMED_FIELDS: ReadonlySet<string> = new Set(["assigned", "exempt", "person", "people"]);
/** Fields that hold what a person wrote, or words in which a person may be named. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(["note", "text", "contact", "what", "change", "label"]);
/** Fields that say nothing to an auditor, or what the row says already. */
const KEPT_HOME: ReadonlySet<string> = new Set(["session", "sessions", "binding", "by", "handedTo"]);

/** `fields` are the event's own, without type, time and holder. `seq` is its number. */
export function redactEvent(
  fields: Record<string, unknown>,
  people: Words,
  seq: number,
  salt: () => string,
): RedactedEvent {
  const texts: RedactedEvent["texts"] = [];
  const sentences: Record<string, Sentence> = {};
  const seal = (field: string, text: string) => {
    const sealed = { field, salt: salt(), text };
    texts.push(sealed);
    return { seal: sealText(sealed.salt, text) };
  };
  const plain = (path: readonly string[], value: unknown): unknown => {
    const field = path.findLast((name) => !/^\d+$/.test(name)) ?? "";
    if (typeof value === "string") {
      if (PERSON_FIELDS.has(field)) return people.wordOf(value, seq);
      return TEXT_FIELDS.has(field) ? seal(path.join("."), value) : value;
    }
    if (isSentence(value)) {
      sentences[path.join(".")] = value;
      return plain(path, writeSentence(ENGLISH, value));
    }
    if (Array.isArray(value)) return value.map((item, index) => plain([...path, String(index)], item));
    if (typeof value !== "object" || value === null) return value;
    if (isPerson(value)) {
      const id = people.meet({ ...value, email: value.email ?? null }, seq);
      // L17: by its groups the audit tells which pools were for the person.
      const groups = groupsOf(value);
      return { id, role: value.role, ...(groups.length === 0 ? {} : { groups }) };
    }
    if (NAMED_FIELDS.has(field) && isNamed(value)) return { id: people.meetNamed(value.id, value.name, seq) };
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !KEPT_HOME.has(name))
        .map(([name, inner]) => [name, plain([...path, name], inner)]),
    );
  };
  const body = plain([], fields) as Record<string, unknown>;
  const kept =
    Object.keys(sentences).length === 0 ? {} : { [SENTENCES_FIELD]: seal(SENTENCES_FIELD, canonicalJson(sentences)) };
  return { body: canonicalJson({ ...body, ...kept }), texts };
}

interface PersonShape {
  id: string;
  name: string;
  role: string;
  email?: string | null;
  groups?: readonly string[];
  firmGroups?: readonly string[];
}

const isNamed = (value: object): value is { id: string; name: string } =>
  "id" in value && typeof value.id === "string" && "name" in value && typeof value.name === "string";

/** A person or an actor, whatever the field. */
export const isPerson = (value: object): value is PersonShape =>
  "id" in value &&
  typeof value.id === "string" &&
  "name" in value &&
  typeof value.name === "string" &&
  "role" in value &&
  typeof value.role === "string";

/** The ledger's own bookkeeping, of no use in an audit. */
const UNTOLD: ReadonlySet<string> = new Set([
  "drain_ended",
  "absence_forgotten",
  "person_forgotten",
  "ending_anonymized",
  "session_joined",
  "denial_counted",
  "person_regrouped",
  "person_reroled",
]);

/** Those of `events` that the audit tells. */
export const toldOf = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.filter((event) => !UNTOLD.has(event.type));

/** Who did it; `actor` gave the command. */
export const doerOf = (event: StoredEvent, actor: { id: string } | null): { id: string } | null =>
  "actor" in event ? event.actor : actorOf(event, actor);

/** Events that name a doer only by name: the one who gave the command, or the person concerned. */
function actorOf(event: StoredEvent, actor: { id: string } | null): { id: string } | null {
  if (!("by" in event) || event.by === null) return null;
  return actor ?? { id: event.holder };
}

/** Longer lists of people are not repeated with each change: a row of D1 holds two million bytes. */
const PEOPLE_TOLD_MOST = 10_000;

/** L26: of a change of very long lists only who came and who went, and how many there are. */
export function shortenEvent(event: StoredEvent, { settings }: Ledger): StoredEvent {
  if (event.type !== "settings_changed") return event;
  const { named, exempt, ...patch } = event.patch;
  const isLong = (list: readonly unknown[] | undefined) => (list?.length ?? 0) > PEOPLE_TOLD_MOST;
  if (!isLong(named?.assigned) && !isLong(exempt)) return event;
  const traces = settings.history.at(-1)?.traces ?? [];
  const people = (field: string, to: boolean) =>
    traces.flatMap((trace) => (trace.field === field && "person" in trace && trace.to === to ? [trace.person] : []));
  const told = {
    ...patch,
    ...(named === undefined
      ? {}
      : {
          named: { licences: named.licences, count: named.assigned.length },
          given: { assigned: people("assigned", true) },
          taken: { assigned: people("assigned", false) },
        }),
    ...(exempt === undefined
      ? {}
      : {
          exemptCount: exempt.length,
          added: { exempt: people("exempt", true) },
          ended: { exempt: people("exempt", false) },
        }),
  };
  return { ...event, patch: told as unknown as typeof event.patch };
}
