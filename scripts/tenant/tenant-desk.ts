/** Where `npm run tenant` works: the registry of this machine or of the deployment, and what is within reach from there. */

import { readSecrets } from "../../worker/config/env.ts";
import { FIRST_RECORDS, type RecordsName } from "../../worker/config/location.ts";
import type { TenantRow } from "../../worker/registry/tenant-row.ts";
import type { TenantCalls } from "../../worker/tenant/tenant-calls.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { readRecordsBindings } from "../deploy/records-bindings.ts";
import { type HomeFolder, openHomeFolder, statePath } from "../dev/home-folder.ts";
import type { LocalWorker } from "../dev/local-worker.ts";
import { openLocalStore, openReadOnlyStore } from "./registry-file.ts";
import { openWranglerStore, type RegistryStore, storeOf } from "./registry-store.ts";
import { watchMove } from "./tenant-move.ts";
import type { TenantCommand, TenantOptions } from "./tenant-options.ts";

const WAKE_PATIENCE_MS = 5_000;

export interface Desk {
  store: RegistryStore;
  /** Secrets that the command sets, in clear. */
  texts: Readonly<Record<string, string>>;
  /** The secrets of the Worker that serves this registry. Throws a `Refusal` where they are not known. */
  ownSecrets(): string[];
  /** Tells how the move of the tenant's records goes. The store is of no use after it. */
  watchMove(row: TenantRow, to: RecordsName): Promise<void>;
  /** Works with the tenant's object, where it is within reach: on this machine. The store is of no use after it. */
  withTenant: ((tenant: string, work: (calls: TenantCalls) => Promise<void>) => Promise<void>) | null;
  close(): Promise<void>;
}

/** Any call wakes the object, which then reads what the registry wants of it. */
const wakeFromOutside = ({ hosts }: TenantRow) =>
  fetch(`https://${hosts[0]}/.hotseat/health`, { signal: AbortSignal.timeout(WAKE_PATIENCE_MS) });

/** The state of this machine; null where a Worker runs on it and the command only reads. */
function openHome(command: TenantCommand): HomeFolder | null {
  try {
    return openHomeFolder(process.env);
  } catch (error) {
    if (error instanceof Refusal && (command === "list" || command === "show")) return null;
    throw error;
  }
}

function readingDesk(texts: Desk["texts"]): Desk {
  const store = openReadOnlyStore(statePath(process.env));
  const never = () => {
    throw new Error("this command only reads");
  };
  return { store, texts, ownSecrets: never, watchMove: never, withTenant: null, close: store.close };
}

/** Throws a `Refusal` where the registry cannot be had. */
export async function openDesk({ command, remote, config }: TenantOptions, texts: Desk["texts"]): Promise<Desk> {
  const file = config === null ? [] : ["--config", config];
  if (remote) {
    // Tests try the whole way by wrangler on a database of this machine.
    const stand = process.env.HOTSEAT_REGISTRY_AT;
    const at = stand === undefined ? ["--remote"] : ["--local", "--persist-to", stand];
    const store = openWranglerStore([...at, ...file]);
    const watch: Desk["watchMove"] = (row, to) => watchMove(store, row.tenant, to, () => wakeFromOutside(row));
    const ownSecrets = () => readOwnSecrets(process.env.HOTSEAT_SECRET);
    return { store, texts, ownSecrets, watchMove: watch, withTenant: null, close: store.close };
  }
  const home = openHome(command);
  if (home === null) return readingDesk(texts);
  try {
    const store = openLocalStore(home.state);
    const close = async () => {
      await store.close();
      home.release();
    };
    const work = async (use: (worker: LocalWorker) => Promise<void>) => {
      await store.close();
      await withWorker(home.state, home.secret(), config, use);
    };
    const watch: Desk["watchMove"] = ({ tenant }, to) =>
      work(async (worker) => {
        const records = storeOf(await worker.database(FIRST_RECORDS));
        await watchMove(records, tenant, to, () => worker.tenant(tenant).vitals());
      });
    const withTenant: Desk["withTenant"] = (tenant, use) => work((worker) => use(worker.tenant(tenant)));
    return { store, texts, ownSecrets: () => readOwnSecrets(home.secret()), watchMove: watch, withTenant, close };
  } catch (error) {
    home.release();
    throw error;
  }
}

/** On this machine nothing runs meanwhile, for the state is locked: so the Worker is started for the work. */
async function withWorker(
  state: string,
  secret: string,
  config: string | null,
  use: (worker: LocalWorker) => Promise<void>,
): Promise<void> {
  const { startWorker } = await import("../dev/local-worker.ts");
  const worker = await startWorker({
    port: 0,
    persistDir: state,
    bindings: { HOTSEAT_SECRET: secret },
    databases: readRecordsBindings(config ?? undefined),
    log: () => undefined,
  });
  try {
    await use(worker);
  } finally {
    await worker.close();
  }
}

function readOwnSecrets(text: string | undefined): string[] {
  const faults: string[] = [];
  const secrets = readSecrets(text, (fault) => faults.push(fault));
  if (faults.length === 0) return secrets;
  throw new Refusal(
    "Secrets are encrypted with the deployment's HOTSEAT_SECRET: give it in the environment variable HOTSEAT_SECRET, at least 32 characters.",
  );
}
