/**
 * Setup of the Worker test files that keep nothing: one runtime runs them all, since starting one takes longer than most
 * of them. Each gets real timers and functions, and modules without memory. Objects and databases would outlive a file,
 * so a test that uses one here fails: its file is to begin with fresh storage.
 */
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { forgetModules } from "./new-modules.ts";

vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllGlobals();
forgetModules();

const bar = (binding: object, ...methods: string[]) => {
  for (const method of methods) {
    Object.defineProperty(binding, method, {
      configurable: true,
      value: () => {
        throw new Error("This file uses storage: name it in WITH_STORAGE of test/worker.vitest.config.ts");
      },
    });
  }
};
bar(env.SEATS, "get", "getByName", "idFromName", "idFromString", "newUniqueId", "jurisdiction");
for (const [name, binding] of Object.entries(env)) {
  if (name.startsWith("RECORDS")) bar(binding as object, "prepare", "batch", "exec", "withSession");
}
