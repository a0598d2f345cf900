/** Setup of every test file in the harsh mode: two more isolates, and objects that sleep whenever they may. */
import { vi } from "vitest";
import { sleepBetweenCalls } from "./eviction.ts";
import { harshness, type Isolate } from "./isolate.ts";

const isolates: Isolate[] = [];
for (let more = 0; more < 2; more++) {
  vi.resetModules();
  // One bundle, as the Worker is uploaded: its six hundred modules one by one took longer than the tests themselves.
  isolates.push(await import("./isolate.script.js"));
}
// The test file's own imports make the third.
vi.resetModules();
harshness.hotseatHarsh = { isolates, isAwake: false };
sleepBetweenCalls();
