/** One call of the seat service with its body (P), and what may come of it. */
import type { AnswerNudge, ApiName, Claim, HandOver, Heartbeat, Release, Status } from "../../shared/protocol.ts";

type Bodies = {
  status: null;
  heartbeat: Heartbeat;
  release: Release;
  claim: Claim;
  "hand-back": Record<string, never>;
  wait: Record<string, never>;
  leave: Record<string, never>;
  nudge: Record<string, never>;
  "answer-nudge": AnswerNudge;
  "hand-over": HandOver;
};

/**
 * All but `bye` and `request`: the one is the closing document's own word, and a heartbeat without tabs says the same;
 * the other is asked by the gate's refusal page.
 */
type Name = Exclude<ApiName, "bye" | "request">;

export type Call = { [N in Name]: { name: N; body: Bodies[N] } }[Name];

export type Answer =
  | { kind: "status"; status: Status }
  /** Nobody is signed in to the CRM in this browser. */
  | { kind: "signed_out" }
  /** No network, a time-out, or a seat service that is busy. */
  | { kind: "unreachable" }
  /** The seat service answers, and does not take this call. */
  | { kind: "refused"; reason: string | null }
  /** This host has no seat service. */
  | { kind: "absent" };
