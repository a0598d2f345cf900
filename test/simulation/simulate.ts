/**
 * `npm run simulate -- --steps N --seed S`: plays random worlds against the ledger and checks every rule at
 * every step. Prints its seed; the same seed plays the same run.
 */
import { parseArgs } from "node:util";
import { World } from "./world.ts";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "1000000" }, seed: { type: "string" } },
});
const steps = Number(values.steps);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(seed)) {
  console.error("--steps takes a whole number of at least 1, --seed a whole number");
  process.exit(2);
}

/** Worlds differ in size, and a short script is easier to read than a long one. */
const STEPS_A_WORLD = 20_000;

const begun = performance.now();
let done = 0;
for (let index = 0; done < steps; index++) {
  const worldSeed = (seed + index * 7919) | 0;
  const world = new World({ seed: worldSeed, people: 3 + (index % 14), limit: 1 + (index % 5) });
  try {
    world.play(Math.min(STEPS_A_WORLD, steps - done));
  } catch (error) {
    console.error(world.trace.slice(-40).join("\n"));
    console.error(
      `seed ${seed}, world ${index} (seed ${worldSeed}), step ${world.steps}: ${error instanceof Error ? error.message : error}`,
    );
    console.error("violations: 1");
    process.exit(1);
  }
  done += world.steps;
}
const seconds = (performance.now() - begun) / 1000;
console.log(`seed ${seed}, ${done} steps, ${Math.round(done / seconds)} steps/s`);
console.log("violations: 0");
