/** The calls from the isolates to the tenant's object, and all that happens to them. */
import type { Command } from "../../worker/ledger/command.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import type { Step } from "../../worker/ledger/step.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import { type TenantObject, unlessItFails } from "./tenant-object.ts";

/** A caller gives up after this. */
const PATIENCE_MS = 5_000;
const LATE_MOST_MS = 20_000;

/** What is asked, or what follows from how things stand when the question is there. */
export type Question = Command | ((ledger: Ledger, at: number) => Command);

export interface Asked {
  /** null: overloaded, at fault, no answer, or one that came too late. */
  answered(done: Step | null): void;
  /** What was answered when the caller had given up. */
  late?(done: Step): void;
}

export class Wire {
  readonly #object: TenantObject;
  readonly #network: Network;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #evictsOnceIn: number;

  constructor(object: TenantObject, network: Network, random: Random, now: () => number, evictsOnceIn: number) {
    this.#evictsOnceIn = evictsOnceIn;
    this.#object = object;
    this.#network = network;
    this.#random = random;
    this.#now = now;
  }

  ask(question: Question, asked: Asked): void {
    const { answered } = asked;
    const random = this.#random;
    const dice = random.below(120);
    if (random.once(this.#evictsOnceIn)) this.#object.evict();
    if (dice >= 20) answered(this.#call(question));
    else if (dice === 19) answered(null);
    else if (dice === 18) this.#network.post(this.#now() + PATIENCE_MS, () => answered(null));
    else if (dice >= 16) this.#unheard(question, asked);
    else if (dice === 15) {
      // The connection broke after the step, and the caller asked once more.
      this.#call(question);
      this.#object.evict();
      answered(this.#call(question));
    } else {
      const takes = random.below(random.once(4) ? PATIENCE_MS : 300);
      this.#network.post(this.#now() + takes, () => answered(this.#call(question)));
    }
  }

  #call(question: Question): Step | null {
    return unlessItFails(() => {
      if (typeof question !== "function") return this.#object.call(question);
      const { at } = this.#object.call({ type: "tick" });
      return this.#object.call(question(this.#object.ledger, at));
    });
  }

  /** The step happens, and nobody who asked hears of it in time. */
  #unheard(question: Question, { answered, late }: Asked): void {
    const now = this.#now();
    this.#network.post(now + this.#random.below(LATE_MOST_MS), () => {
      const done = this.#call(question);
      if (done !== null) late?.(done);
    });
    this.#network.post(now + PATIENCE_MS, () => answered(null));
  }
}
