/** The Worker's bindings, and the configuration that its variables make. */
import type { Variables } from "./env.ts";

export { type Config, ConfigError, readConfig } from "./env.ts";

/** The Worker's bindings, as wrangler.toml and the secrets declare them. */
export interface Env extends Variables {
  /** The objects of the tenants; tenant/tenant-calls.ts says what may be asked of one. */
  SEATS: DurableObjectNamespace;
  /** The registry, and records of tenants. */
  RECORDS: D1Database;
  /** More databases of records: RECORDS_1 and so on. */
  [name: `RECORDS_${number}`]: D1Database;
  /** A CRM given as a service binding (tests). */
  CRM?: Fetcher;
}
