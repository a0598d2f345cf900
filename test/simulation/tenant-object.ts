/**
 * The tenant's object on the platform: it leaves memory, comes back from what was written, and has one alarm that is
 * late, doubled or lost.
 */

import type { Command } from "../../worker/ledger/command.ts";
import { createLedger, type Ledger, type LedgerOptions } from "../../worker/ledger/ledger.ts";
import { restoreLedger } from "../../worker/ledger/restore.ts";
import { type Step, step } from "../../worker/ledger/step.ts";
import { nextAlarm } from "../../worker/tenant/wake.ts";
import type { Oracle } from "./oracle.ts";
import type { Random } from "./random.ts";
import { Store } from "./store.ts";

/** With nothing under way an object leaves memory after this long. */
const IDLE_MS = 10_000;
const ALARM_LATE_MOST_MS = 60_000;

export interface ObjectPorts {
  random: Random;
  oracle: (fresh: Ledger, store: Store) => Oracle;
  step?: typeof step;
  /** ms of the object's own clock. */
  now: () => number;
  /** After each command. */
  stepped: (command: Command, done: Step, now: number) => void;
}

export class TenantObject {
  readonly #ports: ObjectPorts;
  readonly #step: typeof step;
  readonly #options: Omit<LedgerOptions, "epoch">;
  readonly #oracle: Oracle;
  readonly #store = new Store();
  #ledger: Ledger;
  #isAsleep = false;
  #epoch = 1;
  #lastCallAt: number;
  #alarm: { at: number; comesAt: number; twice: boolean } | null = null;
  wakes = 0;

  constructor(options: Omit<LedgerOptions, "epoch">, ports: ObjectPorts) {
    this.#ports = ports;
    this.#step = ports.step ?? step;
    this.#options = options;
    const now = ports.now();
    this.#ledger = createLedger({ ...options, epoch: 1 }, now);
    this.#oracle = ports.oracle(createLedger({ ...options, epoch: 1 }, now), this.#store);
    this.#lastCallAt = now;
  }

  /** As memory has it, or had it before it went. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  get oracle(): Oracle {
    return this.#oracle;
  }

  /** A crash, a deploy, a move to another machine: memory goes whatever was under way. */
  evict(): void {
    this.#isAsleep = true;
  }

  call(command: Command): Step {
    const now = this.#ports.now();
    if (now - this.#lastCallAt > IDLE_MS) this.evict();
    this.#lastCallAt = now;
    if (this.#isAsleep) this.#wake(now);
    const done = this.#step(this.#ledger, command, now);
    this.#oracle.check(this.#ledger, command, done, now);
    this.#arm(now);
    this.#ports.stepped(command, done, Math.max(now, this.#ledger.lastAt));
    return done;
  }

  /** The alarm, if the platform lets it come by now. */
  ring(): void {
    const alarm = this.#alarm;
    const now = this.#ports.now();
    if (alarm === null || alarm.comesAt > now) return;
    this.#alarm = alarm.twice ? { at: alarm.at, comesAt: now + this.#ports.random.below(5_000), twice: false } : null;
    this.call({ type: "tick" });
  }

  #arm(now: number): void {
    const { random } = this.#ports;
    const needs = { deadline: this.#ledger.deadlines.next(), outboxAt: null, waiting: this.#ledger.line.size > 0 };
    const at = nextAlarm(needs, this.#alarm?.at ?? null, now);
    if (at === null) return;
    const late = random.once(8) ? random.below(ALARM_LATE_MOST_MS) : random.below(100);
    this.#alarm = { at, comesAt: random.once(40) ? Number.POSITIVE_INFINITY : at + late, twice: random.once(20) };
  }

  #wake(now: number): void {
    this.#isAsleep = false;
    this.wakes++;
    const options = { ...this.#options, settings: this.#ledger.settings, epoch: ++this.#epoch };
    const stored = this.#store.read();
    this.#ledger = restoreLedger(options, stored, now);
    this.#oracle.restarted(restoreLedger(options, structuredClone(stored), now));
  }
}
