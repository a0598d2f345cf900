/** The browsers of the machine: found, judged by what the extension needs, and left behind by nobody. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { OLDEST_BROWSER } from "../../../extension/manifest.config.ts";
import { canInstall } from "../../../scripts/dev/apt.ts";
import { ensureBrowser } from "../../../scripts/dev/system-browser.ts";
import { launchFirefox } from "../../e2e/support/firefox.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hotseat-browser-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that stands in for a browser. */
function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const silent = () => undefined;

describe("a browser named by a variable", () => {
  test("is taken when the extension runs in it", () => {
    const path = program("firefox", `echo "Mozilla Firefox ${OLDEST_BROWSER.firefox}"`);
    vi.stubEnv("HOTSEAT_FIREFOX", path);
    expect(ensureBrowser("firefox", silent)).toEqual({ path });
  });

  test.each([
    ["firefox", "HOTSEAT_FIREFOX", "Mozilla Firefox 152.9.0esr", "152.9.0", `Firefox ${OLDEST_BROWSER.firefox}`],
    ["chrome", "HOTSEAT_CHROME", "Chromium 119.0.6045.9 built on Debian", "119.0.6045.9", "Chromium 150"],
  ] as const)("is refused in one sentence when too old: %s", (name, variable, says, version, needed) => {
    const path = program(name, `echo "${says}"`);
    vi.stubEnv(variable, path);
    expect(ensureBrowser(name, silent)).toEqual({
      missing: `${path} is version ${version}, and the extension needs ${needed} or later; name another with ${variable}, or unset it.`,
    });
  });

  test("is refused when it does not say its version", () => {
    const path = program("firefox", "exit 1");
    vi.stubEnv("HOTSEAT_FIREFOX", path);
    expect(ensureBrowser("firefox", silent)).toEqual({
      missing: expect.stringMatching(/ does not say its version, and the extension needs Firefox 153\.0 or later; /),
    });
  });

  test("is refused when there is no such program", () => {
    vi.stubEnv("HOTSEAT_CHROME", join(folder, "none"));
    expect(ensureBrowser("chrome", silent)).toEqual({
      missing: `HOTSEAT_CHROME names ${join(folder, "none")}, which is no program.`,
    });
  });
});

describe.runIf(canInstall())("a browser of the system that is too old", () => {
  const own = () => ({ calls: join(folder, "calls"), path: join(folder, "firefox-esr") });
  beforeEach(() => {
    program("firefox-esr", 'echo "Mozilla Firefox 140.9.0esr"');
    vi.stubEnv("HOTSEAT_FIREFOX", "");
    vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  });

  test("is updated by the package manager, by fresh lists", () => {
    const { calls, path } = own();
    program("apt-get", `echo "$*" >> ${calls}\nsed -i s/140.9.0/999.0/ ${path}`);
    const said: string[] = [];
    expect(ensureBrowser("firefox", (line) => said.push(line))).toEqual({ path });
    expect(said).toEqual(["updating firefox-esr with apt-get ..."]);
    const words = readFileSync(calls, "utf8").trim().split("\n");
    expect([words.length, words[0], words[1]]).toEqual([
      2,
      expect.stringMatching(/ update$/),
      expect.stringMatching(/ install -y .*firefox-esr$/),
    ]);
  });

  test("is told of in one sentence when there is no newer one", () => {
    const { path } = own();
    program("apt-get", "exit 0");
    expect(ensureBrowser("firefox", silent)).toEqual({
      missing: `${path} is version 140.9.0, and the extension needs Firefox 153.0 or later (apt-get has no newer one); name a newer Firefox with HOTSEAT_FIREFOX=/path/to/it.`,
    });
  });
});

test("a Firefox that cannot be driven is ended, and its profile is gone", async () => {
  const seen = join(folder, "seen");
  const path = program(
    "firefox",
    `if [ "$1" = --version ]; then echo "Mozilla Firefox 999.0"; exit; fi
echo "$$ $*" > ${seen}
echo "WebDriver BiDi listening on ws://127.0.0.1:9" >&2
exec sleep 600`,
  );
  vi.stubEnv("HOTSEAT_FIREFOX", path);
  await expect(launchFirefox({ extensionDir: folder })).rejects.toThrow();
  const [, pid, profile = ""] = /^(\d+) .*--profile (\S+)/.exec(readFileSync(seen, "utf8")) ?? [];
  expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/);
  expect([profile.startsWith(tmpdir()), existsSync(profile)]).toEqual([true, false]);
});
