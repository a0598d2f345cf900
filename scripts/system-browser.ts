/** The browsers of this machine, by path; installed by its package manager when absent and allowed. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export type BrowserName = "chrome" | "firefox";

const BROWSERS: Record<BrowserName, { variable: string; names: string[]; debianPackage: string }> = {
  chrome: {
    variable: "HOTSEAT_CHROME",
    names: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"],
    debianPackage: "chromium",
  },
  firefox: {
    variable: "HOTSEAT_FIREFOX",
    names: ["firefox-esr", "firefox"],
    debianPackage: "firefox-esr",
  },
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the browser, or null. HOTSEAT_CHROME and HOTSEAT_FIREFOX name another one. */
export function findBrowser(name: BrowserName): string | null {
  const { variable, names } = BROWSERS[name];
  const chosen = process.env[variable];
  if (chosen !== undefined && chosen !== "") return isExecutable(chosen) ? chosen : null;
  const folders = (process.env.PATH ?? "").split(delimiter).concat("/usr/bin", "/snap/bin");
  for (const candidate of names) {
    const path = folders.map((folder) => join(folder, candidate)).find(isExecutable);
    if (path !== undefined) return path;
  }
  return null;
}

/**
 * Finds the browser, or installs it where that can be done without asking: as root, with apt-get. Otherwise `missing`
 * is a sentence that says what to do.
 */
export function ensureBrowser(name: BrowserName, log: (line: string) => void): { path: string } | { missing: string } {
  const found = findBrowser(name);
  if (found !== null) return { path: found };
  const { variable, debianPackage } = BROWSERS[name];
  const chosen = process.env[variable];
  if (chosen !== undefined && chosen !== "") return { missing: `${variable} names ${chosen}, which is no program.` };
  const advice = `install it with: apt-get install ${debianPackage}, or name one with ${variable}=/path/to/it`;
  if (process.getuid?.() !== 0 || !isExecutable("/usr/bin/apt-get")) {
    return { missing: `There is no ${debianPackage} on this machine; ${advice}.` };
  }
  log(`installing ${debianPackage} with apt-get ...`);
  const failure = aptInstall(debianPackage);
  const installed = findBrowser(name);
  if (installed !== null) return { path: installed };
  return { missing: `apt-get could not install ${debianPackage} (${failure ?? "no reason given"}); ${advice}.` };
}

/** Null when it worked, otherwise the last line of what apt-get said. */
function aptInstall(debianPackage: string): string | null {
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      timeout: 600_000,
    });
  const install = () => apt("install", "-y", "-q", "--no-install-recommends", debianPackage);
  if (install().status === 0) return null;
  // A fresh machine has no package lists, or old ones that name files no longer on the mirror.
  apt("update", "-q");
  const again = install();
  if (again.status === 0) return null;
  return `${again.stdout}\n${again.stderr}`.trim().split("\n").at(-1) ?? null;
}
