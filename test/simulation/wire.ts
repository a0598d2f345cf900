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

/** What is asked, what follows from how things stand when the question is there, or one thing after the other. */
export type Question = Command | ((ledger: Ledger, at: number) => Command) | readonly [Command, Command];

/**
 * Which of two versions of the code the isolates and the object run while everything is deployed. Between two that differ,
 * fields that may be missing are, others come that nobody knows, and a call that came with the newer one is not known.
 */
export interface Versions {
  isolates: number[];
  object: number;
}

const isBoth = (question: Question): question is readonly [Command, Command] => Array.isArray(question);

const LATER_FIELD: object = { fieldOfALaterVersion: { nobody: "knows it" } };

/** As an object hears it whose code is older (`ahead` above 0) or newer than that of the isolate. */
function asHeard(command: Command, ahead: number): Command {
  if (ahead > 0) return { ...command, ...LATER_FIELD };
  if (ahead === 0) return command;
  if (command.type === "claim") {
    const { isRemembered: _, reservedOnly: __, ...rest } = command;
    return rest;
  }
  if (command.type !== "hand_back") return command;
  const { askedAt: _, ...rest } = command;
  return rest;
}

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
  /** How much newer the code of the asking isolate is than the object's. */
  readonly #ahead: () => number;

  constructor(
    object: TenantObject,
    network: Network,
    random: Random,
    now: () => number,
    evictsOnceIn: number,
    ahead: () => number,
  ) {
    this.#evictsOnceIn = evictsOnceIn;
    this.#ahead = ahead;
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
    const object = this.#object;
    const ahead = this.#ahead();
    return unlessItFails(() => {
      if (isBoth(question)) {
        object.call(asHeard(question[0], ahead));
        return object.call(asHeard(question[1], ahead));
      }
      if (typeof question !== "function") return object.call(asHeard(question, ahead));
      // An older object does not know this call.
      if (ahead > 0) return null;
      const { at } = object.call({ type: "tick" });
      return object.call(question(object.ledger, at));
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
