/**
 * `npm run licences`: the licences of everything that package-lock.json installs. Fails on one that is not known to allow
 * what Hotseat does with it: what goes into the Worker and the extension is handed on, the rest is used here alone.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "../cli/read-options.ts";

const ROOT = join(import.meta.dirname, "../..");
/** May be handed on with their text; of MPL-2.0 whole files as they are. */
const FREE = [
  "MIT",
  "MIT-0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "CC0-1.0",
  "Unlicense",
  "BlueOak-1.0.0",
  "MPL-2.0",
];
/** Fine for tools that are not handed on. */
const TOOLS = [
  ...FREE,
  "LGPL-3.0-or-later",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "Python-2.0",
  "Artistic-2.0",
  "Zlib",
  "WTFPL",
  "PSF-2.0",
  "BSD",
];

interface Package {
  version?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

export interface Fault {
  name: string;
  licence: string;
}

/** Of an SPDX expression: one of the alternatives is enough, and of those joined by AND all. */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  return expression
    .replace(/[()]/g, "")
    .split(/\s+OR\s+/)
    .some((one) => one.split(/\s+AND\s+/).every((name) => allowed.includes(name.trim())));
}

function licenceOf(path: string, locked: Package): string {
  if (locked.license !== undefined) return locked.license;
  const file = join(ROOT, path, "package.json");
  if (!existsSync(file)) return "";
  const { license, licenses } = JSON.parse(readFileSync(file, "utf8")) as {
    license?: string | { type?: string };
    licenses?: { type?: string }[];
  };
  if (typeof license === "string") return license;
  return license?.type ?? licenses?.map(({ type = "" }) => type).join(" OR ") ?? "";
}

/** What of package-lock.json has no licence that will do, and how many packages were looked at. */
export function checkLicences(): { faults: Fault[]; count: number; handedOn: string[] } {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, Package>;
  };
  const faults: Fault[] = [];
  const handedOn: string[] = [];
  const entries = Object.entries(packages).filter(([path]) => path !== "");
  for (const [path, locked] of entries) {
    const isTool = locked.dev === true || locked.devOptional === true || locked.optional === true;
    const licence = licenceOf(path, locked);
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (!isTool) handedOn.push(`${name} ${locked.version ?? ""}: ${licence}`);
    if (!isAllowed(licence, isTool ? TOOLS : FREE)) faults.push({ name, licence: licence || "none is named" });
  }
  return { faults, count: entries.length, handedOn };
}

const HELP = `npm run licences

Lists the licences of what goes into the Worker and the extension, and fails on any package, of these or of the tools,
whose licence is not known to allow it. Takes no options.`;

if (import.meta.main) {
  readOptions("npm run licences", HELP, {});
  const { faults, count, handedOn } = checkLicences();
  console.log(`${handedOn.join("\n")}\n${count - handedOn.length} more are tools, and not handed on.`);
  for (const { name, licence } of faults)
    console.error(`hotseat: the licence of ${name} is not one of the known: ${licence}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
