/** Tests inside workerd: real Durable Objects and D1, the Worker's own exports. All state is fresh for each file. */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildClientScripts } from "../scripts/client-scripts.ts";

buildClientScripts();

const root = `${import.meta.dirname}/..`;

export default defineConfig({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: `${root}/wrangler.toml` },
      miniflare: {
        // A second and a third database of records, as an operator adds them.
        d1Databases: ["RECORDS_1", "RECORDS_2"],
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations(`${root}/worker/records/migrations`),
          HOTSEAT_SECRET: "a secret for tests and of no worth elsewhere",
          TENANT: "acme",
          TENANT_NAME: "Acme Ltd",
          CONTACT: "IT, extension 4711",
          CRM_ORIGIN: "http://crm.test",
          PRESET: "demo",
          SEAT_LIMIT: "2",
        },
      },
    }),
  ],
  test: {
    include: ["test/worker/**/*.test.{ts,tsx}"],
    // Longer is a hang, also on a machine that does other things beside.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: [`${root}/test/worker/fresh-state.ts`],
    // One runtime for all files; test/worker/fresh-state.ts parts them.
    isolate: false,
  },
});
