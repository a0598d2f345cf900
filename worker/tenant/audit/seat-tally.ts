/**
 * R2, R3: how full the tenant is after each event (L14): who is at work, and the limit then. An event alone does not say
 * it, and a step may bring several; each row of the audit carries both, so that use against the limit is in the proof.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import { fullnessAt, isMeasured, type Measure, measureOf } from "../../ledger/fullness.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { groupsOf, type Person } from "../../ledger/person.ts";
import { type Beyond, beyondOf } from "../../ledger/read/scene.ts";
import type { Model } from "../../ledger/settings/settings.ts";

interface Seated {
  exempt: boolean;
  named: boolean;
  since: number;
  group: string | null;
  /** L24: the refusal that this would have been, and since when; null: it would not. */
  spared: { id: string; since: number } | null;
}

const TURNS_LIMIT: ReadonlySet<StoredEvent["type"]> = new Set(["limit_changed", "settings_changed", "schedule_turned"]);

export class SeatTally {
  readonly #seated = new Map<string, Seated>();
  /** At work, as the ledger counts: in the pool, and by a licence of their own. */
  #counted = 0;
  #own = 0;
  #measure: Measure;
  limit: number;

  constructor(ledger: Ledger) {
    this.#measure = measureOf(ledger.settings);
    for (const [holder, lease] of ledger.leases) {
      this.#seat(holder, {
        exempt: lease.exempt,
        named: lease.named,
        since: lease.grantedAt,
        group: poolOf(lease.person, ledger),
        spared: lease.over?.denial == null ? null : { id: lease.over.denial, since: lease.over.since },
      });
    }
    this.limit = this.#limitOf(ledger);
  }

  /** Of what the licence model counts. */
  get inUse(): number {
    return this.#measure === "named" ? this.#counted + this.#own : this.#counted;
  }

  /**
   * Counts `event`; `last`: it is the last of its step, and the ledger is as it left it. `fields` belong into the row: a
   * lease's end tells how long the seat was held, and what its grant said of counting and group. `exempt` says there that
   * the seat is no part of `inUse`: a named licence is one where named licences are what counts.
   */
  count(
    event: StoredEvent,
    ledger: Ledger,
    last: boolean,
  ): { inUse: number; limit: number; fields: Record<string, unknown> } {
    const { model } = ledger.settings;
    let fields: Record<string, unknown> = {};
    if (event.type === "seat_granted") {
      const group = poolOf(event.person, ledger);
      const spared = event.over?.denial == null ? null : { id: event.over.denial, since: event.at };
      const seated = { exempt: event.exempt, named: event.named, since: event.at, group, spared };
      this.#seat(event.holder, seated);
      fields = { exempt: !isMeasured(this.#measure, seated), ...modelOf(model), ...groupOf(seated) };
    } else if (event.type === "denial_opened") {
      fields = { ...groupOf({ group: poolOf(event.person, ledger) }), ...drainsOf(ledger), ...beyondIn(ledger) };
    } else if (event.type === "lease_judged") {
      fields = this.#turn(event.holder, event);
    } else if (event.type === "seat_counted") {
      const seated = this.#seated.get(event.holder);
      if (seated !== undefined) seated.spared = null;
    } else if (event.type === "lease_ended") {
      fields = { ...this.#end(event.holder, event.at), ...modelOf(model) };
    }
    // R5: the row of a change carries the limit that it led to, also where seats are given in the same step.
    if (last || TURNS_LIMIT.has(event.type)) {
      fields = { ...fields, ...this.#remeasure(measureOf(ledger.settings)) };
      this.limit = this.#limitOf(ledger);
    }
    return { inUse: this.inUse, limit: this.limit, fields };
  }

  #limitOf({ settings, effective }: Ledger): number {
    return fullnessAt(settings, effective.limit, { counted: this.#counted, own: this.#own }).limit;
  }

  /** Another model counts others: the row says how many of each group are counted from then on. */
  #remeasure(measure: Measure): Record<string, unknown> {
    const before = this.#measure;
    this.#measure = measure;
    if ((before === "named") === (measure === "named")) return {};
    const groups: Record<string, number> = {};
    for (const seated of this.#seated.values()) {
      if (seated.group === null) continue;
      groups[seated.group] = (groups[seated.group] ?? 0) + Number(isMeasured(measure, seated));
    }
    return { groups };
  }

  #end(holder: string, at: number): Record<string, unknown> {
    const seated = this.#seated.get(holder);
    if (seated === undefined) return {};
    this.#seated.delete(holder);
    this.#add(seated, -1);
    const exempt = !isMeasured(this.#measure, seated);
    const named = seated.named ? { named: true } : {};
    return { heldMs: at - seated.since, exempt, ...named, ...groupOf(seated), ...sparedOf(seated, at) };
  }

  /** L9: a lease that rests on something else goes on under its group. */
  #turn(
    holder: string,
    { exempt, named, at }: Pick<Seated, "exempt" | "named"> & { at: number },
  ): Record<string, unknown> {
    const seated = this.#seated.get(holder);
    if (seated === undefined) return {};
    const before = isMeasured(this.#measure, seated);
    this.#add(seated, -1);
    const spared = exempt ? sparedOf(seated, at) : {};
    Object.assign(seated, { exempt, named, ...(exempt ? { spared: null } : {}) });
    this.#add(seated, 1);
    const after = isMeasured(this.#measure, seated);
    const turned = before === after ? {} : { turned: after ? "counted" : "uncounted" };
    return { ...turned, ...spared, ...groupOf(seated) };
  }

  #seat(holder: string, seated: Seated): void {
    this.#seated.set(holder, seated);
    this.#add(seated, 1);
  }

  #add({ exempt, named }: Seated, by: 1 | -1): void {
    if (!exempt) this.#counted += by;
    else if (named) this.#own += by;
  }
}

/** L19: whose passes keep a seat taken: a drain's end is told to nobody, so that a refusal says it itself. */
function drainsOf(ledger: Ledger): { draining?: { holders: HolderId[] } } {
  const holders = [...ledger.drains].filter(([, { exempt }]) => !exempt).map(([holder]) => holder);
  return holders.length === 0 ? {} : { draining: { holders } };
}

/** L19, L28: who works beyond the limit, and what the overdraft has cost; missing where neither is so. */
function beyondIn(ledger: Ledger): { beyond?: Beyond } {
  const beyond = beyondOf(ledger);
  return beyond.seats.length === 0 && beyond.usedMs === 0 ? {} : { beyond };
}

const groupOf = ({ group }: Pick<Seated, "group">) => (group === null ? {} : { group });

/** R3: the model by which a row counts, where it is not the usual one. */
const modelOf = (model: Model) => (model === "concurrent" ? {} : { model });

/** L24: with the lease ends the refusal that it would have been. */
const sparedOf = ({ spared }: Seated, at: number): Record<string, unknown> =>
  spared === null ? {} : { spared: { id: spared.id, waitedMs: at - spared.since } };

/** By what use is counted: the first pool that is for the person (L17), otherwise the first of their groups. */
function poolOf(person: Person, ledger: Ledger): string | null {
  const groups = groupsOf(person);
  const pool = ledger.settings.pools.find((candidate) => candidate.groups.some((group) => groups.includes(group)));
  return pool?.name ?? groups[0] ?? null;
}
