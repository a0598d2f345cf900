/** The Worker before a plain CRM, on loopback, that can be killed and started again on its storage. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, type LocalWorker, startWorker } from "../../scripts/dev/local-worker.ts";
import { HolderId } from "../../shared/ids.ts";
import type { Timing } from "../../shared/timing.ts";
import type { AdminView, Person } from "../../worker/tenant/tenant-calls.ts";
import { type PlainCrm, startPlainCrm } from "./plain-crm.ts";

export const TENANT = "larch";
const OBSERVER: Person = { id: HolderId.parse("observer"), name: "Observer", email: null, role: "support" };

export interface Site {
  port: number;
  /** Where Durable Object storage and D1 lie. */
  state: string;
  view(): Promise<AdminView>;
  /** kill -9 of the runtime. */
  kill(): Promise<void>;
  /** Ends the runtime as an operator would, so that its files can be read. */
  stop(): Promise<void>;
  startAgain(): Promise<void>;
  /** What the Worker and the runtime wrote last, for a report of a failure. */
  lines: string[];
  close(): Promise<void>;
}

const LINES_KEPT = 40;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export async function startSite(options: {
  seatLimit: number;
  timing: Partial<Timing> & { idleTimeoutMs?: number };
}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "hotseat-prove-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  // Without a listener a signal would end this process before "exit" is told.
  const leave = () => process.exit(1);
  for (const signal of SIGNALS) process.once(signal, leave);
  const state = join(folder, "state");
  const crm: PlainCrm = await startPlainCrm();
  const lines: string[] = [];
  const code = bundleWorker();
  const start = (port: number): Promise<LocalWorker> =>
    startWorker({
      port,
      persistDir: state,
      code,
      bindings: {
        TENANT,
        CRM_ORIGIN: crm.origin,
        PRESET: "demo",
        SEAT_LIMIT: String(options.seatLimit),
        HOTSEAT_SECRET: "of no worth outside this test but long enough",
        TIMING_OVERRIDES: JSON.stringify(options.timing),
      },
      log: (line) => {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
      },
    });
  let worker = await start(0);
  const port = Number(new URL(worker.url).port);
  return {
    port,
    state,
    lines,
    view: async () => {
      const answer = await worker.tenant(TENANT).adminView(OBSERVER);
      if (!answer.ok) throw new Error(answer.error.says.key);
      return answer.value;
    },
    kill: () => worker.kill(),
    stop: () => worker.close(),
    startAgain: async () => {
      worker = await start(port);
    },
    close: async () => {
      await worker.close();
      await crm.close();
      removeFolder();
      process.off("exit", removeFolder);
      for (const signal of SIGNALS) process.off(signal, leave);
    },
  };
}
