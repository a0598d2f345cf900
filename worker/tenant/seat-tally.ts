/**
 * R2, R3: how many counted people have a seat after each event, and the limit then. An event alone does not say it,
 * and a step may bring several; each row of the audit carries both, so that use against the limit is in the proof.
 */
import type { StoredEvent } from "../ledger/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Person } from "../ledger/person.ts";

interface Seated {
  exempt: boolean;
  since: number;
  group: string | null;
}

export class SeatTally {
  readonly #seated = new Map<string, Seated>();
  inUse = 0;
  limit: number;

  constructor(ledger: Ledger) {
    this.limit = ledger.effective.limit;
    for (const [holder, lease] of ledger.leases) {
      this.#seat(holder, { exempt: lease.exempt, since: lease.grantedAt, group: groupOf(lease.person) });
    }
  }

  /**
   * Counts `event`. `settled` is the ledger where it is the last of its step. `fields` belong into the row: a
   * lease's end tells how long the seat was held, and what its grant said of counting and group.
   */
  count(event: StoredEvent, settled: Ledger | null): { inUse: number; limit: number; fields: Record<string, unknown> } {
    let fields: Record<string, unknown> = {};
    if (event.type === "seat_granted") {
      this.#seat(event.holder, { exempt: event.exempt, since: event.at, group: groupOf(event.person) });
    } else if (event.type === "lease_ended") {
      const seated = this.#seated.get(event.holder);
      if (seated !== undefined) {
        this.#seated.delete(event.holder);
        if (!seated.exempt) this.inUse--;
        const group = seated.group === null ? {} : { group: seated.group };
        fields = { heldMs: event.at - seated.since, exempt: seated.exempt, ...group };
      }
    } else if (event.type === "limit_changed") this.limit = event.to;
    if (settled !== null) this.limit = settled.effective.limit;
    return { inUse: this.inUse, limit: this.limit, fields };
  }

  #seat(holder: string, seated: Seated): void {
    this.#seated.set(holder, seated);
    if (!seated.exempt) this.inUse++;
  }
}

/** The group by which use is counted: the first of the CRM's. */
const groupOf = (person: Person): string | null => person.groups?.[0] ?? null;
