/**
 * The tenant's object on the platform, as worker/tenant/tenant-seats.ts: it leaves memory and comes back from its rows,
 * a timer writes what may not be written yet, and its one alarm is late, doubled or lost.
 */
import type { HolderId } from "../../shared/ids.ts";
import type { Timing } from "../../shared/timing.ts";
import { areSame } from "../../worker/ledger/allocation/judge.ts";
import type { Command } from "../../worker/ledger/command.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import type { Role } from "../../worker/ledger/person.ts";
import type { Proposal } from "../../worker/ledger/shadow/propose.ts";
import type { Step, step } from "../../worker/ledger/step.ts";
import { nextDeadline } from "../../worker/ledger/time/expiry.ts";
import { nextAlarm } from "../../worker/tenant/alarm-time.ts";
import { LedgerStore, type StoreOptions } from "../../worker/tenant/ledger-store.ts";
import { Beside } from "./beside.ts";
import { Oracle } from "./oracle.ts";
import type { Random } from "./random.ts";
import { Rows, StorageFault } from "./rows.ts";
import { must } from "./violation.ts";

/** With nothing under way an object leaves memory after this long. */
const IDLE_MS = 10_000;
const ALARM_LATE_MOST_MS = 60_000;
/** As worker/tenant/ledger-host.ts has it. */
const AFTER_FAULT_MS = 1_000;
/** One command in so many finds storage that fails a write. */
const FAILS_ONCE_IN = 300;

/** An object with one fault in what it does after a failed write; a test gives one to see that it is caught. */
export type BrokenHost = "goes on with its memory" | "half of it is written" | "no alarm is set";

export interface ObjectPorts {
  random: Random;
  step: typeof step;
  /** How often everything is compared, in steps. */
  wholeEvery: number;
  /** L33: what is tried beside the settings; null: nothing. */
  shadow: readonly Proposal[] | null;
  /** Of writes that fail; null: none does. */
  faults: Random | null;
  broken?: BrokenHost | undefined;
  /** ms of the object's own clock. */
  now: () => number;
  /** Memory was lost with something unwritten, at the ledger's time. */
  lost: (at: number) => void;
  /** A write failed. */
  failed: () => void;
  /** Came back from its rows. */
  woke: () => void;
  /** After each command, at the ledger's time. */
  stepped: (command: Command, done: Step, at: number) => void;
}

export class TenantObject {
  readonly rows = new Rows();
  readonly oracle: Oracle;
  readonly beside: Beside | null;
  readonly #ports: ObjectPorts;
  /** L20: the firm's own groups; the object keeps them in tables. */
  readonly #groups = new Map<HolderId, readonly string[]>();
  #options: Omit<StoreOptions, "epoch">;
  #store: LedgerStore;
  #isAsleep = false;
  #epoch = 0;
  #lastAt: number;
  /** The ledger's time at the latest command, which need not have led to an event. */
  #seenAt = 0;
  /** When the timer writes presence; memory's alone. */
  #timerAt: number | null = null;
  /** L33: and when it writes the shadow. */
  #shadowTimerAt: number | null = null;
  #alarm: { at: number; comesAt: number; twice: boolean } | null = null;
  wakes = 0;

  constructor(options: Omit<StoreOptions, "epoch">, ports: ObjectPorts) {
    this.#ports = ports;
    this.#options = options;
    this.#lastAt = ports.now();
    this.#store = this.#load(this.#lastAt);
    this.oracle = new Oracle(this.ledger, ports.wholeEvery);
    this.beside = ports.shadow && new Beside(this.rows, this.ledger, ports.shadow);
  }

  /** As memory has it, or had it before it went. */
  get ledger(): Ledger {
    return this.#store.ledger;
  }

  /** A crash, a deploy, a move to another machine: memory goes, and the timer with it, which has not rung by then. */
  evict(): void {
    // A timer may ring for what was written meanwhile: then nothing is lost.
    if (this.#timerAt !== null && this.#store.dueAt !== null) {
      // By the latest time that memory had seen: the clock may have stepped back since.
      this.#ports.lost(Math.max(Math.min(this.#ports.now(), this.#timerAt), this.#seenAt));
    }
    this.#isAsleep = true;
    this.#timerAt = null;
    this.#shadowTimerAt = null;
  }

  /** Its clock was set by so many ms: a timer measures time, and an alarm names a moment. */
  setClock(ms: number): void {
    this.#lastAt += ms;
    if (this.#timerAt !== null) this.#timerAt += ms;
    if (this.#shadowTimerAt !== null) this.#shadowTimerAt += ms;
  }

  /** The operator changed something; as worker/tenant/config-copy.ts and ledger-host.ts. */
  adopt(timing: Timing): void {
    const longestPassLifeMs = Math.max(this.#options.longestPassLifeMs, timing.passLifeMs);
    this.#options = { ...this.#options, timing, longestPassLifeMs };
    this.ledger.timing = timing;
    this.oracle.adopt(timing);
    if (!this.#isAsleep) this.#arm(this.#ports.now());
  }

  /** Throws a `StorageFault` where a write failed: nothing has happened then, and nobody is answered. */
  call(command: Command): Step {
    const now = this.#ports.now();
    this.#pass(now);
    if (this.#isAsleep) this.#wake(now);
    return this.#run(this.#asUnderstood(command), now);
  }

  /** L20: somebody is in other groups of the firm's own from now on. */
  regroup(holder: HolderId, groups: readonly string[]): void {
    const { leases, inUse } = this.ledger;
    const wasSeated = leases.has(holder);
    const { events } = this.call({ type: "regroup", groups: new Map([[holder, groups]]) });
    this.#groups.set(holder, groups);
    const isUndone = events.some(({ type }) => ["lease_ended", "drain_ended", "line_left"].includes(type));
    must(isUndone || wasSeated === this.ledger.leases.has(holder), () => `[L20] other groups threw ${holder} out`);
    must(isUndone || inUse <= this.ledger.inUse, () => "[L20] other groups freed a seat");
    this.#checkGroups();
  }

  /** I13: the map of rights gives somebody another role. */
  rerole(holder: HolderId, role: Role): void {
    const { leases, inUse } = this.ledger;
    const before = leases.get(holder);
    const { events } = this.call({ type: "rerole", roles: new Map([[holder, role]]) });
    const isUndone = events.some(({ type }) => ["lease_ended", "drain_ended", "line_left"].includes(type));
    const after = this.ledger.leases.get(holder);
    must(isUndone || (before === undefined) === (after === undefined), () => `[I13] another role threw ${holder} out`);
    must(isUndone || after === undefined || after.person.role === role, () => `[I13] ${holder} works by an older role`);
    must(isUndone || role === "support" || inUse <= this.ledger.inUse, () => "[I13] a lesser role freed a seat");
  }

  #asUnderstood(command: Command): Command {
    // L9.34, as worker/tenant/tenant-seats.ts.
    if (command.type === "hand_back" && command.askedAt === undefined) return { type: "tick" };
    if (command.type !== "claim" && command.type !== "check" && command.type !== "request_seats") return command;
    const firmGroups = this.#groups.get(command.person.id);
    return firmGroups === undefined ? command : { ...command, person: { ...command.person, firmGroups } };
  }

  /** Everybody who is remembered, with a seat or without, is in the groups that hold now. */
  #checkGroups(): void {
    for (const people of [this.ledger.leases, this.ledger.absences]) {
      for (const [holder, { person }] of people) {
        const right = this.#groups.get(holder) ?? [];
        must(areSame(person.firmGroups, right), () => `[L20] ${holder} is remembered in other groups than they are in`);
      }
    }
  }

  /** What comes by itself: timer and alarm, as far as the platform lets them. */
  ring(): void {
    const now = this.#ports.now();
    this.#pass(now);
    const alarm = this.#alarm;
    if (alarm === null || alarm.comesAt > now) return;
    this.#alarm = alarm.twice ? { at: alarm.at, comesAt: now + this.#ports.random.below(5_000), twice: false } : null;
    unlessItFails(() => this.call({ type: "tick" }));
  }

  /** Nothing is under way until `now`: the timer does its work, and then the object falls asleep. */
  #pass(now: number): void {
    let at = this.#ringsAt();
    for (; at !== null && at <= now; at = this.#ringsAt()) this.#ringTimer(at);
    if (at === null && !this.#isAsleep && now - this.#lastAt > IDLE_MS) this.evict();
  }

  #ringTimer(at: number): void {
    if (this.#isAsleep) this.#wake(at);
    unlessItFails(() => this.#run({ type: "tick" }, at));
  }

  #ringsAt(): number | null {
    if (this.#timerAt === null) return this.#shadowTimerAt;
    return this.#shadowTimerAt === null ? this.#timerAt : Math.min(this.#timerAt, this.#shadowTimerAt);
  }

  #run(command: Command, now: number): Step {
    const store = this.#store;
    const { ledger } = store;
    const { faults } = this.#ports;
    if (faults?.once(FAILS_ONCE_IN)) this.rows.failIn(faults.below(4));
    const hadUnwritten = store.dueAt !== null;
    this.#lastAt = now;
    if (this.#timerAt !== null && this.#timerAt <= now) this.#timerAt = null;
    const done = this.#ports.step(ledger, command, now);
    const at = Math.max(now, ledger.lastAt);
    this.#seenAt = Math.max(at, this.#seenAt);
    this.beside?.follow(ledger, command, done, at);
    if (store.note(done.events, at)) this.#keep(at, hadUnwritten);
    this.beside?.keep(ledger, at);
    this.#arm(now);
    if (this.#timerAt === null && store.dueAt !== null) {
      this.#timerAt = now + Math.max(20, store.dueAt - at);
    }
    const shadowAt = this.beside?.dueAt ?? null;
    this.#shadowTimerAt = shadowAt === null ? null : now + Math.max(20, shadowAt - at);
    this.oracle.check(ledger, command, done, now);
    this.#ports.stepped(command, done, at);
    return done;
  }

  #keep(at: number, hadUnwritten: boolean): void {
    const { broken, failed, lost, now } = this.#ports;
    const store = this.#store;
    try {
      if (broken === "half of it is written") store.keep(at);
      else this.rows.transaction(() => store.keep(at));
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      failed();
      if (broken === "goes on with its memory") throw error;
      if (hadUnwritten) lost(at);
      const needs = { deadline: null, outboxAt: now() + AFTER_FAULT_MS, waiting: false };
      if (broken !== "no alarm is set") this.#setAlarm(nextAlarm(needs, this.#alarm?.at ?? null, now()));
      must(this.#alarm !== null, () => "[L3] a write failed, and nothing wakes the object that has work to do");
      // Memory is thrown away. The object reads it again at the next call; here at once, since it is judged meanwhile.
      this.#wake(now());
      throw error;
    }
  }

  #arm(now: number): void {
    const { ledger } = this.#store;
    const deadline = nextDeadline(ledger);
    this.beside?.noteDue(deadline);
    const needs = { deadline, outboxAt: null, waiting: ledger.line.size > 0 };
    this.#setAlarm(nextAlarm(needs, this.#alarm?.at ?? null, now));
  }

  #setAlarm(at: number | null): void {
    if (at === null) return;
    const { random } = this.#ports;
    const late = random.once(8) ? random.below(ALARM_LATE_MOST_MS) : random.below(100);
    this.#alarm = { at, comesAt: random.once(40) ? Number.POSITIVE_INFINITY : at + late, twice: random.once(20) };
  }

  #load(now: number): LedgerStore {
    return new LedgerStore(this.rows, { ...this.#options, epoch: ++this.#epoch }, now);
  }

  #wake(now: number): void {
    this.#isAsleep = false;
    this.wakes++;
    this.#store = this.#load(now);
    this.#seenAt = this.ledger.lastAt;
    this.oracle.follow(this.ledger);
    this.beside?.wake(this.ledger);
    this.#ports.woke();
  }
}

/** null: a write failed. */
export function unlessItFails<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof StorageFault) return null;
    throw error;
  }
}
