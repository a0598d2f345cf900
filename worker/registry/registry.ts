/**
 * Which tenant a host name is, as this isolate knows it. D1 is asked beside the requests, not before them: what is
 * known is gone by, and a change is known everywhere within `REGISTRY_STALE_MS` as long as D1 answers.
 */
import { MINUTE_MS } from "../../shared/durations.ts";
import { SingleFlight } from "../async/single-flight.ts";
import { within } from "../async/timeout.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import type { Copied, RegistryCopy } from "./registry-copy.ts";
import type { TenantColumns } from "./tenant-row.ts";

/** For so long D1 is not asked again. */
export const REGISTRY_FRESH_MS = 30_000;
/** What is older is asked for before it is gone by, unless D1 is silent. */
export const REGISTRY_STALE_MS = MINUTE_MS;
/** A new isolate goes by its datacenter's copy without a question, if that is as young as this. */
const COPY_FRESH_MS = 10_000;
const PATIENCE_MS = 2_000;
/** A D1 that did not answer is left alone for so long. */
const SILENT_MS = 5_000;
/** The same, where nothing is known: people wait for it. */
const SILENT_UNKNOWN_MS = 1_000;
const TENANTS_MAX = 2_000;
/** Apart from the tenants: no stream of strange names pushes those out. */
const STRANGERS_MAX = 1_000;

export type Found =
  | { kind: "tenant"; columns: TenantColumns }
  /** No tenant has this host name. */
  | { kind: "unknown" }
  /** D1 does not answer, and nothing was known. */
  | { kind: "unreachable" };

interface Entry {
  found: Found;
  readAt: number;
  askAgainAt: number;
  isSilent: boolean;
}

type Background = Pick<ExecutionContext, "waitUntil">;

export interface Registry {
  /** At once where the answer is known. Never throws. */
  find(host: string, ctx: Background): Found | Promise<Found>;
}

export interface RegistryPorts {
  read(host: string): Promise<TenantColumns | null>;
  copy: RegistryCopy;
  /** Whether D1 answered just now. */
  note(isHealthy: boolean): void;
  now: () => number;
}

const UNKNOWN: Found = { kind: "unknown" };
const UNREACHABLE: Found = { kind: "unreachable" };

export function createRegistry({ read, copy, note, now }: RegistryPorts): Registry {
  const tenants = new BoundedMap<string, Entry>(TENANTS_MAX, { isOwn: true });
  const strangers = new BoundedMap<string, Entry>(STRANGERS_MAX);
  const inFlight = new SingleFlight<Found>();

  const recall = (host: string): Entry | undefined => tenants.get(host) ?? strangers.get(host);

  function keep(host: string, entry: Entry): Found {
    const isTenant = entry.found.kind === "tenant";
    (isTenant ? strangers : tenants).delete(host);
    (isTenant ? tenants : strangers).set(host, entry);
    return entry.found;
  }

  function learn(host: string, { columns, readAt }: Copied, freshMs: number): Found {
    const found: Found = columns === null ? UNKNOWN : { kind: "tenant", columns };
    return keep(host, { found, readAt, askAgainAt: readAt + freshMs, isSilent: false });
  }

  async function readAnew(host: string, wasTenant: boolean, ctx: Background): Promise<Found> {
    const columns = await read(host);
    note(true);
    const readAt = now();
    // Of a stranger's host there is nothing to keep, except that it is a tenant's no more.
    if (columns !== null || wasTenant) ctx.waitUntil(copy.put(host, { columns, readAt }));
    return learn(host, { columns, readAt }, REGISTRY_FRESH_MS);
  }

  async function ask(host: string, ctx: Background): Promise<Found> {
    const before = recall(host) ?? (await adoptCopy(host));
    if (before !== null && now() < before.askAgainAt) return before.found;
    const reading = readAnew(host, before?.found.kind === "tenant", ctx).catch((error: unknown) => {
      console.error("The registry of tenants was not read:", error);
      return null;
    });
    // A late answer is learnt all the same.
    ctx.waitUntil(reading);
    const read = (await within(PATIENCE_MS, reading))?.value ?? null;
    if (read !== null) return read;
    note(false);
    const found = before?.found ?? UNREACHABLE;
    const pauseMs = found.kind === "unreachable" ? SILENT_UNKNOWN_MS : SILENT_MS;
    return keep(host, { found, readAt: before?.readAt ?? 0, askAgainAt: now() + pauseMs, isSilent: true });
  }

  /** What an earlier isolate of this datacenter was told. */
  async function adoptCopy(host: string): Promise<Entry | null> {
    const copied = await copy.get(host);
    if (copied === null) return null;
    learn(host, copied, COPY_FRESH_MS);
    return recall(host) ?? null;
  }

  return {
    find(host, ctx) {
      const known = recall(host);
      const at = now();
      if (known !== undefined && at < known.askAgainAt) return known.found;
      const asked = inFlight.share(host, ctx, () => ask(host, ctx));
      if (known === undefined || known.found.kind === "unreachable") return asked;
      // While D1 is silent people go on by what is known, and nobody waits for it.
      return known.isSilent || at - known.readAt < REGISTRY_STALE_MS ? known.found : asked;
    },
  };
}
