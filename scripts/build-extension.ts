/**
 * Builds the extension: `node scripts/build-extension.ts [--target chrome|firefox|both] [--hosts a,b] [--out dir]`.
 * The folders chrome and firefox of the output can be loaded into the browsers as they are.
 */
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { LOCAL_HOSTS, parseHosts } from "../extension/hosts.ts";
import { TARGETS, type Target } from "../extension/manifest.config.ts";
import { contentBuild, extensionBuild } from "../extension/vite.config.ts";

const project = resolve(import.meta.dirname, "..");

export interface BuildOptions {
  targets?: readonly Target[];
  /** Match patterns of the CRM's hosts; http://localhost/* when absent. */
  hosts?: readonly string[];
  /** Holds one folder a target afterwards; dist/extension when absent. */
  outDir?: string;
  log?: (line: string) => void;
}

/** Returns the folder of each built target. Throws when a host is wrong or the build fails. */
export async function buildExtension(options: BuildOptions = {}): Promise<Record<Target, string>> {
  const outDir = options.outDir ?? join(project, "dist", "extension");
  const hosts = parseHosts((options.hosts ?? LOCAL_HOSTS).join(","));
  const { version } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as { version: string };
  for (const target of options.targets ?? TARGETS) {
    const started = performance.now();
    const out = join(outDir, target);
    const extension = { root: join(project, "extension"), outDir: out, target, hosts, version };
    await build(contentBuild(extension));
    await build(extensionBuild(extension));
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    options.log?.(`extension for ${target}: ${relative(process.cwd(), out)} (${seconds} s)`);
  }
  return { chrome: join(outDir, "chrome"), firefox: join(outDir, "firefox") };
}

const HELP = `Builds the browser extension.
  --target chrome|firefox|both   which browsers (both)
  --hosts LIST                   match patterns of the CRM's hosts, such as https://crm.acme.com/*
                                 (${LOCAL_HOSTS.join(",")})
  --out DIR                      where the folders chrome and firefox go (dist/extension)
  --help                         this text`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: "string", default: "both" },
      hosts: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const targets = values.target === "both" ? TARGETS : TARGETS.filter((target) => target === values.target);
  if (targets.length === 0)
    throw new Error(`--target must be chrome, firefox or both, not ${JSON.stringify(values.target)}`);
  await buildExtension({
    targets,
    ...(values.hosts === undefined ? {} : { hosts: parseHosts(values.hosts) }),
    ...(values.out === undefined ? {} : { outDir: resolve(values.out) }),
    log: console.log,
  });
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  });
}
