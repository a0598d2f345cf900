/** X7: what is worth a notification, and when it no longer is. Whether the person wants any is not known here. */
import { nudgeEndsAt } from "./idle.ts";
import { latest, type Notice, type Seat, workTabs } from "./seat.ts";
import type { Effect, Signal } from "./signal.ts";

/** The end of one nudge as two answers tell it differs by how long they travelled; another nudge comes minutes later; ms. */
const SAME_NUDGE_MS = 15_000;

/** `before`: as it was when the signal came. Returns the seat that remembers what was told, and what is to be done. */
export function noteNotice(
  before: Seat,
  seat: Seat,
  signal: Signal,
  now: number,
): { seat: Seat; effects: readonly Effect[] } {
  const nudgeUntil = openNudge(seat, now);
  const isNewNudge = nudgeUntil !== null && nudgeUntil > (seat.nudgeToldUntil ?? 0) + SAME_NUDGE_MS;
  const isSeated = seat.status?.state === "seated";
  const hasCome = before.awaits && signal.kind === "answered" && isSeated;
  const next: Seat = {
    ...seat,
    awaits: stillAwaits(seat, signal),
    nudgeToldUntil: isNewNudge ? nudgeUntil : seat.nudgeToldUntil,
  };
  if (isNewNudge) return notify(next, { kind: "nudged", by: seat.status?.nudge?.by ?? null });
  if (hasCome && nudgeUntil === null) return notify(next, { kind: "seated" });
  if (signal.kind === "notice_pressed") {
    const tab = lastUsed(seat);
    const front: Effect[] = tab === null ? [] : [{ do: "front", browserTab: tab }];
    return { seat: { ...next, notice: null }, effects: [{ do: "withdraw" }, ...front] };
  }
  if (seat.notice === null || holds(seat, seat.notice, signal, nudgeUntil !== null)) return { seat: next, effects: [] };
  return { seat: { ...next, notice: null }, effects: [{ do: "withdraw" }] };
}

function notify(seat: Seat, notice: Notice): { seat: Seat; effects: Effect[] } {
  return { seat: { ...seat, notice }, effects: [{ do: "notify", notice }] };
}

/** Until when somebody is to be answered; null: nobody asks, or they are answered. */
function openNudge(seat: Seat, now: number): number | null {
  const until = nudgeEndsAt(seat);
  return until !== null && until > now && seat.nudgeAnswer === null ? until : null;
}

/** Somebody who pressed for the seat just now is watching; somebody who was put in line is told when it comes. */
function stillAwaits(seat: Seat, signal: Signal): boolean {
  switch (signal.kind) {
    case "answered":
      return seat.waiting !== null || seat.status?.state === "waiting" || seat.status?.state === "offered";
    case "continue":
    case "release":
    case "leave":
      return false;
    default:
      return seat.awaits;
  }
}

function holds(seat: Seat, notice: Notice, signal: Signal, isNudged: boolean): boolean {
  // Between two documents of one tab there is none for a moment, and a heartbeat is about to say so.
  if (seat.tabs.length === 0 && seat.beatSoonAt === null) return false;
  if (notice.kind === "nudged") return isNudged;
  return seat.status?.state === "seated" && !isAtWork(seat, signal);
}

/** The person is in the CRM already, and knows. */
function isAtWork(seat: Seat, signal: Signal): boolean {
  if (signal.kind === "continue") return true;
  if (signal.kind !== "active" && signal.kind !== "looked") return false;
  return seat.tabs.some((tab) => tab.browserTab === signal.browserTab);
}

/** The tab to bring to the front: where the person last worked, a refusal page where there is nothing else. */
function lastUsed(seat: Seat): number | null {
  const work = workTabs(seat);
  const tabs = work.length > 0 ? work : seat.tabs;
  const at = latest(tabs.map((tab) => tab.activeAt));
  return (tabs.find((tab) => tab.activeAt === at) ?? tabs[0])?.browserTab ?? null;
}
