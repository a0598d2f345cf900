/** One runtime quirk: a stub stays broken after its object was reset, so the second try takes a new one. */
import type { TenantCalls } from "../tenant/tenant-calls.ts";

/** Calls the tenant; once more, with a new stub, where the error says that this may help. Overloaded is left alone. */
export async function callTenant<T>(tenant: () => TenantCalls, call: (stub: TenantCalls) => Promise<T>): Promise<T> {
  try {
    return await call(tenant());
  } catch (error) {
    if (!isWorthRetrying(error)) throw error;
    return call(tenant());
  }
}

function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown };
  return retryable === true && overloaded !== true;
}
