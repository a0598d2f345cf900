/** What a tab shows over the CRM's page (X4). */

import { CLOSING_COUNTED_MS, closingAhead } from "../../shared/closing.ts";
import { DENIALS, type DenialReason, type EndingCause } from "../../shared/denial.ts";
import { MINUTE_MS } from "../../shared/durations.ts";
import type { Status } from "../../shared/protocol.ts";
import type { GoneReason, View } from "../messages.ts";
import { askedOf, mayAskAgain, NOT_ASKED } from "./asked.ts";
import { idleEndsAt, idleWarnsAt, nudgeEndsAt } from "./idle.ts";
import { isAsking, lastActivity, type Seat, type Tab } from "./seat.ts";

/** After signing out the CRM shows its own login. */
const GONE: Record<EndingCause, GoneReason | null> = {
  released: "released",
  idle: "idle",
  evicted: "evicted",
  closed: "ended",
  lost: "ended",
  signed_out: null,
};

const NOTHING: View = { show: "nothing" };

export function viewOf(seat: Seat, tab: Tab, now: number): View {
  const { status } = seat;
  if (tab.refusal || status === null || seat.unhindered) return NOTHING;
  if (status.state === "seated" && tab.isReleased)
    return { show: "gone", reason: "released_here", by: null, note: null, asking: false };
  const answerBy = nudgeEndsAt(seat);
  if (answerBy !== null && answerBy > now && seat.nudgeAnswer === null)
    return {
      show: "nudge",
      answerInMs: answerBy - now,
      by: status.nudge?.by ?? null,
      ...(status.nudge?.recalled ? { recalled: true } : {}),
    };
  if (status.state === "seated") return warningOf(seat, now) ?? closingOf(seat, now) ?? announcementOf(seat, now);
  const asking = isAsking(seat);
  const { denied } = status;
  if (denied === "closed_for_maintenance") return fullView(seat, status, denied, now);
  // L11: nothing is in the way of somebody who is not counted; the claim is on its way.
  if (status.exempt && seat.waiting !== null) return NOTHING;
  // L27: in line without a reason (a seat is held for the person) nobody says that all are taken.
  if (seat.waiting !== null || (seat.hasLeft && denied !== null))
    return fullView(seat, status, denied ?? "no_seat", now);
  // Whoever works on is not covered while that brings the seat back (L8).
  const isCovered = tab.told.show === "gone" || tab.told.show === "full";
  if (seat.claimWished?.act === "activity" && !isCovered) return NOTHING;
  return goneView(status, asking) ?? (denied === null ? NOTHING : fullView(seat, status, denied, now));
}

/** How the last seat went; null: none did. */
function goneView({ ended, exempt: always }: Status, asking: boolean): View | null {
  if (ended === null) return null;
  const handedTo = ended.cause === "released" && !always ? (ended.handedTo ?? null) : null;
  // L32: empty where the firm shows no names.
  if (handedTo !== null) return { show: "gone", reason: "handed_over", by: handedTo || null, note: null, asking };
  const reason = GONE[ended.cause];
  if (reason === null) return null;
  // L11: the first thing that such a person does brings them back.
  if (always && (reason === "idle" || reason === "ended")) return NOTHING;
  const { by, note } = reason === "evicted" ? ended : { by: null, note: null };
  return { show: "gone", reason, by, note, asking, ...(always ? { always } : {}) };
}

/** Is the seat about to end idle? */
export function isWarned(seat: Seat, now: number): boolean {
  const warnsAt = idleWarnsAt(seat);
  const activeAt = lastActivity(seat) ?? 0;
  // Asked since the warning fell due, and nothing done since: nobody keeps this seat.
  return warnsAt !== null && warnsAt <= now && seat.statusAt >= warnsAt && activeAt <= seat.statusAt;
}

/** L31: the countdown to a planned closing. */
function closingOf({ status, statusAt }: Seat, now: number): View | null {
  const ahead = closingAhead(status, statusAt);
  if (ahead === null || ahead.from <= now || ahead.from - now > CLOSING_COUNTED_MS) return null;
  return { show: "closing", beginsInMs: ahead.from - now, text: ahead.text };
}

/** Q4: what is announced now; null: nothing. */
export function announcedAt({ status, statusAt }: Seat, now: number): { id: string; text: string } | null {
  const announcement = status?.announcement ?? null;
  return announcement !== null && statusAt + announcement.endsInMs > now ? announcement : null;
}

function announcementOf(seat: Seat, now: number): View {
  const ahead = closingAhead(seat.status, seat.statusAt);
  if (ahead !== null && ahead.id !== seat.announcementRead) {
    const { id, text, from, until } = ahead;
    return { show: "announcement", id, text, closed: { from: toMinute(from), until: toMinute(until) } };
  }
  const announced = announcedAt(seat, now);
  if (announced === null || announced.id === seat.announcementRead) return NOTHING;
  return { show: "announcement", id: announced.id, text: announced.text };
}

/** Two answers tell it differently by how long they travelled. */
const toMinute = (at: number): number => Math.round(at / MINUTE_MS) * MINUTE_MS;

function warningOf(seat: Seat, now: number): View | null {
  const endsAt = idleEndsAt(seat);
  if (endsAt === null || !isWarned(seat, now)) return null;
  return { show: "warning", endsInMs: Math.max(0, endsAt - now) };
}

function fullView(seat: Seat, status: Status, reason: DenialReason, now: number): View {
  const { line } = status;
  const waits = seat.waiting !== null;
  const { asked, answerBy } = waits ? askedOf(seat, now) : NOT_ASKED;
  return {
    show: "full",
    reason,
    limit: status.limit,
    inUse: status.inUse,
    measure: status.measure ?? "concurrent",
    canWait: DENIALS[reason].waits,
    contact: status.tenant.contact,
    ...(status.closing != null && reason === "closed_for_maintenance"
      ? { opensAt: toMinute(seat.statusAt + status.closing.endsInMs), closedFor: status.closing.text }
      : {}),
    position: line?.position ?? null,
    waits,
    asking: isAsking(seat),
    estimateMs: line?.estimateMs ?? null,
    mayAsk: waits && mayAskAgain(line?.mayAsk ?? false, asked),
    asked,
    answerInMs: answerBy === null ? null : Math.max(0, answerBy - now),
  };
}

/** Does a tab that shows the one need to be told of the other? A running countdown needs no reminder. */
export function isNews(told: View, view: View): boolean {
  if (told.show === "warning" && view.show === "warning") return view.endsInMs > told.endsInMs;
  if (told.show === "closing" && view.show === "closing") return view.text !== told.text;
  if (told.show === "nudge" && view.show === "nudge") return view.answerInMs > told.answerInMs;
  if (told.show === "full" && view.show === "full") return written(told) !== written(view);
  return JSON.stringify(told) !== JSON.stringify(view);
}

/** Durations only shrink: whether there are any is news. */
const written = (view: Extract<View, { show: "full" }>): string =>
  JSON.stringify({ ...view, answerInMs: view.answerInMs === null });
