/** A5: where an open page of the administration asks to be told of changes. */
import type { Hono } from "hono";
import { hasPages } from "../ledger/person.ts";
import { liveRequest } from "../tenant/live/live-pages.ts";
import { openLiveSocket } from "../tenant/live/live-socket.ts";
import type { AdminEnv, AdminPorts } from "./admin-request.ts";
import { PATHS } from "./paths.ts";

export function addLive(app: Hono<AdminEnv>, { tenant }: AdminPorts): void {
  app.get(PATHS.live, (c) =>
    openLiveSocket(tenant, {
      ...c.var,
      upgrade: c.req.header("upgrade"),
      requestOf: (caller) => (!hasPages(caller.person) ? null : liveRequest(caller)),
    }),
  );
}
