/** The built extension: small, self-contained, the same twice. */
import { execFile, execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTENT_SCRIPT } from "../../extension/content-script.ts";
import { Policy } from "../../extension/policy.ts";
import { buildExtension, readHosts } from "../../scripts/build/build-extension.ts";
import { chromeIdOf } from "../../scripts/build/extension-identity.ts";

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

describe("a build for any firm, for the stores", () => {
  const generic = join(outDir, "generic");
  const zips = () => ["chrome", "firefox"].map((target) => readFileSync(join(generic, `hotseat-0.1.0-${target}.zip`)));
  beforeAll(async () => {
    await buildExtension({ outDir: generic, hosts: [], zip: true });
  }, 60_000);

  test("[X1] has no site of its own, asks for each, and carries the schema of policies where it is known", () => {
    const manifestOf = (target: string) => JSON.parse(read("generic", target, "manifest.json").toString());
    for (const target of ["chrome", "firefox"]) {
      expect(manifestOf(target)).not.toHaveProperty("host_permissions");
      expect(manifestOf(target).optional_host_permissions).toEqual(["https://*/*"]);
    }
    const schema = JSON.parse(read("generic", "chrome", manifestOf("chrome").storage.managed_schema).toString());
    expect(Object.keys(schema.properties).toSorted()).toEqual(Object.keys(Policy.shape).toSorted());
    expect(manifestOf("firefox")).not.toHaveProperty("storage");
  });

  test("comes out in zips that are the same, byte for byte, and whole", async () => {
    const first = zips();
    await buildExtension({ outDir: generic, hosts: [], zip: true });
    expect(zips().every((zip, place) => zip.equals(first[place] ?? Buffer.alloc(0)))).toBe(true);
    const listed = execFileSync("python3", ["-m", "zipfile", "-t", join(generic, "hotseat-0.1.0-chrome.zip")]);
    expect(listed.toString()).toContain("Done testing");
  }, 60_000);

  test("passes the linter of Firefox's store without an error", async () => {
    const linter = join(import.meta.dirname, "../../node_modules/web-ext/bin/web-ext.js");
    const said = await promisify(execFile)(
      process.execPath,
      [linter, "lint", "--source-dir", join(generic, "firefox"), "--output", "json", "--no-config-discovery"],
      { env: { ...process.env, NO_UPDATE_NOTIFIER: "1" } },
    );
    expect(JSON.parse(said.stdout)).toMatchObject({ summary: { errors: 0 } });
  }, 60_000);
});

describe("a firm's own build", () => {
  const own = join(outDir, "own");
  const manifestOf = (target: string) => JSON.parse(readFileSync(join(own, target, "manifest.json"), "utf8"));

  test("says which hosts it is for, and takes a host with a port for a trial", async () => {
    const told: string[] = [];
    const log = (line: string) => void told.push(line);
    await buildExtension({
      outDir: own,
      ...readHosts("localhost:8790, crm-test.acme.com:8443"),
      targets: ["chrome"],
      log,
    });
    expect(told[0]).toBe(
      "for http://localhost/*, https://crm-test.acme.com/* (every port: browsers' patterns have none)",
    );
    expect(manifestOf("chrome").host_permissions).toEqual(["http://localhost/*", "https://crm-test.acme.com/*"]);
    expect(manifestOf("chrome").content_security_policy.extension_pages).toContain("https://crm-test.acme.com:*");
    expect(readHosts("http://[::1]:8790/*, crm.acme.com")).toEqual({
      hosts: ["http://[::1]/*", "https://crm.acme.com/*"],
      anyPort: true,
    });
    expect(() => readHosts("crm.acme.com:x")).toThrow("is no host of a CRM");
  }, 60_000);

  test("has its own key, id, version and updates, by which browsers know it again", async () => {
    const file = join(outDir, "key.pem");
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }));
    const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const told: string[] = [];
    await buildExtension({
      outDir: own,
      hosts: ["crm.acme.com"],
      key: file,
      firefoxId: "licences@acme.com",
      version: "2.0.1",
      updates: "https://intranet.acme.com/hotseat",
      log: (line) => void told.push(line),
    });
    expect(manifestOf("chrome")).toMatchObject({
      key,
      version: "2.0.1",
      update_url: "https://intranet.acme.com/hotseat/updates.xml",
    });
    expect(manifestOf("firefox")).toMatchObject({
      version: "2.0.1",
      browser_specific_settings: {
        gecko: { id: "licences@acme.com", update_url: "https://intranet.acme.com/hotseat/updates.json" },
      },
    });
    const id = chromeIdOf(key);
    expect(told.join("\n")).toContain(`its id: ${id}`);
    expect(readFileSync(join(own, "updates.xml"), "utf8")).toContain(
      `<app appid='${id}'>\n    <updatecheck codebase='https://intranet.acme.com/hotseat/hotseat-2.0.1.crx' version='2.0.1'`,
    );
    expect(JSON.parse(readFileSync(join(own, "updates.json"), "utf8")).addons["licences@acme.com"].updates).toEqual([
      expect.objectContaining({ version: "2.0.1", update_link: "https://intranet.acme.com/hotseat/hotseat-2.0.1.xpi" }),
    ]);
  }, 60_000);

  test("gets from a key the id that Chrome gives", () => {
    // The first half of the key's SHA-256, its hexadecimal digits written as a to p.
    const key = Buffer.from("hotseat").toString("base64");
    const digest = createHash("sha256").update("hotseat").digest("hex").slice(0, 32);
    expect(chromeIdOf(key)).toMatch(/^[a-p]{32}$/);
    expect([...chromeIdOf(key)].map((letter) => (letter.charCodeAt(0) - 97).toString(16)).join("")).toBe(digest);
  });

  test.each([
    [{ version: "1.0-beta" }, "one to four numbers up to 65535"],
    [{ version: "1.70000" }, "one to four numbers up to 65535"],
    [{ firefoxId: "acme" }, "--firefox-id takes an id such as licences@acme.com"],
    [{ key: "/nowhere/key.pem" }, "openssl genrsa"],
    [{ key: join(import.meta.dirname, "build.test.ts") }, "holds no RSA key in PEM form"],
    [{ updates: "http://intranet.acme.com" }, "--updates takes the https address"],
    [{ updates: "https://intranet.acme.com" }, "--updates needs --key"],
  ])("refuses %j before anything is built", async (options, sentence) => {
    await expect(buildExtension({ outDir: join(outDir, "none"), ...options })).rejects.toThrow(sentence);
  });
});

test("a name of a firm's own build is shown by the browser, and held to what the stores take", async () => {
  await buildExtension({ outDir, hosts: ["https://crm.acme.com/*"], targets: ["chrome"], name: "Acme CRM licences" });
  expect(JSON.parse(read("chrome", "manifest.json").toString())).toMatchObject({ name: "Acme CRM licences" });
  await expect(buildExtension({ outDir, name: "x".repeat(46) })).rejects.toThrow("1 to 45 characters");
}, 60_000);

test("[X1] a host that no match pattern can be is refused before anything is built", async () => {
  await expect(buildExtension({ outDir, hosts: ["http://localhost:8787/*"] })).rejects.toThrow("without a port");
});
