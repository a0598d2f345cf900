/** The commands for those who work on the project: one test, watching, licences, a release. */
import { build } from "esbuild";
import { expect, test, vi } from "vitest";
import { explain } from "../../../scripts/cli/command-refusal.ts";
import { isSource } from "../../../scripts/dev/dev.ts";
import { checkLicences, isAllowed } from "../../../scripts/release/licences.ts";
import { findUnready } from "../../../scripts/release/release.ts";
import { configFor } from "../../../scripts/suite/test-one.ts";
import { startScript } from "../child.ts";

test.each([
  ["test/worker/ledger/line.test.ts", "unit"],
  ["test/worker/gate/agent/size.test.ts", "unit"],
  ["test/worker/gate/gate.test.ts", "worker"],
  ["test/e2e/pages-chrome.test.ts", "e2e"],
  ["test/fixtures/tryton/tryton.test.ts", "tryton"],
])("%s belongs to the configuration %s", (path, config) => {
  expect(configFor(path)).toBe(config);
});

test("test:one runs one file, and says what to name without any", { timeout: 60_000 }, async () => {
  const one = startScript("scripts/suite/test-one.ts", ["test/shared/protocol.test.ts"]);
  expect((await one.ended).status).toBe(0);
  expect(one.stdout()).toContain("Test Files");
  const none = startScript("scripts/suite/test-one.ts");
  expect((await none.ended).status).toBe(2);
  expect(none.stderr()).toContain("npm run test:one -- test/worker/ledger/line.test.ts");
  const wrong = startScript("scripts/suite/test-one.ts", ["test/nothing.test.ts"]);
  expect((await wrong.ended).status).toBe(2);
  expect(wrong.stderr()).toContain("There is no test/nothing.test.ts.");
});

test("dev starts again for sources, and not for what the build makes", () => {
  expect(["gate/gate.ts", "admin/holders.tsx", "words/en.json", "agent/button.client.css"].map(isSource)).not.toContain(
    false,
  );
  expect(["gate/agent/agent.script.js", "gate/gate.ts~", "notes.md"].map(isSource)).not.toContain(true);
});

test("dev says what is wrong with an option, and does not wait for a change", { timeout: 30_000 }, async () => {
  const dev = startScript("scripts/dev/dev.ts", ["--ports", "1"]);
  expect((await dev.ended).status).toBe(2);
  expect(dev.stderr()).toContain("Unknown option '--ports'");
});

test("a fault in the source is said by file and line, without the machinery of the build", async () => {
  const said = vi.spyOn(console, "error").mockReturnValue();
  const fault = await build({ stdin: { contents: "const x: = 1" }, logLevel: "silent" }).catch(explain);
  expect(fault).toBe(1);
  expect(said.mock.calls).toEqual([[expect.stringMatching(/^Build failed with 1 error:\n<stdin>:1:/)]]);
});

test("a release refuses what it does not know, and builds nothing for --help", { timeout: 30_000 }, async () => {
  const help = startScript("scripts/release/release.ts", ["--help"]);
  expect((await help.ended).status).toBe(0);
  expect(help.stdout()).toContain("docs/releasing.md");
  const wrong = startScript("scripts/release/release.ts", ["--publish"]);
  expect((await wrong.ended).status).toBe(2);
  expect(wrong.stderr()).toContain("Unknown option '--publish'; npm run release -- --help");
});

test("the simulation says its options, and the nearest of one that it does not know", { timeout: 30_000 }, async () => {
  const help = startScript("test/simulation/simulate.ts", ["--help"]);
  expect((await help.ended).status).toBe(0);
  expect(help.stdout()).toContain("--steps N");
  const wrong = startScript("test/simulation/simulate.ts", ["--sede", "3"]);
  expect((await wrong.ended).status).toBe(2);
  expect(wrong.stderr()).toContain("Unknown option '--sede', did you mean --seed? npm run simulate -- --help");
});

test("every package that is installed has a licence that will do", () => {
  const { faults, count, handedOn } = checkLicences();
  expect(faults).toEqual([]);
  expect(count).toBeGreaterThan(100);
  expect(handedOn.join()).toContain("hono");
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0)", true],
  ["MIT AND GPL-3.0", false],
  ["", false],
])("the licence %j is allowed: %s", (licence, allowed) => {
  expect(isAllowed(licence, ["MIT"])).toBe(allowed);
});

test("a release needs a heading in the changelog and everything committed", () => {
  expect(findUnready("1.2.0", "# Changes\n\n## 1.2.0, 2026-11-26\n", "")).toEqual([]);
  expect(findUnready("1.2.0", "# Changes\n\n## Unreleased\n", " M x.ts\n")).toEqual([
    expect.stringContaining('no heading "## 1.2.0"'),
    expect.stringContaining("something is not committed"),
  ]);
});
