/**
 * What of a request could say who sends it (G2). A request without a session of the CRM goes on without: whatever signs
 * people in besides the sessions that the preset knows (remembered sign-ins, keys, half a session) would lead around
 * the gate.
 */
import { findCookies, stripCookies } from "../pass/cookies.ts";
import type { Preset } from "./preset/preset-schema.ts";
import { matchSafely } from "./preset/safe-regex.ts";

/** Headers that say nothing about who asks. Any other could be some product's key, so it is not forwarded. */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set([
  "cache-control",
  "cdn-loop",
  "cf-connecting-ip",
  "cf-ipcountry",
  "cf-ray",
  "cf-visitor",
  "connection",
  "date",
  "dnt",
  "host",
  "last-event-id",
  "origin",
  "pragma",
  "priority",
  "purpose",
  "range",
  "referer",
  "save-data",
  "soapaction",
  "transfer-encoding",
  "turbo-frame",
  "upgrade",
  "upgrade-insecure-requests",
  "user-agent",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-inertia",
  "x-inertia-version",
  "x-pjax",
  "x-real-ip",
  "x-requested-with",
]);
/** A subprotocol is a place where pages put tokens. */
const HARMLESS_FAMILY = /^(?:accept|content|if|hx)(?:-|$)|^sec-(?:ch|fetch|gpc|purpose|websocket-(?:key|version|ext))/;
/** Names of tokens against forged requests, and of what a page looks like: needed by login forms, no credential. */
const HARMLESS_NAME = /csrf|xsrf|requestverification|antiforgery|authenticity_?token/i;
/** Some servers decode a cookie's name and cut it at NUL, so that another one stands behind it. */
const PLAIN_NAME = /^[\w.-]+$/;
const HARMLESS_COOKIE = /^(?:[a-z0-9.]+[_-]+)*(?:lang|language|locale|i18n|tz|timezone|theme)(?:[_-]+[a-z0-9]+)*$/i;

/** Fields of an address by which frameworks and products take a session or a key, without signs and case. */
const KEY_FIELD =
  /^(?:(?:php|j|aspnet|cf)?sess(?:ion)?(?:id|key|token|name)?|dolsessid\w*|m?sid|sugarsid|cftoken|(?:\w*api|access|private|personal|auth\w*|user|oauth|app|client)(?:key|token|secret)|authorization|bearer|jwt|password|passwd|pwd)$/;
/** Whether a field of the address could be a session or a key. */
export const showsKey = (query: string): boolean =>
  query.length > 1 &&
  query
    .slice(1)
    .split(/[&;]/)
    .some((field) => isKey(field.split("=", 1)[0] ?? ""));
function isKey(name: string): boolean {
  const plain = plainName(name);
  return KEY_FIELD.test(plain) && !HARMLESS_NAME.test(plain);
}
/** ASP.NET's sessions and sign-ins of browsers without cookies: `/(S(…)F(…))/contacts`. */
const IN_PATH = /\/\((?:[a-z]\([^()/]*\))+\)(?=\/|$)/gi;

/** What servers make of a name: they decode what can be decoded, and some cut it at a bracket or at NUL. */
const plainName = (name: string): string =>
  name
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[[\0].*$/s, "")
    .replace(/[^a-z0-9]/gi, "")
    .toLowerCase();

/**
 * An address without the fields of its query, and the parameters of its path, that could be a session or a key.
 * `linkKeys`: fields that stay all the same.
 */
export function dropKeys(pathAndQuery: string, linkKeys: readonly string[] = []): string {
  const queryStart = pathAndQuery.indexOf("?");
  const path = queryStart === -1 ? pathAndQuery : pathAndQuery.slice(0, queryStart);
  const plainPath =
    path.replace(/;([^;/=]*)=?[^;/]*/g, (part, name: string) => (isKey(name) ? "" : part)).replace(IN_PATH, "") || "/";
  if (queryStart === -1) return plainPath;
  const fields = pathAndQuery.slice(queryStart + 1).split(/([&;])/);
  let query = "";
  for (let at = 0; at < fields.length; at += 2) {
    const field = fields[at] ?? "";
    const [name = ""] = field.split("=", 1);
    if (isKey(name) && !linkKeys.includes(name)) continue;
    query += (query === "" ? "" : (fields[at - 1] ?? "&")) + field;
  }
  return query === "" && fields.join("") !== "" ? plainPath : `${plainPath}?${query}`;
}

export interface Credentials {
  /** Of the Cookie header what a request without a session may show, beside Hotseat's own nothing; null for nothing. */
  harmlessCookies(cookie: string | null): string | null;
  /** The same, and the cookies that carry the session of somebody who has not signed in. */
  anonymousCookies(cookie: string | null): string | null;
  /** Whether the Cookie header has more than `harmlessCookies` leaves: something that may sign somebody in. */
  hasOtherCookies(cookie: string | null): boolean;
}

/** Takes away every header that could say who asks, except those named in `but`; the Cookie header is left alone. */
export function dropCredentials(headers: Headers, but: readonly string[] = []): void {
  const found: string[] = [];
  for (const name of headers.keys()) if (!isHarmless(name) && !but.includes(name)) found.push(name);
  for (const name of found) headers.delete(name);
}

/** Names of headers, without signs and case, by which products take a session, a key, or another person's name. */
const OTHER_HEADER =
  /(?:session(?:id)?|token|apikey|accesskey|secret|authorization|(?:remote|switch|forwarded|auth\w*|web)user|impersonat\w*|onbehalfof|sudo)$/;

/** The headers of a product in which its preset finds sessions, and whether the session at hand is in one of them. */
export interface SessionHeaders {
  sessionHeaders: readonly string[];
  isInHeader: boolean;
}

/**
 * Takes away the headers by which somebody else could be meant than the session says: keys, and sessions in headers
 * beside one in cookies. Everything else stays.
 */
export function dropOtherKeys(headers: Headers, { sessionHeaders, isInHeader }: SessionHeaders): void {
  const isOther = (name: string): boolean => {
    if (sessionHeaders.includes(name)) return !isInHeader;
    return !HARMLESS_NAME.test(name) && (OTHER_HEADER.test(plainName(name)) || isKey(name.replace(/^x-/, "")));
  };
  for (const name of [...headers.keys()].filter(isOther)) headers.delete(name);
}

const isHarmless = (name: string): boolean =>
  name === "cookie" || HARMLESS_HEADERS.has(name) || HARMLESS_FAMILY.test(name) || HARMLESS_NAME.test(name);

export function compileCredentials(preset: Preset): Credentials {
  const isSessionCookie = compileSessionCookieTest(preset);
  const isHarmlessCookie = (name: string): boolean =>
    !isSessionCookie(name) && PLAIN_NAME.test(name) && (HARMLESS_NAME.test(name) || HARMLESS_COOKIE.test(name));
  return {
    harmlessCookies: (cookie) => keepCookies(cookie, isHarmlessCookie),
    anonymousCookies(cookie) {
      const sessionCookies = cookiesOf(cookie, isSessionCookie).map(nameOf);
      // With two sessions nobody can tell which one the CRM uses here, or used when it was asked.
      const isSole = (name: string): boolean => sessionCookies.filter((other) => other === name).length === 1;
      return keepCookies(cookie, (name) => (isSessionCookie(name) ? isSole(name) : isHarmlessCookie(name)));
    },
    hasOtherCookies: (cookie) =>
      cookiesOf(cookie, (name) => !isHarmlessCookie(name) && !isSessionCookie(name) && name !== "").length > 0,
  };
}

/** Whether a cookie of this name can carry the CRM's session, alone or with others. */
export function compileSessionCookieTest(preset: Preset): (name: string) => boolean {
  const tests = preset.carriers.flat().flatMap(({ cookie, cookiePattern }) => {
    if (cookie !== undefined) return [(name: string) => name === cookie];
    if (cookiePattern === undefined) return [];
    const pattern = new RegExp(cookiePattern, "u");
    return [(name: string) => matchSafely(pattern, name) !== null];
  });
  return (name) => tests.some((test) => test(name));
}

/** Several Cookie headers reach us joined by commas. */
const cookiesOf = (cookie: string | null, isWanted: (name: string) => boolean): string[] =>
  findCookies((stripCookies(cookie) ?? "").replaceAll(",", ";"), isWanted);

const nameOf = (pair: string): string => pair.slice(0, pair.indexOf("=")).trimEnd();

function keepCookies(cookie: string | null, isWanted: (name: string) => boolean): string | null {
  const kept = cookiesOf(cookie, isWanted);
  return kept.length === 0 ? null : kept.join("; ");
}
