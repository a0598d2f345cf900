/**
 * What of a request could say who sends it (G2). A request without a session of the CRM goes on without: whatever signs
 * people in besides the sessions that the preset knows (remembered sign-ins, keys, half a session) would lead around
 * the gate.
 */
import { findCookies, partCookies, stripCookies } from "../pass/cookies.ts";
import { compileCookieTest, readName } from "./cookie-names.ts";
import { HARMLESS_NAME } from "./key-names.ts";
import type { Preset } from "./preset/preset-schema.ts";

/** Headers that say nothing about who asks. Any other could be some product's key, so it is not forwarded. */
export const HARMLESS_HEADERS: ReadonlySet<string> = new Set([
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
const HARMLESS_FAMILY =
  /^(?:accept|access-control-request|content|if|hx)(?:-|$)|^sec-(?:ch|fetch|gpc|purpose|websocket-(?:key|version|ext))/;
/** Some servers decode a cookie's name and cut it at NUL, so that another one stands behind it. */
const PLAIN_NAME = /^[\w.-]+$/;
/**
 * What a sign-in at an identity provider leaves in the browser until it comes back: without it nobody could sign in to a CRM
 * that keeps it in cookies of their own, as ASP.NET Core, Auth.js and Apache's module do.
 */
const SIGN_IN_STATE =
  /^(?!.*(?:session|token|remember|ticket|jwt))(?:.*(?:correlation|(?:^|[._-])nonce|pkce|code_?verifier|(?:oauth2?|oidc|openid(?:c|_?connect)?|saml2?|sso|next-auth|authjs)[._-]?(?:(?:auth|authn)?_?request[._-]?)?state))/i;
const HARMLESS_COOKIE =
  /^(?!.*(?:sess|token|remember|ticket|jwt|auth))(?:[a-z0-9.]+[_-]+)*(?:lang|language|locale|i18n|tz|timezone|theme)(?:[_-]+[a-z0-9]+)*$/i;

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

const isHarmless = (name: string): boolean =>
  name === "cookie" || HARMLESS_HEADERS.has(name) || HARMLESS_FAMILY.test(name) || HARMLESS_NAME.test(name);

export function compileCredentials(preset: Preset): Credentials {
  const isSessionCookie = compileSessionCookieTest(preset);
  const isHarmlessCookie = (name: string): boolean =>
    !isSessionCookie(name) &&
    PLAIN_NAME.test(name) &&
    (HARMLESS_NAME.test(name) || HARMLESS_COOKIE.test(name) || SIGN_IN_STATE.test(name));
  return {
    harmlessCookies: (cookie) => keepCookies(cookie, isHarmlessCookie),
    anonymousCookies(cookie) {
      const sessionCookies = cookiesOf(cookie, isSessionCookie).map((pair) => spell(nameOf(pair)));
      // With two sessions nobody can tell which one the CRM uses here, or used when it was asked.
      const isSole = (name: string): boolean => sessionCookies.filter((other) => other === spell(name)).length === 1;
      return keepCookies(cookie, (name) => (isSessionCookie(name) ? isSole(name) : isHarmlessCookie(name)));
    },
    hasOtherCookies: (cookie) =>
      cookiesOf(cookie, (name) => !isHarmlessCookie(name) && !isSessionCookie(name) && name !== "").length > 0,
  };
}

/** Whether a cookie of this name can carry the CRM's session, alone or with others. */
export function compileSessionCookieTest(preset: Preset): (name: string) => boolean {
  const tests = preset.carriers.flat().map(compileCookieTest);
  return (name) => tests.some((test) => test(name));
}

const cookiesOf = (cookie: string | null, isWanted: (name: string) => boolean): string[] =>
  findCookies(partCookies(stripCookies(cookie) ?? ""), isWanted);

const spell = (name: string): string => readName(name).toLowerCase();
const nameOf = (pair: string): string => pair.slice(0, pair.indexOf("=")).trimEnd();

function keepCookies(cookie: string | null, isWanted: (name: string) => boolean): string | null {
  const kept = cookiesOf(cookie, isWanted);
  return kept.length === 0 ? null : kept.join("; ");
}
