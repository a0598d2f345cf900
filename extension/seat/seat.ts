/**
 * What the extension knows of one person's seat at one CRM (one origin). Plain data: it is kept in the
 * browser's session storage, since both browsers stop the background after 30 s of quiet.
 * Times are ms of this machine's clock; they order things here and never leave the browser (L18).
 */
import type { EndingCause } from "../../shared/denial.ts";
import type { ClientId, TabId } from "../../shared/ids.ts";
import type { NotAskedReason } from "../../shared/nudge.ts";
import type { Status } from "../../shared/protocol.ts";
import type { View } from "../messages.ts";
import type { Call } from "./call.ts";

/** One open CRM document. */
export interface Tab {
  /** As the seat service knows it. A document that follows another of the CRM's in the same tab goes on under its id. */
  id: TabId;
  /** The document's own random id. */
  page: TabId;
  /** The browser's own number of the tab. */
  browserTab: number;
  /** When the person last did something in it. */
  activeAt: number | null;
  /** The gate's refusal page: it has its own words and its own waiting. */
  refusal: boolean;
  /** When its document began to leave for another of the CRM's own. */
  movesAt: number | null;
  /** When its document said goodbye before it unloaded; it has stayed if it is still there a while later. */
  leavesAt: number | null;
  /** L7: the person released the seat on this tab alone; it is not told of until they continue in it. */
  isReleased: boolean;
  /** G11: the person has had a seat while this document was there. */
  hadSeat: boolean;
  /** What it was last told to show. */
  told: View;
}

/** Whether the seat service speaks with us. absent: there is none at this origin. */
export type Link = "unknown" | "up" | "down" | "signed_out" | "absent";

export interface Flight {
  number: number;
  call: Call;
  at: number;
}

/** X7: something that the person is told by a notification. */
export type Notice = { kind: "seated" } | { kind: "nudged"; by: string | null };

export interface Seat {
  origin: string;
  client: ClientId;
  /** Of the last heartbeat; grows across restarts of the browser (P3). */
  seq: number;
  tabs: Tab[];
  link: Link;
  /** A seat service has answered here: an answer of something else on the way does not mean that there is none (X5). */
  isServed: boolean;
  /** Answers in a row that said that nobody is signed in. */
  signedOut: number;
  status: Status | null;
  /** When `status` was answered. */
  statusAt: number;
  /** The last thing the person did in a document that has gone: a click on a link is done in the old page. */
  leftActiveAt: number | null;
  /** When a tab of this CRM was last opened or worked in. */
  usedAt: number;
  /** The last heartbeat: when, for which tabs, and the last activity it told of. */
  beat: { at: number; tabs: TabId[]; activeAt: number | null } | null;
  /** An early heartbeat is wanted at this time. */
  beatSoonAt: number | null;
  /** From then on one may be spent on telling of further tabs. */
  spareFrom: number;
  /** Acts of the person that the seat service has not answered yet. */
  releaseWishedAt: number | null;
  /** L7: tabs to be released by themselves. */
  releaseTabs: TabId[];
  claimWished: { act: "button" | "activity"; at: number } | null;
  /** L16: ask a holder for the seat; or the answer to somebody who asks. */
  nudgeWished: boolean;
  nudgeAnswer: { keep: boolean } | null;
  /** L32: to whom the seat is to be given; null: that is asked, or was answered. `isRefused`: it was not taken. */
  handover: { to: string | null; isRefused: boolean };
  /** Q4: the last announcement that the person has read. */
  announcementRead: string | null;
  /** What came of asking a holder, and when, while the person waits. */
  nudged: { came: "asked" | NotAskedReason; at: number } | null;
  /** The popup wants the status again. */
  refreshWished: boolean;
  /** After a failed claim by activity the next is not made before this. */
  claimAgainAt: number;
  /** L15: the person wants to go on and waits in line; the next question is due at `askAt`. */
  waiting: { askAt: number } | null;
  /** Leave the line: nobody waits here any more. */
  leaveWished: boolean;
  /** L15: the person left the line: only a press of theirs takes a place again, no movement of the mouse. */
  hasLeft: boolean;
  /** L9: passes still out are handed back again, so many times more, at `handBackAt`. */
  handBacksLeft: number;
  handBackAt: number | null;
  /** X5: "Continue working" found no seat service: the page is left alone until it answers. */
  unhindered: boolean;
  /** X7: the person waits, and has not pressed for the seat since they were put in line. */
  awaits: boolean;
  /** X7: the notification that may be open, and the end of the last nudge that was told of. */
  notice: Notice | null;
  nudgeToldUntil: number | null;
  flights: Flight[];
  /** Number of the last call; an answer to an older call than `freshFrom` is out of date. */
  calls: number;
  freshFrom: number;
  /** The last message sent, for the popup's "What is sent". */
  lastSent: { call: Call; at: number } | null;
}

export function newSeat(origin: string, client: ClientId, seq: number): Seat {
  return {
    origin,
    client,
    seq,
    tabs: [],
    link: "unknown",
    isServed: false,
    signedOut: 0,
    status: null,
    statusAt: 0,
    leftActiveAt: null,
    usedAt: 0,
    beat: null,
    beatSoonAt: null,
    spareFrom: 0,
    releaseWishedAt: null,
    releaseTabs: [],
    claimWished: null,
    nudgeWished: false,
    nudgeAnswer: null,
    handover: { to: null, isRefused: false },
    announcementRead: null,
    nudged: null,
    refreshWished: false,
    claimAgainAt: 0,
    waiting: null,
    leaveWished: false,
    hasLeft: false,
    handBacksLeft: 0,
    handBackAt: null,
    unhindered: false,
    awaits: false,
    notice: null,
    nudgeToldUntil: null,
    flights: [],
    calls: 0,
    freshFrom: 0,
    lastSent: null,
  };
}

/** The last thing the person did in any tab. */
export function lastActivity(seat: Seat): number | null {
  return latest(sharingTabs(seat).map((tab) => tab.activeAt));
}

/** The latest of some times; null when there is none. */
export function latest(times: readonly (number | null)[]): number | null {
  return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null);
}

/** Is a call of this name under way? */
export function isFlying(seat: Seat, ...names: Call["name"][]): boolean {
  return seat.flights.some((flight) => names.includes(flight.call.name));
}

/** Tabs which the seat service is told of. */
export function sharingTabs(seat: Seat): Tab[] {
  return seat.tabs.filter((tab) => !tab.isReleased);
}

/** Tabs that can be covered: CRM documents, not the gate's own refusal page. */
export function workTabs(seat: Seat): Tab[] {
  return seat.tabs.filter((tab) => !tab.refusal);
}

/** L8: after these a first real action in an open tab brings the seat back. */
const BACK_BY_ACTIVITY: readonly EndingCause[] = ["idle", "closed", "lost", "signed_out"];

/**
 * A claim by the person's press, or as good as one, is under way. One by activity leaves the button as it is: the press
 * that it began with, or that comes before its answer, counts for itself.
 */
export const isAsking = ({ claimWished }: Seat): boolean => claimWished?.act === "button";

/** Does an act of the person in a CRM document claim the seat? */
export function mayClaimByActivity(seat: Seat, now: number): boolean {
  const { status } = seat;
  return (
    status?.state === "unseated" &&
    (status.ended === null || BACK_BY_ACTIVITY.includes(status.ended.cause)) &&
    seat.waiting === null &&
    !seat.hasLeft &&
    seat.claimWished === null &&
    seat.releaseWishedAt === null &&
    seat.claimAgainAt <= now
  );
}
