/** Fields of a query or a form, read as the most careless server would: what it might take for ours counts as ours. */
import { findCookies, partCookies } from "../../pass/cookies.ts";
import { readName } from "../cookie-names.ts";

/** The one of each name that a request may have, and what it may say. */
export type Fields = Readonly<Record<string, readonly string[]>>;

/** The fields of a query in each of the ways in which servers read it: some part them by `;`, too. */
export function readingsOf(query: string): URLSearchParams[] {
  const plain = new URLSearchParams(query);
  return query.includes(";") ? [plain, new URLSearchParams(query.replaceAll(";", "&"))] : [plain];
}

/** Servers stop reading at some number, PHP at a thousand: what they do not read says nothing. */
const FIELDS_MAX = 100;

/**
 * Whether each wanted field is there exactly once, however it is spelled, and says one of what it may say; and whether
 * there are so few that every server reads them all.
 */
export function fieldsFit(wanted: Fields, given: URLSearchParams): boolean {
  if (given.size > FIELDS_MAX) return false;
  return Object.entries(wanted).every(([name, values]) => {
    const found = spellingsOf(name, given);
    const [only] = found;
    return found.length === 1 && only?.isExact === true && values.includes(only.value);
  });
}

/** Whether any of the names is there, in any spelling. */
export const hasAnyField = (names: readonly string[], given: URLSearchParams): boolean =>
  names.some((name) => spellingsOf(name, given).length > 0);

/** The fields by which a matcher knows a request. */
interface Deciding {
  query?: Fields | undefined;
  form?: Fields | undefined;
  without?: readonly string[] | undefined;
}

/** Their names. */
export const namesIn = ({ query, form, without = [] }: Deciding): string[] => [
  ...Object.keys(query ?? {}),
  ...Object.keys(form ?? {}),
  ...without,
];

/**
 * Whether a cookie is called like any of these fields: PHP without a php.ini lets a cookie say in its `$_REQUEST` what a
 * field of the name says.
 */
export function hasFieldCookie(names: readonly string[], cookie: string | null): boolean {
  if (cookie === null || names.length === 0) return false;
  return findCookies(partCookies(cookie), compileFieldTest(names)).length > 0;
}

/** The Cookie header without such cookies; null when nothing is left. */
export function dropFieldCookies(names: readonly string[], cookie: string | null): string | null {
  if (cookie === null || !hasFieldCookie(names, cookie)) return cookie;
  const isField = compileFieldTest(names);
  const isNone = (name: string): boolean => !isField(name);
  const kept = cookie.split(";").flatMap((pair) => {
    const pieces = findCookies(partCookies(pair), () => true);
    const left = findCookies(partCookies(pair), isNone);
    // A comma may be part of a value.
    return left.length === pieces.length ? pair.trim() : left;
  });
  return kept.length === 0 ? null : kept.join("; ");
}

function compileFieldTest(names: readonly string[]): (name: string) => boolean {
  const wanted = new Set(names.map(plain));
  return (name) => wanted.has(plain(readName(name)));
}

/** PHP trims names, cuts them at `[` and NUL, and takes `.` and blanks for `_`; others ignore letter case. */
const plain = (name: string): string =>
  name
    .replace(/^\s+/, "")
    .replace(/[[\0].*$/s, "")
    .replace(/[. ]/g, "_")
    .toLowerCase();

function spellingsOf(name: string, given: URLSearchParams): { value: string; isExact: boolean }[] {
  const wanted = plain(name);
  return [...given].filter(([key]) => plain(key) === wanted).map(([key, value]) => ({ value, isExact: key === name }));
}
