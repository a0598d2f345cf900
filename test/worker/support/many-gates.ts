/**
 * The Worker for many gates in one runtime, told apart by their ports: starting a runtime takes longer than most tests
 * with a browser. Each gate has bindings of its own, and by them a tenant and all that an isolate keeps for a site.
 */
import type { Env } from "../../../worker/config/config.ts";
import worker from "../../../worker/index.ts";
import { TenantSeats as Seats } from "../../../worker/tenant/tenant-seats.ts";

export interface NewGate {
  port: string;
  bindings: Record<string, string> & { TENANT: string };
}

const byPort = new Map<string, Env>();
const byTenant = new Map<string | undefined, NewGate["bindings"]>();
let newest: Env;

async function openGate(request: Request, env: Env): Promise<Response> {
  const { port, bindings } = await request.json<NewGate>();
  newest = { ...env, ...bindings };
  byPort.set(port, newest);
  byTenant.set(bindings.TENANT, bindings);
  return new Response();
}

export default {
  fetch(request, env, ctx) {
    const { port, pathname } = new URL(request.url);
    if (pathname === "/open-a-gate") return openGate(request, env);
    // What stands between browser and gate has a port that nobody told of.
    return worker.fetch(request, byPort.get(port) ?? newest, ctx);
  },
} satisfies ExportedHandler<Env>;

export class TenantSeats extends Seats {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, ...byTenant.get(ctx.id.name) });
  }
}
