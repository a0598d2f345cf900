/**
 * The harsh mode: the scenarios of ledger, gate and identity once more, on a platform that does to them what it may.
 * The object is evicted between any two calls and each request runs in another of three isolates (test/worker/harsh);
 * the pure ledger's scenarios lose their memory before every line (test/support/scenario.ts).
 *
 * Of the Worker's tests those of L, G and I rules that send requests in turns or call an object. Not those that look at
 * a function or at storage alone, where nothing changes; nor those of presence, which put the object to sleep by
 * themselves.
 */
import { globSync, writeFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { bundleWorker } from "../scripts/dev/local-worker.ts";
import { workerProjects } from "./worker.vitest.config.ts";

const root = `${import.meta.dirname}/..`;
writeFileSync(`${root}/test/worker/harsh/isolate.script.js`, bundleWorker("test/worker/harsh/isolate-entry.ts"));
const FILES = [
  "test/worker/index.test.ts",
  "test/worker/api/{api,ledger-api}.test.ts",
  "test/worker/gate/**/*.test.ts",
  "test/worker/identity/token/token-identity.test.ts",
  "test/worker/site/{secret-rotation,two-tenants}.test.ts",
  "test/worker/tenant/tenant-seats.test.ts",
];
const NOT_THESE = [
  "test/worker/gate/agent/**",
  "test/worker/gate/{classify,request-act}.test.ts",
  "test/worker/gate/proxy/{cookie-domain,head-start,outgoing,public-address}.test.ts",
  "test/worker/gate/refusal/form-replay.test.ts",
];

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: "harsh-ledger",
          include: ["test/worker/ledger/**/*.test.ts"],
          env: { HOTSEAT_HARSH: "yes" },
          testTimeout: 30_000,
          // The ledger is pure: its files may share a process.
          isolate: false,
        },
      },
      ...workerProjects("harsh-worker", globSync(FILES, { cwd: root, exclude: NOT_THESE }), [
        `${root}/test/worker/harsh/setup.ts`,
      ]),
    ],
  },
});
