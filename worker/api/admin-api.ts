/** The administration's API: every address of admin-protocol.ts `ADMIN_API`, for managers, admins and support (L10, L12, L13). */
import { Hono } from "hono";
import { ADMIN_API, type AdminApiName } from "../../shared/admin-protocol.ts";
import type { DoorProblem } from "../../shared/problem.ts";
import { ok, type Result } from "../../shared/result.ts";
import { type Sentence, writeSentence } from "../../shared/sentence.ts";
import { ENGLISH } from "../../shared/sentences.ts";
import { shownAddressOf } from "../tenant/alerts/receiver.ts";
import type { Person, TenantCalls } from "../tenant/tenant-calls.ts";
import { ADMIN_ENDPOINTS } from "./admin-endpoints.ts";
import { answerJson } from "./answer.ts";
import type { ApiEnv, ApiPorts } from "./api-request.ts";
import { answerPerson } from "./pipeline.ts";

type BodyOf<N extends AdminApiName> = (typeof ADMIN_API)[N] extends { _zod: { output: infer T } } ? T : null;
type Answer = Promise<Result<unknown, DoorProblem>>;
/** `site`: origin of the tenant's pages, for the links in e-mail. */
type Call<Body> = (tenant: TenantCalls, actor: Person, body: Body, site: string) => Answer;

/** Receivers without the keys of webhooks, with what became of their last message in English and the secret where it is new. */
async function received(asked: ReturnType<TenantCalls["records"]>): Answer {
  const answer = await asked;
  if (!answer.ok) return answer;
  const { alerts, secret = null } = answer.value;
  const hooks = alerts.hooks.map(({ last, url, ...hook }) => {
    const address = shownAddressOf({ kind: hook.kind, url });
    const fault = last === null || typeof last.fault === "string" ? last?.fault : writeOrNull(last.fault);
    return {
      ...hook,
      address,
      last: last === null ? null : { at: last.at, fault: fault ?? null, off: last.off ?? null },
    };
  });
  return ok({ ...alerts, hooks, secret });
}

const writeOrNull = (said: Sentence | null): string | null => (said === null ? null : writeSentence(ENGLISH, said));

/** The view with what was changed in English, as everything that programs read. */
async function viewed(asked: ReturnType<TenantCalls["adminView"]>): Answer {
  const view = await asked;
  if (!view.ok) return view;
  const { settings } = view.value;
  const history = settings.history.map(({ what, ...change }) => ({
    ...change,
    what: typeof what === "string" ? what : writeSentence(ENGLISH, what),
  }));
  return ok({ ...view.value, settings: { ...settings, history } });
}

/** What each address asks of the tenant. Rights are the tenant's to judge, so that attempts are recorded. */
const CALLS: { [N in AdminApiName]: Call<BodyOf<N>> } = {
  view: (tenant, actor) => viewed(tenant.adminView(actor)),
  limit: (tenant, actor, { limit, version }) => viewed(tenant.setLimit(actor, limit, version)),
  "idle-timeout": (tenant, actor, { idleTimeoutMs, version }) =>
    viewed(tenant.setIdleTimeout(actor, idleTimeoutMs, version)),
  settings: (tenant, actor, { change, version }) => viewed(tenant.changeSettings(actor, change, version)),
  evict: (tenant, actor, { holder, note }) => viewed(tenant.evict(actor, holder, note)),
  explain: (tenant, actor, { holder }) => tenant.explainHolder(actor, holder),
  records: (tenant, actor, { count }) => viewed(tenant.reportRecords(actor, count)),
  "requests/ask": (tenant, actor, wish) => viewed(tenant.askForChange(actor, wish)),
  "requests/decide": (tenant, actor, { id, answer, version }) =>
    viewed(tenant.decideRequest(actor, id, answer, version)),
  shadow: (tenant, actor) => tenant.shadow(actor, { do: "view" }),
  "shadow/begin": (tenant, actor, { changes }) => tenant.shadow(actor, { do: "begin", changes }),
  "shadow/end": (tenant, actor) => tenant.shadow(actor, { do: "end" }),
  rights: (tenant, actor) => tenant.rights(actor, { do: "read" }),
  "rights/preview": (tenant, actor, { rights }) => tenant.rights(actor, { do: "preview", rights }),
  groups: (tenant, actor) => tenant.groups(actor, { do: "list" }),
  "groups/read": (tenant, actor, body) => tenant.groups(actor, { do: "read", ...body }),
  "groups/make": (tenant, actor, body) => tenant.groups(actor, { do: "make", ...body }),
  "groups/change": (tenant, actor, body) => tenant.groups(actor, { do: "change", ...body }),
  "groups/people": (tenant, actor, body) => tenant.groups(actor, body),
  "groups/remove": (tenant, actor, body) => tenant.groups(actor, { do: "remove", ...body }),
  receivers: (tenant, actor) => received(tenant.records(actor, { do: "head" })),
  "receivers/add": (tenant, actor, { events, names, heads, report, language = "en", ...wish }, site) =>
    received(
      tenant.records(actor, {
        do: "add_receiver",
        ...wish,
        events: events === true,
        names: names === true,
        heads: heads === true,
        report: report === true,
        language,
        site,
      }),
    ),
  "receivers/test": (tenant, actor, { id }) => received(tenant.records(actor, { do: "test_receiver", id })),
  "receivers/secret": (tenant, actor, { id }) => received(tenant.records(actor, { do: "rotate_secret", id })),
  "receivers/resume": (tenant, actor, { id }) => received(tenant.records(actor, { do: "resume_receiver", id })),
  "receivers/remove": (tenant, actor, { id }) => received(tenant.records(actor, { do: "remove_receiver", id })),
  "receivers/near": (tenant, actor, { percent }) => received(tenant.records(actor, { do: "set_near", percent })),
  tokens: (tenant, actor) => tenant.listTokens(actor),
  "tokens/make": (tenant, actor, wish) => tenant.makeToken(actor, wish),
  "tokens/revoke": (tenant, actor, { id }) => tenant.revokeToken(actor, id),
};

/** Routes under `/.hotseat/api/admin/`. */
export function createAdminApi({ tenant }: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const name of Object.keys(ADMIN_API) as AdminApiName[]) {
    const endpoint = ADMIN_ENDPOINTS[name];
    // The table pairs each name with its own schema, which TypeScript cannot follow through a variable name.
    const call = CALLS[name] as Call<unknown>;
    app.all(endpoint.path, (c) =>
      answerPerson(c.req.raw, c.var, endpoint, async ({ person }, body) => {
        const answered = await call(tenant, person, body, new URL(c.req.url).origin);
        return answered.ok ? ok(answerJson(answered.value)) : answered;
      }),
    );
  }
  return app;
}
