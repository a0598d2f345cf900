/** [N1] The commands of docs/api.md, run as they stand there, from nothing to a released seat. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HolderId } from "../../shared/ids.ts";
import { type Stack, startStack } from "../e2e/support/stack.ts";
import { ROOT } from "./child.ts";

const page = readFileSync(join(ROOT, "docs/api.md"), "utf8");
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, command = ""]) => command);
const [setting = "", ...calls] = commands;
let stack: Stack;
let token = "";

beforeAll(async () => {
  stack = await startStack();
  const sue = { id: HolderId.parse("sue"), name: "Sue", email: null, role: "support" } as const;
  const made = await stack
    .worker()
    .tenant("larch")
    .makeToken(sue, { name: "Desk", kind: "desktop", policy: "consume" });
  if (!made.ok) throw new Error(made.error.detail);
  ({ token } = made.value);
}, 60_000);
afterAll(() => stack.close());

/** As a shell runs it, with this site and token in place of the page's. */
async function run(command: string) {
  const own = setting.replace(/HOTSEAT=.*/, `HOTSEAT=${stack.url}`).replace(/TOKEN=.*/, `TOKEN=${token}`);
  const { stdout } = await promisify(execFile)("sh", ["-c", `${own}\n${command}`]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("check, claim and release do what the page says", { timeout: 60_000 }, async () => {
  expect(calls).toHaveLength(3);
  const [check = "", claim = "", release = ""] = calls;
  expect(await run(check)).toMatchObject({ verdict: "PASS", reason: null, consumed: false, inUse: 0 });
  const claimed = await run(claim);
  expect(claimed).toMatchObject({ verdict: "PASS", consumed: true, inUse: 1 });
  expect(claimed.validForMs).toBeGreaterThan(0);
  expect(await stack.seated()).toEqual(["Anna Lindström"]);
  expect(await run(release)).toMatchObject({ consumed: false, inUse: 0 });
  expect(await stack.seated()).toEqual([]);
});
