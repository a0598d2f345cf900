/** What the CRM's `Set-Cookie` makes of a browser's Cookie header, as far as one request can tell (G9). */
import { readCookieDate } from "./cookie-date.ts";
import type { HeaderReader } from "./named-headers.ts";

interface SetCookie {
  name: string;
  /** `name=value` as the browser will send it. */
  pair: string;
  isOver: boolean;
  path: string;
  /** null: of the host alone. */
  domain: string | null;
}

/** The name of the cookie that a `Set-Cookie` line sets; null for none. */
export const nameSetBy = (line: string): string | null => read(line, "/", 0)?.name ?? null;

/**
 * The Cookie header of the browser's next request to this path, after an answer with these lines. A cookie replaces all
 * of its name, though a browser keeps those of other paths and domains: then the CRM is asked once more.
 */
export function applySetCookies(
  cookie: string | null,
  lines: readonly string[],
  now: number,
  requestPath = "/",
): string | null {
  const set = new Map<string, SetCookie>();
  for (const line of lines) {
    const one = read(line, requestPath, now);
    if (one === null || !isBelow(requestPath, one.path)) continue;
    const before = set.get(one.name);
    // A cookie of an older release at another path or domain is cleared away beside the one that counts.
    if (one.isOver && before?.isOver === false && !isSamePlace(one, before)) continue;
    set.set(one.name, one);
  }
  const pairs: string[] = [];
  for (const piece of (cookie ?? "").split(";")) pairs.push(...replace(piece.trim(), set));
  for (const { pair, isOver } of set.values()) if (!isOver) pairs.push(pair);
  return pairs.length === 0 ? null : pairs.join("; ");
}

/**
 * What becomes of a `name=value`: a cookie that is set again keeps its place in the row, as browsers sort them. Several Cookie
 * headers reach us joined by commas; a comma may also be part of a value. Takes out of `set` what has its place.
 */
function replace(pair: string, set: Map<string, SetCookie>): string[] {
  if (pair === "") return [];
  const parts = pair.split(",").map((part) => part.trim());
  if (!parts.some((part) => set.has(nameOf(part)))) return [pair];
  return parts.flatMap((part) => {
    const one = set.get(nameOf(part));
    if (one === undefined) return [part];
    if (one.isOver) return [];
    set.set(one.name, { ...one, isOver: true });
    return [one.pair];
  });
}

function nameOf(pair: string): string {
  const equals = pair.indexOf("=");
  return (equals === -1 ? pair : pair.slice(0, equals)).trimEnd();
}

/** RFC 6265, 5.1.4. */
const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

const isSamePlace = (one: SetCookie, other: SetCookie): boolean =>
  one.path === other.path && one.domain === other.domain;

/**
 * Whether the lines of an answer at this path surely take away a cookie that they delete: a browser keeps cookies of one
 * name at several paths and domains, and does not say which it shows.
 */
export const isSureDeletion = (lines: readonly string[], requestPath: string, now: number): boolean =>
  lines.some((line) => {
    const one = read(line, requestPath, now);
    return one?.isOver === true && one.domain === null && one.path === "/";
  });

/** Whether the answer has the browser forget all its cookies of this host. */
export const clearsCookies = (headers: HeaderReader): boolean =>
  /"(?:cookies|\*)"/.test(headers.get("clear-site-data") ?? "");

/**
 * The line, so that it means the same in an answer to another path: without a `Path` a cookie belongs to the folder of
 * the path that was asked (RFC 6265, 5.1.4).
 */
export function addressSetCookie(line: string, path: string): string {
  if (/;\s*path\s*=\s*\//i.test(line)) return line;
  return `${line}; Path=${folderOf(path)}`;
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

function read(line: string, requestPath: string, now: number): SetCookie | null {
  const [pair = "", ...attributes] = line.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, Math.max(0, equals)).trim();
  if (name === "") return null;
  const value = pair.slice(equals + 1).trim();
  const last = (form: RegExp): string | null =>
    attributes.map((attribute) => form.exec(attribute)?.[1] ?? null).findLast((found) => found !== null) ?? null;
  return {
    name,
    pair: `${name}=${value}`,
    isOver: value === "" || isOver(attributes, now),
    path: last(/^\s*path\s*=\s*(\/.*?)\s*$/i) ?? folderOf(requestPath),
    domain: last(/^\s*domain\s*=\s*\.?(.+?)\s*$/i)?.toLowerCase() ?? null,
  };
}

/** Whether the line takes a cookie out of the browser. */
export const isDeletion = (line: string, now: number): boolean => read(line, "/", now)?.isOver === true;

/** Max-Age counts before Expires, and what cannot be read does not count (RFC 6265, 5.2 and 5.3). */
function isOver(attributes: readonly string[], now: number): boolean {
  let expires: number | null = null;
  let maxAge: number | null = null;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const value = rest.join("=").trim();
    if (/^\s*max-age\s*$/i.test(key) && /^-?\d+$/.test(value)) maxAge = Number(value);
    if (/^\s*expires\s*$/i.test(key)) expires = readCookieDate(value) ?? expires;
  }
  if (maxAge !== null) return maxAge <= 0;
  return expires !== null && expires <= now;
}
