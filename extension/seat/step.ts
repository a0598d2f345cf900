/**
 * The seat machine: `(seat, signal, now) -> (seat, effects)`. Pure: the background reads the clock, keeps
 * the seat and does the effects in order.
 */
import { takeAnswer } from "./answers.ts";
import { BEAT_GAP_MS } from "./beats.ts";
import { hasNewsOfActivity, idleWarnsAt } from "./idle.ts";
import { startDueCall } from "./next-call.ts";
import { noteNotice } from "./notices.ts";
import { mayClaimByActivity, type Seat, sharingTabs, workTabs } from "./seat.ts";
import type { Effect, Signal } from "./signal.ts";
import {
  beatSoon,
  closeTab,
  countTabs,
  keepStaying,
  leaveDocument,
  markReleased,
  noteActivity,
  noteLeave,
  noteMove,
  openTab,
} from "./tabs.ts";
import { isNews, viewOf } from "./view.ts";

/** An act of the person that was lost with the background is done again only when this young; ms. */
const ACT_KEPT_MS = 10_000;
/** A status older than this is asked again when the person turns to a tab; ms. */
const LOOK_AGAIN_MS = 15_000;
/** Where nobody was signed in, activity asks again, at most so often; ms. */
const SIGNED_IN_AGAIN_MS = 5_000;

export function step(seat: Seat, signal: Signal, now: number): { seat: Seat; effects: Effect[] } {
  const effects: Effect[] = [];
  let next = keepStaying(endPointlessWait(take(holdTimes(seat, now), signal, now)), now);
  for (let due = startDueCall(next, now); due !== null; due = startDueCall(next, now)) {
    effects.push({ do: "call", number: due.number, call: due.call });
    next = due.seat;
  }
  const tabs = next.tabs.map((tab) => {
    const view = viewOf(next, tab, now);
    if (!isNews(tab.told, view)) return tab;
    effects.push({ do: "tell", browserTab: tab.browserTab, view });
    return { ...tab, told: view };
  });
  const noted = noteNotice(seat, { ...next, tabs }, signal, now);
  return { seat: noted.seat, effects: [...effects, ...noted.effects] };
}

function take(seat: Seat, signal: Signal, now: number): Seat {
  switch (signal.kind) {
    case "hello":
      return openTab(seat, signal.tab, signal.browserTab, signal.refusal, now);
    case "active":
      return takeActivity(seat, signal.browserTab, signal.ageMs, now);
    case "moves":
      return noteMove(seat, signal.browserTab, signal.on, now);
    case "leaves":
      return noteLeave(seat, signal.browserTab, now);
    case "bye":
      return leaveDocument(seat, signal.tab, now);
    case "removed":
      return closeTab(seat, signal.browserTab, now);
    case "counted":
      return countTabs(seat, signal.browserTabs, now);
    case "looked":
      return takeLook(seat, signal.browserTab, now);
    case "refused":
      return takeRefusal(seat, signal.browserTab, now);
    case "continue":
      return goOn(seat, signal.browserTab, now);
    case "release":
      return { ...seat, releaseWishedAt: now, claimWished: null, waiting: null };
    case "release_tab":
      return releaseTab(seat, signal.browserTab, now);
    case "nudge":
      return { ...seat, nudgeWished: true, nudged: null };
    case "answer_nudge":
      return seat.status?.nudge ? { ...seat, nudgeAnswer: { keep: signal.keep } } : seat;
    case "hand_over":
      return { ...seat, handover: { to: signal.to, isRefused: false } };
    case "announcement_read":
      return { ...seat, announcementRead: signal.id };
    case "leave":
      return { ...seat, waiting: null, claimWished: null, leaveWished: true, hasLeft: true };
    case "news":
      return beatSoon(seat, Math.max(now, (seat.beat?.at ?? 0) + BEAT_GAP_MS));
    case "refresh":
      return { ...seat, refreshWished: true };
    case "tick":
    case "notice_pressed":
      return seat;
    case "woken":
      return wake(seat, now);
    case "answered":
      return takeAnswer(seat, signal.number, signal.answer, now);
  }
}

function takeActivity(seat: Seat, browserTab: number, ageMs: number, now: number): Seat {
  const tab = seat.tabs.find((other) => other.browserTab === browserTab);
  if (tab === undefined || tab.isReleased) return seat;
  const next = noteActivity(seat, browserTab, ageMs, now);
  const { status } = next;
  if (next.link === "signed_out") return beatSoon(next, (next.beat?.at ?? 0) + SIGNED_IN_AGAIN_MS);
  if (status?.state === "seated") {
    const warnsAt = idleWarnsAt(next);
    const isLate = next.link === "up" && warnsAt !== null && warnsAt <= now && hasNewsOfActivity(next);
    return isLate ? beatSoon(next, Math.max(now, (next.beat?.at ?? 0) + BEAT_GAP_MS)) : next;
  }
  return !tab.refusal && mayClaimByActivity(next, now) ? { ...next, claimWished: { act: "activity", at: now } } : next;
}

/** The person's own word that they work on: it brings a seat back, keeps one that is about to end, shares it with a tab. */
function goOn(seat: Seat, browserTab: number | undefined, now: number): Seat {
  const next = markReleased(seat, (tab) => browserTab === undefined || tab.browserTab === browserTab, false);
  if (seat.status?.state !== "seated") return { ...next, claimWished: { act: "button", at: now } };
  const at = browserTab ?? next.tabs[0]?.browserTab;
  return at === undefined ? next : beatSoon(noteActivity(next, at, 0, now), now);
}

/** L7: the last tab that shares the seat takes the seat with it. */
function releaseTab(seat: Seat, browserTab: number, now: number): Seat {
  const tab = sharingTabs(seat).find((other) => other.browserTab === browserTab);
  if (tab === undefined || seat.status?.state !== "seated") return seat;
  if (sharingTabs(seat).length === 1) return take(seat, { kind: "release" }, now);
  const next = markReleased(seat, (other) => other === tab, true);
  return { ...next, releaseTabs: [...seat.releaseTabs, tab.id] };
}

/** A tab that is looked at should not show what is long over. Beside a seat the regular heartbeat is enough. */
function takeLook(seat: Seat, browserTab: number, now: number): Seat {
  const isOld = seat.link !== "down" && seat.status?.state !== "seated" && now - seat.statusAt > LOOK_AGAIN_MS;
  return isOld && seat.tabs.some((tab) => tab.browserTab === browserTab) ? beatSoon(seat, now) : seat;
}

/** G5: the gate knows already what the next heartbeat would tell. A page may say so of itself: it costs a heartbeat. */
function takeRefusal(seat: Seat, browserTab: number, now: number): Seat {
  const isNews = seat.status?.state === "seated" && seat.tabs.some((tab) => tab.browserTab === browserTab);
  return isNews ? beatSoon(seat, now) : seat;
}

/** What flew when the background was stopped never lands: a young act is done again, a question asked again. */
function wake(seat: Seat, now: number): Seat {
  const isYoung = (at: number | undefined) => at !== undefined && now - at < ACT_KEPT_MS;
  return {
    ...seat,
    flights: [],
    releaseWishedAt: isYoung(seat.releaseWishedAt ?? undefined) ? seat.releaseWishedAt : null,
    claimWished: isYoung(seat.claimWished?.at) ? seat.claimWished : null,
    waiting: seat.waiting === null ? null : { askAt: now },
    beatSoonAt: seat.flights.some(({ call }) => call.name === "heartbeat") ? now : seat.beatSoonAt,
    handBackAt: seat.flights.some(({ call }) => call.name === "hand-back") ? now : seat.handBackAt,
  };
}

/** The gate's refusal pages wait by themselves. */
function endPointlessWait(seat: Seat): Seat {
  const pointless = seat.waiting !== null && seat.tabs.length > 0 && workTabs(seat).length === 0;
  return pointless ? { ...seat, waiting: null } : seat;
}

/** This machine's clock was set back: nothing kept may lie in the future, or it would not fall due for as long. */
function holdTimes(seat: Seat, now: number): Seat {
  if (seat.statusAt <= now && (seat.beat?.at ?? 0) <= now && seat.tabs.every(({ activeAt }) => (activeAt ?? 0) <= now))
    return seat;
  return {
    ...seat,
    statusAt: Math.min(seat.statusAt, now),
    tabs: seat.tabs.map((tab) => ({ ...tab, activeAt: tab.activeAt === null ? null : Math.min(tab.activeAt, now) })),
    beat: seat.beat === null ? null : { ...seat.beat, at: Math.min(seat.beat.at, now), activeAt: null },
    beatSoonAt: now,
    spareFrom: Math.min(seat.spareFrom, now),
    claimAgainAt: 0,
    nudgeToldUntil: null,
    waiting: seat.waiting === null ? null : { askAt: now },
  };
}
