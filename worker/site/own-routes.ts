/** Mounts everything under Hotseat's own path (G1). The CRM's paths never come here. */
import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import type { DoorProblem } from "../../shared/problem.ts";
import { ADMIN_PATH, API_PATH, type ApiName, OWN_PATH } from "../../shared/protocol.ts";
import { LISTEN_PATH } from "../../shared/reserved-path.ts";
import { createAdmin } from "../admin/admin.tsx";
import type { AdminPorts } from "../admin/admin-request.ts";
import { problemResponse } from "../api/answer.ts";
import { answerApi, createApi, readApiName } from "../api/api.ts";
import type { ApiPorts, Sender } from "../api/api-request.ts";
import { type CallLimit, createCallLimit } from "../api/call-limit.ts";
import { SCIM_PATH } from "../api/scim/discovery.ts";
import { createScim, wrongMethod } from "../api/scim/scim-api.ts";
import { readOrigin } from "../http/request-origin.ts";
import { answerConfirmed } from "../pass/confirm-return.ts";
import { type Returned, showsReceipt } from "../pass/receipt.ts";
import { listenRequest } from "../tenant/live/live-pages.ts";
import { openLiveSocket } from "../tenant/live/live-socket.ts";
import { MAIL_PATH } from "../tenant/mail/mail-link.ts";
import type { Caller } from "../tenant/tenant-calls.ts";
import { bringCookies, type FoundCaller } from "./authenticate.ts";
import { answerMailLink } from "./mail-link.tsx";

export interface OwnRoutesPorts extends ApiPorts, AdminPorts {
  /** Who sent the request, by its identity cookie; null: nobody that is believed. `cookie`: the request's header. */
  readCaller(request: Request, cookie?: string | null): FoundCaller | null | Promise<FoundCaller | null>;
  /** I8: the same asked again, for the administration; null: not any more. */
  confirmCaller(request: Request, caller: Caller | null): Promise<FoundCaller | null>;
  /** Which part is unhealthy (G6). */
  answerHealth(ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
  /** The gate's own files and its refusal page; null: not one of them. */
  answerGateFile(request: Request): Promise<Response | null>;
}

export interface OwnRoutes {
  fetch(request: Request, ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
  /** Every address that Hono routes, for the table of rights that a test keeps whole (A9). */
  routes: readonly { method: string; path: string }[];
}

/** Answers the API's calls by their table: a heartbeat a minute from every browser has to be cheap. Hono does the rest. */
export function createOwnRoutes(ports: OwnRoutesPorts): OwnRoutes {
  const { config, tenant, now } = ports;
  const limit = createCallLimit(config.timing, now);
  const rest = createRest(ports, limit);
  const handBack = ({ holder, binding, at }: Returned) => tenant.handBack(holder, binding, at);
  const returns = { config, now, handBack, mayBring: () => true };
  return {
    routes: rest.routes,
    fetch: (request, ctx) => {
      const cookie = request.headers.get("cookie");
      if (!showsReceipt(cookie)) return answer(request, cookie, ctx);
      return answerConfirmed(returns, cookie, () => answer(request, cookie, ctx));
    },
  };

  async function answer(
    request: Request,
    cookie: string | null,
    ctx: Pick<ExecutionContext, "waitUntil">,
  ): Promise<Response> {
    const { url } = request;
    const name = readApiName(url);
    if (name === null) return rest.fetch(request, undefined, ctx as ExecutionContext);
    try {
      const found = ports.readCaller(request, cookie);
      const { sender, setCookies } = senderOf(request, url, found instanceof Promise ? await found : found);
      const fault = faultOf(limit, sender, name);
      return bringCookies(
        fault === null ? await answerApi(request, sender, ports, name) : problemResponse(fault),
        setCookies,
      );
    } catch (error) {
      return answerFailure(error);
    }
  }
}

/** P8. What other sites send is refused anyway, and uses up nothing. */
const faultOf = (limit: CallLimit, { origin, caller }: Sender, name: ApiName | null): DoorProblem | null =>
  caller === null || origin === "foreign" ? null : limit(caller.person.id, name);

/** `setCookies`: see caller.ts. */
interface FoundSender {
  sender: Sender;
  setCookies: readonly string[];
}

function senderOf({ headers }: Request, url: string, found: FoundCaller | null): FoundSender {
  const origin = readOrigin(headers, url.slice(0, url.indexOf("/", "https://".length)));
  const { caller, setCookies } = apart(found);
  return { sender: { origin, caller }, setCookies };
}

const NO_COOKIES: readonly string[] = [];

function apart(found: FoundCaller | null): { caller: Caller | null; setCookies: readonly string[] } {
  if (found?.setCookies === undefined) return { caller: found, setCookies: NO_COOKIES };
  const { setCookies, ...caller } = found;
  return { caller, setCookies };
}

function answerFailure(error: unknown): Response {
  console.error("Hotseat failed at an own address:", error);
  return problemResponse({ code: "busy", detail: "Hotseat could not answer this. Please try again in a few seconds." });
}

/** `fault`: why it could not be asked what the sender may do. */
interface RestEnv {
  Variables: Sender & { fault?: unknown };
}

function createRest(ports: OwnRoutesPorts, limit: CallLimit): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  const secured = secureHeaders({
    // What a handler set itself is stricter.
    overwrite: false,
    // These two would speak for the CRM's whole host.
    strictTransportSecurity: false,
    originAgentCluster: false,
    // "no-referrer" would make browsers send `Origin: null` with the administration's own forms.
    referrerPolicy: "same-origin",
  });
  // Data is answered with what it needs (api/answer.ts).
  app.use((c, next) => (c.req.path.startsWith(API_PATH) ? next() : secured(c, next)));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        c.req.path.startsWith(`${SCIM_PATH}/`)
          ? wrongMethod(methods)
          : problemResponse(
              { code: "wrong_method", detail: `Ask this address with ${methods.join(" or ")}.` },
              { allow: methods.join(", ") },
            ),
    }),
  );
  const confirm = async (c: Context<RestEnv>, caller: Caller | null) => {
    try {
      return apart(await ports.confirmCaller(c.req.raw, caller));
    } catch (fault) {
      if (!c.req.path.startsWith(ADMIN_PATH)) throw fault;
      // The administration says so on a page of its own.
      c.set("fault", fault);
      return { caller, setCookies: [] };
    }
  };
  for (const paths of [`${API_PATH}*`, ADMIN_PATH, `${ADMIN_PATH}/*`, `${LISTEN_PATH}/*`]) {
    app.use(paths, async (c, next) => {
      const { raw } = c.req;
      const { sender, setCookies } = senderOf(raw, raw.url, await ports.readCaller(raw));
      const { origin, caller } = sender;
      const fault = c.req.path.startsWith(ADMIN_PATH) ? null : faultOf(limit, sender, null);
      if (fault !== null) return problemResponse(fault);
      c.set("origin", origin);
      // What comes from other sites is refused without asking anybody, and people who listen hear of themselves alone.
      const isForeign = origin === "foreign" && c.req.method === "POST";
      const isListener = caller?.person.role === "user" && c.req.path === LISTEN_PATH;
      const confirmed = isForeign || isListener ? { caller, setCookies: [] } : await confirm(c, caller);
      c.set("caller", confirmed.caller);
      await next();
      const brought = bringCookies(c.res, [...setCookies, ...confirmed.setCookies]);
      if (brought === c.res) return;
      // Hono would put the headers of the answer before over it.
      c.res = undefined;
      c.res = brought;
    });
  }
  app.get(`${OWN_PATH}health`, (c) => ports.answerHealth(c.executionCtx));
  app.on(["GET", "POST"], MAIL_PATH, (c) => answerMailLink(ports, c.req.raw));
  app.get(LISTEN_PATH, (c) =>
    openLiveSocket(ports.tenant, { ...c.var, upgrade: c.req.header("upgrade"), requestOf: listenRequest }),
  );
  app.route("/", createApi(ports));
  app.route("/", createScim(ports));
  app.route("/", createAdmin(ports));
  app.all(`${OWN_PATH}*`, async (c) => (await ports.answerGateFile(c.req.raw)) ?? c.notFound());
  app.notFound(() => problemResponse({ code: "not_found", detail: "Hotseat has nothing at this address." }));
  app.onError(answerFailure);
  return app;
}
