/** scripts/first.mjs: a fresh clone's first command. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROOT, startChild, startScript } from "./child.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hotseat-first-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
};

test("package-lock.json names every package for every machine, without which npm ci installs nothing at all", () => {
  interface Locked {
    optionalDependencies?: Record<string, string>;
    dependencies?: Record<string, string>;
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  /** As Node looks: beside the package, then in each folder above. */
  const isLocked = (from: string, name: string): boolean =>
    `${from === "" ? "" : `${from}/`}node_modules/${name}` in packages ||
    (from !== "" && isLocked(from.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, ""), name));
  const missing = Object.entries(packages).flatMap(([from, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !isLocked(from, name)),
  );
  expect(missing).toEqual([]);
  expect(isLocked("", "no-such-package")).toBe(false);
});

describe("with everything installed", () => {
  test("runs a script with the pinned Node, its arguments and its exit status", async () => {
    const script = write(
      "say.ts",
      "const told: string[] = process.argv.slice(2); console.log(process.version, told, process.env.WRANGLER_SEND_METRICS); process.exit(7);",
    );
    const child = startScript(script, ["--a", "b c"]);
    expect((await child.ended).status).toBe(7);
    const pinned = readFileSync(join(ROOT, ".nvmrc"), "utf8").trim();
    expect(child.stdout()).toBe(`v${pinned} [ '--a', 'b c' ] false\n`);
    expect(child.stderr()).toBe("");
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "hands %s on, and waits for the script to end",
    async (signal) => {
      const script = write(
        "wait.ts",
        `process.on("${signal}", () => setTimeout(() => { console.log("told"); process.exit(3); }, 50)); setInterval(() => {}, 1000); console.log("up");`,
      );
      const child = startScript(script);
      await child.says("up");
      child.process.kill(signal);
      expect((await child.ended).status).toBe(3);
      expect(child.stdout()).toBe("up\ntold\n");
    },
  );

  test("says by its exit status which signal ended the script", async () => {
    const child = startScript(write("die.ts", 'process.kill(process.pid, "SIGKILL");'));
    expect((await child.ended).status).toBe(137);
  });

  test("ends the script when the npm above it is killed outright", async () => {
    const script = write("stay.ts", 'setInterval(() => {}, 1000); console.log("up");');
    const shell = `node scripts/first.mjs ${script} & wait`;
    const child = startChild("sh", ["-c", shell], { npm_lifecycle_event: "start" });
    await child.says("up");
    child.process.kill("SIGKILL");
    await expect.poll(() => child.strays(), { timeout: 10_000 }).toEqual([]);
  });

  test("asks for a script where none is named", async () => {
    const child = startChild(process.execPath, ["scripts/first.mjs"]);
    expect((await child.ended).status).toBe(2);
    expect(child.stderr()).toMatch(/^hotseat: say which script to run/);
  });

  test("refuses a Node that is too old with a sentence that names it", async () => {
    const old = write(
      "old.mjs",
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.0" } }); Object.defineProperty(process, "version", { value: "v18.19.0" });',
    );
    const child = startChild(process.execPath, ["--import", old, "scripts/first.mjs", "scripts/dev/start.ts"]);
    expect((await child.ended).status).toBe(2);
    expect(child.stderr()).toBe(
      "hotseat: Node 20 or later is needed, and this is v18.19.0; Debian's package is nodejs.\n",
    );
  });
});

describe("in a fresh clone", () => {
  const packages = { "": {}, "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } };
  const optional = { "node_modules/b": { version: "1.0.0", integrity: "sha512-b", optional: true } };

  /** A clone with a stand-in for npm, which logs that it ran and does what `does` says. */
  function clone(does: string) {
    cpSync(join(ROOT, "scripts/first.mjs"), join(folder, "scripts/first.mjs"), { recursive: true });
    write("package-lock.json", JSON.stringify({ packages: { ...packages, ...optional } }));
    write("hello.ts", 'console.log("hello");');
    const log = join(folder, "npm.log");
    const npm = write(
      "npm-cli.js",
      `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(" ") + "\\n"); process.chdir(${JSON.stringify(folder)}); ${does}`,
    );
    chmodSync(npm, 0o755);
    const run = async () => {
      const child = startChild(process.execPath, [join(folder, "scripts/first.mjs"), "hello.ts"], {
        npm_execpath: npm,
      });
      const { status } = await child.ended;
      return { status, stdout: child.stdout(), stderr: child.stderr() };
    };
    return { run, npmRuns: () => readFileSync(log, "utf8").trim().split("\n") };
  }

  const installs = `
    fs.mkdirSync("node_modules/.bin", { recursive: true });
    fs.rmSync("node_modules/.bin/node", { force: true });
    fs.symlinkSync(process.execPath, "node_modules/.bin/node");
    fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: ${JSON.stringify(packages)} }));
    console.error("npm warn EBADENGINE Unsupported engine");`;

  test("installs the packages once, saying so, and then runs the script", async () => {
    const { run, npmRuns } = clone(installs);
    const first = await run();
    expect(first).toMatchObject({ status: 0, stdout: "hello\n" });
    expect(first.stderr).toMatch(
      /^Installing the packages of package-lock.json, once \.\.\.\nInstalled the packages in \d+ s\.\n$/,
    );
    expect(await run()).toEqual({ status: 0, stdout: "hello\n", stderr: "" });
    expect(npmRuns()).toEqual([expect.stringMatching(/^ci --include=dev /)]);
  });

  test("installs again when package-lock.json names another package", async () => {
    const { run, npmRuns } = clone(installs);
    await run();
    write(
      "package-lock.json",
      JSON.stringify({ packages: { "node_modules/a": { version: "1.0.1", integrity: "sha512-c" } } }),
    );
    await run();
    expect(npmRuns()).toHaveLength(2);
  });

  test("says what npm said when npm fails, and what to do, with exit status 2", async () => {
    const { run } = clone('console.error("npm error code ENOTFOUND"); process.exitCode = 1;');
    const { status, stdout, stderr } = await run();
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(
      "npm error code ENOTFOUND\nhotseat: npm could not install the packages, for the reason above",
    );
  });

  test("says so when npm was told to run no install scripts", async () => {
    const { run } = clone('fs.mkdirSync("node_modules", { recursive: true });');
    const { status, stderr } = await run();
    expect(status).toBe(2);
    expect(stderr).toContain("ran no install scripts");
  });

  test("says so when package-lock.json is missing", async () => {
    const { run } = clone(installs);
    rmSync(join(folder, "package-lock.json"));
    const { status, stderr } = await run();
    expect(status).toBe(2);
    expect(stderr).toMatch(/^hotseat: package-lock\.json is missing or damaged/);
  });
});
