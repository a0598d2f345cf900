/**
 * The Worker's scripts for browsers: each `worker/**\/NAME.client.ts` is bundled into `NAME.script.js` beside it, a module
 * whose default export is the script's text, which the Worker serves. Those files are made, never written by hand.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const SOURCE = /\.client\.ts$/;

/** Bundles all of them, in some 50 ms. Throws esbuild's messages when a source is wrong. */
export function buildClientScripts(): void {
  const folder = join(ROOT, "worker");
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (SOURCE.test(file)) buildClientScript(join(folder, file));
  }
}

function buildClientScript(source: string): void {
  const text = bundleClientScript(source);
  const target = source.replace(SOURCE, ".script.js");
  const module = `// Made from ${source.slice(ROOT.length + 1)} by scripts/build/client-scripts.ts.\nexport default ${JSON.stringify(text)};\n`;
  if (existsSync(target) && readFileSync(target, "utf8") === module) return;
  // Two steps of the tests may do this at the same time; neither may read half a file.
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, module);
  renameSync(draft, target);
}

/** One classic script, as small as it gets. */
export function bundleClientScript(source: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    // What runs in a CRM's page runs in the browsers of its people: Safari 16.4 is the oldest that knows what is used.
    target: ["chrome109", "firefox115", "safari16.4"],
    charset: "utf8",
    legalComments: "none",
    loader: { ".css": "text" },
    tsconfigRaw: "{}",
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild wrote no bundle of ${source}`);
  return bundle.text;
}

if (import.meta.main) buildClientScripts();
