/** Calls that wait in the object for something to happen to one person: a place in line, an offer, the end of a lease. */
import type { HolderId } from "../../shared/ids.ts";
import type { Event } from "../ledger/event.ts";

export type Woken = "ended" | "changed";

/** Longer lines are told of a new position when they ask again. */
const TOLD_AT_ONCE = 200;

export class Waiters {
  readonly #waiting = new Map<HolderId, Set<(woken: Woken) => void>>();

  /** What happened to the holder first, or that nothing did within so many ms. */
  woken(holder: HolderId, withinMs: number): Promise<Woken | "late"> {
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(holder) ?? new Set();
      this.#waiting.set(holder, waiters);
      const finish = (woken: Woken | "late") => {
        clearTimeout(timer);
        waiters.delete(finish);
        if (waiters.size === 0) this.#waiting.delete(holder);
        resolve(woken);
      };
      const timer = setTimeout(() => finish("late"), withinMs);
      waiters.add(finish);
    });
  }

  /** Tells everybody whom `events` concern; `line`: who waits for a seat now. */
  wake(events: readonly Event[], line: ReadonlyMap<HolderId, unknown>): void {
    if (this.#waiting.size === 0) return;
    let lineMoved = false;
    for (const event of events) {
      if (event.type === "lease_ended") this.#tell(event.holder, "ended");
      if (event.type === "request_decided") this.#tell(event.person.id, "changed");
      if (
        event.type === "seat_offered" ||
        event.type === "seat_handed_over" ||
        event.type === "line_left" ||
        event.type === "seat_granted"
      ) {
        this.#tell(event.holder, "changed");
        lineMoved = true;
      }
    }
    if (lineMoved && line.size <= TOLD_AT_ONCE) for (const holder of line.keys()) this.#tell(holder, "changed");
  }

  #tell(holder: HolderId, woken: Woken): void {
    for (const waiter of [...(this.#waiting.get(holder) ?? [])]) waiter(woken);
  }
}
