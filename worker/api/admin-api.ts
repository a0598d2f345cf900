/** The administration's API: every address of admin-protocol.ts `ADMIN_API`, for managers, admins and support (L10, L12, L13). */
import { type Context, Hono } from "hono";
import { ADMIN_API, type AdminApiName } from "../../shared/admin-protocol.ts";
import type { Problem } from "../../shared/problem.ts";
import { API_PATH } from "../../shared/protocol.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Person, TenantCalls } from "../tenant/tenant-calls.ts";
import { answerJson, problemResponse } from "./answer.ts";
import type { ApiEnv, ApiPorts } from "./api-request.ts";
import { readBody } from "./request-body.ts";

type BodyOf<N extends AdminApiName> = (typeof ADMIN_API)[N] extends { _zod: { output: infer T } } ? T : null;
type Answer = Promise<Result<unknown, Problem>>;

/** What each address asks of the tenant. Rights are the tenant's to judge, so that attempts are recorded. */
const CALLS: { [N in AdminApiName]: (tenant: TenantCalls, actor: Person, body: BodyOf<N>) => Answer } = {
  view: (tenant, actor) => tenant.adminView(actor),
  limit: (tenant, actor, { limit, version }) => tenant.setLimit(actor, limit, version),
  "idle-timeout": (tenant, actor, { idleTimeoutMs, version }) => tenant.setIdleTimeout(actor, idleTimeoutMs, version),
  settings: (tenant, actor, { change, version }) => tenant.changeSettings(actor, change, version),
  evict: (tenant, actor, { holder, note }) => tenant.evict(actor, holder, note),
  explain: (tenant, actor, { holder }) => tenant.explainHolder(actor, holder),
  records: (tenant, actor, { count }) => tenant.reportRecords(actor, count),
  "requests/ask": (tenant, actor, wish) => tenant.askForChange(actor, wish),
  "requests/decide": (tenant, actor, { id, answer, version }) => tenant.decideRequest(actor, id, answer, version),
  groups: (tenant, actor) => tenant.groups(actor, { do: "list" }),
  "groups/read": (tenant, actor, body) => tenant.groups(actor, { do: "read", ...body }),
  "groups/make": (tenant, actor, body) => tenant.groups(actor, { do: "make", ...body }),
  "groups/change": (tenant, actor, body) => tenant.groups(actor, { do: "change", ...body }),
  "groups/people": (tenant, actor, body) => tenant.groups(actor, body),
  "groups/remove": (tenant, actor, body) => tenant.groups(actor, { do: "remove", ...body }),
  tokens: (tenant, actor) => tenant.listTokens(actor),
  "tokens/make": (tenant, actor, wish) => tenant.makeToken(actor, wish),
  "tokens/revoke": (tenant, actor, { id }) => tenant.revokeToken(actor, id),
};

/** Routes under `/.hotseat/api/admin/`. */
export function createAdminApi(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const name of Object.keys(ADMIN_API) as AdminApiName[]) {
    app.all(`${API_PATH}admin/${name}`, async (c) => {
      const answered = await answerCall(c, ports.tenant, name);
      if (answered.ok) return answerJson(answered.value);
      const allow = ADMIN_API[name] === null ? "GET, HEAD" : "POST";
      return problemResponse(answered.error, answered.error.code === "wrong_method" ? { allow } : {});
    });
  }
  return app;
}

async function answerCall(
  c: Context<ApiEnv>,
  tenant: TenantCalls,
  name: AdminApiName,
): Promise<Result<unknown, Problem>> {
  const refused = (error: Problem) => ({ ok: false as const, error });
  const schema = ADMIN_API[name];
  const method = schema === null ? "GET" : "POST";
  const asked = c.req.method === "HEAD" ? "GET" : c.req.method;
  if (asked !== method) return refused({ code: "wrong_method", detail: `Ask this address with ${method}.` });
  const { caller, origin } = c.var;
  if (method === "POST" && origin === "foreign") {
    return refused({
      code: "foreign_origin",
      detail: "Ask from a page of the CRM's host or from Hotseat's extension.",
    });
  }
  if (caller === null) {
    return refused({ code: "signed_out", detail: "Open the CRM and sign in; Hotseat learns from it who you are." });
  }
  const body = schema === null ? ok(null) : await readBody(c.req.raw, schema);
  if (!body.ok) return body;
  try {
    // The table pairs each name with its own schema, which TypeScript cannot follow through a variable name.
    return await (CALLS[name] as (tenant: TenantCalls, actor: Person, body: unknown) => Answer)(
      tenant,
      caller.person,
      body.value,
    );
  } catch (error) {
    console.error(`The tenant did not answer admin/${name}:`, error);
    return refused({ code: "busy", detail: "The licence service did not answer. Please try again in a few seconds." });
  }
}
