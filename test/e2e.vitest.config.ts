/** Real browsers with the built extension: two files at a time, with time to start their browsers. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ["test/e2e/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // As for the Worker's tests: a late line must not fail the run.
    disableConsoleIntercept: true,
  },
});
