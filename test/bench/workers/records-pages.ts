/** The administration of one tenant before records of the bench's own: for what its pages cost beside D1. */

import { readConfig } from "../../../worker/config/config.ts";
import { createOwnRoutes } from "../../../worker/site/own-routes.ts";
import { FakeTenant, VIEW } from "../../worker/api/fake-tenant.ts";

const MANAGER = { id: "mia", name: "Mia Manager", email: null, role: "admin" };

/** Answers a path of the administration. `records` is a D1; `now` in ms since 1970. */
export function openPages(records: unknown, now: () => number, limit: number): (path: string) => Promise<Response> {
  const config = readConfig({
    TENANT: "acme",
    CRM_ORIGIN: "http://crm.test",
    PRESET: "demo",
    HOTSEAT_SECRET: "a secret for benchmarks and of no worth elsewhere",
  } as Parameters<typeof readConfig>[0]);
  const tenant = new FakeTenant();
  tenant.view = { ok: true, value: { ...VIEW, limit, settings: { ...VIEW.settings, limit } } };
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
  return (path) => app.fetch(new Request(`http://crm.test/.hotseat/admin${path}`), { waitUntil: () => undefined });
}
