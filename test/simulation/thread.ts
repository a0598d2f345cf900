/** One thread of simulate.ts: plays the next world as long as there is one and none has failed. */
import { parentPort, workerData } from "node:worker_threads";
import { playWorld, type Run, worldsOf } from "./worlds.ts";

const { run, next } = workerData as { run: Run; next: Int32Array<SharedArrayBuffer> };
const worlds = worldsOf(run);

let steps = 0;
for (let index = Atomics.add(next, 0, 1); index < worlds; index = Atomics.add(next, 0, 1)) {
  const played = playWorld(run, index);
  if (typeof played === "number") {
    steps += played;
    continue;
  }
  Atomics.store(next, 0, worlds);
  parentPort?.postMessage(played);
}
parentPort?.postMessage(steps);
