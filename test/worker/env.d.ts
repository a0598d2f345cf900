/** The bindings that tests in workerd find: the Worker's own, and the migrations of test/worker.vitest.config.ts. */
import type { D1Migration } from "cloudflare:test";
import type { Env as WorkerEnv } from "../../worker/config/config.ts";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}
