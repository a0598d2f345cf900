/** What a shell has written of the holders that events name. */
import type { HolderId } from "../../shared/ids.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import { type StoredHolder, storedHolder } from "../../worker/ledger/restore.ts";

export class Store {
  readonly #rows = {
    lease: new Map<HolderId, string>(),
    drain: new Map<HolderId, string>(),
    absence: new Map<HolderId, string>(),
    waiting: new Map<HolderId, string>(),
  };

  write(ledger: Ledger, holder: HolderId): void {
    const stored = storedHolder(ledger, holder);
    for (const name of Object.keys(this.#rows) as (keyof StoredHolder)[]) {
      if (stored[name] === null) this.#rows[name].delete(holder);
      else this.#rows[name].set(holder, JSON.stringify(stored[name]));
    }
  }

  /** All of it, read back. */
  read() {
    const parse = <T>(rows: Map<HolderId, string>) =>
      [...rows].map(([holder, row]): [HolderId, T] => [holder, JSON.parse(row) as T]);
    return {
      leases: parse<NonNullable<StoredHolder["lease"]>>(this.#rows.lease),
      drains: parse<NonNullable<StoredHolder["drain"]>>(this.#rows.drain),
      absences: parse<NonNullable<StoredHolder["absence"]>>(this.#rows.absence),
      line: parse<NonNullable<StoredHolder["waiting"]>>(this.#rows.waiting),
    };
  }

  /** The first holder of whom the rows say less than memory holds; null when none. */
  firstDifference(ledger: Ledger): HolderId | null {
    const holders = new Set(
      [ledger.leases, ledger.drains, ledger.absences, ledger.line, ...Object.values(this.#rows)].flatMap((map) => [
        ...map.keys(),
      ]),
    );
    for (const holder of holders) {
      const memory = storedHolder(ledger, holder);
      for (const name of Object.keys(this.#rows) as (keyof StoredHolder)[]) {
        const row = this.#rows[name].get(holder) ?? "null";
        if (row !== JSON.stringify(memory[name])) return holder;
      }
    }
    return null;
  }
}
