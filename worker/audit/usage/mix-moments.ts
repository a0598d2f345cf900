/** R3: who wanted a licence at once, over a history too long to look at every moment of it. Pure. */

/** From `from` until `to`, ms; those of one person do not touch. */
export interface Want {
  from: number;
  to: number;
}

/** The people, by number, who wanted a licence at one moment. */
export type Crowd = readonly number[];

/** So many moments at most are found at once, each in a part of the period of its own. */
const PARTS = 48;

/** Joins what overlaps or touches: one person wants one licence. */
export function joinWants(wants: readonly Want[]): Want[] {
  const joined: Want[] = [];
  for (const { from, to } of [...wants].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) joined.push({ from, to });
  }
  return joined;
}

export class Moments {
  /** Beginnings as person + 1, ends as -(person + 1), in order of time; ends come first, so that a licence that changes hands is one. */
  readonly #turns: Int32Array;

  /** `wants`: by person. */
  constructor(wants: readonly (readonly Want[])[]) {
    const turns = wants.flatMap((own, person) =>
      own.flatMap(({ from, to }) => [
        { at: from, turn: person + 1 },
        { at: to, turn: -(person + 1) },
      ]),
    );
    turns.sort((a, b) => a.at - b.at || a.turn - b.turn);
    this.#turns = Int32Array.from(turns, ({ turn }) => turn);
  }

  /**
   * The crowds in which more than `most` of those without a licence of their own (`named` is 0) are: the largest of each part
   * of the period. Empty: there are never more.
   */
  above(most: number, named: Uint8Array): Crowd[] {
    const tallest = this.#tallest(most, named);
    const crowds: Crowd[] = [];
    const present = new Set<number>();
    for (const [place, turn] of this.#turns.entries()) {
      if (turn < 0) present.delete(-turn - 1);
      else present.add(turn - 1);
      if (tallest.has(place)) crowds.push([...present]);
    }
    return crowds;
  }

  /** By place among the turns. */
  #tallest(most: number, named: Uint8Array): Set<number> {
    const turns = this.#turns;
    const places = new Set<number>();
    const length = Math.max(1, Math.ceil(turns.length / PARTS));
    let count = 0;
    for (let start = 0; start < turns.length; start += length) {
      let tallest = most;
      let place = -1;
      for (let at = start; at < Math.min(turns.length, start + length); at++) {
        const turn = turns[at] as number;
        if (named[Math.abs(turn) - 1] === 1) continue;
        count += turn < 0 ? -1 : 1;
        if (count > tallest) {
          tallest = count;
          place = at;
        }
      }
      if (place !== -1) places.add(place);
    }
    return places;
  }
}
