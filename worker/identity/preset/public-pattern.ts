/**
 * Requests that a preset calls public, by method, path and query (G2): `/assets/*` with any query, `/login` without
 * one, `/login?*` with any, `/?entryPoint=image|logo&id` with these fields and no others, `POST /signup` by that method.
 */

import { isDoubtfulPath } from "../../http/path-spelling.ts";
import { type Fields, fieldsFit, hasAnyField, hasFieldCookie, readingsOf } from "./field-match.ts";
import { compilePaths, isPathPattern, PATH_FORM } from "./path-pattern.ts";

/** What of a request tells what it asks for. */
export interface Addressed {
  method: string;
  path: string;
  /** With its `?`; empty for none. */
  query: string;
  request: { headers: Pick<Headers, "get"> };
}

/** What an entry must look like, for its error message. */
export const PUBLIC_FORM = `${PATH_FORM}, with ?* or fields such as ?entryPoint=image|logo&id where it has a query, and after a method such as POST where it is not for reading`;
const FORM = /^(?:(GET|POST|PUT|PATCH|DELETE) )?([^\s?]+)(?:\?(\S*))?$/;
const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** Fields by which frameworks let a request be of another method than its own. */
const METHOD_FIELDS = ["_method"];

interface Entry {
  method: string | null;
  path: string;
  query: "none" | "any" | { wanted: Fields; free: readonly string[] };
}

export function isPublicPattern(text: string): boolean {
  const entry = parseEntry(text);
  return entry !== null && isPathPattern(entry.path);
}

/**
 * Whether the request is one of the public ones. A path or a method that servers may read in two ways is not. `isSession`:
 * whether a cookie of this name carries the session.
 */
export function compilePublic(
  patterns: readonly string[],
  isSession: (name: string) => boolean = () => false,
): (request: Addressed) => boolean {
  const entries = patterns.map(parseEntry).filter((entry) => entry !== null);
  const isWatched = compilePaths(entries.map(({ path }) => path));
  const tests = entries.map((entry) => ({
    ...entry,
    fits: compilePaths([entry.path]),
    fields: namesOf(entry.query).filter((name) => !isSession(name)),
  }));
  return ({ method, path, query, request }) => {
    if (!isWatched(path) || isDoubtfulPath(path)) return false;
    const readings = query.length > 1 ? readingsOf(query) : [null];
    if (readings.some((fields) => fields !== null && hasAnyField(METHOD_FIELDS, fields))) return false;
    return tests.some(
      (entry) =>
        (entry.method === null ? READING.has(method) : entry.method === method) &&
        entry.fits(path) &&
        readings.every((fields) => fitsQuery(entry.query, fields)) &&
        !hasFieldCookie(entry.fields, request.headers.get("cookie")),
    );
  };
}

const namesOf = (query: Entry["query"]): string[] =>
  typeof query === "string" ? [] : [...Object.keys(query.wanted), ...query.free];

function fitsQuery(wanted: Entry["query"], fields: URLSearchParams | null): boolean {
  if (wanted === "any") return true;
  if (wanted === "none" || fields === null) return wanted === "none" && fields === null;
  const names = new Set(namesOf(wanted));
  const keys = [...fields.keys()];
  return fieldsFit(wanted.wanted, fields) && keys.every((key) => names.has(key)) && new Set(keys).size === keys.length;
}

function parseEntry(text: string): Entry | null {
  const [, method = null, path, query] = FORM.exec(text) ?? [];
  if (path === undefined) return null;
  if (query === undefined) return { method, path, query: path.endsWith("*") ? "any" : "none" };
  if (query === "*") return { method, path, query: "any" };
  const wanted: Record<string, string[]> = {};
  const free: string[] = [];
  for (const field of query.split("&")) {
    const [name = "", values] = field.split("=");
    if (!/^[^*|=]+$/.test(name)) return null;
    if (values === undefined) free.push(name);
    else if (/^[^*|]+(?:\|[^*|]+)*$/.test(values)) wanted[name] = values.split("|");
    else return null;
  }
  return { method, path, query: { wanted, free } };
}
