/** The reverse proxy (G1): carries a request to the CRM and its answer back, changing nothing that need not change. */
import { dropCredentials, dropKeys, dropOtherKeys, type SessionHeaders } from "../../identity/credentials.ts";
import { askTwice, UNCACHED } from "../../identity/crm/crm-fetch.ts";
import { setVisitorAddress, VISITOR_CLAIMS } from "../../identity/crm/visitor-address.ts";
import type { Preset } from "../../identity/preset/preset-schema.ts";
import type { ReadBody } from "../body-peek.ts";
import { acceptedEncodings } from "./accepted-encodings.ts";
import { forbidStoring } from "./cacheability.ts";
import { fitCookies } from "./cookie-domain.ts";
import { nameTest } from "./header-names.ts";
import { type Injected, markInjected } from "./injection.ts";
import { createAddressMap, isLoader } from "./public-address.ts";

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
  /** Public: may come from Cloudflare's cache. */
  isPublic: boolean;
  /** G2: nobody's request: of the headers that could say who asks only these go on; left out: all do. */
  anonymousBut?: readonly string[] | undefined;
  /** Of somebody who needs no seat: no other key goes along in headers or the address, nor another session. */
  withoutKeys?: SessionHeaders | undefined;
  /** Set by `forward`: a script of the page's asks, which goes by headers of its own. */
  byLoader?: boolean;
}

/** What Hotseat adds to an answer. */
export interface Additions {
  origin: string;
  byLoader: boolean;
  cookies: readonly string[];
  noStore: boolean;
  /** The body with the script; null: the CRM's own. */
  injected: Injected | null;
}

export interface Proxy {
  /** The CRM's answer as it comes. Throws when the CRM cannot be reached. */
  forward(request: Request, target: Target): Promise<Response>;
  /** The answer as the visitor gets it; the very same object where nothing has to change. */
  answer(response: Response, additions: Additions): Response;
}

/** Hop by hop, or asking for what a Worker cannot pass on: `Expect` would surface as an answer 100. */
const HOP_BY_HOP = ["expect", "te", "trailer", "keep-alive", "proxy-authorization", "proxy-connection"];
const isNotForwarded = nameTest([...HOP_BY_HOP, ...VISITOR_CLAIMS]);
const OWN_HEADERS = "x-hotseat-";

/**
 * `host`, `linkKeys`: see preset-schema.ts; without `host` Origin and Referer are rewritten where the public host is another than the
 * CRM's own.
 */
export function createProxy(
  crmOrigin: string,
  fetchCrm: typeof fetch,
  { host, linkKeys }: Pick<Preset, "host" | "linkKeys">,
): Proxy {
  const { host: crmHost, hostname: crmName } = new URL(crmOrigin);
  const addresses = createAddressMap(crmOrigin);
  const ask = askTwice(fetchCrm);
  const isRewriting = (origin: string): boolean =>
    host === undefined ? origin.slice(origin.indexOf("://") + 3) !== crmHost : host === "rewrite";

  return {
    forward(request, target) {
      const { origin, pathAndQuery, cookie, body, unconditional, isPublic, anonymousBut } = target;
      const headers = new Headers(request.headers);
      if (anonymousBut !== undefined) dropCredentials(headers, anonymousBut);
      if (target.withoutKeys !== undefined) dropOtherKeys(headers, target.withoutKeys);
      const shown = readNames(headers);
      target.byLoader = shown.byLoader;
      for (const name of shown.unwanted) headers.delete(name);
      if (cookie === null) headers.delete("cookie");
      else headers.set("cookie", cookie);
      const encodings = headers.get("accept-encoding");
      const accepted = acceptedEncodings(encodings);
      if (accepted !== encodings) headers.set("accept-encoding", accepted);
      setVisitorAddress(headers, origin);
      if (shown.sources.length > 0 && isRewriting(origin)) rewriteSources(headers, shown.sources, origin);
      if (unconditional) {
        headers.delete("if-none-match");
        headers.delete("if-modified-since");
      }
      const isKeyless = anonymousBut !== undefined || target.withoutKeys !== undefined;
      const url = crmOrigin + (isKeyless ? dropKeys(pathAndQuery, linkKeys) : pathAndQuery);
      const { method } = request;
      const plain: RequestInit = isPublic
        ? { headers, redirect: "manual" }
        : { headers, redirect: "manual", cf: UNCACHED };
      // The method goes with the request: said again beside a body, a GET is refused by the runtime.
      if (body === null && request.body !== null) return fetchCrm(new Request(url, request), plain);
      const init = { ...plain, method };
      if (body !== null) return fetchCrm(url, { ...init, body: body.bytes });
      // Not `new Request(url, request)`: that copies what Cloudflare knows of the visitor, which costs a tenth of a request.
      return method === "GET" || method === "HEAD" ? ask(url, init) : fetchCrm(url, init);
    },

    answer(response, { origin, byLoader, cookies, noStore, injected }) {
      const { headers } = response;
      const fitted = addresses.fitHeaders(headers, origin, byLoader);
      const own = headers.has("set-cookie") ? fitOwnCookies(headers, origin) : null;
      const isSame = fitted.length === 0 && own === null && cookies.length === 0 && !noStore && injected === null;
      if (isSame) return response;
      const answer = new Response(injected === null ? response.body : injected.body, response);
      for (const [name, value] of fitted) {
        if (value === null) answer.headers.delete(name);
        else answer.headers.set(name, value);
      }
      if (own !== null) {
        answer.headers.delete("set-cookie");
        for (const cookie of own) answer.headers.append("set-cookie", cookie);
      }
      for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
      if (injected?.isChanged === true) markInjected(answer.headers);
      if (noStore || injected?.isChanged === true) forbidStoring(answer.headers);
      return answer;
    },
  };

  function fitOwnCookies(headers: Headers, origin: string): string[] | null {
    return fitCookies(headers.getSetCookie(), nameOfHost(origin), crmName);
  }

  /** For CRMs that compare Origin and Referer with their own name. */
  function rewriteSources(headers: Headers, names: readonly string[], origin: string): void {
    for (const name of names) {
      const address = headers.get(name);
      if (address !== null && (address === origin || address.startsWith(`${origin}/`)))
        headers.set(name, crmOrigin + address.slice(origin.length));
    }
  }
}

/** Iterates over the headers once: on the hot path each costs more than most of what the gate does. */
function readNames(headers: Headers): Names {
  const unwanted: string[] = [];
  const sources: string[] = [];
  let byLoader = false;
  for (const name of headers.keys()) {
    if (isNotForwarded(name) || name.startsWith(OWN_HEADERS)) unwanted.push(name);
    else if (isSource(name)) sources.push(name);
    else byLoader ||= isLoader(name);
  }
  return { unwanted, sources, byLoader };
}

interface Names {
  unwanted: readonly string[];
  sources: readonly string[];
  byLoader: boolean;
}

/** Headers that name the public host; WebDAV's Destination is one. */
const isSource = nameTest(["origin", "referer", "destination", "hx-current-url"]);

/** The name of an origin's host, without its port. */
const nameOfHost = (origin: string): string => new URL(origin).hostname.replace(/\.$/, "");
