/** L15: the line in order, by membership, so that the first person for any seat is found without going through it. */
import type { HolderId } from "../../../shared/ids.ts";

/** A right to the next seat: the smaller `rank` comes first; `order` is the number of joining, where ranks are equal. */
export interface Rank {
  rank: number;
  order: number;
}

interface Place extends Rank {
  holder: HolderId;
}

const before = (a: Rank, b: Rank): boolean => a.rank < b.rank || (a.rank === b.rank && a.order < b.order);

/** The people in line to whom nothing is offered yet. Derived from `Ledger.line`; not part of the state proper. */
export class LineIndex {
  readonly #places = new Map<number, Place[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  fork(): LineIndex {
    const index = new LineIndex();
    for (const [membership, places] of this.#places) index.#places.set(membership, [...places]);
    index.#size = this.#size;
    return index;
  }

  add(membership: number, holder: HolderId, { rank, order }: Rank): void {
    const places = this.#places.get(membership) ?? [];
    this.#places.set(membership, places);
    places.splice(countBefore(places, { rank, order }), 0, { holder, rank, order });
    this.#size++;
  }

  remove(membership: number, { rank, order }: Rank): void {
    const places = this.#places.get(membership);
    if (places === undefined) return;
    const at = countBefore(places, { rank, order });
    if (places[at]?.order !== order) return;
    places.splice(at, 1);
    if (places.length === 0) this.#places.delete(membership);
    this.#size--;
  }

  /** How many there are of each membership. */
  *sizes(): Iterable<[membership: number, people: number]> {
    for (const [membership, places] of this.#places) yield [membership, places.length];
  }

  /** Everybody, the best right first. */
  all(): HolderId[] {
    const places = [...this.#places.values()].flat();
    return places.sort((a, b) => (before(a, b) ? -1 : 1)).map(({ holder }) => holder);
  }

  clear(): void {
    this.#places.clear();
    this.#size = 0;
  }

  /** The first person of each membership, the best right first; of those in `others` nobody. */
  heads(others?: ReadonlySet<HolderId>): { membership: number; holder: HolderId }[] {
    const heads: (Place & { membership: number })[] = [];
    for (const [membership, places] of this.#places) {
      const first = others?.size ? places.find(({ holder }) => !others.has(holder)) : places[0];
      if (first) heads.push({ ...first, membership });
    }
    return heads.sort((a, b) => (before(a, b) ? -1 : 1));
  }

  /** How many have a better right than this place. */
  ahead(place: Rank): number {
    let ahead = 0;
    for (const places of this.#places.values()) ahead += countBefore(places, place);
    return ahead;
  }
}

/** How many of the sorted places come before `place`. */
function countBefore(places: readonly Place[], place: Rank): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(places[middle] as Place, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}
