/** The open CRM documents of this browser, as they come and go (X1, X2). */
import type { TabId } from "../../shared/ids.ts";
import { latest, type Seat, type Tab } from "./seat.ts";

/** A document that leaves for the next one of the same tab is followed by it within this; ms. */
const NAVIGATION_GAP_MS = 500;
/** Further tabs of a browser that has spoken already are told of together; ms. */
const MORE_TABS_MS = 2_000;
/** A host without a seat service is asked again by a new document, at most so often; ms. */
const ABSENT_AGAIN_MS = 10_000;

const NOTHING = { show: "nothing" } as const;

/** Brings an early heartbeat forward, never back. */
export function beatSoon(seat: Seat, at: number): Seat {
  return { ...seat, beatSoonAt: seat.beatSoonAt === null ? at : Math.min(seat.beatSoonAt, at) };
}

export function openTab(seat: Seat, tab: TabId, browserTab: number, refusal: boolean, now: number): Seat {
  const known = seat.tabs.find((other) => other.id === tab);
  if (known !== undefined) {
    const tabs = seat.tabs.map((other) => (other.id === tab ? { ...other, browserTab, refusal } : other));
    return { ...seat, tabs };
  }
  const before = seat.tabs.find((other) => other.browserTab === browserTab);
  const activeAt = latest([before?.activeAt ?? null, seat.leftActiveAt]);
  const opened: Tab = { id: tab, browserTab, activeAt, refusal, told: NOTHING };
  const tabs = [...seat.tabs.filter((other) => other !== before), opened];
  const next = { ...seat, tabs, leftActiveAt: null, usedAt: now };
  if (seat.link === "absent") return beatSoon(next, Math.max(now, (seat.beat?.at ?? 0) + ABSENT_AGAIN_MS));
  const isKnown = seat.beat?.tabs.some((sent) => tabs.some((other) => other.id === sent)) ?? false;
  const mayClose = seat.beat?.tabs.length === 0 || !isKnown;
  return beatSoon(next, mayClose || seat.link !== "up" || seat.status?.state !== "seated" ? now : now + MORE_TABS_MS);
}

/** The person did something. Returns the seat with the tab's last activity moved forward. */
export function noteActivity(seat: Seat, browserTab: number, ageMs: number, now: number): Seat {
  const at = now - Math.max(0, ageMs);
  const tabs = seat.tabs.map((tab) =>
    tab.browserTab === browserTab ? { ...tab, activeAt: Math.max(tab.activeAt ?? 0, at) } : tab,
  );
  return { ...seat, tabs, usedAt: now };
}

/** A document says goodbye: perhaps only for the next one. */
export function leaveDocument(seat: Seat, tab: TabId, now: number): Seat {
  return dropTabs(seat, (other) => other.id !== tab, now + NAVIGATION_GAP_MS);
}

/** The browser closed a tab, so nothing follows: the seat service hears of it at once (L6). */
export function closeTab(seat: Seat, browserTab: number, now: number): Seat {
  return dropTabs(seat, (tab) => tab.browserTab !== browserTab, now);
}

/** Keeps only tabs which the browser still has. */
export function countTabs(seat: Seat, browserTabs: readonly number[], now: number): Seat {
  return dropTabs(seat, (tab) => browserTabs.includes(tab.browserTab), now);
}

export function renumberTab(seat: Seat, from: number, to: number): Seat {
  return {
    ...seat,
    tabs: seat.tabs.map((tab) => (tab.browserTab === from ? { ...tab, browserTab: to } : tab)),
  };
}

function dropTabs(seat: Seat, stays: (tab: Tab) => boolean, at: number): Seat {
  const tabs = seat.tabs.filter(stays);
  if (tabs.length === seat.tabs.length) {
    // A tab that said goodbye a moment ago has now closed for good.
    return tabs.length === 0 && seat.beatSoonAt !== null ? beatSoon(seat, at) : seat;
  }
  const gone = seat.tabs.filter((tab) => !stays(tab));
  const activeAt = latest(gone.map((tab) => tab.activeAt));
  const [first, ...rest] = tabs;
  if (first === undefined) return beatSoon({ ...seat, tabs, leftActiveAt: activeAt }, at);
  // Activity is the person's: what was done in a tab that has gone is told with one that stays.
  return beatSoon({ ...seat, tabs: [{ ...first, activeAt: latest([first.activeAt, activeAt]) }, ...rest] }, at);
}
