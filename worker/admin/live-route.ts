/**
 * A5: where an open page asks to be told of changes. The socket is the tenant object's own; the Worker only looks at
 * who asks, and from where: no other site's page may open one with the person's cookies.
 */
import type { Hono } from "hono";
import { liveRequest } from "../tenant/live-pages.ts";
import type { AdminEnv, AdminPorts } from "./admin.tsx";
import { PATHS } from "./paths.ts";

const said = (status: number, sentence: string, headers: Record<string, string> = {}) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });

export function addLive(app: Hono<AdminEnv>, { tenant }: AdminPorts): void {
  app.get(PATHS.live, async (c) => {
    const { caller, origin } = c.var;
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return said(426, "This address is for the WebSocket of the page.", { upgrade: "websocket" });
    }
    if (origin !== "own") return said(403, "Only a page of this host may listen.");
    if (caller === null) return said(401, "Sign in to the CRM first.");
    if (caller.person.role === "user") return said(403, "This is for licence managers, admins and support.");
    const { status, webSocket } = await tenant.fetch(liveRequest(caller));
    // A response of its own: that of the object has headers that nobody can add to.
    return webSocket === null
      ? said(status === 101 ? 503 : status, "There are too many open pages.")
      : new Response(null, { status: 101, webSocket });
  });
}
