/** Builds a person from what the CRM answered, or from the claims of a token; everything is bounded. */

import { HolderId } from "../../shared/ids.ts";
import type { RoleLists } from "../config/env.ts";
import { readPointer } from "../config/json-pointer.ts";
import type { Person, Role } from "../ledger/person.ts";
import { boundGroups, shownName } from "../pass/person-bounds.ts";
import { type CrmAnswer, extract, holds, isRounded } from "./crm/crm-answer.ts";
import { keySpelling, spellName } from "./holder-key.ts";
import type { Verdict } from "./identity-result.ts";
import type { Preset } from "./preset/preset-schema.ts";
import type { Extract } from "./preset/question-schema.ts";
import { decideRole, listedRole, mappedFirst } from "./roles.ts";

const EMAIL_MAX_BYTES = 254;
/** A login that is an e-mail address counts as the address. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;
/** What is said of a person, as texts. */
export interface PersonFacts {
  key: string | null;
  login: string | null;
  name: string | null;
  email: string | null;
  /** Names of the CRM's roles of the person. */
  roles: readonly string[];
  /** Names of other groups of the CRM. */
  groups: readonly string[];
  /** Login and address, as far as the person cannot change them (I4). */
  names: readonly (string | null)[];
}

/** The person of the answers to all steps. */
export function readPerson(roleLists: RoleLists, preset: Preset, answers: readonly CrmAnswer[]): Verdict {
  const { person: sources, holder, exemptWhen = [] } = preset.identity;
  const text = (source: Extract | undefined): string | null =>
    source === undefined ? null : textOf(extract(source, answers));
  if (sources.active !== undefined) {
    const active = extract(sources.active, answers);
    if (active === false || active === 0 || active === null) return { kind: "anonymous" };
  }
  const isExempt = exemptWhen.some(({ step, ...condition }) => {
    const answer = answers[step];
    return answer !== undefined && holds(condition, answer);
  });
  if (isExempt) return { kind: "exempt" };
  const [login, email] = [text(sources.login), text(sources.email)];
  const names = { login, email };
  const roleNames = readNames(sources.roles, answers);
  const roles = mappedFirst(preset.roles, roleNames);
  const groups = readNames(sources.groups, answers);
  const listedNames = preset.listedBy.map((by) => names[by]);
  const rights = {
    role: decideRole(preset.roles, roleLists, roleNames, listedNames),
    listed: listedRole(roleLists, listedNames),
  };
  const named = holder === "id" ? text(sources.id) : login;
  const key = named === null ? null : keySpelling(preset.identity)(named);
  const known = [sources.login?.editable === true ? null : login, sources.email?.editable === true ? null : email];
  const person = makePerson({ key, login, name: text(sources.name), email, roles, groups, names: known }, rights);
  if (person === null) return { kind: "unknown", why: `the CRM's answer has no usable ${holder} of the person` };
  return { kind: "signed_in", person };
}

/** `role`: by the preset and the operator's lists, `listed`: by these alone. null when the key cannot be a holder's. */
export function makePerson(
  { key, login, name, email, roles, groups, names }: PersonFacts,
  { role, listed }: { role: Role; listed: Role },
): Person | null {
  const id = HolderId.safeParse(key);
  if (!id.success) return null;
  const crmRoles = new Set(roles.map((one) => one.toWellFormed()));
  const known = boundGroups([...crmRoles, ...groups.map((group) => group.toWellFormed())]);
  const spelled = boundNames(names);
  return {
    id: id.data,
    name: [name ?? "", login ?? ""].map(shownName).find((shown) => shown !== "") ?? shownName(id.data),
    email: email === null || !ADDRESS.test(email) || byteLength(email) > EMAIL_MAX_BYTES ? null : email,
    role,
    ...(known.length === 0 ? {} : { groups: known }),
    crmRoles: known.filter((group) => crmRoles.has(group)).length,
    ...(listed === "user" ? {} : { listed }),
    ...(spelled.length === 0 ? {} : { names: spelled }),
  };
}

/** L20: in the spelling in which groups and lists name people, each once. */
function boundNames(names: readonly (string | null)[]): string[] {
  const spelled = names.flatMap((name) => (name === null || name === "" ? [] : [spellName(name)]));
  return [...new Set(spelled)].filter((name) => name !== "" && byteLength(name) <= EMAIL_MAX_BYTES);
}

/** A text or a number as well-formed text; null for anything else, also for a number that stands for several (L1). */
export const textOf = (value: unknown): string | null =>
  typeof value === "string" || (typeof value === "number" && !isRounded(value))
    ? String(value).toWellFormed().trim()
    : null;

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

type PersonNames = Preset["identity"]["person"]["roles"];

/** Names of the CRM's roles or groups, each once. */
function readNames(sources: PersonNames, answers: readonly CrmAnswer[]): string[] {
  const names = (sources ?? []).flatMap(({ each, as, ...source }) => {
    const value = extract(source, answers);
    if (as !== undefined) return value ? [as] : [];
    const list = listOf(value);
    return each === undefined ? list : list.map((item) => readPointer(item, each));
  });
  return textsOf(names);
}

/** The texts and numbers among them, each once: some CRMs number their roles. */
export const textsOf = (names: readonly unknown[]): string[] => [
  ...new Set(names.flatMap((name) => (typeof name === "string" || Number.isSafeInteger(name) ? [String(name)] : []))),
];

export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? Object.values(value) : [value];
}
