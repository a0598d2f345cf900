/** The Worker as Cloudflare starts it. */
import type { Env } from "./config.ts";
import { createFront, type Front } from "./front.ts";
import { runNightly } from "./nightly.ts";

export { TenantSeats } from "./tenant/tenant-seats.ts";

/** Built at the first request of an isolate, for the bindings that all its requests share. */
let built: { env: Env; front: Front } | null = null;

export default {
  fetch(request, env, ctx) {
    if (built?.env !== env) built = { env, front: createFront(env) };
    return built.front(request, ctx);
  },

  async scheduled(controller, env) {
    await runNightly(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
