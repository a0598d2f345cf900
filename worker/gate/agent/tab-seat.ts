/**
 * PURE. What one tab knows of the person's seat, and what is due for it. There is no chief among a browser's tabs: each
 * knows when the browser last spoke, and whichever finds a heartbeat due sends it for all. So a tab that is closed, put
 * to sleep or killed between any two steps leaves nothing behind that another would have to take over.
 * Times are ms of this machine's clock; they order things here and never leave the browser (L18).
 */
import type { DenialReason, EndingCause } from "../../../shared/denial.ts";
import { HEARTBEAT_EVERY_MS } from "../../../shared/heartbeat.ts";
import type { ClientId, TabId } from "../../../shared/ids.ts";
import type { Status } from "../../../shared/protocol.ts";

/** down: no answer, or one of something else on the way: the page came through the gate, so there is a seat service. */
export type Link = "unknown" | "up" | "down" | "signed_out";

export interface TabSeat {
  client: ClientId;
  tab: TabId;
  /** Of the browser's newest heartbeat that is known here (P3). */
  seq: number;
  /** The seat service knows the tab under its present id. */
  isTold: boolean;
  /** When the person last did something in this tab. */
  activeAt: number | null;
  /** The latest activity, in any tab, that a heartbeat has told of. */
  toldActiveAt: number;
  /** When the browser last spoke, by whichever tab. */
  beatAt: number;
  /** An earlier heartbeat is wanted at this time. */
  soonAt: number | null;
  /** Another tab has begun to speak; it may be killed before it does. */
  calledAt: number | null;
  link: Link;
  /** Answers in a row that said that nobody is signed in. */
  signedOut: number;
  status: Status | null;
  /** When `status` was answered. */
  statusAt: number;
  /** G11: the person has had a seat while this document was there. */
  hadSeat: boolean;
  /** After a failed claim the next is not made before this. */
  claimFrom: number;
}

/** Two heartbeats are never closer than this; ms. */
const GAP_MS = 400;
/** Further tabs of a browser that has spoken already are told of together; ms. */
const MORE_TABS_MS = 2_000;
/** A tab that has begun to speak has spoken within this, or was stopped; less than the grace of L6, with all delays; ms. */
const SPEAKS_WITHIN_MS = 4_000;
/** A seat service that did not answer is asked again after this; ms. */
const RETRY_MS = 15_000;
/** A CRM may show who it is some seconds after the sign-in: asked again after these; ms. */
const SIGNED_IN_LATE_MS = [2_000, 5_000, 15_000];
/** The seat's end is asked for this much after it, so that the answer knows of it; ms. */
const AFTER_END_MS = 500;
/** L8: after these a first real action brings the seat back. */
const BACK_BY_ACTIVITY: readonly EndingCause[] = ["idle", "closed", "lost", "signed_out"];
const REASONS: Partial<Record<EndingCause, DenialReason>> = { released: "seat_released", evicted: "seat_evicted" };

export function newTabSeat(client: ClientId, tab: TabId): TabSeat {
  return {
    client,
    tab,
    seq: 0,
    isTold: false,
    activeAt: null,
    toldActiveAt: 0,
    beatAt: 0,
    soonAt: null,
    calledAt: null,
    link: "unknown",
    signedOut: 0,
    status: null,
    statusAt: 0,
    hadSeat: false,
    claimFrom: 0,
  };
}

/** The tab's next document. It asks again where the one before went without hearing what its heartbeat was answered. */
export function continueSeat(last: TabSeat, now: number): TabSeat {
  const { link, statusAt, beatAt } = last;
  const isUnheard = link === "unknown" || (link === "up" && statusAt < beatAt);
  const seat = { ...last, hadSeat: isSeated(last) };
  if (isUnheard) beatSoon(seat, now);
  return seat;
}

/** Whether the person has a seat, by the last answer. */
export const isSeated = ({ status }: TabSeat): boolean => status?.state === "seated";

/** Nobody is signed in, or the seat is over: a tab that nobody looks at has nothing to say and nothing to ask. */
export const isAtRest = ({ link, status }: TabSeat): boolean => link === "signed_out" || status?.state === "unseated";

/** L4: when the seat ends if nothing is done; null without a seat, or where that does not matter (L11). */
export function idleEndsAt({ status, statusAt }: TabSeat): number | null {
  return status?.state === "seated" && status.seat !== null && !status.exempt ? statusAt + status.seat.idleInMs : null;
}

/** L16: until when somebody who waits is to be answered; null: nobody asks. */
export function nudgeEndsAt({ status, statusAt }: TabSeat): number | null {
  return status?.state === "seated" && status.nudge ? statusAt + status.nudge.answerInMs : null;
}

export const heartbeatEveryMs = ({ status }: TabSeat): number => status?.timing.heartbeatEveryMs ?? HEARTBEAT_EVERY_MS;

/** When the next heartbeat is due. */
export function nextBeatAt(seat: TabSeat): number {
  const { link, status, statusAt, beatAt, soonAt, calledAt } = seat;
  const every = heartbeatEveryMs(seat);
  const late = link === "signed_out" ? SIGNED_IN_LATE_MS[seat.signedOut - 1] : link === "down" ? RETRY_MS : undefined;
  const times = [beatAt + Math.min(every, late ?? every)];
  if (soonAt !== null) times.push(soonAt);
  const endsAt = idleEndsAt(seat);
  if (endsAt !== null && status !== null && link === "up") {
    // Before it warns, ask: another tab or browser may have kept the seat.
    const warnsAt = endsAt - status.timing.idleWarningMs;
    if (statusAt < warnsAt || hasNews(seat)) times.push(warnsAt);
    times.push(Math.max(endsAt, statusAt) + AFTER_END_MS);
  }
  const nudgeAt = nudgeEndsAt(seat);
  if (nudgeAt !== null) times.push(Math.max(nudgeAt, statusAt) + AFTER_END_MS);
  const called = calledAt === null ? 0 : calledAt + SPEAKS_WITHIN_MS;
  return Math.max(Math.min(...times), called, beatAt + GAP_MS);
}

const hasNews = ({ activeAt, toldActiveAt }: TabSeat): boolean => activeAt !== null && activeAt > toldActiveAt;

/** Brings the next heartbeat forward, never back. */
export function beatSoon(seat: TabSeat, at: number): void {
  seat.soonAt = Math.min(seat.soonAt ?? at, at);
}

/**
 * Another tab has begun to speak for all. It may be killed before this one hears of it, and may have told of itself
 * alone, where this one was too busy to answer: then this one speaks.
 */
export function noteCall(seat: TabSeat, now: number): void {
  seat.calledAt = now;
  beatSoon(seat, now + SPEAKS_WITHIN_MS);
}

/** A heartbeat of the browser is on its way, from this tab or another. */
export function noteBeat(
  seat: TabSeat,
  seq: number,
  tabs: readonly TabId[],
  activeAt: number | null,
  now: number,
): void {
  seat.seq = Math.max(seat.seq, seq);
  seat.beatAt = now;
  seat.soonAt = null;
  seat.calledAt = null;
  seat.toldActiveAt = Math.max(seat.toldActiveAt, activeAt ?? 0);
  seat.isTold = tabs.includes(seat.tab);
  if (!seat.isTold) beatSoon(seat, now + MORE_TABS_MS);
}

/** What came of a call: where the person stands, or why that is not known. */
export function noteAnswer(seat: TabSeat, answer: Status | Exclude<Link, "up" | "unknown">, now: number): void {
  if (typeof answer !== "string") {
    seat.link = "up";
    seat.signedOut = 0;
    seat.status = answer;
    seat.statusAt = now;
    seat.hadSeat ||= answer.state === "seated";
    return;
  }
  seat.link = answer;
  if (answer === "down") return;
  seat.status = null;
  seat.signedOut++;
}

/**
 * L8: the seat ended for want of activity or presence, and the person works on: may it be brought back? `at`: when they
 * last did something; an answer on its way may have told of the end only after that.
 */
function isBackBy(seat: TabSeat, at: number, now: number): boolean {
  const { status, statusAt, hadSeat, claimFrom } = seat;
  if (status?.state !== "unseated" || !hadSeat || now < claimFrom) return false;
  const { ended } = status;
  return ended === null || (BACK_BY_ACTIVITY.includes(ended.cause) && at > statusAt - ended.ageMs);
}

/** Whether what the person did before the last answer is to bring the seat back (L8). */
export const isBackByAnswer = (seat: TabSeat, now: number): boolean =>
  seat.activeAt !== null && seat.status?.ended != null && isBackBy(seat, seat.activeAt, now);

/** The person did something in this tab. Returns whether that is to bring the seat back (L8). */
export function noteActivity(seat: TabSeat, now: number): boolean {
  seat.activeAt = now;
  const { status } = seat;
  if (seat.link === "signed_out") beatSoon(seat, seat.beatAt + RETRY_MS);
  if (status === null) return false;
  if (status.state === "seated") {
    const endsAt = idleEndsAt(seat);
    const isLate = endsAt !== null && endsAt - status.timing.idleWarningMs <= now;
    if ((isLate || nudgeEndsAt(seat) !== null) && hasNews(seat)) beatSoon(seat, now);
    return false;
  }
  return isBackBy(seat, now, now);
}

/** The seat is about to end idle, and nothing was done since that became known. */
export function warnedUntil(seat: TabSeat, now: number): number | null {
  const { status, statusAt, activeAt } = seat;
  const endsAt = idleEndsAt(seat);
  if (endsAt === null || status === null) return null;
  const warnsAt = endsAt - status.timing.idleWarningMs;
  return warnsAt <= now && statusAt >= warnsAt && (activeAt ?? 0) <= statusAt && endsAt > now ? endsAt : null;
}

/** Why the tab is to be covered although none of its requests was refused; null: it is not. */
export function reasonToCover({ status, hadSeat }: TabSeat): DenialReason | null {
  if (status === null || !hadSeat || status.state === "seated") return null;
  if (status.state !== "unseated") return status.denied ?? "no_seat";
  return (status.ended && REASONS[status.ended.cause]) ?? null;
}
