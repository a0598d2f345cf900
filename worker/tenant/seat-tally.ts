/**
 * R2, R3: how many counted people have a seat after each event, and the limit then. An event alone does not say it,
 * and a step may bring several; each row of the audit carries both, so that use against the limit is in the proof.
 */
import type { StoredEvent } from "../ledger/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Person } from "../ledger/person.ts";

interface Seated {
  exempt: boolean;
  named: boolean;
  since: number;
  group: string | null;
  /** L20: the refusal that this would have been, and since when; null: it would not. */
  spared: { id: string; since: number } | null;
}

const TURNS_LIMIT: ReadonlySet<StoredEvent["type"]> = new Set(["limit_changed", "settings_changed", "schedule_turned"]);

export class SeatTally {
  readonly #seated = new Map<string, Seated>();
  inUse = 0;
  limit: number;

  constructor(ledger: Ledger) {
    this.limit = ledger.effective.limit;
    for (const [holder, lease] of ledger.leases) {
      this.#seat(holder, {
        exempt: lease.exempt,
        named: lease.named,
        since: lease.grantedAt,
        group: poolOf(lease.person, ledger),
        spared: lease.over?.denial == null ? null : { id: lease.over.denial, since: lease.over.since },
      });
    }
  }

  /**
   * Counts `event`; `last`: it is the last of its step, and the ledger is as it left it. `fields` belong into the row: a
   * lease's end tells how long the seat was held, and what its grant said of counting and group.
   */
  count(
    event: StoredEvent,
    ledger: Ledger,
    last: boolean,
  ): { inUse: number; limit: number; fields: Record<string, unknown> } {
    let fields: Record<string, unknown> = {};
    if (event.type === "seat_granted") {
      const group = poolOf(event.person, ledger);
      const { holder, exempt, named, at } = event;
      const spared = event.over?.denial == null ? null : { id: event.over.denial, since: at };
      this.#seat(holder, { exempt, named, since: at, group, spared });
      if (group !== null) fields = { group };
    } else if (event.type === "denial_opened") {
      const group = poolOf(event.person, ledger);
      if (group !== null) fields = { group };
    } else if (event.type === "lease_judged") {
      fields = this.#turn(event.holder, event);
    } else if (event.type === "seat_counted") {
      const seated = this.#seated.get(event.holder);
      if (seated !== undefined) seated.spared = null;
    } else if (event.type === "lease_ended") {
      const seated = this.#seated.get(event.holder);
      if (seated !== undefined) {
        this.#seated.delete(event.holder);
        if (!seated.exempt) this.inUse--;
        const group = seated.group === null ? {} : { group: seated.group };
        const named = seated.named ? { named: true } : {};
        const spared = sparedOf(seated, event.at);
        fields = { heldMs: event.at - seated.since, exempt: seated.exempt, ...named, ...group, ...spared };
      }
    }
    // R5: the row of a change carries the limit that it led to, also where seats are given in the same step.
    if (last || TURNS_LIMIT.has(event.type)) this.limit = ledger.effective.limit;
    return { inUse: this.inUse, limit: this.limit, fields };
  }

  /** L9: a lease that rests on something else goes on under its group. */
  #turn(
    holder: string,
    { exempt, named, at }: Pick<Seated, "exempt" | "named"> & { at: number },
  ): Record<string, unknown> {
    const seated = this.#seated.get(holder);
    if (seated === undefined) return {};
    const turned = seated.exempt === exempt ? {} : { turned: exempt ? "uncounted" : "counted" };
    if (seated.exempt !== exempt) this.inUse += exempt ? -1 : 1;
    const spared = exempt ? sparedOf(seated, at) : {};
    Object.assign(seated, { exempt, named, ...(exempt ? { spared: null } : {}) });
    return { ...turned, ...spared, ...(seated.group === null ? {} : { group: seated.group }) };
  }

  #seat(holder: string, seated: Seated): void {
    this.#seated.set(holder, seated);
    if (!seated.exempt) this.inUse++;
  }
}

/** L20: with the lease ends the refusal that it would have been. */
const sparedOf = ({ spared }: Seated, at: number): Record<string, unknown> =>
  spared === null ? {} : { spared: { id: spared.id, waitedMs: at - spared.since } };

/** By what use is counted: the first pool that is for the person (L17), otherwise the first of the CRM's groups. */
function poolOf({ groups = [] }: Person, ledger: Ledger): string | null {
  const pool = ledger.settings.pools.find((candidate) => candidate.groups.some((group) => groups.includes(group)));
  return pool?.name ?? groups[0] ?? null;
}
