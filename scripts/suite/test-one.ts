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
import { readArguments } from "../cli/read-options.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The configuration for a test's path, from the project's folder on. */
export function configFor(path: string): string {
  if (path.startsWith("test/worker/")) return IN_NODE.some((glob) => matchesGlob(path, glob)) ? "unit" : "worker";
  if (path.startsWith("test/fixtures/tryton/")) return "tryton";
  return path.startsWith("test/e2e/") ? "e2e" : "unit";
}

const HELP = {
  one: `npm run test:one -- FILE... [OPTION...]

Runs test files with the configuration that they need.`,
  watch: `npm run test:watch -- [FILE...] [OPTION...]

Runs the unit tests, or the files that are named, again on every change.`,
};
const OPTIONS_HELP = `
  -t "WORDS"      only the tests whose names have these words
  -u              updates snapshots
  --reporter NAME how vitest tells what it did, such as verbose
  --bail N        stops after N failures`;

/** Those of vitest's own that a run by hand wants; it answers any other with a stack trace. */
const OPTIONS = {
  testNamePattern: { type: "string", short: "t" },
  update: { type: "boolean", short: "u" },
  reporter: { type: "string" },
  bail: { type: "string" },
  watch: { type: "boolean" },
} as const;

type Wish = { watch: boolean; rest: string[]; config: string };

function readWish(args: string[]): Wish {
  const isWatching = args[0] === "--watch";
  const kind = isWatching ? "watch" : "one";
  const { positionals: files, values } = readArguments(`npm run test:${kind}`, HELP[kind] + OPTIONS_HELP, OPTIONS);
  if (files.length === 0 && !isWatching)
    throw new Refusal(
      'Name a test file: npm run test:one -- test/worker/ledger/line.test.ts, and -t "WORDS" for one test in it.',
    );
  const missing = files.find((file) => !existsSync(join(ROOT, file)));
  if (missing !== undefined) throw new Refusal(`There is no ${missing}.`);
  const configs = new Set(files.map((file) => configFor(file.replace(/^\.\//, ""))));
  if (configs.size > 1)
    throw new Refusal(`These files need several configurations (${[...configs].join(", ")}): name those of one.`);
  return {
    watch: values.watch ?? false,
    rest: args.filter((arg) => arg !== "--watch"),
    config: [...configs][0] ?? "unit",
  };
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
