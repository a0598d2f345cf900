/** The browsers of this machine, by path; installed by its package manager when absent or too old, where allowed. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { OLDEST_BROWSER } from "../../extension/manifest.config.ts";
import { aptInstall, canInstall } from "./apt.ts";

export type BrowserName = "chrome" | "firefox";

const BROWSERS: Record<BrowserName, { title: string; variable: string; names: string[]; debianPackage: string }> = {
  chrome: {
    title: "Chromium",
    variable: "HOTSEAT_CHROME",
    names: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"],
    debianPackage: "chromium",
  },
  firefox: {
    title: "Firefox",
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

/** The versions of browsers asked before, by path: each launch of a test asks, and a browser takes a second to tell. */
const asked = new Map<string, string | null>();

/** What the program says its version is, such as `153.7.0`; null when it does not say. */
function versionOf(path: string): string | null {
  const known = asked.get(path);
  if (known !== undefined) return known;
  const { stdout } = spawnSync(path, ["--version"], {
    encoding: "utf8",
    // On a busy machine it takes long, and one that is cut short would be taken for a browser to be updated.
    timeout: 60_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const version = /\d+(?:\.\d+)+/.exec(stdout ?? "")?.[0] ?? null;
  asked.set(path, version);
  return version;
}

/** Null when the browser can run the extension, otherwise what is wrong with it, as the beginning of a sentence. */
function whyUnfit(name: BrowserName, path: string): string | null {
  const { title } = BROWSERS[name];
  const oldest = OLDEST_BROWSER[name];
  const version = versionOf(path);
  if (version === null) return `${path} does not say its version, and the extension needs ${title} ${oldest} or later`;
  if (Number.parseInt(version, 10) >= Number.parseInt(oldest, 10)) return null;
  return `${path} is version ${version}, and the extension needs ${title} ${oldest} or later`;
}

/**
 * Finds a browser that can run the extension, or installs it where that can be done without asking: as root, with
 * apt-get. Otherwise `missing` is a sentence that says what to do.
 */
export function ensureBrowser(name: BrowserName, log: (line: string) => void): { path: string } | { missing: string } {
  const { title, variable, debianPackage } = BROWSERS[name];
  const chosen = process.env[variable];
  const isChosen = chosen !== undefined && chosen !== "";
  const found = findBrowser(name);
  if (isChosen && found === null) return { missing: `${variable} names ${chosen}, which is no program.` };
  const unfit = found === null ? `There is no ${debianPackage} on this machine` : whyUnfit(name, found);
  if (found !== null && unfit === null) return { path: found };
  if (isChosen) return { missing: `${unfit}; name another with ${variable}, or unset it.` };
  const advice = `run: apt-get update && apt-get install ${debianPackage}, or name one with ${variable}=/path/to/it`;
  if (!canInstall()) return { missing: `${unfit}; ${advice}.` };
  log(`${found === null ? "installing" : "updating"} ${debianPackage} with apt-get ...`);
  const failure = aptInstall([debianPackage]);
  asked.clear();
  const installed = findBrowser(name);
  if (installed === null) {
    return { missing: `apt-get could not install ${debianPackage} (${failure ?? "no reason given"}); ${advice}.` };
  }
  const still = whyUnfit(name, installed);
  if (still === null) return { path: installed };
  const why = failure === null ? "apt-get has no newer one" : `apt-get failed: ${failure}`;
  return { missing: `${still} (${why}); name a newer ${title} with ${variable}=/path/to/it.` };
}
