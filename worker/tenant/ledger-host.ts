/**
 * Keeps the tenant's ledger in memory and in storage: reads the clock once per command, steps the pure ledger,
 * writes what it has to and the outbox in one transaction, and arms the one alarm. After a throw memory is thrown away
 * and read again.
 */
import type { HolderId } from "../../shared/ids.ts";
import { IDLE_TIMEOUT_MAX_MS } from "../../shared/timing.ts";
import type { Config } from "../config/config.ts";
import { spellHolder } from "../identity/holder-spelling.ts";
import type { Command } from "../ledger/command.ts";
import { type Event, isStored, type StoredEvent } from "../ledger/event.ts";
import { measureOf } from "../ledger/fullness.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { initialSettings } from "../ledger/settings/settings.ts";
import { type Step, step } from "../ledger/step.ts";
import { nextDeadline } from "../ledger/time/expiry.ts";
import { nextAlarm } from "./alarm-time.ts";
import type { Alerts } from "./alerts/alerts.ts";
import { Outbox, type Remark } from "./audit/outbox.ts";
import { LedgerStore } from "./ledger-store.ts";
import { Counters } from "./metrics/counters.ts";
import { ShadowStore } from "./shadow/shadow-store.ts";
import { sqlRows } from "./sql-rows.ts";

/** After a failure the alarm runs again after this; ms. */
const AFTER_FAULT_MS = 1_000;
/** A clock that is held (L18) does not reach the moment at once. */
const TIMES_SOONEST_MS = 20;

/** What is read from storage once per restart. */
export interface Loaded {
  ledger: Ledger;
  store: LedgerStore;
  shadow: ShadowStore;
  outbox: Outbox;
  alerts: Alerts;
  meter: Counters;
}

export interface HostPorts {
  tenant: () => string;
  config: () => Config;
  /** L9: the longest life that a pass of this tenant ever had; ms. */
  longestPassLifeMs: () => number;
  openAlerts: (meter: Counters, outbox: Outbox) => Alerts;
  /** When the records want to be worked on next; ms. */
  recordsAt: (outbox: Outbox) => number;
  /** Before each step. */
  refresh: (now: number) => void;
  /** After each step. */
  happened: (events: readonly Event[], ledger: Ledger) => void;
  /** Memory and storage differ: what stands beside the ledger in memory is to be read again, too. */
  forgot: () => void;
}

/** R1: denial ids never collide with those of another load. */
const newEpoch = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

export class LedgerHost {
  readonly #ctx: DurableObjectState;
  readonly #ports: HostPorts;
  #loaded: Loaded | null = null;
  #alarmAt: number | null = null;
  #isInAlarm = false;
  /** Runs until an alarm that was not taken is set again: one, however many were not. */
  #again: ReturnType<typeof setTimeout> | null = null;
  #timesKept: { timer: ReturnType<typeof setTimeout>; at: number } | null = null;

  constructor(ctx: DurableObjectState, ports: HostPorts) {
    this.#ctx = ctx;
    this.#ports = ports;
  }

  /** Before anything else. */
  async open(): Promise<void> {
    this.#alarmAt = await this.#ctx.storage.getAlarm();
    this.load();
  }

  load(): Loaded {
    if (this.#loaded !== null) return this.#loaded;
    const { sql } = this.#ctx.storage;
    const { tenant, config, longestPassLifeMs, openAlerts } = this.#ports;
    const { timing, seatLimit, idleTimeoutMs, idleTimeoutMinMs, timeZone, enforced } = config();
    const rows = sqlRows(sql);
    const { spell } = this;
    const store = new LedgerStore(
      rows,
      {
        timing,
        idleTimeoutMinMs,
        idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS,
        initial: initialSettings(seatLimit, idleTimeoutMs, { timeZone, enforced }),
        longestPassLifeMs: longestPassLifeMs(),
        spell,
        epoch: newEpoch(),
      },
      Date.now(),
    );
    const { ledger } = store;
    const outbox = new Outbox(sql, tenant(), ledger);
    const meter = new Counters(sql);
    const shadow = new ShadowStore(rows, ledger, spell);
    this.#loaded = { ledger, store, shadow, outbox, alerts: openAlerts(meter, outbox), meter };
    this.arm();
    return this.#loaded;
  }

  /** L1: the key as it is spelled in this tenant. */
  readonly spell = (holder: HolderId): HolderId => spellHolder(this.#ports.config(), holder);

  /** L1: whom a key means that was typed. A row that had to keep another spelling is meant by that one. */
  meant(typed: HolderId): HolderId {
    const { leases, absences, line } = this.load().ledger;
    return leases.has(typed) || absences.has(typed) || line.has(typed) ? typed : this.spell(typed);
  }

  /** ms of the ledger's clock, which never runs backwards (L18). */
  get now(): number {
    return Math.max(Date.now(), this.load().ledger.lastAt);
  }

  /** Steps the ledger, stores, tells. Everything here is synchronous: no other call comes between. */
  run(command: Command): Step {
    const now = Date.now();
    this.#ports.refresh(now);
    const { ledger, store, shadow, outbox, alerts, meter } = this.load();
    const done = this.#orForget(() => {
      const done = step(ledger, command, now);
      const { at } = done;
      const ended = followOrEnd(shadow, ledger, command, done, at);
      const isNoted = store.note(done.events, at);
      if (!isNoted && ended === null && !shadow.isDue(at)) return done;
      this.#ctx.storage.transactionSync(() => {
        if (isNoted) store.keep(at);
        if (ended !== null) outbox.remark(ended, null);
        this.keepShadow(at);
        const stored = done.events.filter(isStored);
        if (stored.length === 0) return;
        const rows = outbox.append(stored, ledger, "actor" in command ? command.actor : null);
        alerts.watch(rows, measureOf(ledger.settings));
        meter.watch(rows);
      });
      return done;
    });
    this.arm(now);
    this.#keepTimesLater(done.at);
    this.#ports.happened(done.events, ledger);
    return done;
  }

  /** L33: in the caller's transaction, which a shadow that cannot be written does not undo: it ends. */
  keepShadow(at: number): void {
    const { ledger, shadow, outbox } = this.load();
    if (!shadow.isDue(at)) return;
    const keep = () => this.#ctx.storage.transactionSync(() => shadow.keep(ledger, at));
    try {
      keep();
    } catch (error) {
      console.error(JSON.stringify({ what: "shadow failed", error: String(error) }));
      shadow.end("failed", "", at);
      outbox.remark({ type: "shadow_ended", at, holder: null, how: "failed" }, null);
      keep();
    }
  }

  /** Writes something beside the ledger together with its event. */
  record(event: StoredEvent, write: () => void): void {
    const { ledger, outbox } = this.load();
    this.transact(() => {
      write();
      outbox.append([event], ledger, null);
    });
  }

  /** Writes something together with a row of the audit that alerts and counters hear of. */
  remark(remark: Remark, write: () => void): void {
    this.transact(() => {
      const { ledger, outbox, alerts, meter } = this.load();
      write();
      const rows = [outbox.remark(remark, null)];
      alerts.watch(rows, measureOf(ledger.settings));
      meter.watch(rows);
    });
  }

  /** One transaction of storage, and all of memory goes by it. */
  transact<T>(work: () => T): T {
    try {
      return this.#orForget(() => this.#ctx.storage.transactionSync(work));
    } finally {
      this.arm();
    }
  }

  #orForget<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** After a throw memory and storage differ: storage is read again at the next call, or by the alarm. */
  forget(): void {
    this.#loaded = null;
    this.#ports.forgot();
    const now = Date.now();
    this.#setAlarm(nextAlarm({ deadline: null, outboxAt: now + AFTER_FAULT_MS, waiting: false }, this.#alarmAt, now));
  }

  /** The operator changed something: it applies from now on, also to people who are seated. */
  adopt({ timing }: Config): void {
    if (this.#loaded === null) return;
    this.#loaded.ledger.timing = timing;
    this.arm();
  }

  /** Ends what is due, does `work` and arms again. Never throws: a handler that throws is dropped for good. */
  async alarm(work: () => Promise<void>): Promise<void> {
    this.#alarmAt = null;
    this.#isInAlarm = true;
    try {
      this.run({ type: "tick" });
      await work();
    } catch (error) {
      console.error(JSON.stringify({ what: "alarm failed", tenant: this.#ports.tenant(), error: String(error) }));
      this.forget();
    }
    this.#isInAlarm = false;
    this.arm();
  }

  arm(now = Date.now()): void {
    // What is due is being done: an alarm set meanwhile would come for nothing, and none comes before this one is over.
    if (this.#loaded === null || this.#isInAlarm) return;
    const { ledger, shadow, outbox, alerts } = this.#loaded;
    const deadline = nextDeadline(ledger);
    shadow.noteDue(deadline);
    const outboxAt = Math.min(
      this.#ports.recordsAt(outbox),
      alerts.nextAt ?? Number.POSITIVE_INFINITY,
      shadow.until ?? Number.POSITIVE_INFINITY,
    );
    const needs = { deadline, outboxAt, waiting: ledger.line.size > 0 };
    this.#setAlarm(nextAlarm(needs, this.#alarmAt, now));
  }

  #setAlarm(at: number | null): void {
    if (at === null) return;
    this.#alarmAt = at;
    this.#ctx.waitUntil(this.#ctx.storage.setAlarm(at).catch((error: unknown) => this.#setAgain(at, error)));
  }

  /** T7: the storage did not take the alarm. The timer keeps the object awake until it is set. */
  #setAgain(at: number, error: unknown): void {
    console.error(JSON.stringify({ what: "alarm not set", tenant: this.#ports.tenant(), error: String(error) }));
    // An earlier one may still be armed; to set one once too often costs a row.
    if (this.#alarmAt === at) this.#alarmAt = null;
    this.#again ??= setTimeout(() => {
      this.#again = null;
      if (this.#loaded !== null) this.arm();
      else if (this.#alarmAt === null && !this.#isInAlarm) this.#setAlarm(Date.now() + AFTER_FAULT_MS);
    }, AFTER_FAULT_MS);
  }

  /** Times that may not be written yet are written by a timer, which keeps the object awake until then. */
  #keepTimesLater(now: number): void {
    const { store, shadow } = this.load();
    const dueAt = Math.min(store.dueAt ?? Number.POSITIVE_INFINITY, shadow.dueAt ?? Number.POSITIVE_INFINITY);
    const isPending = dueAt !== Number.POSITIVE_INFINITY;
    // What the shadow wants written may wait for longer than times may.
    if (isPending && this.#timesKept !== null && dueAt >= this.#timesKept.at) return;
    if (this.#timesKept !== null) clearTimeout(this.#timesKept.timer);
    this.#timesKept = null;
    // With nothing left to write the object may sleep.
    if (!isPending) return;
    const timer = setTimeout(
      () => {
        this.#timesKept = null;
        try {
          this.run({ type: "tick" });
        } catch (error) {
          const tenant = this.#ports.tenant();
          console.error(JSON.stringify({ what: "presence was not written", tenant, error: String(error) }));
        }
      },
      Math.max(TIMES_SOONEST_MS, dueAt - now),
    );
    this.#timesKept = { timer, at: dueAt };
  }
}

/**
 * L33: the shadow takes the command too. Nobody feels it: one that is over, or at fault, ends, and the audit is told.
 */
function followOrEnd(shadow: ShadowStore, ledger: Ledger, command: Command, done: Step, at: number): Remark | null {
  if (shadow.until === null) return null;
  if (shadow.isOver(at)) {
    shadow.end("expired", "", at);
    return { type: "shadow_ended", at, holder: null, how: "expired" };
  }
  try {
    shadow.follow(ledger, command, done, at);
    return null;
  } catch (error) {
    console.error(JSON.stringify({ what: "shadow failed", error: String(error) }));
    shadow.end("failed", "", at);
    return { type: "shadow_ended", at, holder: null, how: "failed" };
  }
}
