/**
 * Modules without memory. One runtime runs many test files, and reading the Worker's 650 modules again takes longer than
 * most of them: only those are read again that remember something, and all that import them, some sixty. What the others
 * keep follows from what they are asked.
 */
import type { EvaluatedModules } from "vite/module-runner";
import { vi } from "vitest";

/** Of the Worker. Whoever uses a `BoundedMap` imports it. test/house.test.ts holds the list against the sources. */
export const REMEMBERING = ["worker/index.ts", "worker/audit/usage/mix-turn.ts", "worker/memory/bounded-map.ts"];

const remembers = (id: string) => id.includes("/test/") || REMEMBERING.some((file) => id.endsWith(`/${file}`));

/** What is imported after this is new, as far as it remembers anything. */
export function forgetModules(): void {
  const kept = forgetful().map((node) => {
    const { promise, exports } = node;
    return { node, promise, exports, importers: [...node.importers] };
  });
  vi.resetModules();
  for (const { node, promise, exports, importers } of kept) {
    Object.assign(node, { promise, exports, evaluated: true });
    for (const importer of importers) node.importers.add(importer);
  }
}

/** The modules that were read and that neither remember anything nor import, at whatever distance, one that does. */
function forgetful() {
  const { __vitest_worker__: worker } = globalThis as { __vitest_worker__?: { evaluatedModules?: EvaluatedModules } };
  const nodes = worker?.evaluatedModules?.idToModuleMap ?? new Map();
  const dropped = new Set([...nodes.keys()].filter(remembers));
  for (const id of dropped) {
    for (const importer of nodes.get(id)?.importers ?? []) dropped.add(importer);
  }
  return [...nodes.values()].filter(({ id, evaluated }) => evaluated && !dropped.has(id));
}
