/** The reverse proxy (G1): carries a request to the CRM and its answer back, changing nothing that need not change. */
import { dropCredentials } from "../identity/credentials.ts";
import { setVisitorAddress, VISITOR_CLAIMS } from "../identity/visitor-address.ts";
import type { ReadBody } from "./request-body.ts";

export interface Target {
  /** Public origin of the request, such as `https://crm.acme.com`. */
  origin: string;
  /** Path and query, byte for byte. */
  pathAndQuery: string;
  /** The Cookie header without Hotseat's and Access's cookies; null for none. */
  cookie: string | null;
  /** Bytes to send in place of a body that was read already. */
  body: ReadBody | null;
  /** Asks for the whole document, never "not modified": the script must go into it. */
  unconditional: boolean;
  /** G2: nobody's request: of the headers that could say who asks only these go on; left out: all do. */
  anonymousBut?: readonly string[] | undefined;
}

/** What Hotseat adds to an answer. */
export interface Additions {
  origin: string;
  cookies: readonly string[];
  noStore: boolean;
}

export interface Proxy {
  /** The CRM's answer as it comes. Throws when the CRM cannot be reached. */
  forward(request: Request, target: Target): Promise<Response>;
  /** The answer as the visitor gets it; the very same object where nothing has to change. */
  answer(response: Response, additions: Additions): Response;
}

/** Hop by hop, or asking for what a Worker cannot pass on: `Expect` would surface as an answer 100. */
const HOP_BY_HOP = ["expect", "te", "trailer", "keep-alive", "proxy-authorization", "proxy-connection"];
const NOT_FORWARDED: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...VISITOR_CLAIMS]);
const OWN_HEADERS = "x-hotseat-";
/** What the Worker can carry through and, for injection, decode. */
const ENCODINGS = "gzip, br";
const OTHER_ENCODING = /deflate|zstd|compress|\*/;
const HAS_DOMAIN = /;\s*domain=/i;
const DOMAIN = /;\s*domain=[^;]*/gi;

/**
 * `host`: see preset-schema.ts; left out, Origin and Referer are rewritten where the public host is another than the
 * CRM's own.
 */
export function createProxy(crmOrigin: string, fetchCrm: typeof fetch, host: "rewrite" | "keep" | undefined): Proxy {
  const crmHost = new URL(crmOrigin).host;
  const isRewriting = (origin: string): boolean =>
    host === undefined ? origin.slice(origin.indexOf("://") + 3) !== crmHost : host === "rewrite";

  return {
    forward(request, { origin, pathAndQuery, cookie, body, unconditional, anonymousBut }) {
      const headers = new Headers(request.headers);
      if (anonymousBut !== undefined) dropCredentials(headers, anonymousBut);
      for (const name of unwantedIn(headers)) headers.delete(name);
      if (cookie === null) headers.delete("cookie");
      else headers.set("cookie", cookie);
      const encodings = headers.get("accept-encoding");
      if (encodings !== null && OTHER_ENCODING.test(encodings)) headers.set("accept-encoding", ENCODINGS);
      setVisitorAddress(headers, origin);
      if (isRewriting(origin)) rewriteSource(headers, origin);
      if (unconditional) {
        headers.delete("if-none-match");
        headers.delete("if-modified-since");
      }
      const url = crmOrigin + pathAndQuery;
      const { method } = request;
      if (body !== null) return fetchCrm(url, { method, headers, body: body.bytes, redirect: "manual" });
      // Not `new Request(url, request)`: that copies what Cloudflare knows of the visitor, which costs a tenth of a request.
      if (request.body === null) return fetchCrm(url, { method, headers, redirect: "manual" });
      return fetchCrm(new Request(url, request), { headers, redirect: "manual" });
    },

    answer(response, { origin, cookies, noStore }) {
      const { status } = response;
      const location = (status >= 300 && status < 400) || status === 201 ? response.headers.get("location") : null;
      const moved = location === null ? null : toPublic(location, origin);
      const own = response.headers.has("set-cookie") ? response.headers.getSetCookie() : [];
      const hasDomain = own.some((cookie) => HAS_DOMAIN.test(cookie));
      if (moved === location && !hasDomain && cookies.length === 0 && !noStore) return response;
      const answer = new Response(response.body, response);
      if (moved !== null) answer.headers.set("location", moved);
      if (hasDomain) {
        answer.headers.delete("set-cookie");
        for (const cookie of own) answer.headers.append("set-cookie", cookie.replace(DOMAIN, ""));
      }
      for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
      if (noStore) answer.headers.set("cache-control", "no-store");
      return answer;
    },
  };

  /** An address on the CRM's own origin, as the visitor can reach it; any other stays. */
  function toPublic(location: string, origin: string): string {
    const start = location.startsWith("//") ? `//${crmHost}` : crmOrigin;
    if (!location.startsWith(start)) return location;
    const rest = location.slice(start.length);
    return rest === "" || /^[/?#]/.test(rest) ? origin + rest : location;
  }

  /** For CRMs that compare Origin and Referer with their own name (CRMS.md, trap 6). */
  function rewriteSource(headers: Headers, origin: string): void {
    if (headers.get("origin") === origin) headers.set("origin", crmOrigin);
    const referer = headers.get("referer");
    if (referer !== null && (referer === origin || referer.startsWith(`${origin}/`))) {
      headers.set("referer", crmOrigin + referer.slice(origin.length));
    }
  }
}

function unwantedIn(headers: Headers): string[] {
  const found: string[] = [];
  for (const name of headers.keys()) if (NOT_FORWARDED.has(name) || name.startsWith(OWN_HEADERS)) found.push(name);
  return found;
}

/**
 * Whether somebody else might be given this answer from a store, so that it must carry no cookie of ours (G3).
 * `private` stays in one browser and `no-store` and `no-cache` are not given unasked; `public`, a positive `max-age` or
 * `s-maxage`, `immutable`, and a bare `Expires` that is not over count as cacheable. No word at all does not: a shared
 * cache in front of a signed-in CRM that stored those would mix people up without Hotseat too.
 */
export function isCacheable(headers: Headers, now: number): boolean {
  const control = headers.get("cache-control");
  if (control === null) {
    const expires = headers.get("expires");
    return expires !== null && Date.parse(expires) > now;
  }
  if (/\b(?:no-store|private|no-cache)\b/i.test(control)) return false;
  return /\bpublic\b|\bimmutable\b|\b(?:s-)?max-?age\s*=\s*"?[1-9]/i.test(control);
}
