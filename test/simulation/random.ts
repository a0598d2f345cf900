/** A small seeded generator (sfc32): one seed replays a whole run. */
export interface Random {
  /** A whole number from 0 below `below`. */
  below(below: number): number;
  /** True once in `times` on average. */
  once(times: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const part = () => next() / 2 ** 32;
  const below = (limit: number) => Math.floor(part() * limit);
  return {
    below,
    // As `below(times) === 0` is: asked five times and more in each round of a world.
    once: (times) => part() * times < 1,
    pick: (list) => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}
