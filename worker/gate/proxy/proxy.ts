/** The reverse proxy (G1): carries a request to the CRM and its answer back, changing nothing that need not change. */
import type { NamedHeaders } from "../../http/named-headers.ts";
import { dropCredentials } from "../../identity/credentials.ts";
import { askTwice, UNCACHED } from "../../identity/crm/crm-fetch.ts";
import { setVisitorAddress } from "../../identity/crm/visitor-address.ts";
import { dropKeys, type NamedFields } from "../../identity/key-names.ts";
import type { Preset } from "../../identity/preset/preset-schema.ts";
import type { KeyFields } from "../body-keys.ts";
import type { GateRequest } from "../gate-request.ts";
import { acceptedEncodings } from "./accepted-encodings.ts";
import { forbidStoring } from "./cacheability.ts";
import { fitCookies } from "./cookie-domain.ts";
import { type Injected, markInjected } from "./injection.ts";
import { createAddressMap } from "./public-address.ts";
import type { SortedNames } from "./sorted-names.ts";

/** How a request goes to the CRM. */
export interface Terms {
  /** The Cookie header without Hotseat's and Access's cookies; null for none. */
  cookie: string | null;
  /** Public: everybody may have the answer, also from Cloudflare's cache. */
  isPublic?: boolean;
  /** G2: nobody's request: of the headers that could say who asks only these go on; left out: all do. */
  anonymousBut?: readonly string[];
  /** What stays behind of a request that shows a session. */
  withoutKeys?: OtherKeys | undefined;
}

/** Keys beside the session, by which the CRM could take the request for somebody else's (G2). */
export interface OtherKeys {
  /** Names of headers, in lower case. */
  headers: readonly string[];
  isInAddress: boolean;
}

/** What Hotseat adds to an answer. */
export interface Additions {
  /** As the CRM sent it. */
  head: NamedHeaders;
  /** Public origin, such as `https://crm.acme.com`. */
  origin: string;
  cookies: readonly string[];
  noStore: boolean;
  /** The body with the script; null: the CRM's own. */
  injected: Injected | null;
}

export interface Proxy {
  /**
   * The CRM's answer as it comes. Throws when the CRM cannot be reached. `unconditional`: for the whole document, never "not
   * modified", since the script must go into it.
   */
  forward(req: GateRequest, terms: Terms, unconditional: boolean): Promise<Response>;
  /** The answer as the visitor gets it; the very same object where nothing has to change. */
  answer(response: Response, additions: Additions): Response;
}

/**
 * The preset's fields: see preset-schema.ts; without `host` Origin and Referer are rewritten where the public host is another
 * than the CRM's own.
 */
export function createProxy(
  crmOrigin: string,
  fetchCrm: typeof fetch,
  { host, ...named }: Pick<Preset, "host"> & NamedFields,
  namesOf: (req: GateRequest) => SortedNames,
  keyFields: KeyFields | null = null,
): Proxy {
  const { host: crmHost, hostname: crmName } = new URL(crmOrigin);
  const addresses = createAddressMap(crmOrigin);
  const ask = askTwice(fetchCrm);
  const isRewriting = (origin: string): boolean =>
    host === undefined ? origin.slice(origin.indexOf("://") + 3) !== crmHost : host === "rewrite";

  return {
    forward(req, { cookie, isPublic = false, anonymousBut, withoutKeys }, unconditional) {
      const { method, origin, pathAndQuery, body } = req;
      const headers = new Headers(req.headers);
      if (anonymousBut !== undefined) dropCredentials(headers, anonymousBut);
      if (withoutKeys !== undefined) for (const name of withoutKeys.headers) headers.delete(name);
      const { unwanted, sources } = namesOf(req);
      for (const name of unwanted) headers.delete(name);
      if (cookie === null) headers.delete("cookie");
      else headers.set("cookie", cookie);
      const encodings = headers.get("accept-encoding");
      const accepted = acceptedEncodings(encodings, req.request);
      if (accepted !== encodings) headers.set("accept-encoding", accepted);
      setVisitorAddress(headers, origin);
      if (sources.length > 0 && isRewriting(origin)) rewriteSources(headers, sources, origin);
      if (unconditional) {
        headers.delete("if-none-match");
        headers.delete("if-modified-since");
      }
      const isKeyless = anonymousBut !== undefined || withoutKeys?.isInAddress === true;
      const url = crmOrigin + (isKeyless ? dropKeys(pathAndQuery, named) : pathAndQuery);
      const plain: RequestInit = isPublic
        ? { headers, redirect: "manual" }
        : { headers, redirect: "manual", cf: UNCACHED };
      // The method goes with the request: said again beside a body, a GET is refused by the runtime.
      if (body === null && req.hasBody) return fetchCrm(new Request(url, watch(req)), plain);
      const init = { ...plain, method };
      if (body !== null) return fetchCrm(url, { ...init, body: body.bytes });
      // Not `new Request(url, request)`: that copies what Cloudflare knows of the visitor, which costs a tenth of a request.
      return method === "GET" || method === "HEAD" ? ask(url, init) : fetchCrm(url, init);
    },

    answer(response, { head, origin, cookies, noStore, injected }) {
      const fitted = addresses.fitHeaders(head, origin);
      const own = head.has("set-cookie") ? fitOwnCookies(head, origin) : null;
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

  /** G2: a body that may show a key only further on. */
  function watch(req: GateRequest): Request {
    const { request } = req;
    if (req.watched === "no" || keyFields === null || request.body === null) return request;
    const { method, headers } = request;
    const watched = keyFields.watch(request.body, () => {
      req.watched = "key";
    });
    return new Request(request.url, { method, headers, body: withLength(watched, headers.get("content-length")) });
  }

  function fitOwnCookies(head: NamedHeaders, origin: string): string[] | null {
    return fitCookies(head.getSetCookie(), nameOfHost(origin), crmName);
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

/** The CRM is told the length, as by the visitor. */
function withLength(body: ReadableStream<Uint8Array>, length: string | null): ReadableStream<Uint8Array> {
  if (length === null) return body;
  const { readable, writable } = new FixedLengthStream(Number(length));
  // Who reads it hears of a break.
  void body.pipeTo(writable).catch(() => undefined);
  return readable;
}

/** The name of an origin's host, without its port. */
const nameOfHost = (origin: string): string => new URL(origin).hostname.replace(/\.$/, "");
