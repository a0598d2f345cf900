/**
 * What the tenant's object does for its records in D1, in its alarm: delivers the outbox, mends a chain that divides,
 * moves to another database, and once a day forgets what is old. Says when it wants to be woken; while something waits
 * there is always such a time. Never throws: what fails is tried again with growing pauses.
 */

import { MINUTE_MS } from "../../../shared/durations.ts";
import { databaseOf, patientDatabase } from "../../audit/databases.ts";
import { isDivided, isMovedAway, recordEvents } from "../../audit/event-log.ts";
import { movedTo } from "../../audit/move-copy.ts";
import type { Config, Env } from "../../config/config.ts";
import { RecordsName } from "../../config/location.ts";
import { measureOf } from "../../ledger/fullness.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { settleRecords } from "../../registry/registry-write.ts";
import type { Alerts } from "../alerts/alerts.ts";
import type { Counters } from "../metrics/counters.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { adopt, divide, findDivision, isAdopting, readAdopted } from "./chain-repair.ts";
import { DailyWork } from "./daily-work.ts";
import { followRegistry, goOn, isUnderWay, KeptMove, type MovePorts, tellFault } from "./moving.ts";
import { DIVIDED_AT, type Outbox } from "./outbox.ts";

/** Events reach D1 about this long after they happened, several together. */
const DELIVERY_DELAY_MS = 250;
const RETRY_LEAST_MS = 1_000;
const RETRY_MOST_MS = MINUTE_MS;
/** A move continues at this pace, and failed daily work is retried after this: nobody waits for either. */
const MOVE_PACE_MS = 100;
const DAILY_RETRY_MS = 15 * MINUTE_MS;

const HOME = "records";

/** What of the object it works with; read again each time, since a restart from storage makes new ones. */
export interface Loaded {
  ledger: Ledger;
  outbox: Outbox;
  alerts: Alerts;
  meter: Counters;
}

export interface WorkPorts {
  storage: DurableObjectStorage;
  env: Env;
  tenant: string;
  config(): Config;
  loaded(): Loaded;
  /** Memory is ahead of storage: reload it. */
  reload(): void;
  /** Rows have got other numbers. */
  renumbered(): void;
  now(): number;
}

export class RecordsWork {
  readonly #ports: WorkPorts;
  readonly #daily: DailyWork;
  readonly #kept: KeptMove;
  #home: RecordsName;
  /** What waits since before a restart goes at once: an object that sleeps between any two alarms delivers, too. */
  #deliverAt: number | null;
  #moveAt: number | null = null;
  #dailyNotBefore = 0;
  #failures = 0;

  constructor(ports: WorkPorts) {
    this.#ports = ports;
    this.#deliverAt = ports.now();
    const { storage, tenant, config, now } = ports;
    this.#daily = new DailyWork(storage.sql, tenant, now());
    this.#kept = new KeptMove(storage.sql);
    const kept = RecordsName.safeParse(readMeta(storage.sql, HOME));
    this.#home = kept.success ? kept.data : config().records;
    if (!kept.success) writeMeta(storage.sql, HOME, this.#home);
    this.follow();
  }

  /** The database that the tenant's records are in. */
  get home(): RecordsName {
    return this.#home;
  }

  /** Whether the records are on their way to another database: nothing else should write them now. */
  get isMoving(): boolean {
    return isUnderWay(this.#kept.move);
  }

  /** ms: when the chain was last found divided; null: never. */
  get dividedAt(): number | null {
    const at = readMeta(this.#ports.storage.sql, DIVIDED_AT);
    return at === null ? null : Number(at);
  }

  /** The registry's row has changed, or was read for the first time. */
  follow(): void {
    const { config, env, now } = this.#ports;
    if ((env.TENANT ?? "") !== "") return;
    const { records, movingTo } = config();
    followRegistry(this.#kept, this.#home, movingTo);
    const strays = records !== this.#home || movingTo === this.#home;
    if (this.#kept.move !== null || strays) this.#moveAt ??= now();
  }

  /** ms: when it wants to be woken; there is always such a time. */
  nextAt(outbox: Outbox): number {
    const { now } = this.#ports;
    this.#deliverAt = outbox.pending ? (this.#deliverAt ?? now() + DELIVERY_DELAY_MS) : null;
    // A clock that was set back puts nothing off for longer than the longest pause.
    if (this.#deliverAt !== null) this.#deliverAt = Math.min(this.#deliverAt, now() + RETRY_MOST_MS);
    if (this.#kept.move !== null) this.#moveAt ??= now();
    const dailyAt = Math.max(this.#daily.nextAt, this.#dailyNotBefore);
    const delivery = this.isMoving ? null : this.#deliverAt;
    return Math.min(delivery ?? dailyAt, this.#moveAt ?? dailyAt, dailyAt);
  }

  /** Does what is due. */
  async run(): Promise<void> {
    const isDue = (at: number | null) => at !== null && at <= this.#ports.now();
    if (isDue(this.#moveAt)) await this.#move();
    if (this.isMoving) return;
    if (isDue(this.#deliverAt)) await this.#deliver();
    if (isDue(Math.max(this.#daily.nextAt, this.#dailyNotBefore))) await this.#work();
  }

  #database(name: RecordsName): D1Database {
    return patientDatabase(databaseOf(this.#ports.env, name));
  }

  async #deliver(): Promise<void> {
    const { storage, tenant, loaded, now } = this.#ports;
    const { outbox, meter } = loaded();
    const db = this.#database(this.#home);
    try {
      if (isAdopting(storage.sql)) await this.#adopt(db);
      else {
        const delivery = outbox.next();
        await recordEvents(db, tenant, delivery);
        outbox.delivered(delivery.through, now());
        meter.keep();
      }
      this.#failures = 0;
      this.#deliverAt = outbox.pending ? now() : null;
    } catch (error) {
      await this.#mend(db, error);
    }
  }

  /** A delivery was not taken. Where it was for a reason that can be mended, that is done; else it is tried again. */
  async #mend(db: D1Database, error: unknown): Promise<void> {
    const { tenant, loaded, now } = this.#ports;
    this.#failures++;
    this.#deliverAt = now() + Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** Math.min(this.#failures, 6));
    try {
      if (isDivided(error) && (await this.#divide(db))) return;
      if (isMovedAway(error) && (await this.#followOut(db))) return;
    } catch (fault) {
      console.error(JSON.stringify({ what: "the records were not mended", tenant, error: String(fault) }));
    }
    loaded().meter.countD1Error();
    const told = { what: "records not delivered", tenant, tries: this.#failures, error: String(error) };
    console.warn(JSON.stringify(told));
  }

  /** True: the chain goes on behind D1's rows. */
  async #divide(db: D1Database): Promise<boolean> {
    const { storage, tenant, loaded, now } = this.#ports;
    const { outbox, alerts, meter, ledger } = loaded();
    const division = await findDivision(db, tenant, outbox);
    // The object may have been reloaded from storage meanwhile: then the next try finds it.
    if (division === null || loaded().outbox !== outbox) return false;
    this.#write(() => {
      alerts.watch([divide(storage.sql, outbox, division, now())], measureOf(ledger.settings));
      alerts.setBack(division.base);
      meter.adopt([], outbox.head.seq);
    });
    const { base, head } = division;
    console.error(JSON.stringify({ what: "the chain divides", tenant, base, head: head.seq }));
    this.#deliverAt = now();
    return true;
  }

  async #adopt(db: D1Database): Promise<void> {
    const { storage, tenant, loaded, now } = this.#ports;
    const { outbox, alerts, meter } = loaded();
    const rows = await readAdopted(db, tenant, storage.sql);
    if (loaded().outbox !== outbox) return;
    this.#write(() => {
      adopt(storage.sql, outbox, rows, now());
      if (rows.some(({ kind }) => kind === "person_erased")) alerts.forgetNames();
      meter.adopt(rows, outbox.head.seq);
    });
  }

  #write(change: () => void): void {
    const { storage, reload, renumbered } = this.#ports;
    try {
      storage.transactionSync(change);
    } catch (error) {
      reload();
      throw error;
    }
    renumbered();
  }

  /** An object that was restored to a moment before a move finds the old database closed, and goes where it says. */
  async #followOut(db: D1Database): Promise<boolean> {
    const found = RecordsName.safeParse(await movedTo(db, this.#ports.tenant));
    if (!found.success) return false;
    this.#arrive(found.data);
    return true;
  }

  #arrive(at: RecordsName): void {
    this.#home = at;
    writeMeta(this.#ports.storage.sql, HOME, at);
    this.#deliverAt = this.#ports.now();
    this.#failures = 0;
  }

  async #move(): Promise<void> {
    const { tenant, env, now } = this.#ports;
    const ports: MovePorts = {
      kept: this.#kept,
      tenant,
      database: (name) => this.#database(name),
      registry: patientDatabase(env.RECORDS),
      now,
    };
    try {
      const next = this.#kept.move === null ? null : await goOn(ports, (at) => this.#arrive(at));
      if (next === null) await this.#settle();
      this.#moveAt = next === null ? null : Math.max(next, now() + MOVE_PACE_MS);
      // What was asked for while the old copy was still there.
      if (next === null) this.follow();
    } catch (error) {
      this.#moveAt = now() + RETRY_MOST_MS;
      console.warn(JSON.stringify({ what: "the move does not go on", tenant, error: String(error) }));
      await tellFault(ports, error).catch(() => undefined);
    }
  }

  /**
   * The registry says another database than the object: after a restore of either. The object is right, unless it was
   * moved away.
   */
  async #settle(): Promise<void> {
    const { env, tenant, config, now } = this.#ports;
    const { records, movingTo } = config();
    if (records === this.#home && movingTo !== this.#home) return;
    if (records !== this.#home) await this.#followOut(this.#database(this.#home));
    const { sql, values } = settleRecords(tenant, this.#home, null, now());
    await patientDatabase(env.RECORDS)
      .prepare(sql)
      .bind(...values)
      .run();
  }

  async #work(): Promise<void> {
    const { tenant, loaded, now } = this.#ports;
    const db = this.#database(this.#home);
    try {
      await this.#daily.run(db, () => loaded().outbox, now());
      if (!loaded().outbox.pending) await this.#divide(db);
    } catch (error) {
      this.#dailyNotBefore = now() + DAILY_RETRY_MS;
      console.warn(JSON.stringify({ what: "daily work failed", tenant, error: String(error) }));
    }
  }
}
