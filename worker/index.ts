/** The Worker as Cloudflare starts it. */
import { type Env, readConfig } from "./config/config.ts";
import { readSecrets } from "./config/env.ts";
import { createHostRouter } from "./site/host-router.ts";
import { runScheduled } from "./site/scheduled.ts";
import { answerFaults, createTenantSite, faultsOf, type TenantSite } from "./site/tenant-site.ts";

export { TenantSeats } from "./tenant/tenant-seats.ts";

/** Built at the first request of an isolate, for the bindings that all its requests share. */
let built: { env: Env; front: TenantSite } | null = null;

/** One tenant by the Worker's variables, or those of the registry. What cannot work answers so. */
function buildFront(env: Env): TenantSite {
  try {
    if ((env.TENANT ?? "") !== "") return createTenantSite(env, readConfig(env));
    const faults: string[] = [];
    const secrets = readSecrets(env.HOTSEAT_SECRET, (fault) => faults.push(fault));
    return faults.length === 0 ? createHostRouter(env, secrets, caches.default) : refuse(faults);
  } catch (error) {
    const faults = faultsOf(error);
    if (faults === null) throw error;
    return refuse(faults);
  }
}

function refuse(faults: readonly string[]): TenantSite {
  console.error(JSON.stringify({ what: "the configuration is wrong", faults }));
  return () => answerFaults(faults);
}

export default {
  fetch(request, env, ctx) {
    if (built?.env !== env) built = { env, front: buildFront(env) };
    return built.front(request, ctx);
  },

  async scheduled(_, env) {
    await runScheduled(env);
  },
} satisfies ExportedHandler<Env>;
