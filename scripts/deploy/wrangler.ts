/** Runs the wrangler of this project, without its questions, its banner and its metrics. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const ROOT = join(import.meta.dirname, "../..");

const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CI: "true",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
};

export interface WranglerRun {
  status: number;
  output: string;
  errors: string;
}

/** `onOutput` is told of both streams as they come. */
export function runWrangler(
  args: readonly string[],
  onOutput: (text: string) => void = () => undefined,
): Promise<WranglerRun> {
  // What this process may have set for a Miniflare of its own is not wrangler's.
  const { MINIFLARE_WORKERD_PATH: _, ...environment } = process.env;
  return new Promise((settle) => {
    const child = spawn(process.execPath, [join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...args], {
      cwd: ROOT,
      env: { ...environment, ...QUIET },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      onOutput(chunk.toString("utf8"));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString("utf8");
      onOutput(chunk.toString("utf8"));
    });
    child.once("error", (error) => settle({ status: 1, output, errors: error.message }));
    child.once("close", (code) => settle({ status: code ?? 1, output, errors }));
  });
}

/** What wrangler says is wrong, in one line. */
export function faultOf(done: WranglerRun): string {
  // Some of its lines are coloured whatever one asks for.
  const [errors, output] = [stripVTControlCharacters(done.errors), stripVTControlCharacters(done.output)];
  const told = /\[ERROR\]\s*(.+)/.exec(errors)?.[1] ?? lastLine(errors) ?? lastLine(output) ?? "it did not say why";
  return told.replace(/\.$/, "");
}

const lastLine = (text: string): string | undefined => text.split("\n").findLast((line) => line.trim() !== "");
