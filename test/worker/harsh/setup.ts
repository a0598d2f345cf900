/** Setup of every test file in the harsh mode: two more isolates, and objects that sleep whenever they may. */
import { forgetModules } from "../support/new-modules.ts";
import { sleepBetweenCalls } from "./eviction.ts";
import { harshness, type Isolate } from "./isolate.ts";

const isolates: Isolate[] = [];
for (let more = 0; more < 2; more++) {
  forgetModules();
  // One bundle, as the Worker is uploaded: its six hundred modules one by one took longer than the tests themselves.
  isolates.push(await import("./isolate.script.js"));
}
// The test file's own imports make the third.
forgetModules();
harshness.hotseatHarsh = { isolates, isAwake: false };
sleepBetweenCalls();
