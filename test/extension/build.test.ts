/** The built extension: small, self-contained, the same twice. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTENT_SCRIPT } from "../../extension/content-script.ts";
import { buildExtension } from "../../scripts/build-extension.ts";

const outDir = mkdtempSync(join(tmpdir(), "hotseat-build-"));
beforeAll(() => buildExtension({ outDir, hosts: ["https://crm.acme.com/*"] }).then(() => undefined), 60_000);
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

const read = (...path: string[]) => readFileSync(join(outDir, ...path));

function hashAll(target: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(join(outDir, target), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(outDir.length));
  for (const file of files.toSorted()) hash.update(file).update(read(file));
  return hash.digest("hex");
}

describe.each(["chrome", "firefox"])("the build for %s", (target) => {
  test("[X1] has a content script of less than 12 kB gzipped, in one piece, without schemas and polyfill", () => {
    const script = read(target, CONTENT_SCRIPT);
    expect(gzipSync(script).length).toBeLessThan(12_000);
    expect(script.toString()).not.toMatch(/\bimport\b|\brequire\(|zod|webextension-polyfill/i);
  });

  test("[X1] names the hosts it was built for, and offers no file to pages", () => {
    const manifest = JSON.parse(read(target, "manifest.json").toString()) as Record<string, unknown>;
    expect(manifest.host_permissions).toEqual(["https://crm.acme.com/*"]);
    expect(manifest).not.toHaveProperty("web_accessible_resources");
    expect(manifest).not.toHaveProperty("content_scripts");
  });
});

test("the same source gives the same files", async () => {
  const before = ["chrome", "firefox"].map(hashAll);
  await buildExtension({ outDir, hosts: ["https://crm.acme.com/*"] });
  expect(["chrome", "firefox"].map(hashAll)).toEqual(before);
}, 60_000);

test("[X1] a host that no match pattern can be is refused before anything is built", async () => {
  await expect(buildExtension({ outDir, hosts: ["http://localhost:8787/*"] })).rejects.toThrow("without a port");
});
