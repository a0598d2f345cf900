/**
 * A10: how often one person may ask for what is costly. Kept in the object's memory: whichever isolate is asked, it is
 * one count, and a restart forgets it.
 */
import type { HolderId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import { sentence } from "../../shared/sentence.ts";

/** How many at once, and after how long another is free (ms). */
const ALLOWANCES = {
  /** A file of the refusals, of the audit, of one person. */
  export: { atOnce: 6, everyMs: 20_000 },
  /** Days of history played again. */
  what_if: { atOnce: 10, everyMs: 5_000 },
  /** The cheapest mix of licences, on the page, as a file or for a program: seconds of work for a large firm. */
  mix: { atOnce: 6, everyMs: 20_000 },
  /** Usage counted again from the whole audit. */
  recount: { atOnce: 2, everyMs: 60_000 },
  report: { atOnce: 12, everyMs: 5_000 },
  /** L33: a copy of all that the ledger knows. */
  shadow: { atOnce: 6, everyMs: 10_000 },
  /** A question of a program that reads the records. */
  read: { atOnce: 60, everyMs: 500 },
  /** A message to an address outside. */
  message: { atOnce: 5, everyMs: 30_000 },
} as const;
export type Costly = keyof typeof ALLOWANCES;

const KEPT_MOST = 1_000;

export class RateLimit {
  /** When the whole allowance is free again, by person and thing. */
  readonly #freeAt = new Map<string, number>();

  /** Null: go on. Otherwise the problem, with when to ask again. */
  spend(person: HolderId, on: Costly, now: number): Problem | null {
    const { atOnce, everyMs } = ALLOWANCES[on];
    const key = `${on} ${person}`;
    const next = Math.max(this.#freeAt.get(key) ?? 0, now) + everyMs;
    const earliest = next - atOnce * everyMs;
    if (earliest > now) {
      const seconds = Math.ceil((earliest - now) / 1_000);
      return {
        code: "too_soon",
        says: sentence("tooOften", { seconds }),
        retryAfterSeconds: seconds,
      };
    }
    if (this.#freeAt.size >= KEPT_MOST) this.#forget(now);
    this.#freeAt.set(key, next);
    return null;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#freeAt) if (at <= now) this.#freeAt.delete(key);
  }
}
