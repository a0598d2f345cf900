/** Who might be given an answer again without asking the CRM (RFC 9111), and so without asking the gate. */
import type { HeaderReader } from "../../http/named-headers.ts";

/** Directives without an argument that let only this browser, or nobody, reuse the answer without asking. */
const OURS_ALONE = new Set(["no-store", "private", "no-cache"]);
/** Caches of a network read these before `Cache-Control` (RFC 9213). */
const TARGETED = ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control"] as const;

/** Lower-case directives. `private="x"` stays whole: with an argument it is about a header, not about the answer. */
const readDirectives = (value: string): string[] =>
  value
    .toLowerCase()
    .replace(/"[^"]*"/g, (quoted) => quoted.replaceAll(",", " "))
    .split(",")
    .map((directive) => directive.trim());

const grantsTime = (directives: readonly string[]): boolean =>
  directives.some((directive) => /^(?:public|immutable|(?:s-)?max-?age\s*=\s*"?\s*[1-9].*)$/.test(directive)) ||
  mayBeStale(directives);

/** RFC 5861: it is shown again while the CRM is asked, or where the CRM does not answer. */
const mayBeStale = (directives: readonly string[]): boolean =>
  !directives.includes("must-revalidate") &&
  directives.some((directive) => /^stale-(?:while-revalidate|if-error)\s*=\s*"?\s*[1-9]/.test(directive));

/** Then `Expires` no longer counts. */
const hasAge = (directives: readonly string[]): boolean =>
  directives.some((directive) => /^(?:s-)?max-?age\s*=/.test(directive));

/**
 * Whether somebody else might be given this answer from a store, so that it must carry no cookie of ours (G3). No word
 * at all does not count: a shared cache in front of a signed-in CRM that stored those would mix people up without
 * Hotseat too. An answer "not modified" without a word renews one that is stored already, of which nothing is known
 * here.
 */
export function isCacheable(headers: HeaderReader, now: number, status = 200): boolean {
  for (const name of TARGETED) {
    const targeted = headers.get(name);
    if (targeted !== null && grantsTime(readDirectives(targeted))) return true;
  }
  const control = headers.get("cache-control");
  if (control === null) return status === 304 || isFreshByDate(headers, now);
  const directives = readDirectives(control);
  if (directives.some((directive) => OURS_ALONE.has(directive))) return false;
  return status === 304 || grantsTime(directives) || (!hasAge(directives) && isFreshByDate(headers, now));
}

/** Whether the visitor's own browser might show the answer again later without asking. */
export function isReusable(headers: HeaderReader, now: number): boolean {
  const control = headers.get("cache-control");
  // With a Last-Modified date and no directive, a browser guesses how long it is fresh.
  if (control === null) return headers.has("last-modified") || isFreshByDate(headers, now);
  const directives = readDirectives(control);
  if (directives.includes("no-store") || directives.includes("no-cache")) return false;
  if (mayBeStale(directives)) return true;
  const age = directives.find((directive) => directive.startsWith("max-age"));
  if (age !== undefined) return !/^max-age\s*=\s*"?\s*0*"?$/.test(age);
  return grantsTime(directives) || headers.has("last-modified") || isFreshByDate(headers, now);
}

function isFreshByDate(headers: HeaderReader, now: number): boolean {
  const expires = headers.get("expires");
  return expires !== null && Date.parse(expires) > now;
}

/** Nobody may store the answer, whatever it said before. */
export function forbidStoring(headers: Headers): void {
  for (const name of TARGETED) headers.delete(name);
  headers.delete("expires");
  headers.set("cache-control", "no-store");
}
