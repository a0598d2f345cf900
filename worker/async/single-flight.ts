/** One question at a time: requests that want the same answer share the call that is under way. */

import { within } from "./timeout.ts";

/** A sharer waits no longer than this for another request's call, then asks itself. */
const SHARE_PATIENCE_MS = 10_000;

/**
 * workerd ties a call to the request that made it: when that one's visitor goes away the call is dropped, and who
 * waits for it from another request would hang for ever. So the call is kept alive by `waitUntil`, and a sharer
 * keeps a timer of its own, without which workerd takes it for hung.
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

  /** The answer of the call under way for `key`, else of a new one by `start`. */
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
