/** [N1] [R7] The commands of docs/api.md and docs/reading.md, run as they stand there. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HolderId } from "../../shared/ids.ts";
import { type Stack, startStack } from "../e2e/support/stack.ts";
import { ROOT } from "./child.ts";

const commandsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(/```sh\n([\s\S]*?)```/g)].map(([, command = ""]) => command);
const [setting = "", ...calls] = commandsOf("docs/api.md");
const [, ...reads] = commandsOf("docs/reading.md");
const sue = { id: HolderId.parse("sue"), name: "Sue", email: null, role: "support" } as const;
let stack: Stack;
let token = "";
let folder = "";

beforeAll(async () => {
  stack = await startStack();
  folder = mkdtempSync(join(tmpdir(), "hotseat-docs-"));
  const made = await stack
    .worker()
    .tenant("larch")
    .makeToken(sue, { name: "Desk", kind: "desktop", policy: "consume" });
  if (!made.ok) throw new Error(made.error.says.key);
  ({ token } = made.value);
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack.close();
});

/** As a shell runs it, with this site and token in place of the page's. */
async function runText(command: string): Promise<string> {
  const own = setting.replace(/HOTSEAT=.*/, `HOTSEAT=${stack.url}`).replace(/TOKEN=.*/, `TOKEN=${token}`);
  const { stdout } = await promisify(execFile)("sh", ["-c", `${own}\n${command}`], { cwd: folder });
  return stdout;
}
const run = async (command: string) => JSON.parse(await runText(command)) as Record<string, unknown>;

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

test("[R7] usage, refusals page by page and the report are read as the page says", { timeout: 60_000 }, async () => {
  expect(reads).toHaveLength(4);
  const [usage = "", pages = "", past = "", report = ""] = reads;
  const made = await stack.worker().tenant("larch").makeToken(sue, { name: "Sheet", kind: "other", policy: "read" });
  if (!made.ok) throw new Error(made.error.says.key);
  ({ token } = made.value);
  expect(await run(usage)).toMatchObject({ items: expect.any(Array), next: null });
  expect(await runText(pages)).toMatch(/^id,first_at,/);
  // A refusal of the page's own: here the audit has none of that id.
  expect(await run(past.replace(" --fail-with-body", ""))).toMatchObject({ code: "not_found" });
  expect(await runText(report)).toMatch(/^what,from,to,limit,peak,over,/);
});
