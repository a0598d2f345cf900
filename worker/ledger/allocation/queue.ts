/**
 * L15: the line of people who wait. Its order is the time of joining, less a head start for priority: so nobody
 * is overtaken by anyone who came later than the head start of the highest priority. Kept by membership, since not
 * every free seat is for everybody.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Ledger, Waiting } from "../ledger.ts";
import { noRoom } from "./pools.ts";

/** What one step of priority is worth, in ms of waiting. With priorities to 10, nobody is overtaken by anyone who comes 50 minutes later. */
export const HEAD_START_MS = 5 * 60_000;

interface Place {
  holder: HolderId;
  rank: number;
  order: number;
}

const before = (a: Pick<Place, "rank" | "order">, b: Pick<Place, "rank" | "order">): boolean =>
  a.rank < b.rank || (a.rank === b.rank && a.order < b.order);

/** The people in line to whom nothing is offered yet. Derived from `Ledger.line`; not part of the state proper. */
export class LineIndex {
  readonly #places = new Map<number, Place[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(membership: number, holder: HolderId, { rank, order }: Waiting): void {
    const places = this.#places.get(membership) ?? [];
    this.#places.set(membership, places);
    places.splice(countBefore(places, { rank, order }), 0, { holder, rank, order });
    this.#size++;
  }

  remove(membership: number, { rank, order }: Waiting): void {
    const places = this.#places.get(membership);
    if (places === undefined) return;
    const at = countBefore(places, { rank, order });
    if (places[at]?.order !== order) return;
    places.splice(at, 1);
    if (places.length === 0) this.#places.delete(membership);
    this.#size--;
  }

  clear(): void {
    this.#places.clear();
    this.#size = 0;
  }

  /** The first person of each membership, the best right first. */
  heads(): { membership: number; holder: HolderId }[] {
    const heads: (Place & { membership: number })[] = [];
    for (const [membership, places] of this.#places) if (places[0]) heads.push({ ...places[0], membership });
    return heads.sort((a, b) => (before(a, b) ? -1 : 1));
  }

  /** How many have a better right than this place. */
  ahead(place: Pick<Place, "rank" | "order">): number {
    let ahead = 0;
    for (const places of this.#places.values()) ahead += countBefore(places, place);
    return ahead;
  }
}

/** How many of the sorted places come before `place`. */
function countBefore(places: readonly Place[], place: Pick<Place, "rank" | "order">): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(places[middle] as Place, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first in line for whom there is room, and nothing offered yet; null when there is none. */
export function nextToSeat(ledger: Ledger): HolderId | null {
  if (ledger.lineIndex.size === 0) return null;
  for (const [place, { membership, holder }] of ledger.lineIndex.heads().entries()) {
    // The first of all needs no other seat where the own one still drains.
    if ((place === 0 && ledger.drains.get(holder)?.exempt === false) || noRoom(ledger, membership) === null)
      return holder;
  }
  return null;
}

/** Whether somebody else has a better right to the next seat than this person: everybody in line, for who is not in it. */
export function othersFirst(ledger: Ledger, holder: HolderId): boolean {
  const own = ledger.line.get(holder);
  if (own === undefined || own.offeredUntil !== null) return ledger.lineIndex.size > 0;
  return ledger.lineIndex.ahead(own) > 0;
}

/** Place in line, 1 is the head; 1 too for who has an offer; null when not in line. */
export function positionOf(ledger: Ledger, holder: HolderId): number | null {
  const waiting = ledger.line.get(holder);
  if (waiting === undefined) return null;
  return waiting.offeredUntil === null ? ledger.lineIndex.ahead(waiting) + 1 : 1;
}

/** When the person leaves the line: an offer runs out, or the person has not been heard. */
export const waitingUntil = (ledger: Ledger, waiting: Waiting): number =>
  waiting.offeredUntil ?? waiting.heardAt + ledger.timing.waitLostAfterMs;
