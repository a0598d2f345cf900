/** Which calls of the seat service are due now, and when to look again. */
import type { Status } from "../../shared/protocol.ts";
import { beaten, beatOf, nextBeatAt } from "./beats.ts";
import type { Call } from "./call.ts";
import { isFlying, type Seat } from "./seat.ts";
import { beatSoon, staysAt } from "./tabs.ts";

/** By then the question of a waiting person has put them in line; ms. */
const PLACE_AFTER_MS = 250;

/** Starts the next call that is due. Returns null when none is. */
export function startDueCall(seat: Seat, now: number): { seat: Seat; number: number; call: Call } | null {
  // An act of the person overtakes what is under way; everything else goes one at a time.
  if (isFlying(seat, "release", "claim")) return null;
  if (seat.releaseWishedAt !== null) return start(overtake(seat), { name: "release", body: {} }, now);
  const [released, ...others] = seat.releaseTabs;
  if (released !== undefined)
    return start(
      { ...seat, releaseTabs: others },
      { name: "release", body: { client: seat.client, tab: released } },
      now,
    );
  if (seat.claimWished !== null)
    return start(overtake(seat), { name: "claim", body: { act: seat.claimWished.act } }, now);
  if (isDue(seat.waiting?.askAt, now) && !isFlying(seat, "wait")) {
    // The question is answered when something changes; the place in line is wanted now.
    const told = seat.status?.line === null ? beatSoon(seat, now + PLACE_AFTER_MS) : seat;
    return start(told, { name: "wait", body: {} }, now);
  }
  if (seat.flights.some((flight) => flight.call.name !== "wait")) return null;
  if (seat.nudgeAnswer !== null)
    return start(
      { ...seat, nudgeAnswer: null, status: withoutNudge(seat.status) },
      { name: "answer-nudge", body: seat.nudgeAnswer },
      now,
    );
  const { to } = seat.handover;
  if (to !== null) {
    return start({ ...seat, handover: { to: null, isRefused: false } }, { name: "hand-over", body: { to } }, now);
  }
  if (seat.nudgeWished) return start({ ...seat, nudgeWished: false }, { name: "nudge", body: {} }, now);
  if (isDue(seat.handBackAt, now)) {
    const less = { ...seat, handBackAt: null, handBacksLeft: seat.handBacksLeft - 1 };
    return start(less, { name: "hand-back", body: {} }, now);
  }
  if (isDue(nextBeatAt(seat), now) || (seat.refreshWished && seat.tabs.length > 0)) {
    const call: Call = { name: "heartbeat", body: beatOf(seat, now) };
    return start(leaveLineWhenGone(beaten(seat, now)), call, now);
  }
  if (seat.leaveWished) return start({ ...seat, leaveWished: false }, { name: "leave", body: {} }, now);
  if (seat.refreshWished) return start({ ...seat, refreshWished: false }, { name: "status", body: null }, now);
  return null;
}

/** When something falls due by itself; null: nothing does. */
export function dueAt(seat: Seat): number | null {
  const times = [
    nextBeatAt(seat),
    staysAt(seat),
    seat.handBackAt,
    isFlying(seat, "wait") ? null : (seat.waiting?.askAt ?? null),
  ];
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

const isDue = (at: number | null | undefined, now: number): boolean => at !== null && at !== undefined && at <= now;

function overtake(seat: Seat): Seat {
  return { ...seat, freshFrom: seat.calls + 1 };
}

function start(seat: Seat, call: Call, now: number): { seat: Seat; number: number; call: Call } {
  const number = seat.calls + 1;
  return {
    seat: {
      ...seat,
      calls: number,
      flights: [...seat.flights, { number, call, at: now }],
      lastSent: call.body === null ? seat.lastSent : { call, at: now },
    },
    number,
    call,
  };
}

/** Answered is over, until the seat service says otherwise. */
function withoutNudge(status: Status | null): Status | null {
  return status === null ? null : { ...status, nudge: null };
}

/** L15: with the last tab closed nobody waits here; a reload shows itself before the heartbeat that says so. */
function leaveLineWhenGone(seat: Seat): Seat {
  return seat.waiting !== null && seat.tabs.length === 0 ? { ...seat, waiting: null, leaveWished: true } : seat;
}
