/** L2.4: when each person's acts are whole again, as it is written. */
import type { HolderId } from "../../shared/ids.ts";
import type { LedgerRows } from "./ledger-rows.ts";

/** Of one person. */
export interface Acts {
  wholeAt: number;
}

/** With more rows of acts, each new one takes out two that are over. */
const ACTS_KEPT = 500;
const ACTS_FORGOTTEN_AT_ONCE = 2;

export class ActsStore {
  readonly #rows: LedgerRows;
  /** `Ledger.acts` as it is written: when whole again, ms. */
  readonly #written: Map<HolderId, number>;

  constructor(rows: LedgerRows, stored: readonly [HolderId, Acts][]) {
    this.#rows = rows;
    this.#written = new Map(stored.map(([holder, { wholeAt }]) => [holder, wholeAt]));
  }

  /** As it was read. */
  get written(): ReadonlyMap<HolderId, number> {
    return this.#written;
  }

  /** `wholeAt`: undefined where the person's acts are whole. */
  write(holder: HolderId, wholeAt: number | undefined, at: number): void {
    if (wholeAt === this.#written.get(holder)) return;
    this.#written.delete(holder);
    this.#rows.put("acts", holder, wholeAt === undefined ? null : ({ wholeAt } satisfies Acts));
    if (wholeAt === undefined) return;
    this.#written.set(holder, wholeAt);
    if (this.#written.size > ACTS_KEPT) this.#forget(at);
  }

  /** A few of the oldest, where they say nothing any more: never all of a busy hour's at once. */
  #forget(at: number): void {
    let left = ACTS_FORGOTTEN_AT_ONCE;
    for (const [holder, wholeAt] of this.#written) {
      if (wholeAt > at || left-- === 0) return;
      this.#written.delete(holder);
      this.#rows.put("acts", holder, null);
    }
  }
}
