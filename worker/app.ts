/** Mounts everything under Hotseat's own path (G1). The CRM's paths never come here. */
import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import { ADMIN_PATH, API_PATH, OWN_PATH } from "../shared/protocol.ts";
import { type AdminPorts, createAdmin } from "./admin/admin.tsx";
import { answerProblem } from "./api/answer.ts";
import { createApi } from "./api/api.ts";
import type { ApiPorts } from "./api/calls.ts";
import { type RequestOrigin, readOrigin } from "./origin.ts";
import type { Caller } from "./tenant/tenant-calls.ts";

export interface AppPorts extends ApiPorts, AdminPorts {
  /** Who sent the request, by its who cookie; null: nobody that is believed. */
  readCaller(request: Request): Promise<Caller | null>;
  /** Which part is ill (G6). */
  answerHealth(): Promise<Response>;
  /** The gate's own files and its refusal page; null: not one of them. */
  answerGateFile(request: Request): Promise<Response | null>;
}

type AppEnv = { Variables: { caller: Caller | null; origin: RequestOrigin } };

export function createApp(ports: AppPorts): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const secured = secureHeaders({
    // What a handler set itself is stricter.
    overwrite: false,
    // These two would speak for the CRM's whole host.
    strictTransportSecurity: false,
    originAgentCluster: false,
    // "no-referrer" would make browsers send `Origin: null` with the administration's own forms.
    referrerPolicy: "same-origin",
  });
  // Data is answered with what it needs (api/answer.ts): a heartbeat a minute from every browser has to be cheap.
  app.use((c, next) => (c.req.path.startsWith(API_PATH) ? next() : secured(c, next)));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, methods) =>
        answerProblem(
          { code: "wrong_method", detail: `Ask this address with ${methods.join(" or ")}.` },
          { allow: methods.join(", ") },
        ),
    }),
  );
  for (const paths of [`${API_PATH}*`, ADMIN_PATH, `${ADMIN_PATH}/*`]) {
    app.use(paths, async (c, next) => {
      const { url } = c.req;
      c.set("origin", readOrigin(c.req.raw.headers, url.slice(0, url.indexOf("/", "https://".length))));
      c.set("caller", await ports.readCaller(c.req.raw));
      await next();
    });
  }
  app.get(`${OWN_PATH}health`, () => ports.answerHealth());
  app.route("/", createApi(ports));
  app.route("/", createAdmin(ports));
  app.all(`${OWN_PATH}*`, async (c) => (await ports.answerGateFile(c.req.raw)) ?? c.notFound());
  app.notFound(() => answerProblem({ code: "not_found", detail: "Hotseat has nothing at this address." }));
  app.onError((error) => {
    console.error("Hotseat failed at an own address:", error);
    return answerProblem({ code: "busy", detail: "Hotseat could not answer this. Please try again in a few seconds." });
  });
  return app;
}
