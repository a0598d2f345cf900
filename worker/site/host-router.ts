/** Many tenants behind one Worker: each request goes to the front of the tenant whose host name it was sent to. */
import type { Env } from "../config/config.ts";
import { answerUnknownHost } from "../gate/unknown-host.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { createDependencyHealth } from "../memory/dependency-health.ts";
import { createRegistry, type Found } from "../registry/registry.ts";
import { createRegistryCopy } from "../registry/registry-copy.ts";
import { readByHost } from "../registry/registry-read.ts";
import { configOf, readRow, type TenantColumns } from "../registry/tenant-row.ts";
import { answerFaults, createTenantSite, faultsOf, type TenantSite } from "./tenant-site.ts";

/** A front keeps what it verified for its people, up to 2,000 requests of about 1 kB: an isolate has 128 MB in all. */
const FRONTS_MAX = 200;

/** `secrets`: the Worker's own, checked. `copies`: what outlives an isolate. */
export function createHostRouter(
  env: Env,
  secrets: readonly string[],
  copies: Pick<Cache, "match" | "put">,
): TenantSite {
  const now = () => Date.now();
  const dependencyHealth = createDependencyHealth(now);
  const registry = createRegistry({
    read: (host) => readByHost(env.RECORDS, host),
    copy: createRegistryCopy(copies, secrets),
    note: (isHealthy) => dependencyHealth.note("records", isHealthy),
    now,
  });
  const fronts = new BoundedMap<string, { columns: TenantColumns; front: TenantSite | Promise<TenantSite> }>(
    FRONTS_MAX,
    {
      isOwn: true,
    },
  );

  /** The tenant's front as its row says now; kept, with all that it verified, as long as the row is the same. */
  function frontOf(columns: TenantColumns): TenantSite | Promise<TenantSite> {
    const { tenant } = columns;
    const kept = fronts.get(tenant);
    if (kept?.columns === columns) return kept.front;
    if (kept !== undefined && isSame(kept.columns, columns)) {
      // Read again, so somebody works there: among the youngest again.
      fronts.set(tenant, { columns, front: kept.front });
      return kept.front;
    }
    const built = buildFront(env, columns, secrets).then((front) => {
      const now = fronts.get(tenant);
      if (now?.front === built) fronts.set(tenant, { columns: now.columns, front });
      return front;
    });
    fronts.set(tenant, { columns, front: built });
    return built;
  }

  function answer(found: Found, request: Request, ctx: Parameters<TenantSite>[1]): Response | Promise<Response> {
    if (found.kind === "unknown") return answerUnknownHost("unknown_host", "", request);
    if (found.kind === "unreachable") return answerUnknownHost("busy", "", request);
    const front = frontOf(found.columns);
    return front instanceof Promise ? front.then((built) => built(request, ctx)) : front(request, ctx);
  }

  return (request, ctx) => {
    const found = registry.find(hostOf(request.url), ctx);
    return found instanceof Promise ? found.then((known) => answer(known, request, ctx)) : answer(found, request, ctx);
  };
}

/** By content, not by version: after a restore of D1 a version may stand for something else. */
const isSame = (a: TenantColumns, b: TenantColumns): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Never fails: a row that cannot work answers so at its own hosts, and at no other. */
async function buildFront(env: Env, columns: TenantColumns, secrets: readonly string[]): Promise<TenantSite> {
  try {
    const row = readRow(columns);
    const config = await configOf(row, secrets);
    if (row.suspendedAt !== null) return (request) => answerUnknownHost("suspended", config.contact, request);
    return createTenantSite(env, config);
  } catch (error) {
    const faults = faultsOf(error) ?? ["its row in the registry cannot be read"];
    console.error(JSON.stringify({ what: "a tenant's configuration is wrong", tenant: columns.tenant, faults }));
    return () => answerFaults(faults);
  }
}

/** Host name in lower case without port. A request's address is a whole URL, with a path of at least a slash. */
function hostOf(address: string): string {
  const start = address.indexOf("//") + 2;
  const host = address.slice(start, address.indexOf("/", start));
  const colon = host.lastIndexOf(":");
  return colon > host.lastIndexOf("]") ? host.slice(0, colon) : host;
}
