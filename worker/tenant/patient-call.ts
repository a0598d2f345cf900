/**
 * How long an answer of the tenant's object is waited for. An object that hangs, or whose machine is gone, answers
 * nothing at all; without an end of its own each call would hold its visitor for as long as the platform likes.
 */
import { TIMING } from "../../shared/timing.ts";
import { answerWithin } from "../async/timeout.ts";
import { RECEIVER_PATIENCE_MS } from "./alerts/webhook.ts";
import type { RecordsCall } from "./audit/records-calls.ts";
import { MAIL_PATIENCE_MS } from "./mail/mail-fault.ts";
import { type TenantCalls, WATCH_MS } from "./tenant-calls.ts";

/** G6: an object that does not answer within this is out of reach. */
export const TENANT_PATIENCE_MS = 5_000;

/** In ms, how long the answer to a call is waited for. Only what is meant to come late gets longer. */
export function patienceFor(name: string, args: readonly unknown[] = []): number {
  if (name === "wait") return TIMING.waitPollMs + TENANT_PATIENCE_MS;
  if (name === "watch") return WATCH_MS + TENANT_PATIENCE_MS;
  const tests = name === "records" && args.some((arg) => (arg as Partial<RecordsCall>)?.do === "test_receiver");
  return tests ? Math.max(RECEIVER_PATIENCE_MS, MAIL_PATIENCE_MS) + TENANT_PATIENCE_MS : TENANT_PATIENCE_MS;
}

/** The object did not answer in time. Whether it did what it was asked for is not known. */
export class TenantSilent extends Error {
  override name = "TenantSilent";
}

export const silentAt = (name: string): TenantSilent =>
  new TenantSilent(`the tenant's object did not answer ${name} in time`);

/** The stub with an end to each of its calls. `spentMs`: what an earlier try of the same call has used up. */
export function patientStub(stub: TenantCalls, ms: number | null = null, spentMs = 0): TenantCalls {
  return new Proxy(stub, {
    get: (calls, name: Extract<keyof TenantCalls, string>) => {
      const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => {
        const left = Math.max(0, (ms ?? patienceFor(name, args)) - spentMs);
        return answerWithin(left, Reflect.apply(call, calls, args), () => silentAt(name));
      };
    },
  });
}
