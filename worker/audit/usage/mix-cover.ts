/**
 * R3: whom to name so that of some crowds at most so many people are left. That is covering each crowd several times over, which
 * nobody can solve fast in every case: a good answer at once, a bound, and an exact search as far as its steps go. Pure.
 */
import type { Crowd } from "./mix-moments.ts";

export interface Steps {
  /** How many people of crowds may still be looked at. */
  left: number;
}

export class Cover {
  readonly #crowds: readonly Crowd[];
  readonly #people: number;
  /** How many of each crowd have still to be named; less than 1: it is covered. */
  readonly #short: Int32Array;
  /** How many of each crowd are neither named nor ruled out. */
  readonly #open: Int32Array;
  /** By person, the crowds that they are in. */
  readonly #crowdsOf: number[][];
  readonly named: Uint8Array;
  readonly #ruledOut: Uint8Array;

  /** `most`: so many of each crowd may be left without a licence of their own. */
  constructor(crowds: readonly Crowd[], people: number, most: number) {
    this.#crowds = crowds.filter(({ length }) => length > most);
    this.#people = people;
    this.#short = Int32Array.from(this.#crowds, ({ length }) => length - most);
    this.#open = Int32Array.from(this.#crowds, ({ length }) => length);
    this.#crowdsOf = Array.from({ length: people }, () => []);
    for (const [crowd, members] of this.#crowds.entries())
      for (const person of members) this.#crowdsOf[person]?.push(crowd);
    this.named = new Uint8Array(people);
    this.#ruledOut = new Uint8Array(people);
  }

  /** Names whoever is in most of the crowds that are not covered, again and again; then takes back whom it does not need. */
  greedy(): number[] {
    const chosen: number[] = [];
    const scores = this.#scores();
    for (;;) {
      let best = -1;
      for (let person = 0; person < this.#people; person++)
        if ((scores[person] as number) > (best === -1 ? 0 : (scores[best] as number))) best = person;
      if (best === -1) break;
      this.#name(best, 1);
      chosen.push(best);
      // A crowd that is covered now needs nobody else.
      for (const crowd of this.#crowdsOf[best] as number[]) {
        if (this.#short[crowd] !== 0) continue;
        for (const person of this.#crowds[crowd] as Crowd) scores[person] = (scores[person] as number) - 1;
      }
      scores[best] = 0;
    }
    const kept = chosen.filter((person) => {
      const isNeeded = (this.#crowdsOf[person] as number[]).some((crowd) => (this.#short[crowd] as number) === 0);
      if (!isNeeded) this.#name(person, -1);
      return isNeeded;
    });
    return kept;
  }

  /** At least so many more people have to be named. */
  bound(): number {
    const tallest = Math.max(0, ...this.#short);
    // Nobody takes away more than one from each crowd that they are in.
    let wanted = this.#short.reduce((sum, short) => sum + Math.max(0, short), 0);
    const scores = this.#scores().sort();
    let fewest = 0;
    for (let place = scores.length - 1; wanted > 0 && place >= 0; place--, fewest++) wanted -= scores[place] as number;
    return wanted > 0 ? Number.POSITIVE_INFINITY : Math.max(tallest, fewest);
  }

  /**
   * The same, closer: crowds that are hard to cover are given more and more weight, and whatever the weights are, the people who
   * weigh most have to make up for what all crowds together are short of.
   */
  closeBound(rounds: number): number {
    // As logarithms: a crowd of hundreds of people can lack hundreds.
    const logs = new Float64Array(this.#crowds.length);
    let closest = this.bound();
    for (let round = 0; round < rounds; round++) {
      const weightOf = new Float64Array(this.#people);
      // Only their ratios count: the largest is 1, so that none overflows.
      const heaviest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = logs.map((log) => Math.exp(log - heaviest));
      let wanted = 0;
      for (const [crowd, members] of this.#crowds.entries()) {
        const weight = weights[crowd] as number;
        wanted += weight * Math.max(0, this.#short[crowd] as number);
        for (const person of members) weightOf[person] = (weightOf[person] as number) + weight;
      }
      const order = [...weightOf.keys()].sort((a, b) => (weightOf[b] as number) - (weightOf[a] as number));
      const part = new Float64Array(this.#people);
      let fewest = 0;
      // What rounding leaves over is nothing that anybody has to make up for.
      const rest = wanted * 1e-9;
      for (const person of order) {
        if (wanted <= rest) break;
        const taken = Math.min(1, wanted / (weightOf[person] as number));
        part[person] = taken;
        fewest += taken;
        wanted -= weightOf[person] as number;
      }
      const close = Math.ceil(fewest - 1e-6);
      if (!Number.isFinite(close)) break;
      closest = Math.max(closest, close);
      for (const [crowd, members] of this.#crowds.entries()) {
        const covered = members.reduce((sum, person) => sum + (part[person] as number), 0);
        const lack = (this.#short[crowd] as number) - covered;
        logs[crowd] = (logs[crowd] as number) + lack / (1 + round / 4);
      }
    }
    return closest;
  }

  /** At most `most` people who cover all; null: there are none; undefined: the steps did not suffice to say. */
  search(most: number, steps: Steps): number[] | null | undefined {
    const least = this.bound();
    if (least > most) return null;
    const crowd = this.#tightest();
    if (crowd === null) return [];
    steps.left -= this.#crowds.reduce((sum, { length }) => sum + length, this.#people);
    if (steps.left < 0) return undefined;
    if ((this.#open[crowd] as number) < (this.#short[crowd] as number)) return null;
    const scores = this.#scores();
    const person = (this.#crowds[crowd] as Crowd)
      .filter((one) => this.named[one] === 0 && this.#ruledOut[one] === 0)
      .reduce((a, b) => ((scores[b] as number) > (scores[a] as number) ? b : a));
    this.#name(person, 1);
    const withThem = this.search(most - 1, steps);
    this.#name(person, -1);
    if (withThem !== null) return withThem === undefined ? undefined : [person, ...withThem];
    this.#ruleOut(person, 1);
    const without = this.search(most, steps);
    this.#ruleOut(person, 0);
    return without;
  }

  #name(person: number, by: 1 | -1): void {
    this.named[person] = by === 1 ? 1 : 0;
    for (const crowd of this.#crowdsOf[person] as number[]) {
      this.#short[crowd] = (this.#short[crowd] as number) - by;
      this.#open[crowd] = (this.#open[crowd] as number) - by;
    }
  }

  #ruleOut(person: number, out: 1 | 0): void {
    this.#ruledOut[person] = out;
    for (const crowd of this.#crowdsOf[person] as number[])
      this.#open[crowd] = (this.#open[crowd] as number) + (out === 1 ? -1 : 1);
  }

  /** By person, in how many crowds that are not covered they would help. */
  #scores(): Int32Array {
    const scores = new Int32Array(this.#people);
    for (const [crowd, members] of this.#crowds.entries()) {
      if ((this.#short[crowd] as number) <= 0) continue;
      for (const person of members)
        if (this.named[person] === 0 && this.#ruledOut[person] === 0) scores[person] = (scores[person] as number) + 1;
    }
    return scores;
  }

  /** The crowd that is not covered with the fewest ways to cover it. */
  #tightest(): number | null {
    let tightest: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const [crowd, short] of this.#short.entries()) {
      const slack = (this.#open[crowd] as number) - short;
      if (short > 0 && slack < least) [tightest, least] = [crowd, slack];
    }
    return tightest;
  }
}
