/**
 * A binary heap of moments at which something may be due. Entries are hints: the true deadline is computed
 * from the state when one is reached, and a later one is put back. So a heartbeat, which only moves
 * deadlines later, touches no heap.
 */
import type { HolderId } from "../../../shared/ids.ts";

export type DeadlineKind = "lease" | "drain" | "waiting" | "absence" | "schedule";

export interface Deadline {
  at: number;
  kind: DeadlineKind;
  holder: HolderId;
  /** Order of insertion, so that equal moments come in a fixed order. */
  order: number;
}

const sooner = (a: Deadline, b: Deadline): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export class DeadlineHeap {
  readonly #entries: Deadline[] = [];
  /** The earliest entry that is in the heap for each thing, so that only earlier ones are added; one map per kind. */
  #leases = new Map<HolderId, number>();
  #drains = new Map<HolderId, number>();
  #waiting = new Map<HolderId, number>();
  #absences = new Map<HolderId, number>();
  #schedule = new Map<HolderId, number>();
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The same entries in the same order. */
  fork(): DeadlineHeap {
    const heap = new DeadlineHeap();
    for (const entry of this.#entries) heap.#entries.push(entry);
    heap.#order = this.#order;
    heap.#leases = new Map(this.#leases);
    heap.#drains = new Map(this.#drains);
    heap.#waiting = new Map(this.#waiting);
    heap.#absences = new Map(this.#absences);
    heap.#schedule = new Map(this.#schedule);
    return heap;
  }

  /** Asked with every event and command. */
  #earliest(kind: DeadlineKind): Map<HolderId, number> {
    switch (kind) {
      case "lease":
        return this.#leases;
      case "drain":
        return this.#drains;
      case "waiting":
        return this.#waiting;
      case "absence":
        return this.#absences;
      case "schedule":
        return this.#schedule;
    }
  }

  /** The first entry, which may say an earlier moment than the true one; null when none. */
  peek(): Deadline | null {
    for (;;) {
      const first = this.#entries[0];
      if (first === undefined) return null;
      if (this.#earliest(first.kind).get(first.holder) === first.at) return first;
      this.#pop();
    }
  }

  /** Makes sure that `holder`'s thing is looked at no later than `at`. */
  ensure(kind: DeadlineKind, holder: HolderId, at: number): void {
    const earliest = this.#earliest(kind);
    const known = earliest.get(holder);
    if (known !== undefined && known <= at) return;
    earliest.set(holder, at);
    this.#push({ at, kind, holder, order: this.#order++ });
  }

  /** Takes out the first entry that is due at `now`; null when none is. Superseded entries are dropped. */
  takeDue(now: number): Deadline | null {
    for (;;) {
      const first = this.#entries[0];
      if (first === undefined || first.at > now) return null;
      this.#pop();
      const earliest = this.#earliest(first.kind);
      if (earliest.get(first.holder) !== first.at) continue;
      earliest.delete(first.holder);
      return first;
    }
  }

  #push(entry: Deadline): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = entries[above] as Deadline;
      if (!sooner(entry, parent)) break;
      entries[index] = parent;
      index = above;
    }
    entries[index] = entry;
  }

  #pop(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && sooner(entries[child + 1] as Deadline, entries[child] as Deadline)) child++;
      if (!sooner(entries[child] as Deadline, last)) break;
      entries[index] = entries[child] as Deadline;
      index = child;
    }
    entries[index] = last;
  }
}
