/** Q1, Q2: what people ask of those who may decide: more seats, or a lower limit. */
import type { HolderId } from "../../shared/ids.ts";
import { LIMIT_MAX } from "../../shared/timing.ts";
import type { Role } from "./person.ts";

/** Open at the same time: nobody would read more. */
export const REQUESTS_MAX = 50;
/** Decided ones that are remembered, the latest. */
export const DECIDED_KEPT = 20;
/** The longest note of whoever asks or declines. */
export const REQUEST_NOTE_MAX = 300;

/** `more`: `count` seats more. `lower`: the limit down to `count`. */
export const REQUEST_KINDS = ["more", "lower"] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** How a request ended. */
export const REQUEST_ENDS = ["boost", "raise", "lower", "decline"] as const;
export type RequestEnd = (typeof REQUEST_ENDS)[number];

export interface SeatRequest {
  id: string;
  kind: RequestKind;
  count: number;
  /** Why, as typed; may be empty. */
  note: string;
  person: { id: HolderId; name: string; role: Role };
  /** ms since 1970. */
  at: number;
  /** null: open. */
  decision: { end: RequestEnd; by: string; byId: HolderId; note: string; at: number } | null;
}

/** What answers an open request, in one step. `lastsMs`: how long the boost lasts. */
export type RequestAnswer =
  | { do: "boost"; lastsMs: number }
  | { do: "raise" }
  | { do: "lower" }
  | { do: "decline"; note: string };

/** What of the settings holds requests. */
interface Requested {
  requests: readonly SeatRequest[];
}

export const openRequests = ({ requests }: Requested): SeatRequest[] =>
  requests.filter(({ decision }) => decision === null);

/** The limit that `answer` leads to; a raise ends at what a tenant can have. */
export const raisedLimit = (limit: number, { count }: Pick<SeatRequest, "count">): number =>
  Math.min(LIMIT_MAX, limit + count);

/** Grows with every request; the newest is always remembered, so no number is given twice. */
export const nextRequestId = ({ requests }: Requested): string =>
  `q${requests.reduce((most, { id }) => Math.max(most, Number(id.slice(1))), 0) + 1}`;

/** Open ones, and the latest of the decided. */
export function prunedRequests(requests: readonly SeatRequest[]): SeatRequest[] {
  const decided = requests.filter(({ decision }) => decision !== null);
  const kept = new Set(decided.slice(-DECIDED_KEPT));
  return requests.filter((request) => request.decision === null || kept.has(request));
}

/** Takes the names and the notes of an erased person away; what was asked and decided stays. */
export function forgetInRequests(requests: readonly SeatRequest[], holder: string): SeatRequest[] {
  return requests.map((request) => {
    const { person, decision } = request;
    return {
      ...request,
      ...(person.id === holder ? { person: { ...person, name: "" }, note: "" } : {}),
      decision: decision?.byId === holder ? { ...decision, by: "", note: "" } : decision,
    };
  });
}
