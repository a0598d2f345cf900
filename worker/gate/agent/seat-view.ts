/** What the seat button shows, and what the person does by it; the agent's side of it is agent.ts. */
import type { Status } from "../../../shared/protocol.ts";

export interface SeatView {
  status: Status;
  /** When `status` was answered, and until when somebody is to be answered or the person to do something; ms. */
  at: number;
  warnedUntil: number | null;
  nudgedUntil: number | null;
}

export interface Acts {
  /** Makes a call by which the seat may go, with the wire's body. Resolves with whether it was answered. */
  giveBack(name: "release" | "answer-nudge" | "hand-over", body: object): Promise<boolean>;
  /** By the clock of the agent, as all times that it shows; ms. */
  now(): number;
}

/** Called with each change; null: there is nothing to show. */
export type Show = (view: SeatView | null) => void;
