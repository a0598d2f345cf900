/** The worlds of a run. Each follows from the run's seed and its own number alone, whichever thread plays it. */
import type { Proposal } from "../../worker/ledger/shadow/propose.ts";
import { TRIED } from "./tried.ts";
import { World } from "./world.ts";

export interface Run {
  seed: number;
  steps: number;
  /** L33: what is tried beside the settings of each world: the same settings, or others; left out: nothing. */
  shadow?: "equal" | "others" | undefined;
}

/** Worlds differ in size, and a short script is easier to read than a long one. */
const STEPS_A_WORLD = 20_000;

export interface Failure {
  index: number;
  /** Of the world. */
  seed: number;
  step: number;
  sentence: string;
  trace: string[];
}

export const worldsOf = ({ steps }: Run): number => Math.ceil(steps / STEPS_A_WORLD);

/** Plays one world whole. Answers how many steps it took, or what failed. */
export function playWorld(run: Run, index: number): number | Failure {
  const seed = (run.seed + index * 7919) | 0;
  const world = new World({ seed, people: 3 + (index % 14), limit: 1 + (index % 5), shadow: triedIn(run, index) });
  try {
    world.play(Math.min(STEPS_A_WORLD, run.steps - index * STEPS_A_WORLD));
    return world.steps;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    return { index, seed, step: world.steps, sentence, trace: world.trace.slice(-40) };
  }
}

function triedIn({ shadow }: Run, index: number): readonly Proposal[] | undefined {
  if (shadow === undefined) return undefined;
  const others = Object.values(TRIED);
  return shadow === "equal" ? [] : others[index % others.length];
}
