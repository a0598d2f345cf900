/** What of the Worker lives once per isolate. */

/** Loads it; after `vi.resetModules()` everything in it is new, down to the state of single modules. */
export async function loadIsolate() {
  const [{ default: worker }, { createOwnRoutes }, { createReadCaller }, { createGate }, { createIdentitySource }] =
    await Promise.all([
      import("../../../worker/index.ts"),
      import("../../../worker/site/own-routes.ts"),
      import("../../../worker/site/authenticate.ts"),
      import("../../../worker/gate/gate.ts"),
      import("../../../worker/identity/identity-source.ts"),
    ]);
  return { worker, createOwnRoutes, createReadCaller, createGate, createIdentitySource };
}

export type Isolate = Awaited<ReturnType<typeof loadIsolate>>;

/** What the harsh mode's setup leaves for the test file; undefined in the ordinary mode. */
export interface Harsh {
  /** Beside the one that the test file's own imports make. */
  isolates: readonly Isolate[];
  /** The objects do not sleep. */
  isAwake: boolean;
}
export const harshness = globalThis as { hotseatHarsh?: Harsh };
