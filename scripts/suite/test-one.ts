/**
 * `npm run test:one -- FILE [OPTION...]` and `npm run test:watch [-- FILE...]`: vitest with the configuration to which a
 * test file belongs. Without a file, the unit tests are watched.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join, matchesGlob } from "node:path";
import { IN_NODE } from "../../test/support/in-node.ts";
import { buildClientFiles } from "../build/client-files.ts";
import { explain, Refusal } from "../cli/command-refusal.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The configuration for a test's path, from the project's folder on. */
export function configFor(path: string): string {
  if (path.startsWith("test/worker/")) return IN_NODE.some((glob) => matchesGlob(path, glob)) ? "unit" : "worker";
  if (path.startsWith("test/fixtures/tryton/")) return "tryton";
  return path.startsWith("test/e2e/") ? "e2e" : "unit";
}

function readWish(args: readonly string[]): { watch: boolean; rest: string[]; config: string } {
  const watch = args[0] === "--watch";
  const rest = args.slice(watch ? 1 : 0);
  const files = rest.filter((arg) => arg.startsWith("test/") || arg.startsWith("./test/"));
  if (files.length === 0 && !watch)
    throw new Refusal(
      'Name a test file: npm run test:one -- test/worker/ledger/line.test.ts, and -t "WORDS" for one test in it.',
    );
  const missing = files.find((file) => !existsSync(join(ROOT, file)));
  if (missing !== undefined) throw new Refusal(`There is no ${missing}.`);
  const configs = new Set(files.map((file) => configFor(file.replace(/^\.\//, ""))));
  if (configs.size > 1)
    throw new Refusal(`These files need several configurations (${[...configs].join(", ")}): name those of one.`);
  return { watch, rest, config: [...configs][0] ?? "unit" };
}

if (import.meta.main) {
  try {
    const { watch, rest, config } = readWish(process.argv.slice(2));
    buildClientFiles();
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const args = [vitest, watch ? "watch" : "run", "--config", `test/${config}.vitest.config.ts`, ...rest];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    child.once("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 1 : constants.signals[signal])));
  } catch (error) {
    process.exitCode = explain(error);
  }
}
