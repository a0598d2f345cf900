/** What the page agent weighs in every page of the CRM. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleClientFile } from "../../../../scripts/build/client-files.ts";

const gate = join(import.meta.dirname, "../../../../worker/gate");
const weigh = (file: string) => gzipSync(bundleClientFile(join(gate, file))).length;

test("[G8] the agent stays below 8,000 bytes gzipped, and carries neither schemas nor words", () => {
  expect(weigh("agent/agent.client.ts")).toBeLessThan(8_000);
  expect(bundleClientFile(join(gate, "agent/agent.client.ts"))).not.toMatch(/ZodMini|All licences are in use/);
});

test("[G12] the button, which is loaded once it is shown, stays below 5 kB", () => {
  expect(weigh("agent/button.client.ts")).toBeLessThan(5 * 1024);
  expect(readFileSync(join(gate, "agent/button.client.css"), "utf8")).not.toContain("!important");
});
