/**
 * What may change in an answer (G10), decided on the answer as it will leave: whether a script goes in, whether it may be
 * kept, and so whether it may bring cookies. In doubt the answer passes as the CRM gave it.
 */
import type { HeaderReader } from "../../http/named-headers.ts";
import { isCacheable, isReusable } from "./cacheability.ts";
import { isInjectable, type Shown, type Unread } from "./injection.ts";

export interface Leaving extends Shown {
  /** The answer is shown as a page, to a person. */
  isDocument: boolean;
  /** It is of somebody who has a seat. */
  isGated: boolean;
  /** There is something for it to bring. */
  brings: boolean;
  /** The preset wants the agent's script in pages. */
  wantsScript: boolean;
}

export interface Outgoing {
  /** The script goes in, if the page's bytes say where. */
  mayInject: boolean;
  /**
   * A page of somebody with a seat must not be shown again later without asking: Tryton lets its pages be kept for 12 hours.
   * Nor may it be kept where it has cookies to bring: all pages of a CRM may be `public, max-age=0`.
   */
  noStore: boolean;
  /** Nobody else is given this answer from a store, so it may bring cookies; true, too, where it leaves as `no-store`. */
  mayBring: boolean;
}

/** Nothing is to be decided: no page, and nothing to bring. */
export const AS_IT_IS: Outgoing = { mayInject: false, noStore: false, mayBring: false };

export function decideOutgoing(response: Unread, leaving: Leaving, now: number): Outgoing {
  const { status, headers } = response;
  const { isDocument, isGated, wantsScript, method, brings } = leaving;
  const isPage = isDocument && isHtml(headers);
  const mayBeKept = mayBeStored(method, headers) && isCacheable(headers, now, status);
  const noStore = isPage && isGated && status !== 304 && (isReusable(headers, now) || (brings && mayBeKept));
  return {
    mayInject: isPage && wantsScript && isInjectable(response, leaving),
    noStore,
    mayBring: noStore || !mayBeKept,
  };
}

const isHtml = (headers: HeaderReader): boolean =>
  /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(headers.get("content-type") ?? "");

/** Caches keep answers to GET and HEAD, and of others only what says that it stands for an address (RFC 9111, 9110). */
const mayBeStored = (method: string, headers: HeaderReader): boolean =>
  method === "GET" || method === "HEAD" || headers.has("content-location");
