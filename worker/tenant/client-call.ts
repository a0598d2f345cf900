/** One runtime quirk: a stub stays broken after its object was reset, so the second try takes a new one. */
import { patientStub } from "./patient-call.ts";
import type { TenantCalls } from "./tenant-calls.ts";

/**
 * Calls the tenant; once more, with a new stub, where the error says that this may help. Overloaded is left alone.
 * Both tries together take no longer than `ms`, by default what the call is given in patient-call.ts.
 */
export async function callTenant<T>(
  tenant: () => TenantCalls,
  call: (stub: TenantCalls) => Promise<T>,
  ms: number | null = null,
): Promise<T> {
  const begun = Date.now();
  try {
    return await call(patientStub(tenant(), ms));
  } catch (error) {
    if (!isWorthRetrying(error)) throw error;
    return call(patientStub(tenant(), ms, Date.now() - begun));
  }
}

/** Calls the tenant once: for what must not be done twice. */
export const callTenantOnce = <T>(tenant: () => TenantCalls, call: (stub: TenantCalls) => Promise<T>): Promise<T> =>
  call(patientStub(tenant()));

function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown };
  return retryable === true && overloaded !== true;
}
