/** A rule that does not hold; the sentence begins with its number. */
export class Violation extends Error {
  override name = "Violation";
}

export function must(holds: boolean, sentence: () => string): void {
  if (!holds) throw new Violation(sentence());
}
