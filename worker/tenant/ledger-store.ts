/** The ledger's rows in the object's own SQLite: what `restoreLedger` needs, no more. */
import { type HolderId, JarId, SessionKey } from "../../shared/ids.ts";
import { type Event, isStored, type StoredEvent } from "../ledger/event.ts";
import type { Absence, Ledger, LedgerOptions } from "../ledger/ledger.ts";
import { addTimes, assumeHeard, type StoredPresence, timesOf } from "../ledger/presence.ts";
import { restoreLedger, type StoredDrain, type StoredLease, type StoredWaiting, storedHolder } from "../ledger/restore.ts";
import type { Settings } from "../ledger/settings.ts";
import { PresenceLog, type PresenceRow, type ReadTimes } from "./presence-log.ts";
import { readMeta, writeMeta } from "./schema.ts";

/** Which write of the tenant's a row is of, and when that was by the ledger's clock. Rows of older versions have neither. */
interface Written {
  revision?: number;
  at?: number;
}

/** As older versions left it: without presence. */
type LeaseRow = Omit<StoredLease, "presence"> & { presence?: StoredPresence } & Written;

const SETTINGS_EVENTS: ReadonlySet<StoredEvent["type"]> = new Set([
  "limit_changed",
  "idle_timeout_changed",
  "settings_changed",
  "records_reported",
]);

export interface StoreOptions extends Omit<LedgerOptions, "settings" | "epoch"> {
  /** Settings of a new tenant. */
  initial: Settings;
  /** L9: the longest life that a pass of this tenant ever had; ms. */
  longestPassLifeMs: number;
}

export class LedgerStore {
  readonly ledger: Ledger;
  readonly #sql: SqlStorage;
  readonly #presence: PresenceLog;
  /** `Lease.shape` as it was last written. */
  readonly #shapes = new Map<HolderId, number>();
  /** Holders whose own rows are to be written now. */
  readonly #urgent = new Set<HolderId>();
  #hasNewSettings = false;

  /** Reads the ledger at `now` (ms). */
  constructor(storage: DurableObjectStorage, { initial, longestPassLifeMs, ...fixed }: StoreOptions, now: number) {
    const { sql } = storage;
    this.#sql = sql;
    const kept = readMeta(sql, "settings");
    // What was kept before a setting was thought of takes its first value.
    const settings = kept === null ? initial : { ...initial, ...(JSON.parse(kept) as Partial<Settings>) };
    if (kept === null) writeMeta(sql, "settings", JSON.stringify(settings));
    const leases = readBodies<LeaseRow>(sql, "SELECT holder, body FROM leases");
    const line = readBodies<StoredWaiting & Written>(sql, "SELECT holder, body FROM line ORDER BY place");
    const absences = readBodies<Absence>(sql, "SELECT holder, body FROM absences");
    const drains = readDrains(sql);
    const written: Written[] = [...leases, ...line].map(([, row]) => row);
    const read = new Map<HolderId, ReadTimes>();
    this.#presence = new PresenceLog(
      readPresence(sql),
      written.reduce((most, row) => Math.max(most, row.revision ?? 0), 0),
      (times) => read.set(times.holder, times),
    );
    const lastAt = written.reduce((latest, row) => Math.max(latest, row.at ?? 0), this.#presence.savedAt);
    const at = Math.max(now, lastAt);
    const lives = { longestPassLifeMs, clockSkewMs: fixed.timing.clockSkewMs };
    const old = leases.filter(([, row]) => row.presence === undefined).map(([holder]) => holder);
    for (const [holder, row] of leases) {
      row.presence ??= unknownPresence(row, at, lives);
      this.#catchUp(row, row.presence, read.get(holder), longestPassLifeMs);
    }
    for (const [holder, row] of line) {
      row.heardAt = Math.max(row.heardAt ?? at, read.get(holder)?.times.waiting ?? 0);
      row.heardAt = Math.max(row.heardAt, this.#lossOf(row, read.get(holder))?.first ?? 0);
      row.nudgedAt ??= null;
    }
    this.ledger = restoreLedger(
      { ...fixed, settings, epoch: newEpoch() },
      { leases: leases as [HolderId, StoredLease & Written][], drains, absences, line, lastAt },
      now,
    );
    if (old.length > 0) storage.transactionSync(() => this.#writeHolders(old));
  }

  #lossOf(row: Written, read: ReadTimes | undefined) {
    return this.#presence.lossesSince(Math.max(row.revision ?? 0, read?.revision ?? 0));
  }

  #catchUp(row: LeaseRow, presence: StoredPresence, read: ReadTimes | undefined, longestPassLifeMs: number): void {
    if (read !== undefined) addTimes(presence, read.times, read.revision > (row.revision ?? 0));
    const loss = this.#lossOf(row, read);
    if (loss !== null) assumeHeard(presence, loss.first, loss.latest + longestPassLifeMs);
  }

  /** When times are to be written if nothing more happens (ms of the ledger's clock); null: all are. */
  get dueAt(): number | null {
    return this.#presence.dueAt;
  }

  /** Takes note of what `events` changed. Answers whether `keep` is to be called now. */
  note(events: readonly Event[]): boolean {
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
    return this.#urgent.size > 0 || this.#presence.isDue(this.ledger.lastAt);
  }

  /** Writes, in the caller's transaction, what is noted: shapes at once, mere times when they are due. */
  keep(): void {
    const { ledger } = this;
    if (this.#hasNewSettings) writeMeta(this.#sql, "settings", JSON.stringify(ledger.settings));
    this.#hasNewSettings = false;
    this.#writeHolders(this.#urgent);
    this.#urgent.clear();
    if (!this.#presence.isDue(ledger.lastAt)) return;
    const rows = this.#presence.save(ledger.lastAt, (holder) => timesOf(ledger, holder));
    for (const row of rows) writePresence(this.#sql, row);
  }


  #writeHolders(holders: Iterable<HolderId>): void {
    const revision = this.#presence.nextRevision();
    const written = { revision, at: this.ledger.lastAt };
    for (const holder of holders) {
      const { lease, drain, absence, waiting } = storedHolder(this.ledger, holder);
      putBody(this.#sql, "leases", holder, lease === null ? null : { ...lease, ...written });
      putBody(this.#sql, "absences", holder, absence);
      putDrain(this.#sql, holder, drain);
      putWaiting(this.#sql, holder, waiting === null ? null : { ...waiting, ...written });
      const shape = this.ledger.leases.get(holder)?.shape;
      if (shape === undefined) this.#shapes.delete(holder);
      else this.#shapes.set(holder, shape);
      this.#presence.isWritten(holder);
    }
  }
}

/** L9: a pass of before this version kept passes apart: of no jar that a browser could show. */
const UNKNOWN_JAR = JarId.parse("unknown-passes");

/** A lease of an older version, which kept no presence: heard at this moment, with a pass out for one life. */
function unknownPresence(
  { grantedAt, sessions }: LeaseRow,
  at: number,
  { longestPassLifeMs, clockSkewMs }: { longestPassLifeMs: number; clockSkewMs: number },
): StoredPresence {
  const session = sessions.at(-1);
  const until = at + longestPassLifeMs + clockSkewMs;
  return {
    activeAt: grantedAt,
    assumedActiveAt: at,
    clients: [],
    gates: session === undefined ? [] : [[session, at]],
    passes: session === undefined ? [] : [[UNKNOWN_JAR, session, until]],
    nudge: null,
    quietUntil: 0,
  };
}

/** L1 of denials: ids of one load never meet those of another. */
const newEpoch = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

const readBodies = <T>(sql: SqlStorage, query: string): [HolderId, T][] =>
  sql
    .exec<{ holder: string; body: string }>(query)
    .toArray()
    .map((row) => [row.holder as HolderId, JSON.parse(row.body) as T]);

const readDrains = (sql: SqlStorage): [HolderId, StoredDrain][] =>
  sql
    .exec<{ holder: string; until: number; exempt: number; passes: string | null }>(
      "SELECT holder, until, exempt, passes FROM drains",
    )
    .toArray()
    .map(({ holder, until, exempt, passes }) => [
      holder as HolderId,
      {
        exempt: exempt === 1,
        passes: passes === null ? [[UNKNOWN_JAR, NO_SESSION, until]] : (JSON.parse(passes) as StoredDrain["passes"]),
      },
    ]);

const NO_SESSION = SessionKey.parse("_".repeat(22));

const readPresence = (sql: SqlStorage): PresenceRow[] =>
  sql
    .exec<Record<keyof PresenceRow, SqlStorageValue>>(
      "SELECT slot, revision, savedAt, openUntil, losses, body FROM presence",
    )
    .toArray() as unknown as PresenceRow[];

function writePresence(sql: SqlStorage, { slot, revision, savedAt, openUntil, losses, body }: PresenceRow): void {
  sql.exec(
    `INSERT OR REPLACE INTO presence (slot, revision, savedAt, openUntil, losses, body) VALUES (?, ?, ?, ?, ?, ?)`,
    slot,
    revision,
    savedAt,
    openUntil,
    losses,
    body,
  );
}

function putBody(sql: SqlStorage, table: "leases" | "absences", holder: HolderId, body: unknown): void {
  if (body === null) sql.exec(`DELETE FROM ${table} WHERE holder = ?`, holder);
  else {
    sql.exec(
      `INSERT INTO ${table} (holder, body) VALUES (?, ?) ON CONFLICT (holder) DO UPDATE SET body = excluded.body`,
      holder,
      JSON.stringify(body),
    );
  }
}

function putDrain(sql: SqlStorage, holder: HolderId, drain: StoredDrain | null): void {
  if (drain === null) {
    sql.exec("DELETE FROM drains WHERE holder = ?", holder);
    return;
  }
  const until = drain.passes.reduce((latest, pass) => Math.max(latest, pass[2]), 0);
  sql.exec(
    `INSERT INTO drains (holder, until, exempt, passes) VALUES (?, ?, ?, ?)
     ON CONFLICT (holder) DO UPDATE SET until = excluded.until, exempt = excluded.exempt, passes = excluded.passes`,
    holder,
    until,
    drain.exempt ? 1 : 0,
    JSON.stringify(drain.passes),
  );
}

function putWaiting(sql: SqlStorage, holder: HolderId, waiting: unknown): void {
  const [row] = sql.exec<{ place: number }>("SELECT place FROM line WHERE holder = ?", holder).toArray();
  if (waiting === null) {
    if (row !== undefined) sql.exec("DELETE FROM line WHERE place = ?", row.place);
  } else if (row === undefined) {
    sql.exec("INSERT INTO line (holder, body) VALUES (?, ?)", holder, JSON.stringify(waiting));
  } else sql.exec("UPDATE line SET body = ? WHERE place = ?", JSON.stringify(waiting), row.place);
}
