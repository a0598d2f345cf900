/** Where the person stands, for the popup and the badge: one kind at a time, with what its sentence needs. */
import { DENIALS, type DenialReason, type EndingCause } from "../../shared/denial.ts";
import type { Status } from "../../shared/protocol.ts";
import type { Asked } from "../messages.ts";
import { askedOf, mayAskAgain } from "./asked.ts";
import { idleEndsAt, nudgeEndsAt } from "./idle.ts";
import { type Seat, sharingTabs } from "./seat.ts";
import { isWarned } from "./view.ts";

export type Standing =
  /** No tab of a CRM with Hotseat has been seen. */
  | { kind: "no_crm" }
  /** Nothing is known yet. */
  | { kind: "asking" }
  | { kind: "signed_out" }
  | { kind: "unreachable" }
  /** `sinceAt`, `endsAt`: ms of this machine's clock. */
  | {
      kind: "seated";
      sinceAt: number;
      tabs: number;
      clients: number;
      exempt: boolean;
      named: boolean;
      overdraft: boolean;
    }
  | { kind: "warned"; endsAt: number }
  /** L16: somebody asks for the seat, and is answered by then. */
  | { kind: "nudged"; answerBy: number; by: string | null; recalled?: boolean }
  /** `estimateMs`: about how long yet. `mayAsk`: a holder may be asked (L16); `asked`: what came of it. */
  | {
      kind: "waiting";
      /** What keeps the person waiting; null: not known. */
      reason: DenialReason | null;
      position: number | null;
      length: number | null;
      estimateMs: number | null;
      mayAsk: boolean;
      asked: Asked | null;
      /** Until when whoever was asked may answer; null: that is over, or was not said. */
      answerBy: number | null;
    }
  /** L15: a seat is held for the person until then. */
  | { kind: "offered"; until: number | null }
  /** `waits`: a line is open to the person. */
  | { kind: "denied"; reason: DenialReason; waits: boolean }
  /** `always`: somebody who is not counted, and is let in whenever they like (L11). */
  | {
      kind: "gone";
      cause: EndingCause;
      by: string | null;
      note: string | null;
      always: boolean;
      /** L32: to whom the person handed it; empty where the firm shows no names. Left out: to nobody. */
      handedTo?: string;
    }
  /** Signed in, no seat, and none has ended. */
  | { kind: "unseated"; always: boolean };

export function standingOf(seat: Seat | null, now: number): Standing {
  if (seat === null || seat.link === "absent") return { kind: "no_crm" };
  if (seat.link === "signed_out") return { kind: "signed_out" };
  if (seat.link === "down") return { kind: "unreachable" };
  const { status } = seat;
  if (status === null) return { kind: "asking" };
  if (status.state === "seated") {
    const endsAt = idleEndsAt(seat);
    const answerBy = nudgeEndsAt(seat);
    if (answerBy !== null && answerBy > now && seat.nudgeAnswer === null)
      return nudgedOf(status.nudge ?? null, answerBy);
    if (endsAt !== null && isWarned(seat, now)) return { kind: "warned", endsAt };
    return seatedOf(seat, status);
  }
  const { line } = status;
  if (status.state === "offered")
    return { kind: "offered", until: line?.offeredForMs == null ? null : seat.statusAt + line.offeredForMs };
  if (seat.waiting !== null || status.state !== "unseated") {
    const { asked, answerBy } = askedOf(seat, now);
    return {
      kind: "waiting",
      reason: status.denied,
      position: line?.position ?? null,
      length: line?.length ?? null,
      estimateMs: line?.estimateMs ?? null,
      mayAsk: mayAskAgain(line?.mayAsk ?? false, asked),
      asked,
      answerBy,
    };
  }
  const always = status.exempt;
  if (status.denied === "closed_for_maintenance") return { kind: "denied", reason: status.denied, waits: true };
  const gone = goneOf(status);
  if (gone !== null) return gone;
  const { denied } = status;
  if (denied !== null) return { kind: "denied", reason: denied, waits: DENIALS[denied].waits };
  return { kind: "unseated", always };
}

function seatedOf(seat: Seat, { seat: held, exempt, named }: Status): Standing {
  const here = sharingTabs(seat).length;
  const clients = held?.clients ?? 1;
  return {
    kind: "seated",
    sinceAt: seat.statusAt - (held?.sinceAgeMs ?? 0),
    tabs: clients > 1 ? Math.max(held?.tabs ?? 0, here) : here,
    clients,
    exempt,
    overdraft: held?.overdraft === true,
    named: named ?? false,
  };
}

/** How the last seat went; null: that is nothing to be told. */
function goneOf({ ended, exempt: always }: Status): Standing | null {
  if (ended === null || ended.cause === "signed_out") return null;
  const { cause, by, note, handedTo } = ended;
  if (cause === "released" && handedTo != null && !always)
    return { kind: "gone", cause, always, by: null, note: null, handedTo };
  if (always && cause !== "released" && cause !== "evicted") return null;
  return { kind: "gone", cause, always, ...(cause === "evicted" ? { by, note } : { by: null, note: null }) };
}

/** L16, L29: asked for the seat, or told that it goes back. */
const nudgedOf = (nudge: NonNullable<Seat["status"]>["nudge"], answerBy: number): Standing => ({
  kind: "nudged",
  answerBy,
  by: nudge?.by ?? null,
  ...(nudge?.recalled ? { recalled: true } : {}),
});

export type Badge = { text: string; tone: "calm" | "warn" | "alert" };

/** The few signs beside the toolbar button; the words are in its tooltip. */
export function badgeOf(standing: Standing): Badge {
  switch (standing.kind) {
    case "warned":
      return { text: "!", tone: "warn" };
    case "nudged":
      return { text: "?", tone: "warn" };
    case "offered":
      return { text: "✓", tone: "warn" };
    case "gone":
      return { text: "–", tone: "calm" };
    case "waiting":
      return { text: standing.position === null ? "…" : String(standing.position), tone: "warn" };
    case "denied":
      return { text: "✕", tone: "alert" };
    default:
      return { text: "", tone: "calm" };
  }
}

/** Of several CRMs the one used last, those with open tabs first. */
export function mostRecent(seats: readonly Seat[]): Seat | null {
  const known = seats.filter((seat) => seat.link !== "absent");
  const open = known.filter((seat) => seat.tabs.length > 0);
  return (open.length > 0 ? open : known).toSorted((a, b) => b.usedAt - a.usedAt)[0] ?? null;
}
