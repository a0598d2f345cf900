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

/** Returns the folder of each browser's build. The stamp file remembers what the last build was made of. */
export async function buildExtensionOnce(stampFile: string): Promise<Record<Target, string>> {
  const folders = { chrome: join(ROOT, "dist/extension/chrome"), firefox: join(ROOT, "dist/extension/firefox") };
  const stamp = hashSources();
  const present = Object.values(folders).every((folder) => existsSync(join(folder, "manifest.json")));
  if (present && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return folders;
  // Loaded only here: the build tool takes longer to load than everything else takes to start.
  const { buildExtension } = await import("./build-extension.ts");
  const made = await buildExtension();
  writeFileSync(stampFile, stamp);
  return made;
}
