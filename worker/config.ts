/** The Worker's bindings, and the configuration that its variables make. */
import type { TenantSeats } from "./tenant/tenant-seats.ts";
import type { Variables } from "./variables.ts";

export { type Config, ConfigError, readConfig } from "./variables.ts";

/** The Worker's bindings, as wrangler.toml and the secrets declare them. */
export interface Env extends Variables {
  SEATS: DurableObjectNamespace<TenantSeats>;
  RECORDS: D1Database;
  /** A CRM given as a service binding (tests). */
  CRM?: Fetcher;
}
