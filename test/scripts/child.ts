/** Runs a command of the project as a process, the way a person's shell does, and tells how it ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { findStrays, RUN_MARK, type Stray } from "../../scripts/suite/stray-processes.ts";

export const ROOT = join(import.meta.dirname, "../..");

export interface Child {
  process: ChildProcess;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves once stdout has this text; rejects with all output when it ends before. */
  says(text: string): Promise<void>;
  /** Resolves with the exit status once it has ended and its output is complete. */
  ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;
  /** What it started and left running, itself included. */
  strays(): Stray[];
}

/** As the leader of a process group of its own, so that a test can signal the group as a terminal does. */
export function startChild(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Child {
  const mark = randomUUID();
  // What the npm that runs the tests has put there would be taken for the person's own.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  const child = spawn(program, args, {
    cwd: ROOT,
    detached: true,
    env: { ...Object.fromEntries(inherited), ...environment, [RUN_MARK]: mark },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((settle) => {
    child.once("close", (status, signal) => settle({ status, signal }));
  });
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (text) =>
      new Promise((settle, reject) => {
        const look = () => stdout.includes(text) && settle();
        child.stdout.on("data", look);
        look();
        void ended.then(() =>
          reject(new Error(`it ended without saying ${JSON.stringify(text)}:\n${stdout}${stderr}`)),
        );
      }),
    ended,
    strays: () => findStrays(mark),
  };
}

/** `node scripts/first.mjs SCRIPT …`, as the npm scripts run it. */
export function startScript(script: string, args: string[] = [], environment: NodeJS.ProcessEnv = {}): Child {
  return startChild(process.execPath, ["scripts/first.mjs", script, ...args], environment);
}
