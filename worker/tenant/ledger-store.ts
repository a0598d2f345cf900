/**
 * What is written of the ledger, and how it comes back: shapes at once, mere times as presence-log.ts allows. Pure but
 * for the rows that it is given.
 */
import { type HolderId, JarId, SessionKey } from "../../shared/ids.ts";
import { type Event, isStored, type StoredEvent } from "../ledger/event.ts";
import type { Absence, Ledger, LedgerOptions } from "../ledger/ledger.ts";
import { addTimes, assumeHeard, copyPresence, type StoredPresence, timesOf } from "../ledger/presence.ts";
import {
  restoreLedger,
  type StoredDrain,
  type StoredLease,
  type StoredWaiting,
  storedHolder,
} from "../ledger/restore.ts";
import type { Settings } from "../ledger/settings/settings.ts";
import type { HolderTable, LedgerRows } from "./ledger-rows.ts";
import { PresenceStore, type ReadTimes } from "./presence-store.ts";

/**
 * Which write of the tenant's a row is of, and when that was by the ledger's clock. Rows of older versions have
 * neither.
 */
interface Written {
  revision?: number;
  at?: number;
}

/**
 * As older versions left it: without presence, passes, the time when last heard, and whom the person asked for a seat.
 */
type LeaseRow = Omit<StoredLease, "presence"> & { presence?: StoredPresence } & Written;
type DrainRow = StoredDrain | { until: number; exempt: number };
type WaitingRow = Omit<StoredWaiting, "heardAt" | "nudgedAt" | "asked"> & Partial<StoredWaiting> & Written;

const SETTINGS_EVENTS: ReadonlySet<StoredEvent["type"]> = new Set([
  "limit_changed",
  "idle_timeout_changed",
  "settings_changed",
  "records_reported",
  "seats_requested",
  "request_decided",
]);

export interface StoreOptions extends Omit<LedgerOptions, "settings"> {
  /** Settings of a new tenant. */
  initial: Settings;
  /** L9: the longest life that a pass of this tenant ever had; ms. */
  longestPassLifeMs: number;
}

export class LedgerStore {
  readonly ledger: Ledger;
  readonly #rows: LedgerRows;
  readonly #presence: PresenceStore;
  /** `Lease.shape` as it was last written. */
  readonly #shapes = new Map<HolderId, number>();
  /** Holders whose own rows are to be written now. */
  readonly #urgent = new Set<HolderId>();
  #hasNewSettings = false;
  /** `Ledger.turnedAt` as it was last written. */
  #turnedAt: number | null;

  /** Reads the ledger at `now` (ms). */
  constructor(rows: LedgerRows, { initial, longestPassLifeMs, ...options }: StoreOptions, now: number) {
    this.#rows = rows;
    const kept = rows.readSettings();
    // Settings stored before a setting existed get its initial value.
    const settings = kept === null ? initial : { ...initial, ...kept };
    const leases = readTable<LeaseRow>(rows, "leases");
    const line = readTable<WaitingRow>(rows, "line");
    const written: Written[] = [...leases, ...line].map(([, row]) => row);
    const turnedAt = rows.readTurnedAt();
    const read = new Map<HolderId, ReadTimes>();
    const revision = written.reduce((most, row) => Math.max(most, row.revision ?? 0), 0);
    this.#presence = new PresenceStore(
      rows.readPresence(),
      revision,
      (times) => read.set(times.holder, times),
      (text) => rows.parse(text),
    );
    const lastAt = written.reduce((latest, row) => Math.max(latest, row.at ?? 0), this.#presence.savedAt);
    const at = Math.max(now, lastAt);
    const limits = { timing: options.timing, longestPassLifeMs };
    const restored = leases.map(([holder, row]): [HolderId, StoredLease] => {
      if (row.presence === undefined) this.#urgent.add(holder);
      const presence =
        row.presence === undefined
          ? unknownPresence(row, at, longestPassLifeMs + options.timing.clockSkewMs)
          : copyPresence(row.presence);
      this.#catchUp(row, presence, read.get(holder), limits);
      return [holder, { ...row, presence }];
    });
    this.ledger = restoreLedger(
      { ...options, settings },
      {
        leases: restored,
        drains: readTable<DrainRow>(rows, "drains").map(([holder, row]) => [holder, drainOf(row)]),
        absences: readTable<Absence>(rows, "absences").map(([holder, row]) => [holder, copyAbsence(row)]),
        line: line.map(([holder, row]) => [holder, this.#waitingOf(row, read.get(holder), at)]),
        lastAt,
        ...(turnedAt === null ? {} : { turnedAt }),
      },
      now,
    );
    this.#hasNewSettings = kept === null;
    this.#turnedAt = turnedAt;
  }

  #lossOf(row: Written, read: ReadTimes | undefined) {
    return this.#presence.lossesSince(Math.max(row.revision ?? 0, read?.revision ?? 0));
  }

  #catchUp(
    row: Written,
    presence: StoredPresence,
    read: ReadTimes | undefined,
    { timing, longestPassLifeMs }: Pick<StoreOptions, "timing" | "longestPassLifeMs">,
  ): void {
    if (read !== undefined) addTimes(presence, read.times, read.revision > (row.revision ?? 0));
    const loss = this.#lossOf(row, read);
    if (loss !== null) assumeHeard(timing, presence, loss.first, loss.latest + longestPassLifeMs);
  }

  #waitingOf(row: WaitingRow, read: ReadTimes | undefined, at: number): StoredWaiting {
    const { since, rank, offeredUntil, heardAt = at, nudgedAt = null, asked = null } = row;
    const lost = this.#lossOf(row, read)?.first.until ?? 0;
    return { since, rank, offeredUntil, heardAt: Math.max(heardAt, read?.times.waiting ?? 0, lost), nudgedAt, asked };
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
      if (isReshaped || (event.type === "pass_handed_back" && lease === undefined)) this.#urgent.add(holder);
      else this.#presence.note(holder);
      if (event.type === "nudge_asked") this.#urgent.add(event.by);
    }
    return this.#urgent.size > 0 || this.#hasNewSettings || this.#presence.isDue(at);
  }

  /** Writes what is noted, in the caller's transaction. */
  keep(at: number): void {
    const { ledger } = this;
    if (this.#hasNewSettings) this.#rows.putSettings(ledger.settings);
    this.#hasNewSettings = false;
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
    this.#rows.put("leases", holder, lease === null ? null : { ...lease, ...written });
    this.#rows.put("drains", holder, drain);
    this.#rows.put("absences", holder, absence);
    this.#rows.put("line", holder, waiting === null ? null : { ...waiting, ...written });
    const shape = this.ledger.leases.get(holder)?.shape;
    if (shape === undefined) this.#shapes.delete(holder);
    else this.#shapes.set(holder, shape);
    this.#presence.isWritten(holder);
  }
}

const readTable = <T>(rows: LedgerRows, table: HolderTable): [HolderId, T][] => rows.read(table) as [HolderId, T][];

/** L9: passes that an older version issued are of no jar that a browser could show. */
const UNKNOWN_JAR = JarId.parse("unknown-passes");
const NO_SESSION = SessionKey.parse("_".repeat(22));

const copyAbsence = (row: Absence): Absence => ({ ...row, denial: row.denial && { ...row.denial } });

const drainOf = (row: DrainRow): StoredDrain =>
  "passes" in row ? row : { exempt: row.exempt === 1, passes: [[UNKNOWN_JAR, NO_SESSION, row.until]] };

/** A lease of an older version, which kept no presence: heard at this moment, with a pass out for one life. */
function unknownPresence({ grantedAt, sessions }: LeaseRow, at: number, passesLiveMs: number): StoredPresence {
  const session = sessions.at(-1) ?? NO_SESSION;
  return {
    activeAt: grantedAt,
    assumedActiveAt: at,
    clients: [],
    gates: [[session, at]],
    passes: [[UNKNOWN_JAR, session, at + passesLiveMs]],
    nudge: null,
    quietUntil: 0,
  };
}
