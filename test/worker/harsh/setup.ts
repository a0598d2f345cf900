/** Setup of every test file in the harsh mode: two more isolates, and objects that sleep whenever they may. */
import { vi } from "vitest";
import { sleepBetweenCalls } from "./eviction.ts";
import { harshness, type Isolate, loadIsolate } from "./isolate.ts";

const isolates: Isolate[] = [];
for (let more = 0; more < 2; more++) {
  vi.resetModules();
  isolates.push(await loadIsolate());
}
// The test file's own imports make the third.
vi.resetModules();
harshness.hotseatHarsh = { isolates, isAwake: false };
sleepBetweenCalls();
