/** What a request to the API carries, and what answers it. */
import type { Config } from "../config/config.ts";
import type { RequestOrigin } from "../http/request-origin.ts";
import type { Caller, TenantCalls } from "../tenant/tenant-calls.ts";

/** What is known of each request before the API sees it. */
export interface ApiEnv {
  Variables: { caller: Caller | null; origin: RequestOrigin };
}

/** What is known of a sender. */
export type Sender = ApiEnv["Variables"];

export interface ApiPorts {
  tenant: TenantCalls;
  config: Config;
  records: D1Database;
  now(): number;
}

/** One request whose sender is known and taken. */
export interface ApiCall {
  request: Request;
  caller: Caller;
  fromExtension: boolean;
}
