/**
 * The harsh mode: the scenarios of ledger, gate and identity once more, on a platform that does to them what it may.
 * The object is evicted between any two calls and each request runs in another of three isolates (test/worker/harsh);
 * the pure ledger's scenarios lose their memory before every line (test/support/scenario.ts).
 *
 * Of the Worker's tests those of L, G and I rules that send requests in turns or call an object. Not those that look at
 * a function or at storage alone, where nothing changes; nor those of presence, which put the object to sleep by
 * themselves.
 */
import { defineConfig } from "vitest/config";
import worker from "./worker.vitest.config.ts";

const root = `${import.meta.dirname}/..`;

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: "harsh-ledger",
          include: ["test/ledger/**/*.test.ts"],
          env: { HOTSEAT_HARSH: "yes" },
          testTimeout: 30_000,
        },
      },
      {
        ...worker,
        test: {
          ...worker.test,
          name: "harsh-worker",
          include: [
            "test/worker/{index,ledger-api,secret-rotation}.test.ts",
            "test/worker/api/api.test.ts",
            "test/worker/gate/**/*.test.ts",
            "test/worker/identity/token-identity.test.ts",
            "test/worker/registry/two-tenants.test.ts",
            "test/worker/tenant/tenant-seats.test.ts",
          ],
          exclude: [
            "test/worker/gate/{classify,cookie-domain,head-start,kept-form,outgoing,public-address,visit-act}.test.ts",
          ],
          setupFiles: [`${root}/test/worker/fresh-state.ts`, `${root}/test/worker/harsh/setup.ts`],
        },
      },
    ],
  },
});
