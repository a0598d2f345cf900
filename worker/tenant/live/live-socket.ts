/** A5, P7: the upgrade of a page that wants to be told: who asks, and from where, before the tenant's object takes it. */
import type { RequestOrigin } from "../../http/request-origin.ts";
import type { Caller, TenantCalls } from "../tenant-calls.ts";

const said = (status: number, sentence: string, headers: Record<string, string> = {}) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });

const SIGN_IN = "Sign in to the CRM first.";

export interface LiveAsk {
  upgrade: string | undefined;
  caller: Caller | null;
  origin: RequestOrigin;
  /** What is asked of the object for this caller; null: not theirs. */
  requestOf(caller: Caller): Request | null;
}

/** No other site's page may open one with the person's cookies. */
export async function openLiveSocket(tenant: Pick<TenantCalls, "fetch">, ask: LiveAsk): Promise<Response> {
  const { upgrade, caller, origin, requestOf } = ask;
  if (upgrade?.toLowerCase() !== "websocket") {
    return said(426, "This address is for the WebSocket of the page.", { upgrade: "websocket" });
  }
  if (origin !== "own") return said(403, "Only a page of this host may listen.");
  if (caller === null) return said(401, SIGN_IN);
  const request = requestOf(caller);
  if (request === null) return said(403, "This is for licence managers, admins and support.");
  const { status, webSocket } = await tenant.fetch(request);
  if (status === 401) return said(401, SIGN_IN);
  // A response of its own: that of the object has headers that nobody can add to.
  return webSocket === null
    ? said(status === 101 ? 503 : status, "There are too many open pages.")
    : new Response(null, { status: 101, webSocket });
}
