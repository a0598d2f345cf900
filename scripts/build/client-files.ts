/**
 * The Worker's scripts and style sheets for browsers: each `worker/**\/NAME.client.ts` is bundled into `NAME.script.js`
 * beside it, each `NAME.client.css` into `NAME.style.js`: a module whose default export is the text that the Worker
 * serves, or one of those scripts imports. Those files are made, never written by hand.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { minifySync } from "rolldown/utils";
import { readOptions } from "../cli/read-options.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What a source ends in, and what is made of it. Style sheets first: scripts import them. */
const MADE = [
  [".client.css", ".style.js"],
  [".client.ts", ".script.js"],
] as const;

/** Bundles all of them, in some 50 ms. Throws esbuild's messages when a source is wrong. */
export function buildClientFiles(): void {
  const folder = join(ROOT, "worker");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const [source, made] of MADE) {
    for (const file of files) {
      if (file.endsWith(source))
        buildClientFile(join(folder, file), join(folder, file.slice(0, -source.length) + made));
    }
  }
}

function buildClientFile(source: string, target: string): void {
  const text = bundleClientFile(source);
  const module = `// Made from ${source.slice(ROOT.length + 1)} by scripts/build/client-files.ts.\nexport default ${JSON.stringify(text)};\n`;
  if (existsSync(target) && readFileSync(target, "utf8") === module) return;
  // Two steps of the tests may do this at the same time; neither may read half a file.
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, module);
  renameSync(draft, target);
}

/** Starts before the page's own scripts; others come later, or into pages of Hotseat's own. */
const STARTS_FIRST = "agent.client.ts";
/** What is in it stands there in place of the globals of these names. */
const BROWSER_NAMES = join(ROOT, "shared/page/browser-names.ts");

// What runs in a CRM's page runs in the browsers of its people: Safari 16.4 is the oldest that knows what is used.
const BROWSERS = ["chrome109", "firefox115", "safari16.4"];

/** One classic script or one style sheet, as small as it gets. A script that imports a style sheet wants it made first. */
export function bundleClientFile(source: string): string {
  const bundle = bundleByEsbuild(source);
  if (!source.endsWith(".ts")) return withValues(bundle);
  // Two hundredths smaller yet.
  const { code, errors } = minifySync(source, bundle, { module: false, compress: { target: BROWSERS } });
  if (errors.length > 0) throw new Error(`${source} cannot be made smaller: ${errors.map(String).join("; ")}`);
  return code;
}

/** A style sheet with the values of `shared/page/fill.css` in place of their names: a page is sent no more than it needs. */
function withValues(css: string): string {
  const values = new Map([...css.matchAll(/(--hotseat-[\w-]+):\s*([^;}]+)/g)].map(([, name, value]) => [name, value]));
  const used = css.replace(/:host\{--hotseat-[^}]*\}/, "");
  return used.replace(/var\((--hotseat-[\w-]+)\)/g, (named, name: string) => values.get(name) ?? named);
}

function bundleByEsbuild(source: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none",
    tsconfigRaw: "{}",
    inject: source.endsWith(STARTS_FIRST) ? [BROWSER_NAMES] : [],
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild wrote no bundle of ${source}`);
  return bundle.text;
}

const HELP = `npm run build:scripts

Bundles the Worker's scripts and style sheets for browsers, as npm start and npm test do by themselves. Takes no options.`;

if (import.meta.main) {
  readOptions("npm run build:scripts", HELP, {});
  buildClientFiles();
}
