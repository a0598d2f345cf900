/**
 * Builds the extension, see `--help`. The folders chrome and firefox of the output can be loaded into the browsers as
 * they are; the zips beside them are what the stores take.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "vite";
import { LOCAL_HOSTS, parseHosts } from "../../extension/hosts.ts";
import { GECKO_ID, TARGETS, type Target } from "../../extension/manifest.config.ts";
import { contentBuild, extensionBuild } from "../../extension/vite.config.ts";
import { readOptions } from "../cli/read-options.ts";
import { checkFirefoxId, checkVersion, chromeIdOf, readKey } from "./extension-identity.ts";
import {
  CHROME_UPDATES,
  chromeUpdates,
  crxName,
  FIREFOX_UPDATES,
  firefoxUpdates,
  readUpdatesAddress,
  xpiName,
} from "./extension-updates.ts";
import { zipFolder } from "./zip.ts";

/** The stores' own limit. */
const NAME_MAX = 45;

const project = resolve(import.meta.dirname, "../..");

export interface BuildOptions {
  targets?: readonly Target[];
  /** Match patterns of the CRM's hosts; http://localhost/* when absent; none: a build for any firm. */
  hosts?: readonly string[];
  /** For a trial at a port of its own. */
  anyPort?: boolean;
  /** Of a firm's own build. */
  name?: string | undefined;
  /** In place of package.json's. */
  version?: string | undefined;
  /** A PEM file whose key fixes the id in Chrome and Edge. */
  key?: string | undefined;
  firefoxId?: string | undefined;
  /** The https folder of the firm's own server from which browsers get new versions. */
  updates?: string | undefined;
  /** Write a zip of each folder, too. */
  zip?: boolean;
  /** Holds one folder per target afterwards; dist/extension when absent. */
  outDir?: string;
  log?: (line: string) => void;
}

/**
 * What `--hosts` names. A match pattern has no port, it is every port of the host: one that is given is for a trial, and
 * means http on this machine.
 */
export function readHosts(list: string): { hosts: string[]; anyPort: boolean } {
  let anyPort = false;
  const plain = list.split(",").map((one) => {
    const [, scheme, host = "", port] =
      /^(https?:\/\/)?([a-z0-9*.-]+|\[[0-9a-f:]+\]):(\d{1,5})(?:\/\*?)?$/.exec(one.trim()) ?? [];
    if (port === undefined) return one;
    anyPort = true;
    const isHere = /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
    return `${scheme ?? (isHere ? "http://" : "https://")}${host}/*`;
  });
  return { hosts: parseHosts(plain.join(",")), anyPort };
}

function describeHosts(hosts: readonly string[], anyPort: boolean): string {
  if (hosts.length === 0) return "for any firm: each person, asked by the extension, allows the CRM's site";
  return `for ${hosts.join(", ")}${anyPort ? " (every port: browsers' patterns have none)" : ""}`;
}

async function readVersion(given: string | undefined): Promise<string> {
  if (given !== undefined) return checkVersion(given);
  const { version } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as { version: string };
  return checkVersion(version);
}

/** What the options say, checked. */
async function readWish(options: BuildOptions) {
  const { name, anyPort = false } = options;
  const wanted = options.hosts ?? LOCAL_HOSTS;
  const hosts = wanted.length === 0 ? [] : parseHosts(wanted.join(","));
  if (name !== undefined && (name.trim() === "" || name.length > NAME_MAX))
    throw new Error(`A name has 1 to ${NAME_MAX} characters, as the stores want it; this one has ${name.length}`);
  const version = await readVersion(options.version);
  const key = options.key === undefined ? undefined : readKey(options.key);
  const firefoxId = options.firefoxId === undefined ? undefined : checkFirefoxId(options.firefoxId);
  const updates = options.updates === undefined ? null : readUpdatesAddress(options.updates);
  if (updates !== null && key === undefined && (options.targets ?? TARGETS).includes("chrome"))
    throw new Error("--updates needs --key: without a key of the firm's own Chrome's id changes with the folder");
  return { hosts, name, anyPort, version, key, firefoxId, updates };
}
type Wish = Awaited<ReturnType<typeof readWish>>;
type Log = (line: string) => void;

const updatesFile = (target: Target): string => (target === "chrome" ? CHROME_UPDATES : FIREFOX_UPDATES);

async function buildTarget(target: Target, out: string, { updates, ...wish }: Wish, log: Log): Promise<void> {
  const started = performance.now();
  const updateUrl = updates === null ? undefined : updates + updatesFile(target);
  const extension = { root: join(project, "extension"), outDir: out, target, ...wish, updateUrl };
  await build(contentBuild(extension));
  await build(extensionBuild(extension));
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  log(`extension ${wish.version} for ${target}: ${relative(process.cwd(), out)} (${seconds} s)`);
}

/** Says the target's id, and writes what the firm's own server gives out. */
async function giveOut(target: Target, outDir: string, wish: Wish, log: Log): Promise<void> {
  const { key, firefoxId, updates, version } = wish;
  const id = target === "firefox" ? (firefoxId ?? GECKO_ID) : key === undefined ? null : chromeIdOf(key);
  if (id === null) return;
  log(`  its id: ${id}`);
  if (updates === null) return;
  const file = join(outDir, updatesFile(target));
  const describe = target === "chrome" ? chromeUpdates : firefoxUpdates;
  await writeFile(file, describe(id, version, updates));
  const packed = target === "chrome" ? crxName(version) : xpiName(version);
  log(`  for ${updates}: ${relative(process.cwd(), file)}, and the package as ${packed}`);
}

/** Returns the folder of each built target. Throws when an option is wrong or the build fails. */
export async function buildExtension(options: BuildOptions = {}): Promise<Record<Target, string>> {
  const outDir = options.outDir ?? join(project, "dist", "extension");
  const { log = () => undefined } = options;
  const wish = await readWish(options);
  log(describeHosts(wish.hosts, wish.anyPort));
  for (const target of options.targets ?? TARGETS) {
    await buildTarget(target, join(outDir, target), wish, log);
    await giveOut(target, outDir, wish, log);
    if (options.zip !== true) continue;
    const zip = join(outDir, `hotseat-${wish.version}-${target}.zip`);
    const bytes = await zipFolder(join(outDir, target), zip);
    log(`for the store: ${relative(process.cwd(), zip)} (${bytes} bytes)`);
  }
  return { chrome: join(outDir, "chrome"), firefox: join(outDir, "firefox") };
}

const HELP = `npm run build:extension -- [OPTION...]

Builds the browser extension.

  --target chrome|firefox|both   which browsers (both)
  --hosts LIST                   the CRM's hosts, such as crm.acme.com or https://*.acme.com/*
                                 (${LOCAL_HOSTS.join(",")}: this machine's demo), or for a trial
                                 localhost:8790 or crm-test.acme.com:8443
  --generic                      for any firm: no hosts; the person, or the firm's policy, names them
  --name TEXT                    of a firm's own build, such as "Acme CRM licences"
  --version N.N.N                in place of package.json's; browsers and stores only take a higher one
  --key FILE                     PEM file whose key fixes the id in Chrome and Edge (openssl genrsa -out FILE 2048);
                                 not for the Chrome Web Store, which has a key of its own for you
  --firefox-id ID                such as licences@acme.com (${GECKO_ID}): an id belongs to one store account
  --updates URL                  the firm's own server gives out new versions, from this folder of it (https);
                                 writes ${CHROME_UPDATES} and ${FIREFOX_UPDATES} for it, see docs/extension/self-hosting.md
  --zip                          write hotseat-VERSION-chrome.zip (Chrome, Edge) and -firefox.zip, too
  --out DIR                      where the folders chrome and firefox go (dist/extension)
  --help                         this text`;

async function main(): Promise<void> {
  const values = readOptions("npm run build:extension", HELP, {
    target: { type: "string", default: "both" },
    hosts: { type: "string" },
    generic: { type: "boolean", default: false },
    name: { type: "string" },
    version: { type: "string" },
    key: { type: "string" },
    "firefox-id": { type: "string" },
    updates: { type: "string" },
    zip: { type: "boolean", default: false },
    out: { type: "string" },
  });
  const targets = values.target === "both" ? TARGETS : TARGETS.filter((target) => target === values.target);
  if (targets.length === 0)
    throw new Error(`--target must be chrome, firefox or both, not ${JSON.stringify(values.target)}`);
  if (values.generic && values.hosts !== undefined)
    throw new Error("--generic is for any firm and --hosts for one: give only one of them");
  await buildExtension({
    targets,
    name: values.name,
    version: values.version,
    key: values.key === undefined ? undefined : resolve(values.key),
    firefoxId: values["firefox-id"],
    updates: values.updates,
    zip: values.zip,
    ...(values.generic ? { hosts: [] } : values.hosts === undefined ? {} : readHosts(values.hosts)),
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
