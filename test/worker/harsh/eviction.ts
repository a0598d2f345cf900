/**
 * The harsh mode's sleep: a tenant's object leaves memory before every call that does not overlap another, as one on
 * Cloudflare may whenever nothing is under way.
 */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { TenantSeats } from "../../../worker/tenant/tenant-seats.ts";
import { harshness } from "./isolate.ts";

/** Not calls of `TenantCalls`: the runtime's own, by which the test tools reach an object, too. */
const RUNTIMES = new Set(["constructor", "fetch", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"]);
const CALLS = Object.getOwnPropertyNames(TenantSeats.prototype).filter((name) => !RUNTIMES.has(name));

interface Sleeper {
  /** Calls that keep the object in memory. */
  underWay: number;
  asleep: Promise<void>;
}
const sleepers = new Map<string, Sleeper>();

/** An object that does not run is asleep already, and says so by rejecting. */
const sendToSleep = (stub: DurableObjectStub): Promise<void> => evictDurableObject(stub).catch(() => undefined);

function harden(stub: DurableObjectStub): void {
  const key = stub.id.toString();
  const sleeper = sleepers.get(key) ?? { underWay: 0, asleep: Promise.resolve() };
  sleepers.set(key, sleeper);
  const calls = stub as unknown as Record<string, (...asked: unknown[]) => Promise<unknown>>;
  for (const name of CALLS) {
    const call = calls[name];
    if (call === undefined) continue;
    calls[name] = async (...asked) => {
      if (sleeper.underWay++ === 0 && harshness.hotseatHarsh?.isAwake !== true) sleeper.asleep = sendToSleep(stub);
      try {
        await sleeper.asleep;
        return await call(...asked);
      } finally {
        sleeper.underWay--;
      }
    };
  }
}

/** From now on every stub that is taken from the binding sends its object to sleep. */
export function sleepBetweenCalls(): void {
  // The binding outlives the test file: what an earlier one put before the runtime's own method goes.
  Reflect.deleteProperty(env.SEATS, "get");
  const get = env.SEATS.get.bind(env.SEATS);
  env.SEATS.get = (...asked) => {
    const stub = get(...asked);
    harden(stub as unknown as DurableObjectStub);
    return stub;
  };
}
