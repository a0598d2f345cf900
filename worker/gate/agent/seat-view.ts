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
  /** Resolves with whether it was answered. */
  release(): Promise<boolean>;
  /** L32. `to`: as the wire takes it. */
  handOver(to: string): Promise<boolean>;
  answerNudge(keep: boolean): Promise<boolean>;
}

/** Called with each change; null: there is nothing to show. */
export type Show = (view: SeatView | null) => void;
