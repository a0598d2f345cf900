/** Everything that runs in Node itself; some tests of the scripts start a workerd of their own. */
import { globSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { buildClientFiles } from "../scripts/build/client-files.ts";
import { IN_NODE } from "./support/in-node.ts";

buildClientFiles();

const root = `${import.meta.dirname}/..`;
/** Of pure code: these files may share a process. */
const PURE = ["test/worker/ledger/**/*.test.ts", "test/shared/**/*.test.ts"];
/** The other tests of the Worker run in workerd. */
const inWorkerd = globSync("test/worker/**/*.test.{ts,tsx}", { cwd: root, exclude: IN_NODE });

export default defineConfig({
  root,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...PURE, ...inWorkerd, "test/e2e/**", "test/fixtures/tryton/**"],
        },
      },
      { extends: true, test: { name: "unit-pure", include: PURE, isolate: false } },
    ],
    // Longer is a hang, also on a machine that does other things beside.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // As for the Worker's tests: a late line must not fail the run.
    disableConsoleIntercept: true,
  },
  // The extension's components are JSX for Preact, see extension/tsconfig.json.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
