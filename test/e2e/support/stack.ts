/** The whole thing on loopback for one test: a CRM, the Worker in front of it on real workerd, its storage, and the clock's periods. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, type LocalWorker, startWorker } from "../../../scripts/dev/local-worker.ts";
import { HolderId } from "../../../shared/ids.ts";
import type { Timing } from "../../../shared/timing.ts";
import type { AdminView, Person, TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import { type DemoCrm, startDemoCrm } from "../../fixtures/demo-crm/demo-crm.ts";

export interface StackOptions {
  seatLimit?: number;
  timing?: Partial<Timing> & { idleTimeoutMs?: number };
  /** Another CRM than the demo's, with its preset. */
  crm?: { origin: string; preset: string };
  bindings?: Record<string, string>;
}

/** What stands in front of a CRM. */
export interface Gate {
  /** Where people go: the CRM's public address, without a slash at its end. */
  url: string;
  /** What the administration would see now, asked of the tenant itself. */
  view(): Promise<AdminView>;
  /** Names of those who have a seat, in the order in which they got it. */
  seated(): Promise<string[]>;
  tenant(): TenantCalls;
  close(): Promise<void>;
}

export interface Stack extends Gate {
  /** The demo CRM; throws when the stack stands before another one. */
  demo(): DemoCrm;
  worker(): LocalWorker;
  /** kill -9 of the runtime, as a power cut. */
  killWorker(): Promise<void>;
  /** Starts the runtime again on the same storage and port. */
  startWorkerAgain(): Promise<void>;
}

export const TENANT = "larch";
const OBSERVER: Person = { id: HolderId.parse("observer"), name: "Observer", email: null, role: "support" };

/** What the Worker of a stack is told. */
export const bindingsOf = (tenant: string, crm: { origin: string; preset: string }, options: StackOptions) => ({
  TENANT: tenant,
  TENANT_NAME: "Larch & Sons",
  CONTACT: "IT desk, extension 4711",
  CRM_ORIGIN: crm.origin,
  PRESET: crm.preset,
  SEAT_LIMIT: String(options.seatLimit ?? 2),
  HOTSEAT_SECRET: "of no worth outside this test but long enough",
  TIMING_OVERRIDES: JSON.stringify(options.timing ?? {}),
  ...options.bindings,
});

/** What is asked of a tenant itself, until it is closed. */
export function observe(tenant: () => TenantCalls): Pick<Gate, "view" | "seated" | "close"> {
  let isClosed = false;
  const views = new Set<Promise<AdminView>>();
  const look = async () => {
    const answer = await tenant().adminView(OBSERVER);
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
    view,
    seated: async () => (await view()).holders.map((holder) => holder.name),
    close: async () => {
      // What a failed test still asks must be over: an answer is read from the runtime, and a read from one that is gone
      // blocks this process for ever.
      isClosed = true;
      await Promise.allSettled(views);
    },
  };
}

/** The Worker's code, bundled once per test file. */
let code: string | undefined;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "hotseat-stack-"));
  const demo = options.crm === undefined ? await startDemoCrm() : null;
  code ??= bundleWorker();
  const bundled = code;
  const crm = options.crm ?? { origin: demo?.origin ?? "", preset: "demo" };
  const start = (port: number) =>
    startWorker({
      port,
      persistDir: join(folder, "state"),
      code: bundled,
      bindings: bindingsOf(TENANT, crm, options),
      log: () => undefined,
    });
  let worker = await start(0);
  const port = Number(new URL(worker.url).port);
  const tenant = () => worker.tenant(TENANT);
  const observed = observe(tenant);
  return {
    ...observed,
    url: worker.url,
    tenant,
    demo: () => {
      if (demo === null) throw new Error("this stack does not stand before the demo CRM");
      return demo;
    },
    worker: () => worker,
    killWorker: () => worker.kill(),
    startWorkerAgain: async () => {
      worker = await start(port);
    },
    close: async () => {
      await observed.close();
      await worker.close();
      await demo?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
