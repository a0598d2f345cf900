/**
 * Tests inside workerd: real Durable Objects and D1, the Worker's own exports. Files that use storage share a runtime, the
 * others share a second: starting one takes longer than most files. test/worker/support/{fresh,no}-storage.ts part them.
 */
import { globSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildClientFiles } from "../scripts/build/client-files.ts";
import { IN_NODE } from "./support/in-node.ts";

buildClientFiles();

const root = `${import.meta.dirname}/..`;

const WITHOUT_STORAGE = [
  "test/worker/{gate,http,i18n,identity,memory,pass}/**/*.test.ts",
  "test/worker/admin/words.test.ts",
  "test/worker/api/api.test.ts",
  "test/worker/audit/sha256.test.ts",
  "test/worker/registry/registry.test.ts",
  "test/worker/tenant/alerts/webhook.test.ts",
  "test/worker/tenant/presence-store.test.ts",
];
const WITH_STORAGE = [
  "test/worker/gate/refusal/refusal-admin-panel.test.ts",
  "test/worker/gate/session/{next-person,session-values,sign-out}.test.ts",
  "test/worker/gate/products/suitecrm-day.test.ts",
];

const filesOf = (patterns: string[]) => globSync(patterns, { cwd: root, exclude: IN_NODE });
const withStorage = new Set(filesOf(WITH_STORAGE));
const withoutStorage = new Set(filesOf(WITHOUT_STORAGE).filter((file) => !withStorage.has(file)));

const migrations = await readD1Migrations(`${root}/worker/audit/migrations`);

/** Two projects for these files: those that use storage, under `name`, and the others. `setup`: of all of them. */
export function workerProjects(name: string, files: readonly string[], setup: readonly string[] = []) {
  const project = (suffix: string, include: string[], first: string) => ({
    root,
    plugins: [
      cloudflareTest({
        wrangler: { configPath: `${root}/wrangler.toml` },
        miniflare: {
          // A second and a third database of records, as an operator adds them.
          d1Databases: ["RECORDS_1", "RECORDS_2"],
          bindings: {
            TEST_MIGRATIONS: migrations,
            HOTSEAT_SECRET: "a secret for tests and of no worth elsewhere",
            TENANT: "acme",
            TENANT_NAME: "Acme Ltd",
            CONTACT: "IT, extension 4711",
            CRM_ORIGIN: "http://crm.test",
            PRESET: "demo",
            SEAT_LIMIT: "2",
            ENFORCE: "yes",
            MAIL_FROM: "hotseat@acme.example",
            MAIL_SERVICE: "resend",
            MAIL_KEY: "a key for tests",
          },
        },
      }),
    ],
    test: {
      name: `${name}${suffix}`,
      include,
      // Longer is a hang, also on a machine that does other things beside.
      testTimeout: 30_000,
      hookTimeout: 30_000,
      // Written to the process's own output. Sent through Vitest, a line of a request that outlives its test could come
      // while the runner closes and fail the run.
      disableConsoleIntercept: true,
      setupFiles: [`${root}/test/worker/support/${first}`, ...setup],
      // One runtime for all.
      isolate: false,
    },
  });
  return [
    project(
      "",
      files.filter((file) => !withoutStorage.has(file)),
      "fresh-storage.ts",
    ),
    project(
      "-without-storage",
      files.filter((file) => withoutStorage.has(file)),
      "no-storage.ts",
    ),
  ];
}

export default defineConfig({
  root,
  test: { projects: workerProjects("worker", filesOf(["test/worker/**/*.test.{ts,tsx}"])) },
});
