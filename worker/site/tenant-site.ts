/** What stands behind one tenant's host name: the gate before the CRM, and Hotseat's own addresses beside it. */
import { REFUSED_PATH } from "../../shared/protocol.ts";
import { problemResponse } from "../api/answer.ts";
import { databaseOf, patientDatabase } from "../audit/databases.ts";
import { type Config, ConfigError, type Env } from "../config/config.ts";
import { createGate } from "../gate/gate.ts";
import { answerGateAsset } from "../gate/gate-assets.ts";
import { pageOf, readGateRequest } from "../gate/gate-request.ts";
import { chooseLanguage } from "../gate/reader-language.ts";
import { showProblem } from "../gate/refusal/problem-answer.tsx";
import { readAdminPanel } from "../gate/refusal/refusal-admin-panel.tsx";
import { readSource } from "../gate/request-act.ts";
import { signOutOf } from "../gate/session/sign-out.ts";
import { readPathKind } from "../http/reserved-path.ts";
import type { Ask } from "../identity/crm/crm-question.ts";
import { createIdentitySource } from "../identity/identity-source.ts";
import { createOidcSignIn } from "../identity/oidc/oidc-sign-in.ts";
import { PresetError } from "../identity/preset/preset-check.ts";
import { loadPreset } from "../identity/preset/presets.ts";
import { createDependencyHealth } from "../memory/dependency-health.ts";
import { tenantClient, tenantOpener } from "../tenant/client.ts";
import { bringCookies, createConfirmCaller, createReadCaller } from "./authenticate.ts";
import { showSecret } from "./crm-secret.ts";
import { createHealth } from "./health.ts";
import { createOwnRoutes } from "./own-routes.ts";

export type TenantSite = (request: Request, ctx: Pick<ExecutionContext, "waitUntil">) => Response | Promise<Response>;

/** Builds all that answers for a tenant. Throws `PresetError`. */
export function createTenantSite(env: Env, config: Config): TenantSite {
  const preset = loadPreset(config.preset);
  const records = patientDatabase(databaseOf(env, config.records));
  const now = () => Date.now();
  const openTenant = tenantOpener(env, config);
  const crm = env.CRM;
  const fetchPlainly = (crm === undefined
    ? (...asked: Parameters<typeof fetch>) => fetch(...asked)
    : (...asked: Parameters<typeof fetch>) => crm.fetch(...asked)) as unknown as typeof fetch;
  const fetchCrm =
    config.crmSecret === null ? fetchPlainly : showSecret(config.crmSecret, config.crmOrigin, fetchPlainly);
  const fetchKeys = ((...asked: Parameters<typeof fetch>) => fetch(...asked)) as typeof fetch;
  const ask: Ask = (url, init) => fetchCrm(url, init);
  const source = createIdentitySource(config, preset, { ask, fetchKeys, now });
  const { identity } = config;
  const refuse = (request: Request, page: string, detail: string): Response => {
    const { isDocument } = readSource((name) => request.headers.get(name), false);
    const language = chooseLanguage(request.headers.get("accept-language"));
    return showProblem({ code: "identity_unproven", detail }, isDocument ? page : null, config.contact, language);
  };
  const signIn =
    identity.kind === "oidc" ? createOidcSignIn({ ...config, identity }, { fetchIt: fetchKeys, now, refuse }) : null;
  const dependencyHealth = createDependencyHealth(now);
  const tenant = tenantClient(openTenant);
  const gate = createGate(config, preset, { tenant: openTenant, fetchCrm, source, dependencyHealth, now });
  const readCaller = createReadCaller(config, source, now);
  /** G5: over a page of the CRM, too, a licence manager sees who has a seat. */
  const answerFile = async (request: Request) => {
    const caller = new URL(request.url).pathname === REFUSED_PATH ? await readCaller(request) : null;
    const managing = caller === null ? null : await readAdminPanel(tenant, caller.person);
    const file = answerGateAsset(config, request, managing, signOutOf(preset), preset.refusal.errors, caller !== null);
    return file === null ? null : bringCookies(file, caller?.setCookies ?? []);
  };
  const app = createOwnRoutes({
    config,
    tenant,
    records,
    now,
    readCaller,
    confirmCaller: createConfirmCaller(config, source, tenant, now),
    answerHealth: createHealth({
      tenant,
      records,
      crmOrigin: config.crmOrigin,
      fetchCrm,
      dependencyHealth,
      now,
    }),
    answerGateFile: async (request) => (await answerFile(request)) ?? (await signIn?.(request)) ?? null,
  });
  return (request, ctx) => {
    /** A fault of ours is logged and answered as one that passes; a bare 500 would tell nobody anything. */
    const answerFailure = (error: unknown): Response => {
      console.error("The gate failed:", error);
      const detail = "Hotseat could not answer this. Please try again in a few seconds.";
      const language = chooseLanguage(request.headers.get("accept-language"));
      return showProblem({ code: "busy", detail }, pageOf(readGateRequest(request, ctx)), config.contact, language);
    };
    switch (readPathKind(request.url)) {
      case "crm":
        return gate.handle(request, ctx).catch(answerFailure);
      case "own":
        return gate.handleOwn(request, ctx)?.catch(answerFailure) ?? app.fetch(request, ctx);
      case "disguised":
        return problemResponse({ code: "not_found", detail: "Hotseat has nothing at this address." });
    }
  };
}

/** The sentences of a configuration that cannot work; null for any other fault. */
export function faultsOf(error: unknown): readonly string[] | null {
  if (error instanceof ConfigError) return error.faults;
  return error instanceof PresetError ? [error.message] : null;
}

/** For the operator, who looks at the page after a first deploy. Faults name variables, never a secret's value. */
export function answerFaults(faults: readonly string[]): Response {
  const lines = [
    "Hotseat cannot work yet: its configuration is wrong.",
    "",
    ...faults.map((fault) => `- ${fault}`),
    "",
  ];
  return new Response(lines.join("\n"), {
    status: 503,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
