/** P2, A2: where a request to Hotseat's own addresses comes from. */

/**
 * `own`: a page of the CRM's host, or the person (a typed address). `extension`: a browser extension, which
 * holds the permission of the browser for this host. `foreign`: anything else.
 */
export type RequestOrigin = "own" | "extension" | "foreign";

const EXTENSION = /^(?:chrome|moz)-extension:\/\/[^/]+$/;

/**
 * Every browser sends `Origin` with a POST; where it stands it decides. Some leave it out or send "null" (a page
 * with `Referrer-Policy: no-referrer` submits forms so): there `Sec-Fetch-Site`, which no page can set, must say
 * `same-origin` or `none`. A request that says neither cannot be told from a forged one and is foreign.
 */
export function readOrigin(headers: Headers, ownOrigin: string): RequestOrigin {
  const origin = headers.get("origin");
  if (origin !== null && origin !== "null") {
    if (origin === ownOrigin) return "own";
    return EXTENSION.test(origin) ? "extension" : "foreign";
  }
  const site = headers.get("sec-fetch-site");
  return site === "same-origin" || site === "none" ? "own" : "foreign";
}
