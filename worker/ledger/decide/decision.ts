/** What a command leads to. */
import type { Command, Outcome } from "../command.ts";
import type { Event } from "../event.ts";

export interface Decision {
  events: Event[];
  outcome: Outcome;
}

/** The command of one type. */
export type Of<T extends Command["type"]> = Extract<Command, { type: T }>;

export const DONE: Outcome = { type: "done" };
export const LET_GO: Outcome = { type: "let_go" };
export const nothing = (): Decision => ({ events: [], outcome: DONE });
