/** The name that somebody may have meant. */

/** Null where none is near: more than a third of the letters, and at least two, would have to change. */
export function nearestName(given: string, known: readonly string[]): string | null {
  const plain = given.toUpperCase();
  const ranked = known
    .map((name) => ({ name, changes: changesBetween(plain, name.toUpperCase()) }))
    .sort((a, b) => a.changes - b.changes);
  const [best] = ranked;
  return best !== undefined && best.changes <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : null;
}

/** Letters to put in, take out, replace or swap with the next (the optimal string alignment distance). */
function changesBetween(from: string, to: string): number {
  const table = Array.from({ length: from.length + 1 }, (_, i) => [i, ...Array<number>(to.length).fill(0)]);
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let j = 1; j <= to.length; j++) (table[0] as number[])[j] = j;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      (table[i] as number[])[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(from.length, to.length);
}
