/** What an answer of the seat service changes. */
import { DENIALS } from "../../shared/denial.ts";
import { NOT_ASKED_REASONS, type NotAskedReason } from "../../shared/nudge.ts";
import type { Status } from "../../shared/protocol.ts";
import type { Answer, Call } from "./call.ts";
import { type Flight, latest, mayClaimByActivity, type Seat, sharingTabs, workTabs } from "./seat.ts";
import { beatSoon, markReleased } from "./tabs.ts";

/**
 * L9: an answer on its way while a seat ended may have put a newer pass into the cookie jar; handed back again after this; ms.
 * Where the answer that takes the pass away was lost, each try waits twice as long as the one before: 9 s in all.
 */
const HAND_BACK_AFTER_MS = 300;
const HAND_BACKS_MAX = 5;
/** After a failed call for a seat or a place in line the next waits this long; ms. */
const TRY_AGAIN_MS = 5_000;
/** Two questions of a waiting person are never closer than this; ms. */
const WAIT_GAP_MS = 500;

/** Takes an answer in. An answer to a call that a newer act of the person has overtaken changes nothing. */
export function takeAnswer(seat: Seat, number: number, answer: Answer, now: number): Seat {
  const flight = seat.flights.find((other) => other.number === number);
  if (flight === undefined) return seat;
  const landed = { ...seat, flights: seat.flights.filter((other) => other !== flight) };
  const settled = settleWish(landed, flight, answer, now);
  if (answer.kind === "status") {
    // The long question is older than all others; it is out of date once nobody waits any more.
    const isOld = flight.call.name === "wait" ? seat.waiting === null : flight.number < seat.freshFrom;
    return isOld ? settled : takeStatus(settled, flight.call, answer.status, now);
  }
  const isInTheWay = answer.kind === "absent" && seat.isServed;
  return takeFailure(settled, flight.call, isInTheWay ? "unreachable" : answer.kind, now);
}

/** An act of the person is done once it is answered, whatever the answer; a lost one is not tried again by itself. */
function settleWish(seat: Seat, { call, at }: Flight, answer: Answer, now: number): Seat {
  switch (call.name) {
    case "release":
      return call.body.tab === undefined ? { ...seat, releaseWishedAt: null } : seat;
    case "claim": {
      const isSeated = answer.kind === "status" && answer.status.state === "seated";
      // A press of the button may have come while the claim by activity, which began with that press, was under way.
      const isOther = seat.claimWished !== null && seat.claimWished.act !== call.body.act;
      return {
        ...seat,
        claimWished: isOther && !isSeated ? seat.claimWished : null,
        claimAgainAt: now + (answer.kind === "status" ? 1_000 : TRY_AGAIN_MS),
        unhindered: answer.kind === "unreachable" && call.body.act === "button",
      };
    }
    case "wait": {
      if (seat.waiting === null) return seat;
      const isInLine = answer.kind === "status" && answer.status.state === "waiting";
      return { ...seat, waiting: { askAt: isInLine ? Math.max(now, at + WAIT_GAP_MS) : now + TRY_AGAIN_MS } };
    }
    case "nudge": {
      const came = answer.kind === "status" ? "asked" : answer.kind === "refused" ? nobodyBy(answer.reason) : null;
      return { ...seat, nudged: came === null ? null : { came, at: now } };
    }
    case "hand-over":
      return { ...seat, handover: { ...seat.handover, isRefused: answer.kind !== "status" } };
    default:
      return seat;
  }
}

/** A seat service that gives no reason has nobody who could be asked. */
const nobodyBy = (reason: string | null): NotAskedReason =>
  NOT_ASKED_REASONS.find((known) => known === reason) ?? "at_work";

function takeStatus(seat: Seat, call: Call, status: Status, now: number): Seat {
  const isSeated = status.state === "seated";
  let next: Seat = {
    ...seat,
    link: "up",
    isServed: true,
    signedOut: 0,
    status,
    statusAt: now,
    unhindered: false,
  };
  // Whatever ended the seat ended it on every tab: one continue brings all of them back.
  if (!isSeated && seat.status?.state === "seated") next = markReleased(next, () => true, false);
  if (isSeated) {
    next = { ...next, waiting: null, hasLeft: false, nudged: null, handBacksLeft: 0, handBackAt: null };
    if (next.tabs.some((tab) => !tab.hadSeat))
      next = { ...next, tabs: next.tabs.map((tab) => (tab.hadSeat ? tab : { ...tab, hadSeat: true })) };
    // The lease is new: its tabs are told at once.
    return call.name === "claim" ? beatSoon(next, now) : next;
  }
  if (seat.status?.state === "seated" || givesSeatBack(call) || call.name === "release")
    next = { ...next, handBacksLeft: HAND_BACKS_MAX };
  // L9: the next call shows that this browser took the answer. Asked at once; later for what else may be out.
  if (status.draining && next.handBacksLeft > 0)
    next = { ...next, handBackAt: next.handBacksLeft === HAND_BACKS_MAX ? now : now + HAND_BACK_AFTER_MS };
  if (call.name === "claim" && mayWait(status) && workTabs(seat).length > 0) {
    next = { ...next, waiting: next.waiting ?? { askAt: now }, hasLeft: false };
  }
  // L15: the person waited before the extension was started again, which forgets that.
  if (!seat.isServed && status.state === "waiting" && isWorkAlone(seat)) {
    next = { ...next, waiting: { askAt: now } };
  }
  // L31: nobody has to press anything: whoever had a seat has it again when it opens.
  if (status.denied === "closed_for_maintenance" && !next.hasLeft && workTabs(seat).some((tab) => tab.hadSeat)) {
    next = { ...next, waiting: next.waiting ?? { askAt: now } };
  }
  // L11: whoever is not counted needs no seat to be free.
  if (status.exempt && next.waiting !== null && call.name !== "claim")
    next = { ...next, claimWished: next.claimWished ?? { act: "button", at: now } };
  // L15: the person pressed "Continue working" or worked on, and waits since: the seat is theirs without another press.
  if (status.state === "offered" && next.waiting !== null && call.name !== "claim")
    next = { ...next, claimWished: next.claimWished ?? { act: "button", at: now } };
  return isBackBy(next, now) ? { ...next, claimWished: { act: "activity", at: now } } : next;
}

/** No refusal page is open, which waits by itself. */
const isWorkAlone = (seat: Seat): boolean => seat.tabs.length > 0 && workTabs(seat).length === seat.tabs.length;

/** L8: the person worked on after the seat had ended, while nothing was heard of that: this act brings it back. */
function isBackBy(seat: Seat, now: number): boolean {
  const { status } = seat;
  const activeAt = latest(sharingTabs(seat).map((tab) => (tab.refusal ? null : tab.activeAt)));
  if (activeAt === null || status?.ended == null || activeAt <= now - status.ended.ageMs) return false;
  // An act that has claimed once claims no more, however often the refusal is told again.
  return activeAt > seat.claimAgainAt && mayClaimByActivity(seat, now);
}

function mayWait(status: Status): boolean {
  if (status.state === "waiting" || status.state === "offered") return true;
  return status.denied !== null && DENIALS[status.denied].waits;
}

function takeFailure(seat: Seat, call: Call, kind: Exclude<Answer["kind"], "status">, now: number): Seat {
  switch (kind) {
    case "signed_out":
      return {
        ...seat,
        link: "signed_out",
        signedOut: seat.signedOut + 1,
        status: null,
        statusAt: now,
        waiting: null,
        handBackAt: null,
      };
    case "absent":
      return { ...seat, link: "absent", status: null, statusAt: now, waiting: null, handBackAt: null };
    case "unreachable":
      return { ...seat, link: "down", ...retryHandBack(seat, call, now) };
    case "refused":
      // This call is not taken; what was known stays.
      return seat;
  }
}

/** L9: the seat service may have taken the pass back, and its answer, which takes it out of the browser, was lost. */
function retryHandBack(seat: Seat, call: Call, now: number): Pick<Seat, "handBacksLeft" | "handBackAt"> {
  const { handBackAt } = seat;
  const handBacksLeft = givesSeatBack(call) ? HAND_BACKS_MAX : seat.handBacksLeft;
  const isPending = givesSeatBack(call) || call.name === "hand-back";
  if (!isPending || handBacksLeft === 0) return { handBacksLeft, handBackAt };
  return { handBacksLeft, handBackAt: now + HAND_BACK_AFTER_MS * 2 ** (HAND_BACKS_MAX - handBacksLeft) };
}

const givesSeatBack = (call: Call): boolean =>
  call.name === "hand-over" ||
  (call.name === "release" && call.body.tab === undefined) ||
  (call.name === "answer-nudge" && !call.body.keep);
