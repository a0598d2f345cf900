/**
 * The Worker on this machine: bundled by esbuild, run by Miniflare on the real workerd, with Durable Object storage
 * and D1 in a folder. `npm start`, the end-to-end tests and the benchmark all start it here.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";
import type { RecordsName } from "../../worker/config/location.ts";
import type { TenantCalls } from "../../worker/tenant/tenant-calls.ts";
import { buildClientFiles } from "../build/client-files.ts";
import { readRecordsBindings } from "../deploy/records-bindings.ts";
import { bindWorkerd } from "./bound-workerd.ts";
import { type LocalDatabase, migrateRecords, recordsBindings } from "./local-records.ts";
import { withoutSignalListeners } from "./signal-listeners.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface LocalWorker {
  /** Such as `http://localhost:8787`, without a slash at its end. */
  url: string;
  /** The object of one tenant, for a command that speaks for the operator. */
  tenant(name: string): TenantCalls;
  /** Process id of the workerd that runs now; another one after a restart. */
  pid(): number;
  /** Ends workerd at once, as a power cut would (SIGKILL), and starts nothing again. The storage folder stays. */
  kill(): Promise<void>;
  /** One of the databases, for a command that looks how a move goes on. */
  database(name: RecordsName): Promise<LocalDatabase>;
  /** Runs the cron handler once, as the trigger does. */
  runCron(): Promise<void>;
  /** Stops workerd and everything of Miniflare. Harmless when called twice. */
  close(): Promise<void>;
}

export interface LocalWorkerOptions {
  /** 0: any free one. */
  port: number;
  /**
   * Address to listen on, by default 127.0.0.1: browsers that try ::1 for `localhost` first go on to it. Listening on
   * both by name fails where /etc/hosts knows ::1 and the kernel does not.
   */
  host?: string;
  /** Folder for Durable Object storage and D1; null: forgotten when closed. */
  persistDir: string | null;
  /** Variables and secrets of `Env` in worker/config/config.ts. */
  bindings: Record<string, string>;
  /** Databases of records, by default those of wrangler.toml. */
  databases?: readonly RecordsName[];
  /** What `bundleWorker` made, where one is started many times; made again when absent. */
  code?: string;
  /** One line that the Worker or workerd wrote. */
  log: (line: string) => void;
}

/** Reads what the operator's wrangler.toml says of the runtime, so that it is said once. */
export function readCompatibilityDate(): string {
  const date = /^compatibility_date = "([\d-]+)"/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8"))?.[1];
  if (date === undefined) throw new Error("wrangler.toml has no compatibility_date");
  return date;
}

/** The Worker, or another entry from the project's root, as one module, in well under a second. Throws esbuild's messages when a source is wrong. */
export function bundleWorker(entry = "worker/index.ts"): string {
  buildClientFiles();
  // Synchronous, since the asynchronous one keeps a process of its own for the life of ours.
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    tsconfig: join(ROOT, "worker/tsconfig.json"),
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    external: ["cloudflare:*", "node:*"],
    loader: { ".txt": "text", ".css": "text", ".html": "text" },
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild wrote no bundle of ${entry}`);
  return bundle.text;
}

/** Starts the Worker and returns once it answers. Rejects with `ERR_ADDRESS_IN_USE` as code when the port is taken. */
export async function startWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  const { persistDir, bindings, host = "127.0.0.1", databases = readRecordsBindings() } = options;
  const code = options.code ?? bundleWorker();
  if (persistDir !== null) mkdirSync(persistDir, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "hotseat-"));
  const pidFile = join(scratch, "workerd.pid");
  const removeScratch = () => rmSync(scratch, { recursive: true, force: true });
  process.once("exit", removeScratch);
  const miniflare = withoutSignalListeners(
    () =>
      new Miniflare({
        host,
        port: options.port,
        ...(persistDir === null ? {} : { resourcePersistencePath: persistDir }),
        log: new Log(LogLevel.NONE),
        handleStructuredLogs: ({ message }) => options.log(message),
        // Both would write into the home folder and tell other processes of this one.
        enableDevRegistry: false,
        telemetry: { enabled: false },
        unsafeRuntimeEnv: bindWorkerd(pidFile),
        workers: [
          {
            config: {
              name: "hotseat",
              compatibilityDate: readCompatibilityDate(),
              manifest: {
                mainModule: "index.js",
                modules: { "index.js": { type: "esm", contents: code } },
              },
              exports: { TenantSeats: { type: "durable-object", storage: "sqlite" } },
              env: {
                SEATS: { type: "durable-object", worker: "hotseat", exportName: "TenantSeats" },
                ...recordsBindings(databases),
                ...Object.fromEntries(Object.entries(bindings).map(([name, value]) => [name, { type: "text", value }])),
              },
            },
          },
        ],
      }),
  );
  const close = async () => {
    await miniflare.dispose();
    process.off("exit", removeScratch);
    removeScratch();
  };
  try {
    const { port } = await miniflare.ready;
    for (const name of databases) await migrateRecords(await miniflare.getD1Database(name));
    const seats = await miniflare.getDurableObjectNamespace("SEATS");
    const pid = () => Number(readFileSync(pidFile, "utf8"));
    return {
      url: `http://localhost:${port}`,
      tenant: (name) => seats.get(seats.idFromName(name)) as unknown as TenantCalls,
      pid,
      kill: async () => {
        process.kill(pid(), "SIGKILL");
        await close();
      },
      database: (name) => miniflare.getD1Database(name),
      runCron: async () => {
        const worker = await miniflare.getWorker();
        await worker.scheduled();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
