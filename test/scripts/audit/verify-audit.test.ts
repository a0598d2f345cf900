/** `npm run audit:verify` as a command; what it finds in exports is tried beside the exports. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../child.ts";

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, "scripts/audit/verify-audit.mjs"), ...args], { encoding: "utf8" });

test.each(["--help", "-h"])("[R2] %s says what the hashes cover, and what they do not", (option) => {
  const { status, stdout, stderr } = run(option);
  expect([status, stderr]).toEqual([0, ""]);
  for (const words of ["What the hashes cover", "What they do not cover", "person_name", "--known SEQ:HASH", "Exit"])
    expect(stdout).toContain(words);
});

test.each([[[]], [["a", "b"]]])("[R2] %j is one sentence that names --help", (args) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^Name one file: .*--help says more\.\n$/);
});

test("[R2] an option that the verifier does not know is named", () => {
  const { status, stdout, stderr } = run("audit.csv", "--knwon");
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toBe("hotseat: Unknown option '--knwon'; node verify-audit.mjs --help lists the options.\n");
});
