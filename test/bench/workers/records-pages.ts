/** The administration of one tenant before records of the bench's own: for what its pages cost beside D1. */

import { readConfig } from "../../../worker/config/config.ts";
import { createOwnRoutes } from "../../../worker/site/own-routes.ts";
import { makeSecret } from "../../../worker/tenant/tokens/secret.ts";
import { FakeTenant } from "../../support/site/fake-tenant.ts";
import { TOKEN, TOKEN_KEY, VIEW } from "../../support/site/tenant-answers.ts";

const MANAGER = { id: "mia", name: "Mia Manager", email: null, role: "admin" };

/** Answers a path of Hotseat's own. `records` is a D1; `now` in ms since 1970. */
export async function openPages(
  records: unknown,
  now: () => number,
  limit: number,
): Promise<(path: string) => Promise<Response>> {
  const config = readConfig({
    TENANT: "acme",
    CRM_ORIGIN: "http://crm.test",
    PRESET: "demo",
    HOTSEAT_SECRET: "a secret for benchmarks and of no worth elsewhere",
  } as Parameters<typeof readConfig>[0]);
  const tenant = new FakeTenant();
  tenant.view = { ok: true, value: { ...VIEW, limit, settings: { ...VIEW.settings, limit } } };
  // One of each policy is not needed: programs read with one token.
  tenant.useToken = async () => ({ ...TOKEN, policy: "read" as const });
  const authorization = `Bearer hs_abcdef_${await makeSecret(TOKEN_KEY, "abcdef")}`;
  const caller = { person: MANAGER, session: "session-of-the-bench__" };
  const app = createOwnRoutes({
    config,
    tenant,
    records,
    now,
    readCaller: async () => caller,
    confirmCaller: async () => caller,
    answerHealth: async () => new Response(),
    answerGateFile: async () => null,
  } as unknown as Parameters<typeof createOwnRoutes>[0]);
  return (path) =>
    app.fetch(new Request(`http://crm.test/.hotseat/${path}`, { headers: { authorization } }), {
      waitUntil: () => undefined,
    });
}
