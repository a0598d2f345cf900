/** [G6] Every call of the tenant's object has an end, whatever the object does. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMING } from "../../../shared/timing.ts";
import {
  patienceFor,
  TENANT_PATIENCE_MS,
  TenantSilent,
  tenantClient,
  tenantOpener,
} from "../../../worker/tenant/client.ts";
import { type TenantCalls, WATCH_MS } from "../../../worker/tenant/tenant-calls.ts";
import { TenantSeats } from "../../../worker/tenant/tenant-seats.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Call = (...args: unknown[]) => Promise<unknown>;
const stubOf = (call: Call) => new Proxy({}, { get: () => call }) as unknown as TenantCalls;
const methods = Object.keys(tenantClient(() => stubOf(async () => undefined))) as (keyof TenantCalls)[];

/** What a call is told from by its arguments. */
const ARGS: Partial<Record<keyof TenantCalls, unknown[]>> = {
  groups: [null, { do: "list" }],
  shadow: [null, { do: "view" }],
  scim: [null, { call: { do: "find" } }],
};

/** How the call ends, and after how many ms. */
async function endOf(tenant: TenantCalls, name: keyof TenantCalls, args: unknown[] = ARGS[name] ?? []) {
  const begun = Date.now();
  let ended: { ms: number; error: unknown } | null = null;
  (tenant[name] as Call)(...args).then(
    () => {
      ended = { ms: Date.now() - begun, error: null };
    },
    (error) => {
      ended = { ms: Date.now() - begun, error };
    },
  );
  await vi.advanceTimersByTimeAsync(120_000);
  return ended as { ms: number; error: unknown } | null;
}

describe("[G6] an object that never answers", () => {
  test("is asked by every method that it has", () => {
    const own = Object.getOwnPropertyNames(TenantSeats.prototype);
    const notAsked = ["constructor", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"];
    expect(own.filter((name) => !methods.includes(name as keyof TenantCalls) && !notAsked.includes(name))).toEqual([]);
  });

  test.each(methods)("lets the caller of %s go", async (name) => {
    const hung = () => new Promise<never>(() => undefined);
    const ended = await endOf(
      tenantClient(() => stubOf(hung)),
      name,
    );
    expect(ended?.error).toBeInstanceOf(TenantSilent);
    expect(ended?.ms).toBe(patienceFor(name));
    const mostMs = { wait: TIMING.waitPollMs, watch: WATCH_MS }[name as string] ?? 0;
    expect(ended?.ms).toBeLessThanOrEqual(mostMs + 5_000);
  });

  test("lets whoever tries a receiver wait for the receiver, too", async () => {
    const hung = () => new Promise<never>(() => undefined);
    const ended = await endOf(
      tenantClient(() => stubOf(hung)),
      "records",
      [null, { do: "test_receiver", id: "x" }],
    );
    // A mail relay has 20 seconds, and the object five.
    expect([ended?.error instanceof TenantSilent, ended?.ms]).toEqual([true, 25_000]);
  });

  test("is waited for once, also where the first try fails late and is made again", async () => {
    let tries = 0;
    const reset = () =>
      new Promise<never>((_, fail) => {
        if (++tries > 1) return;
        setTimeout(() => fail(Object.assign(new Error("the object was reset"), { retryable: true })), 4_000);
      });
    for (const name of ["signOut", "heartbeatText"] as const) {
      tries = 0;
      const ended = await endOf(
        tenantClient(() => stubOf(reset)),
        name,
      );
      expect([tries, ended?.error instanceof TenantSilent, ended?.ms]).toEqual([2, true, TENANT_PATIENCE_MS]);
    }
  });
});

test("[G6] an object that answers is heard, and leaves no timer behind", async () => {
  vi.useRealTimers();
  const tenant = tenantClient(
    tenantOpener(env, { tenant: "patient" as never, place: { jurisdiction: null, locationHint: null } }),
  );
  expect(await tenant.useToken("no token", "no hash")).toBeNull();
  expect(await tenant.watch("nobody" as never)).toBe("ended");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  const answered = tenantClient(() => stubOf(async () => "ended"));
  expect(await answered.watch("nobody" as never)).toBe("ended");
  expect(vi.getTimerCount()).toBe(0);
});
