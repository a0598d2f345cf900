/**
 * Builds the extension, see `--help`. The folders chrome and firefox of the output can be loaded into the browsers as
 * they are; the zips beside them are what the stores take.
 */
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { LOCAL_HOSTS, parseHosts } from "../extension/hosts.ts";
import { TARGETS, type Target } from "../extension/manifest.config.ts";
import { contentBuild, extensionBuild } from "../extension/vite.config.ts";
import { zipFolder } from "./zip.ts";

/** The stores' own limit. */
const NAME_MAX = 45;

const project = resolve(import.meta.dirname, "..");

export interface BuildOptions {
  targets?: readonly Target[];
  /** Match patterns of the CRM's hosts; http://localhost/* when absent; none: a build for any firm. */
  hosts?: readonly string[];
  /** Of a firm's own build. */
  name?: string | undefined;
  /** Write a zip of each folder, too. */
  zip?: boolean;
  /** Holds one folder a target afterwards; dist/extension when absent. */
  outDir?: string;
  log?: (line: string) => void;
}

/** Returns the folder of each built target. Throws when a host is wrong or the build fails. */
export async function buildExtension(options: BuildOptions = {}): Promise<Record<Target, string>> {
  const outDir = options.outDir ?? join(project, "dist", "extension");
  const wanted = options.hosts ?? LOCAL_HOSTS;
  const hosts = wanted.length === 0 ? [] : parseHosts(wanted.join(","));
  const { name } = options;
  if (name !== undefined && (name.trim() === "" || name.length > NAME_MAX))
    throw new Error(`A name has 1 to ${NAME_MAX} characters, as the stores want it; this one has ${name.length}`);
  const { version } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as { version: string };
  for (const target of options.targets ?? TARGETS) {
    const started = performance.now();
    const out = join(outDir, target);
    const extension = { root: join(project, "extension"), outDir: out, target, hosts, version, name };
    await build(contentBuild(extension));
    await build(extensionBuild(extension));
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    options.log?.(`extension for ${target}: ${relative(process.cwd(), out)} (${seconds} s)`);
    if (options.zip !== true) continue;
    const file = join(outDir, `hotseat-${version}-${target}.zip`);
    const bytes = await zipFolder(out, file);
    options.log?.(`for the store: ${relative(process.cwd(), file)} (${bytes} bytes)`);
  }
  return { chrome: join(outDir, "chrome"), firefox: join(outDir, "firefox") };
}

const HELP = `Builds the browser extension.
  --target chrome|firefox|both   which browsers (both)
  --hosts LIST                   the CRM's hosts, such as crm.acme.com or https://*.acme.com/*
                                 (${LOCAL_HOSTS.join(",")}: this machine's demo)
  --generic                      for any firm: no hosts; the person, or the firm's policy, names them
  --name TEXT                    of a firm's own build, such as "Acme CRM licences"
  --zip                          write hotseat-VERSION-chrome.zip (Chrome, Edge) and -firefox.zip, too
  --out DIR                      where the folders chrome and firefox go (dist/extension)
  --help                         this text`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: "string", default: "both" },
      hosts: { type: "string" },
      generic: { type: "boolean", default: false },
      name: { type: "string" },
      zip: { type: "boolean", default: false },
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
  if (values.generic && values.hosts !== undefined)
    throw new Error("--generic is for any firm and --hosts for one: give only one of them");
  await buildExtension({
    targets,
    name: values.name,
    zip: values.zip,
    ...(values.generic ? { hosts: [] } : values.hosts === undefined ? {} : { hosts: parseHosts(values.hosts) }),
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
