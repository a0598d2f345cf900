/** Builds the extension only when one of its sources has changed: a browser may have the folder loaded. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "../../extension/manifest.config.ts";

const ROOT = join(import.meta.dirname, "../..");
const SOURCES = ["extension", "shared", "scripts/build/build-extension.ts", "package.json", "package-lock.json"];

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

const LOCK = `${OUT}.lock`;
/** A build takes seconds; a process that holds the lock for longer was killed. */
const LOCK_MOST_MS = 120_000;

/** Two steps of the tests may want the folder at the same time. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > LOCK_MOST_MS) rmSync(LOCK, { recursive: true, force: true });
      else await delay(50);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

/** Returns the folder of each browser's build, built again when its sources have changed since. */
export const buildExtensionOnce = (): Promise<Record<Target, string>> => alone(buildWhereChanged);

async function buildWhereChanged(): Promise<Record<Target, string>> {
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
