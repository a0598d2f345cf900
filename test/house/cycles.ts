/** Circles of imports, those of types counted: of two files that need each other neither can be understood alone. */
import { readTargets, type Sources } from "./floors.ts";

/** A sentence for every circle, with its files in order of their names. A circle of one is a file that imports itself. */
export function findCycles(sources: Sources): string[] {
  const targets = readTargets(sources);
  const numbers = new Map<string, number>();
  const lows = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];

  /** Tarjan's strongly connected components. */
  const visit = (file: string) => {
    const number = numbers.size;
    numbers.set(file, number);
    lows.set(file, number);
    open.push(file);
    for (const target of targets.get(file) ?? []) {
      if (!targets.has(target)) continue;
      if (!numbers.has(target)) visit(target);
      if (open.includes(target)) lows.set(file, Math.min(lows.get(file) ?? 0, lows.get(target) ?? 0));
    }
    if (lows.get(file) !== number) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || targets.get(file)?.includes(file)) cycles.push(circle.sort());
  };
  for (const file of targets.keys()) if (!numbers.has(file)) visit(file);
  return cycles.map((circle) => `these import each other: ${circle.join(", ")}`);
}
