/** Everything that runs in Node itself; some tests of the scripts start a workerd of their own. */
import { defineConfig } from "vitest/config";
import { buildClientScripts } from "../scripts/build/client-scripts.ts";

buildClientScripts();

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/worker/**", "test/e2e/**", "test/fixtures/tryton/**"],
    // Longer is a hang, also on a machine that does other things beside.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
  // The extension's components are JSX for Preact, see extension/tsconfig.json.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
