/** Builds the extension only when one of its sources has changed: a browser may have the folder loaded. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../extension/manifest.config.ts";

const ROOT = join(import.meta.dirname, "..");
const SOURCES = ["extension", "shared", "scripts/build-extension.ts", "package.json", "package-lock.json"];

function hashSources(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const files = /\.\w+$/.test(source)
      ? [source]
      : readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
          .sort();
    for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

const OUT = join(ROOT, "dist/extension");
const STAMP = join(OUT, "stamp");

/** What was built from what: the manifests tell a build for other hosts, made by hand into the same folder. */
function stampOf(folders: Record<Target, string>, sources: string): string | null {
  const manifests = Object.values(folders).map((folder) => join(folder, "manifest.json"));
  if (!manifests.every((file) => existsSync(file))) return null;
  return `${sources}\n${manifests.map((file) => readFileSync(file, "utf8")).join("\n")}`;
}

/** Returns the folder of each browser's build, built anew when its sources have changed since. */
export async function buildExtensionOnce(): Promise<Record<Target, string>> {
  const folders = { chrome: join(OUT, "chrome"), firefox: join(OUT, "firefox") };
  const sources = hashSources();
  const stamp = stampOf(folders, sources);
  if (stamp !== null && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp) return folders;
  // Loaded only here: the build tool takes longer to load than everything else takes to start.
  const { buildExtension } = await import("./build-extension.ts");
  const built = await buildExtension({ outDir: OUT });
  writeFileSync(STAMP, stampOf(built, sources) ?? "");
  return built;
}
