/** The whole thing on loopback for one test: a CRM, the Worker in front of it on real workerd, its storage, and the clock's periods. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, type LocalWorker, startWorker } from "../../../scripts/dev/local-worker.ts";
import { HolderId } from "../../../shared/ids.ts";
import type { Timing } from "../../../shared/timing.ts";
import type { AdminView, Person } from "../../../worker/tenant/tenant-calls.ts";
import { type DemoCrm, startDemoCrm } from "../../fixtures/demo-crm/demo-crm.ts";

export interface StackOptions {
  seatLimit?: number;
  timing?: Partial<Timing> & { idleTimeoutMs?: number };
  /** Another CRM than the demo's, with its preset. */
  crm?: { origin: string; preset: string };
  bindings?: Record<string, string>;
}

export interface Stack {
  /** Where people go: the CRM's public address, without a slash at its end. */
  url: string;
  /** The demo CRM; throws when the stack stands before another one. */
  demo(): DemoCrm;
  /** What the administration would see now, asked of the tenant itself. */
  view(): Promise<AdminView>;
  /** Names of those who have a seat, in the order in which they got it. */
  seated(): Promise<string[]>;
  worker(): LocalWorker;
  /** kill -9 of the runtime, as a power cut. */
  killWorker(): Promise<void>;
  /** Starts the runtime again on the same storage and port. */
  startWorkerAgain(): Promise<void>;
  close(): Promise<void>;
}

const TENANT = "larch";
const OBSERVER: Person = { id: HolderId.parse("observer"), name: "Observer", email: null, role: "support" };

/** The Worker's code, bundled once per test file. */
let code: string | undefined;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "hotseat-stack-"));
  const demo = options.crm === undefined ? await startDemoCrm() : null;
  code ??= bundleWorker();
  const bundled = code;
  const start = (port: number) =>
    startWorker({
      port,
      persistDir: join(folder, "state"),
      code: bundled,
      bindings: {
        TENANT,
        TENANT_NAME: "Larch & Sons",
        CONTACT: "IT desk, extension 4711",
        CRM_ORIGIN: options.crm?.origin ?? demo?.origin ?? "",
        PRESET: options.crm?.preset ?? "demo",
        SEAT_LIMIT: String(options.seatLimit ?? 2),
        HOTSEAT_SECRET: "of no worth outside this test but long enough",
        TIMING_OVERRIDES: JSON.stringify(options.timing ?? {}),
        ...options.bindings,
      },
      log: () => undefined,
    });
  let worker = await start(0);
  let isClosed = false;
  const port = Number(new URL(worker.url).port);
  const views = new Set<Promise<AdminView>>();
  const look = async () => {
    const answer = await worker.tenant(TENANT).adminView(OBSERVER);
    if (!answer.ok) throw new Error(answer.error.says.key);
    return answer.value;
  };
  const view = async () => {
    if (isClosed) throw new Error("this stack is closed");
    const looking = look();
    views.add(looking);
    return looking.finally(() => views.delete(looking));
  };
  return {
    url: worker.url,
    demo: () => {
      if (demo === null) throw new Error("this stack does not stand before the demo CRM");
      return demo;
    },
    view,
    seated: async () => (await view()).holders.map((holder) => holder.name),
    worker: () => worker,
    killWorker: () => worker.kill(),
    startWorkerAgain: async () => {
      worker = await start(port);
    },
    close: async () => {
      // What a failed test still asks must be over: an answer is read from the runtime, and a read from one that is gone
      // blocks this process for ever.
      isClosed = true;
      await Promise.allSettled(views);
      await worker.close();
      await demo?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
