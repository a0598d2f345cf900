/**
 * `workerd serve` with Workers that each listen on a port of their own: nothing stands before them, as Miniflare's
 * router or `wrangler dev`'s proxy would, to make both sides of a ratio slower and so more alike.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, readCompatibilityDate } from "../../scripts/dev/local-worker.ts";
import { firstLine, startChild } from "./child.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A request's header of this name becomes its `cf` object, as Cloudflare gives one to every request. */
export const CF_HEADER = "cf-blob";

/** Of what workerd says, the beginning tells. */
const SAID_MOST_CHARS = 4_000;

export interface Service {
  name: string;
  /** Its source, from the project's root. */
  entry: string;
  /** Text bindings. */
  text: Record<string, string>;
  /** Durable Object classes of the source, by binding. */
  objects?: Record<string, string>;
  /** Name of the service that stands for D1, bound as RECORDS. */
  records?: string;
}

export interface Runtime {
  /** Origin of the service, such as `http://127.0.0.1:8080`. */
  url(name: string): string;
  pid: number;
}

export const workerdPath = (): string =>
  createRequire(createRequire(import.meta.url).resolve("miniflare"))("workerd").default;

/** Cap'n Proto's text form takes JSON's strings. */
const quote = (text: string): string => JSON.stringify(text);

function describe({ name, text, objects = {}, records }: Service, date: string): string {
  const bindings = [
    ...Object.entries(text).map(([key, value]) => `(name = ${quote(key)}, text = ${quote(value)})`),
    ...Object.entries(objects).map(
      ([key, className]) => `(name = ${quote(key)}, durableObjectNamespace = ${quote(className)})`,
    ),
  ];
  if (records !== undefined) {
    const inner = `[(name = "fetcher", service = ${quote(records)})]`;
    bindings.push(
      `(name = "RECORDS", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = ${inner}))`,
    );
  }
  const classes = Object.values(objects).map(
    (className) => `(className = ${quote(className)}, uniqueKey = ${quote(`${name}-${className}`)}, enableSql = true)`,
  );
  const storage =
    classes.length === 0
      ? ""
      : `durableObjectNamespaces = [${classes.join(", ")}], durableObjectStorage = (localDisk = "storage"),`;
  return `(name = ${quote(name)}, worker = (
    modules = [(name = "index.js", esModule = embed ${quote(`${name}.js`)})],
    compatibilityDate = ${quote(date)}, ${storage}
    bindings = [${bindings.join(", ")}]))`;
}

/** Starts one workerd with all services. `endChildren` ends it; `clear` then takes its folder away. */
export async function startRuntime(services: readonly Service[]): Promise<Runtime & { clear: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "hotseat-bench-"));
  const storage = join(folder, "storage");
  mkdirSync(storage);
  for (const { name, entry } of services) writeFileSync(join(folder, `${name}.js`), bundleWorker(entry));
  const date = readCompatibilityDate();
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "internet", network = (allow = ["local", "private"])),
    (name = "storage", disk = (path = ${quote(storage)}, writable = true)),
    ${services.map((service) => describe(service, date)).join(",\n    ")}
  ],
  sockets = [
    ${services.map(({ name }) => `(name = ${quote(name)}, address = "127.0.0.1:0", http = (cfBlobHeader = ${quote(CF_HEADER)}), service = ${quote(name)})`).join(",\n    ")}
  ]
);
`,
  );
  const child = startChild("/bin/sh", [join(ROOT, "scripts/dev/bound-workerd.sh"), "serve", config, "--control-fd=3"], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, HOTSEAT_WORKERD: workerdPath(), HOTSEAT_WORKERD_PID_FILE: "" },
  });
  // Many requests may fail in the same way.
  let saidChars = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      if (saidChars < SAID_MOST_CHARS) process.stderr.write(chunk);
      saidChars += chunk.length;
    });
  }
  const control = child.stdio[3];
  if (!control || !("read" in control) || child.pid === undefined) throw new Error("workerd could not be started");
  const ports = await firstLine(child, control, (text) => {
    const heard = text
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => JSON.parse(line) as { event: string; socket?: string; port?: number });
    const found = new Map(heard.map(({ socket, port }) => [socket, port]));
    return services.every(({ name }) => found.has(name)) ? found : null;
  });
  return {
    url: (name) => `http://127.0.0.1:${ports.get(name)}`,
    pid: child.pid,
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** CPU time that the process has used so far, in ms, to 10 ms. */
export function readCpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const TICK_MS = 10;
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Memory that the process holds, in MB. */
export function readRssMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kb) / 1024);
}
