/** `npm test` itself: it counts right, it runs every test file, and it fails where it must. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { doInPlaces } from "../../../scripts/suite/in-places.ts";
import { runStep } from "../../../scripts/suite/run-step.ts";
import { STEPS, type Step } from "../../../scripts/suite/test-steps.ts";
import { countReport, countReportFile } from "../../../scripts/suite/vitest-report.ts";
import harsh from "../../harsh.vitest.config.ts";
import { ROOT, startScript } from "../child.ts";

const step = (source: string, changes: Partial<Step> = {}): Step => ({
  name: "made up",
  command: ["node", "--eval", source],
  vitest: false,
  timeoutMs: 10_000,
  ...changes,
});
const run = (made: Step) => runStep(made, crypto.randomUUID());

describe("a step", () => {
  test("passes with exit status 0 and fails with any other, with all that it wrote", async () => {
    const good = await run(step('console.log("fine"); console.error("really");'));
    expect(good).toMatchObject({ passed: 1, failed: 0, faults: [] });
    expect(good.output.split("\n").sort()).toEqual(["", "fine", "really"]);
    expect(await run(step("process.exit(3)"))).toMatchObject({ passed: 0, failed: 1 });
  });

  test("has no standard input and no terminal", async () => {
    const source = 'process.stdin.resume().on("end", () => console.log(process.stdout.isTTY, process.env.CI));';
    expect((await run(step(source))).output).toBe("undefined true\n");
  });

  test("fails when it takes too long", async () => {
    const result = await run(step("setInterval(() => {}, 1000)", { timeoutMs: 300 }));
    expect(result.failed).toBe(1);
    expect(result.faults[0]).toMatch(/^took longer than/);
  });

  test("fails when it leaves a process running, which is ended, also one in a group of its own", async () => {
    const source = `require("node:child_process").spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" }).unref();`;
    const result = await run(step(source));
    expect(result).toMatchObject({ passed: 1, failed: 1 });
    const pid = Number(/^left process (\d+) running: /.exec(result.faults[0] ?? "")?.[1]);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test("fails when it promises a report and writes none", async () => {
    expect(await run(step("", { vitest: true }))).toMatchObject({ passed: 0, failed: 1 });
  });
});

/** A process that has ended stays in the list, without a command line, until its parent asks. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

describe("steps side by side", () => {
  test("begin in their order, as many as there are places", async () => {
    const underWay = new Map<number, () => void>();
    const all = doInPlaces([0, 1, 2, 3], 2, async (step) => {
      await new Promise<void>((end) => underWay.set(step, end));
      underWay.delete(step);
    });
    const end = async (step: number) => {
      underWay.get(step)?.();
      await new Promise((settle) => setTimeout(settle));
      return [...underWay.keys()];
    };
    expect([...underWay.keys()]).toEqual([0, 1]);
    expect(await end(1)).toEqual([0, 2]);
    expect(await end(0)).toEqual([2, 3]);
    expect(await end(3)).toEqual([2]);
    expect(await end(2)).toEqual([]);
    await all;
  });

  test("none is done at once", async () => {
    await doInPlaces([], 2, () => Promise.reject(new Error("nothing is there to take")));
  });
});

describe("a report of vitest", () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((one) => ({ status: one })),
  });
  const report = (passed: number, failed: number, ...testResults: object[]) =>
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults,
    });

  test("counts its tests", () => {
    expect(countReport(report(5, 0, file("passed", "passed")), 0)).toEqual({ passed: 5, failed: 0, skipped: 2 });
    expect(countReport(report(5, 2, file("failed", "failed")), 1)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });

  test("counts a file that could not be loaded as one failure", () => {
    expect(countReport(report(5, 0, file("failed")), 1).failed).toBe(1);
    expect(countReport(report(5, 1, file("failed", "failed"), file("failed", "passed")), 1).failed).toBe(2);
  });

  test("counts a bad end for no reason in it as one failure", () => {
    expect(countReport(report(5, 0, file("passed", "passed")), 1).failed).toBe(1);
    expect(countReport(report(5, 0, file("passed", "passed")), null).failed).toBe(1);
  });

  test("that is missing is a failure, whatever the exit status", () => {
    expect(countReportFile(join(ROOT, "no such report"), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("npm test", () => {
  test("ends with the count as its last line, and with exit status 1 when something failed", async () => {
    const child = startScript("scripts/suite/test.ts", ["--only", "types-extension"]);
    const { status } = await child.ended;
    const last = child.stdout().trimEnd().split("\n").at(-1);
    expect([status, last]).toEqual(status === 0 ? [0, "1 passed, 0 failed"] : [1, "0 passed, 1 failed"]);
  }, 60_000);

  test.each([
    [["--only", "lint,everything"], /^hotseat: There is no step "everything"; there are lint, .*, tryton, .*\.\n$/],
    [["--fast"], "hotseat: Unknown option '--fast'; npm test -- --help lists the options.\n"],
  ])("refuses %j with a sentence and exit status 2", async (args, sentence) => {
    const child = startScript("scripts/suite/test.ts", args);
    expect((await child.ended).status).toBe(2);
    expect(child.stderr()).toMatch(sentence);
  });

  test("runs every configuration of vitest, and each project of the harsh mode", () => {
    const words = STEPS.flatMap(({ command }) => command);
    const configs = readdirSync(join(ROOT, "test")).filter((name) => name.endsWith(".vitest.config.ts"));
    for (const config of configs) expect(words).toContain(`test/${config}`);
    const projects = harsh.test?.projects?.map((project) => (project as { test: { name: string } }).test.name);
    expect(projects).not.toHaveLength(0);
    for (const project of projects ?? []) expect(words).toContain(project);
  });

  test("runs each end-to-end file in exactly one step", () => {
    const files = readdirSync(join(ROOT, "test/e2e")).filter((name) => name.endsWith(".test.ts"));
    const run = STEPS.flatMap(({ command }) => command).filter((word) => word.startsWith("test/e2e/"));
    expect(run.sort()).toEqual(files.map((name) => `test/e2e/${name}`).sort());
  });
});
