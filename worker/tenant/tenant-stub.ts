/** The way from a door to its tenant's object. */
import type { Config, Env } from "../config.ts";
import type { TenantCalls } from "./tenant-calls.ts";

/** A fresh stub each time: a stub stays broken after its object was reset. */
export function tenantCalls(env: Env, config: Config): TenantCalls {
  return env.SEATS.get(env.SEATS.idFromName(config.tenant)) as unknown as TenantCalls;
}
