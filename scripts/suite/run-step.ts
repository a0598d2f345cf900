/** Runs one step of `npm test` as a process of its own and tells how it went. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MINUTE_MS } from "../../shared/durations.ts";
import { endStrays, RUN_MARK } from "./stray-processes.ts";
import type { Step } from "./test-steps.ts";
import { type Count, countReportFile } from "./vitest-report.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A browser needs a moment to go after its driver has said so. */
const STRAY_GRACE_MS = 3_000;

export interface StepResult extends Count {
  /** All that the step wrote, both streams. */
  output: string;
  /** Why it failed, where its own output cannot say: timed out, left processes behind. */
  faults: string[];
}

/** Without a terminal and without standard input; whatever it leaves running is ended and is a failure. */
export async function runStep(step: Step, mark: string): Promise<StepResult> {
  const scratch = mkdtempSync(join(tmpdir(), "hotseat-test-"));
  const report = join(scratch, "report.json");
  const [program, ...args] = step.command;
  if (step.vitest) args.push("--reporter=default", "--reporter=json", `--outputFile.json=${report}`);
  const child = spawn(join(ROOT, "node_modules/.bin", program), args, {
    cwd: ROOT,
    env: {
      ...process.env,
      // One test file at a time: the steps themselves run side by side.
      VITEST_MAX_WORKERS: "1",
      [RUN_MARK]: mark,
      CI: "true",
      NO_COLOR: "1",
      FORCE_COLOR: "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const faults: string[] = [];
  const { status, output } = await follow(child, step.timeoutMs, faults);
  const strays = await endStrays(mark, STRAY_GRACE_MS);
  faults.push(...strays.map(({ pid, command }) => `left process ${pid} running: ${command}`));
  const count = step.vitest
    ? countReportFile(report, status)
    : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  rmSync(scratch, { recursive: true, force: true });
  if (faults.length > 0 && count.failed === 0) count.failed = 1;
  return { ...count, output, faults };
}

function follow(child: ChildProcess, timeoutMs: number, faults: string[]) {
  return new Promise<{ status: number | null; output: string }>((settle) => {
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString("utf8");
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    const timer = setTimeout(() => {
      faults.push(`took longer than ${timeoutMs / MINUTE_MS} minutes and was stopped`);
      child.kill("SIGKILL");
    }, timeoutMs);
    const end = (status: number | null) => {
      clearTimeout(timer);
      // A stray may hold the pipes open for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
      settle({ status, output });
    };
    child.once("error", (error) => {
      faults.push(`could not be started: ${error.message}`);
      end(null);
    });
    // What was written last is still on its way when the process has gone.
    child.once("exit", (status) => setTimeout(end, 100, status));
  });
}
