/**
 * `npm run release`: what a version is made of, into dist/release: the extension's zips for the stores and a file of
 * their hashes, the same byte for byte wherever it runs. Refuses where something is not ready. It tags, publishes and
 * uploads nothing: it prints the commands, since each needs somebody's account.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildExtension } from "../build/build-extension.ts";
import { explain, Refusal } from "../cli/command-refusal.ts";
import { readOptions } from "../cli/read-options.ts";
import { checkLicences } from "./licences.ts";

const ROOT = join(import.meta.dirname, "../..");
const OUT = join(ROOT, "dist/release");

/** Every reason why this is no release yet, a sentence each. */
export function findUnready(version: string, changelog: string, status: string): string[] {
  const faults: string[] = [];
  if (!changelog.includes(`\n## ${version}`))
    faults.push(`CHANGELOG.md has no heading "## ${version}": rename Unreleased, with today's date`);
  if (status.trim() !== "") faults.push("something is not committed: a release is made of what is in the repository");
  return faults;
}

async function release(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const status = execFileSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" });
  const faults = findUnready(version, readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"), status);
  const { faults: licences } = checkLicences();
  for (const { name, licence } of licences) faults.push(`the licence of ${name} is not one of the known: ${licence}`);
  if (faults.length > 0)
    throw new Refusal(`version ${version} is not ready:\n${faults.map((one) => `- ${one}`).join("\n")}`);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  await buildExtension({ outDir: OUT, hosts: [], zip: true, log: console.log });
  const names = ["chrome", "firefox"].map((target) => `hotseat-${version}-${target}.zip`);
  const hashes = names.map((name) => {
    const digest = createHash("sha256")
      .update(readFileSync(join(OUT, name)))
      .digest("hex");
    return `${digest}  ${name}`;
  });
  writeFileSync(join(OUT, "SHA256SUMS"), `${hashes.join("\n")}\n`);
  console.log(`\n${hashes.join("\n")}\n
Then, with your own accounts:

  git tag --annotate v${version} --message "Hotseat ${version}" && git push origin v${version}
  Chrome   https://chrome.google.com/webstore/devconsole, upload hotseat-${version}-chrome.zip
  Edge     https://partner.microsoft.com/dashboard/microsoftedge, the same zip
  Firefox  npx web-ext sign --source-dir dist/release/firefox --channel listed --api-key … --api-secret …

docs/releasing.md says more.`);
}

const HELP = `npm run release

Checks that the version of package.json is ready, and writes dist/release: the extension's zips and SHA256SUMS. It tags,
publishes and uploads nothing. docs/releasing.md says what comes before and after.`;

if (import.meta.main) {
  readOptions("npm run release", HELP, {});
  try {
    await release();
  } catch (error) {
    process.exitCode = explain(error);
  }
}
