/**
 * What is written of the ledger, and how it comes back: shapes at once, mere times as presence-store.ts allows. Pure but
 * for the rows that it is given.
 */
import type { BindingId, HolderId } from "../../shared/ids.ts";
import { type Event, isStored, type StoredEvent } from "../ledger/event.ts";
import type { Absence, Ledger, LedgerOptions } from "../ledger/ledger.ts";
import type { OverdraftMeter } from "../ledger/over.ts";
import {
  addTimes,
  assumeHeard,
  assumeIssued,
  copyPresence,
  renewedPasses,
  type StoredPresence,
  timesOf,
} from "../ledger/presence.ts";
import {
  restoreLedger,
  type StoredDrain,
  type StoredLease,
  type StoredWaiting,
  storedHolder,
} from "../ledger/restore.ts";
import type { Settings } from "../ledger/settings/settings.ts";
import { type Acts, ActsStore } from "./acts-store.ts";
import type { HolderTable, LedgerRows } from "./ledger-rows.ts";
import {
  type DrainRow,
  drainOf,
  type LeaseRow,
  leaseFrom,
  unknownPresence,
  type WaitingRow,
  type Written,
} from "./older-rows.ts";
import { PresenceStore, type ReadTimes } from "./presence-store.ts";
import { respellRows, respellSettings, type Spell } from "./respell.ts";

const SETTINGS_EVENTS: ReadonlySet<StoredEvent["type"]> = new Set([
  "limit_changed",
  "idle_timeout_changed",
  "settings_changed",
  "records_reported",
  "seats_requested",
  "request_decided",
  "person_forgotten",
]);

export interface StoreOptions extends Omit<LedgerOptions, "settings"> {
  /** Settings of a new tenant. */
  initial: Settings;
  /** L9: the longest life that a pass of this tenant ever had; ms. */
  longestPassLifeMs: number;
  /** L1: how the keys of people are spelled now; as they are stored when absent. */
  spell?: Spell;
}

export class LedgerStore {
  readonly ledger: Ledger;
  readonly #rows: LedgerRows;
  readonly #presence: PresenceStore;
  /** `Lease.shape` as it was last written. */
  readonly #shapes = new Map<HolderId, number>();
  /** Holders whose own rows are to be written now. */
  readonly #urgent = new Set<HolderId>();
  /** L24: bindings of pages that go on without a seat, as far as they are written. */
  readonly #rested = new Map<HolderId, ReadonlySet<BindingId>>();
  #hasNewSettings = false;
  readonly #acts: ActsStore;
  /** `Ledger.overdraft` as it was last written. */
  #overdraft: OverdraftMeter;
  /** `Ledger.turnedAt` as it was last written. */
  #turnedAt: number | null;

  /** Reads the ledger at `now` (ms). */
  constructor(
    rows: LedgerRows,
    { initial, longestPassLifeMs, spell = asStored, ...options }: StoreOptions,
    now: number,
  ) {
    this.#rows = rows;
    const stored = rows.readSettings();
    const kept = stored && respellSettings(stored, spell);
    // Settings stored before a setting existed get its initial value.
    // L24: a tenant from before the limit could be only observed enforces it as ever.
    const settings = kept === null ? initial : Object.assign({ ...initial, enforced: true }, kept);
    const leases = this.#read<LeaseRow>("leases", spell);
    const line = this.#read<WaitingRow>("line", spell);
    const drains = this.#read<DrainRow & Written>("drains", spell);
    this.#acts = new ActsStore(rows, this.#read<Acts>("acts", spell));
    const turnedAt = rows.readTurnedAt();
    const overdraft = rows.readOverdraft();
    const read = new Map<HolderId, ReadTimes>();
    let [revision, writtenAt] = [0, 0];
    for (const table of [leases, line, drains]) {
      for (const [, row] of table as [HolderId, Written][]) {
        revision = Math.max(revision, row.revision ?? 0);
        writtenAt = Math.max(writtenAt, row.at ?? 0);
      }
    }
    this.#presence = new PresenceStore(
      rows.readPresence(),
      revision,
      (times) => read.set(spell(times.holder), times),
      (text) => rows.parse(text),
    );
    const lastAt = Math.max(writtenAt, this.#presence.savedAt);
    const at = Math.max(now, lastAt);
    const limits = { timing: options.timing, longestPassLifeMs };
    // The pairs are this load's own, and the rows are not: of ten thousand none is made twice that need not be.
    for (const lease of leases) {
      const [holder, row] = lease;
      if (row.presence === undefined) this.#urgent.add(holder);
      const stored = row.presence ?? unknownPresence(row, at, longestPassLifeMs + options.timing.clockSkewMs);
      const presence = this.#caughtUp(row, stored, read.get(holder), limits);
      if (presence !== row.presence || row.person.id !== holder) lease[1] = leaseFrom(row, holder, presence);
    }
    this.ledger = restoreLedger(
      { ...options, settings },
      {
        leases: leases as [HolderId, StoredLease][],
        drains: drains.map(([holder, row]) => [holder, this.#drainOf(row, read.get(holder), longestPassLifeMs)]),
        absences: this.#read<Absence>("absences", spell).map(([holder, row]) => [holder, copyAbsence(row)]),
        line: line.map(([holder, row]) => [holder, this.#waitingOf(row, read.get(holder), at)]),
        acts: this.#acts.written,
        lastAt,
        ...(turnedAt === null ? {} : { turnedAt }),
        ...(overdraft === null ? {} : { overdraft }),
      },
      now,
    );
    this.#hasNewSettings = kept === null || kept !== stored;
    this.#turnedAt = turnedAt;
    this.#overdraft = this.ledger.overdraft;
  }

  #read<Row>(table: HolderTable, spell: Spell): [HolderId, Row][] {
    const stored = this.#rows.read(table) as [HolderId, Row][];
    const rows = respellRows(stored, spell);
    if (rows === stored) return rows;
    for (const [at, [holder]] of rows.entries()) {
      const before = stored[at]?.[0] ?? holder;
      if (before !== holder) this.#urgent.add(before).add(holder);
    }
    return rows;
  }

  #lossOf(row: Written, read: ReadTimes | undefined) {
    return this.#presence.lossesSince(Math.max(row.revision ?? 0, read?.revision ?? 0));
  }

  /** With the times that were written since, and what a loss of memory may have taken. The row stays as it is. */
  #caughtUp(
    row: Written,
    stored: StoredPresence,
    read: ReadTimes | undefined,
    { timing, longestPassLifeMs }: Pick<StoreOptions, "timing" | "longestPassLifeMs">,
  ): StoredPresence {
    const loss = this.#lossOf(row, read);
    if (read === undefined && loss === null) return stored;
    const presence = copyPresence(stored);
    if (read !== undefined) addTimes(presence, read.times, read.revision > (row.revision ?? 0));
    if (loss === null) return presence;
    assumeHeard(timing, presence, loss.first);
    presence.passes = assumeIssued(presence.passes, loss.latest, longestPassLifeMs);
    return presence;
  }

  /** L24: passes of a page that goes on without a seat are renewed as those of a lease are. */
  #drainOf(row: DrainRow & Written, read: ReadTimes | undefined, longestPassLifeMs: number): StoredDrain {
    const drain = drainOf(row);
    if (drain.resting !== true) return drain;
    const loss = this.#lossOf(row, read);
    const passes = renewedPasses(drain.passes, read?.times.passes ?? []);
    return { ...drain, passes: loss === null ? passes : assumeIssued(passes, loss.latest, longestPassLifeMs) };
  }

  #waitingOf(row: WaitingRow, read: ReadTimes | undefined, at: number): StoredWaiting {
    const { since, rank, offeredUntil, over = null, givenBy = null, heardAt = at, nudgedAt = null, asked = null } = row;
    const lost = this.#lossOf(row, read)?.first.until ?? 0;
    const heard = Math.max(heardAt, read?.times.waiting ?? 0, lost);
    return { since, rank, offeredUntil, over, givenBy, heardAt: heard, nudgedAt, asked };
  }

  /** When times are to be written if nothing more happens (ms of the ledger's clock); null: all are. */
  get dueAt(): number | null {
    return this.#presence.dueAt;
  }

  /**
   * Takes note of what `events` changed. Answers whether `keep` is to be called now, at `at` (ms of the ledger's
   * clock).
   */
  note(events: readonly Event[], at: number): boolean {
    for (const event of events) {
      const { holder } = event;
      if (isStored(event)) {
        this.#urgent.add(holder);
        if (SETTINGS_EVENTS.has(event.type)) this.#hasNewSettings = true;
        continue;
      }
      const lease = this.ledger.leases.get(holder);
      const isReshaped = lease !== undefined && lease.shape !== (this.#shapes.get(holder) ?? 0);
      const isOfDrain = lease === undefined && (event.type === "pass_handed_back" || this.#isFirstRest(event));
      if (isReshaped || isOfDrain) this.#urgent.add(holder);
      else this.#presence.note(holder);
      if (event.type === "nudge_asked") this.#urgent.add(event.by);
    }
    return this.#urgent.size > 0 || this.#hasNewSettings || this.#presence.isDue(at);
  }

  /** L24: of the passes of a page that goes on without a seat only the first of each binding is written. */
  #isFirstRest(event: Event): boolean {
    return event.type === "pass_issued" && !this.#rested.get(event.holder)?.has(event.binding);
  }

  /** Writes what is noted, in the caller's transaction. */
  keep(at: number): void {
    const { ledger } = this;
    if (this.#hasNewSettings) this.#rows.putSettings(ledger.settings);
    this.#hasNewSettings = false;
    if (ledger.overdraft !== this.#overdraft) this.#rows.putOverdraft(ledger.overdraft);
    this.#overdraft = ledger.overdraft;
    if (ledger.turnedAt !== this.#turnedAt) this.#rows.putTurnedAt(ledger.turnedAt);
    this.#turnedAt = ledger.turnedAt;
    for (const holder of this.#urgent) this.#writeHolder(holder, at);
    this.#urgent.clear();
    if (!this.#presence.isDue(at)) return;
    for (const row of this.#presence.save(at, (holder) => timesOf(ledger, holder))) {
      this.#rows.putPresence(row);
    }
  }

  #writeHolder(holder: HolderId, at: number): void {
    const { lease, drain, absence, waiting } = storedHolder(this.ledger, holder);
    const written = { revision: this.#presence.nextRevision(), at };
    this.#rows.put("leases", holder, lease && Object.assign(lease, written));
    this.#rows.put("drains", holder, drain?.resting ? Object.assign(drain, written) : drain);
    if (drain?.resting) this.#rested.set(holder, new Set(drain.passes.map(([binding]) => binding)));
    else this.#rested.delete(holder);
    this.#rows.put("absences", holder, absence);
    this.#rows.put("line", holder, waiting && Object.assign(waiting, written));
    this.#acts.write(holder, this.ledger.acts.get(holder), at);
    const shape = this.ledger.leases.get(holder)?.shape;
    if (shape === undefined) this.#shapes.delete(holder);
    else this.#shapes.set(holder, shape);
    this.#presence.isWritten(holder);
  }
}

const asStored: Spell = (holder) => holder;

const copyAbsence = (row: Absence): Absence => ({ ...row, denial: row.denial && { ...row.denial } });
