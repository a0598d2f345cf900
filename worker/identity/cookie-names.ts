/**
 * Names of cookies, read as the most careless server would: what it might take for a session counts as one, or one could
 * walk past the gate with it. PHP trims names, cuts them at NUL and where `[` begins something that `]` ends, and takes `.`, blanks and
 * other `[` for `_`.
 */
import { matchSafely } from "./preset/safe-regex.ts";

const ODD = /[%.[\0\s]/;

/** The name as such a server reads it. */
export const readName = (name: string): string =>
  ODD.test(name)
    ? name
        .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        .trimStart()
        .replace(/(?:\0|\[(?=.*\])).*$/s, "")
        .replace(/[.\s[]/g, "_")
    : name;

/** A part of a session, if it is a cookie: by its name, or a pattern of names. */
interface CookiePart {
  cookie?: string | undefined;
  cookiePattern?: string | undefined;
}

/** Whether a cookie of this name could be this part of a session. */
export function compileCookieTest({ cookie, cookiePattern }: CookiePart): (name: string) => boolean {
  if (cookie !== undefined) {
    const wanted = cookie.toLowerCase();
    return (name) => name === cookie || name.toLowerCase() === wanted || readName(name).toLowerCase() === wanted;
  }
  if (cookiePattern === undefined) return () => false;
  const pattern = new RegExp(cookiePattern, "iu");
  return (name) =>
    matchSafely(pattern, name) !== null || (ODD.test(name) && matchSafely(pattern, readName(name)) !== null);
}
