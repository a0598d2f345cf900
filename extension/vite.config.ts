/** How the extension is built: one call per target, production only, the same output for the same source. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CrxPlugin, crx } from "@crxjs/vite-plugin";
import type { InlineConfig, Plugin, PluginOption } from "vite";
import { CONTENT_SCRIPT } from "./content-script.ts";
import { MANAGED_SCHEMA, type ManifestOptions, manifestFor } from "./manifest.config.ts";

/** The build tool may offer files to all pages of the web; ours are offered to none. */
function offerNothingToPages(): CrxPlugin {
  return {
    name: "hotseat:offer-nothing-to-pages",
    enforce: "post",
    renderCrxManifest(manifest) {
      delete manifest.web_accessible_resources;
      return manifest;
    },
  };
}

/** The manifest names it, see manifest.config.ts. */
function carryManagedSchema(root: string): Plugin {
  return {
    name: "hotseat:carry-managed-schema",
    generateBundle() {
      const source = readFileSync(join(root, MANAGED_SCHEMA), "utf8");
      this.emitFile({ type: "asset", fileName: MANAGED_SCHEMA, source });
    },
  };
}

export interface ExtensionBuild extends ManifestOptions {
  /** The extension's folder. */
  root: string;
  outDir: string;
}

/** Background and pages. Built after the content script, into the same folder. */
export function extensionBuild({ root, outDir, ...options }: ExtensionBuild): InlineConfig {
  return {
    ...common(root),
    plugins: [
      crx({ manifest: manifestFor(options), browser: options.target }) as PluginOption,
      offerNothingToPages(),
      ...(options.target === "chrome" ? [carryManagedSchema(root)] : []),
    ],
    build: {
      outDir,
      emptyOutDir: false,
      target: OLDEST[options.target],
      modulePreload: false,
      reportCompressedSize: false,
    },
  };
}

/**
 * The content script: one classic script without imports, since a module would load after the page's own scripts.
 * It is built by itself, and the manifest does not name it: the background registers it, see ports/crm-tabs.ts.
 */
export function contentBuild({ root, outDir, target }: ExtensionBuild): InlineConfig {
  return {
    ...common(root),
    build: {
      outDir,
      emptyOutDir: true,
      target: OLDEST[target],
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(root, "content", "content.ts"),
        output: { format: "iife", entryFileNames: CONTENT_SCRIPT },
      },
    },
  };
}

const OLDEST = { chrome: "chrome120", firefox: "firefox142" } as const;

function common(root: string): InlineConfig {
  return { root, configFile: false, mode: "production", logLevel: "warn", publicDir: false };
}
