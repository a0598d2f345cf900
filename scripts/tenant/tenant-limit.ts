/** Settings that a local tenant's object keeps: asked of it, and set where a command says so. */

import { HolderId } from "../../shared/ids.ts";
import { IDLE_TIMEOUT_DEFAULT_MS, IDLE_TIMEOUT_MIN_MS } from "../../shared/timing.ts";
import { written } from "../../worker/http/problem-response.ts";
import type { SettingsChange } from "../../worker/ledger/settings/settings.ts";
import type { Person, TenantCalls } from "../../worker/tenant/tenant-calls.ts";

/** Whoever types the command has the machine, and with it every right; the audit names the command. */
const operator = (command: string): Person => ({
  id: HolderId.parse(command),
  name: command,
  email: null,
  role: "support",
  isProgram: true,
});

/** What stands in the audit as the actor. */
const START = "npm start";

/**
 * Returns the limit in force. An explicit `seats` wins over what the administration page has set before, up or down,
 * as it would for a person who changes it there; null leaves it.
 */
export async function settleLimit(
  tenant: Pick<TenantCalls, "adminView" | "setLimit">,
  seats: number | null,
  command = START,
): Promise<number> {
  const view = await tenant.adminView(operator(command));
  if (!view.ok) throw new Error(written(view.error).detail);
  if (seats === null || view.value.limit === seats) return view.value.limit;
  const changed = await tenant.setLimit(operator(command), seats, view.value.version);
  if (!changed.ok) throw new Error(written(changed.error).detail);
  return changed.value.limit;
}

/**
 * Sets the idle time-out of `--timing`; null leaves it, unless an earlier `--timing` has left one shorter than a firm
 * may choose (L4), which goes back to the usual one.
 */
export async function settleIdleTimeout(
  tenant: Pick<TenantCalls, "adminView" | "setIdleTimeout">,
  idleTimeoutMs: number | null,
  command = START,
): Promise<void> {
  const view = await tenant.adminView(operator(command));
  if (!view.ok) throw new Error(written(view.error).detail);
  const stored = view.value.idleTimeoutMs;
  const wanted = idleTimeoutMs ?? (stored < IDLE_TIMEOUT_MIN_MS ? IDLE_TIMEOUT_DEFAULT_MS : stored);
  if (wanted === stored) return;
  const changed = await tenant.setIdleTimeout(operator(command), wanted, view.value.version);
  if (!changed.ok) throw new Error(written(changed.error).detail);
}

async function settle(
  tenant: Pick<TenantCalls, "adminView" | "changeSettings">,
  command: string,
  changeFor: (settings: { timeZone: string; contact: string; enforced: boolean }) => SettingsChange | null,
): Promise<void> {
  const view = await tenant.adminView(operator(command));
  if (!view.ok) throw new Error(written(view.error).detail);
  const change = changeFor(view.value.settings);
  if (change === null) return;
  const changed = await tenant.changeSettings(operator(command), change, view.value.version);
  if (!changed.ok) throw new Error(written(changed.error).detail);
}

/** Sets the time zone in force. */
export const settleTimeZone = (
  tenant: Pick<TenantCalls, "adminView" | "changeSettings">,
  timeZone: string,
  command: string,
): Promise<void> =>
  settle(tenant, command, (settings) => (settings.timeZone === timeZone ? null : { what: "time_zone", timeZone }));

/** L24: sets whether the limit in force is enforced. */
export const settleEnforcement = (
  tenant: Pick<TenantCalls, "adminView" | "changeSettings">,
  enforced: boolean,
  command: string,
): Promise<void> =>
  settle(tenant, command, (settings) => (settings.enforced === enforced ? null : { what: "enforcement", enforced }));

/** Takes away whom the administration has named, so that whom the operator names is asked. */
export const settleContact = (
  tenant: Pick<TenantCalls, "adminView" | "changeSettings">,
  command: string,
): Promise<void> =>
  settle(tenant, command, (settings) => (settings.contact === "" ? null : { what: "contact", contact: "" }));
