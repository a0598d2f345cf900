/**
 * The isolates that a test's requests run in. As a rule one; in the harsh mode (test/harsh.vitest.config.ts) three,
 * in turn, each with module state of its own, as on the edge: what one remembers, the next request does not find.
 */
import { afterEach } from "vitest";
import { harshness, type Isolate, loadIsolate } from "./isolate.ts";

const harsh = harshness.hotseatHarsh;
const isolates: readonly Isolate[] = [await loadIsolate(), ...(harsh?.isolates ?? [])];

let turn = 0;
let only: Isolate | null = null;
afterEach(() => {
  only = null;
  if (harsh !== undefined) harsh.isAwake = false;
});

/** The isolate of the next request. */
export const nextIsolate = (): Isolate => only ?? (isolates[turn++ % isolates.length] as Isolate);

/** Makes something in each isolate; the answer takes the next one in turn. */
export function inEachIsolate<T>(make: (isolate: Isolate) => T): () => T {
  const made = new Map(isolates.map((isolate) => [isolate, make(isolate)]));
  return () => made.get(nextIsolate()) as T;
}

/** The rest of the test runs in one isolate, also in the harsh mode. `_why`: what it looks at that is one isolate's. */
export function stayInOneIsolate(_why: string): void {
  only = isolates[0] as Isolate;
}

/** The tenants' objects keep their memory for the rest of the test, also in the harsh mode. `_why`: what needs it. */
export function stayAwake(_why: string): void {
  if (harsh !== undefined) harsh.isAwake = true;
}
