/** Tests of the Tryton fixture itself, apart from the others: they install and start a real Tryton. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: { include: ["test/fixtures/tryton/**/*.test.ts"] },
});
