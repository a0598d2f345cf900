/** Single-flight: requests that want the same answer share the call in flight. */

import { within } from "./timeout.ts";

/** A sharer waits at most this long for another request's call, then makes its own. */
const SHARE_PATIENCE_MS = 10_000;

/**
 * workerd ties a call to the request that made it: when that request's visitor goes away the call is dropped, and anyone who
 * waits for it from another request would hang forever. So the call is kept alive by `waitUntil`, and a sharer
 * keeps a timer of its own, without which workerd considers it hung.
 */
export class SingleFlight<T> {
  readonly #calls = new Map<string, Promise<T>>();

  has(key: string): boolean {
    return this.#calls.has(key);
  }

  /** Anyone who asks from now on starts a new call. */
  drop(key: string): void {
    this.#calls.delete(key);
  }

  /** The answer of the call in flight for `key`, or of a new one from `start`. */
  async share(key: string, ctx: Pick<ExecutionContext, "waitUntil">, start: () => Promise<T>): Promise<T> {
    const under = this.#calls.get(key);
    if (under !== undefined) {
      const answer = await within(SHARE_PATIENCE_MS, under);
      if (answer !== undefined) return answer.value;
    }
    const call = start();
    this.#calls.set(key, call);
    const done = call.then(
      () => this.#end(key, call),
      () => this.#end(key, call),
    );
    ctx.waitUntil(done);
    return call;
  }

  #end(key: string, call: Promise<T>): void {
    if (this.#calls.get(key) === call) this.#calls.delete(key);
  }
}
