/** The open CRM documents of this browser, as they come and go (X1, X2). */
import { MINUTE_MS } from "../../shared/durations.ts";
import type { TabId } from "../../shared/ids.ts";
import { latest, type Seat, sharingTabs, type Tab } from "./seat.ts";

/** A document that leaves for the next one of the same tab is followed by it within this; ms. */
const NAVIGATION_GAP_MS = 500;
/** A document that began to leave so long ago may have stayed, and said goodbye since; ms. Less than the document's own. */
const MOVES_WITHIN_MS = 20_000;
/** A closing document has gone by then, and one whose own timers run has said that it stays; ms. Within the grace (L6). */
const STAYED_AFTER_MS = 3_000;
/** Further tabs of a browser that has spoken already are told of together; ms. */
const MORE_TABS_MS = 2_000;
/** So many early heartbeats for further tabs at a stretch, and one more in every so many ms: with one a minute, 90 an hour. */
const SPARE_BEATS = 5;
const SPARE_EVERY_MS = 120_000;
/** A host without a seat service is asked again by a new document, at most so often; ms. */
export const ABSENT_AGAIN_MS = MINUTE_MS;

const NOTHING = { show: "nothing" } as const;

/** Brings an early heartbeat forward, never back. */
export function beatSoon(seat: Seat, at: number): Seat {
  return { ...seat, beatSoonAt: seat.beatSoonAt === null ? at : Math.min(seat.beatSoonAt, at) };
}

export function openTab(seat: Seat, page: TabId, browserTab: number, refusal: boolean, now: number): Seat {
  const known = seat.tabs.find((other) => other.page === page);
  if (known !== undefined) {
    const tabs = seat.tabs.map((other) => (other === known ? { ...other, browserTab, refusal } : other));
    return { ...seat, tabs };
  }
  const before = seat.tabs.find((other) => other.browserTab === browserTab);
  // It said no goodbye, so the seat service knows the tab as open: working through a CRM's pages costs no message.
  const follows = before?.movesAt != null && now - before.movesAt < MOVES_WITHIN_MS && !before.isReleased;
  const opened: Tab = {
    id: follows ? before.id : page,
    page,
    browserTab,
    activeAt: latest([before?.activeAt ?? null, seat.leftActiveAt]),
    refusal,
    movesAt: null,
    leavesAt: null,
    isReleased: false,
    hadSeat: follows && seat.status?.state === "seated",
    told: NOTHING,
  };
  const next = {
    ...seat,
    tabs: [...seat.tabs.filter((other) => other !== before), opened],
    leftActiveAt: null,
    usedAt: now,
  };
  if (seat.link === "absent") return beatSoon(next, Math.max(now, (seat.beat?.at ?? 0) + ABSENT_AGAIN_MS));
  const isWell = seat.link === "up" && seat.status?.state === "seated";
  if (!isWell || !isSharedElsewhere(next)) return beatSoon(next, now);
  return follows ? next : tellOfMore(next, now);
}

/** Further tabs are told of soon, together, and no oftener than the messages of an hour's work allow. */
function tellOfMore(seat: Seat, now: number): Seat {
  const isTold = seat.beatSoonAt !== null && seat.beatSoonAt <= now + MORE_TABS_MS;
  if (isTold || seat.spareFrom > now) return seat;
  const spareFrom = Math.max(seat.spareFrom, now - (SPARE_BEATS - 1) * SPARE_EVERY_MS) + SPARE_EVERY_MS;
  return { ...beatSoon(seat, now + MORE_TABS_MS), spareFrom };
}

/** Does the seat service know one of the tabs? Then it hears of the others with the next regular heartbeat. */
function isSharedElsewhere(seat: Seat): boolean {
  return sharingTabs(seat).some(({ id }) => seat.beat?.tabs.includes(id));
}

/** The person did something. Returns the seat with the tab's last activity moved forward. */
export function noteActivity(seat: Seat, browserTab: number, ageMs: number, now: number): Seat {
  const at = now - Math.max(0, ageMs);
  const tabs = seat.tabs.map((tab) =>
    tab.browserTab === browserTab ? { ...tab, activeAt: Math.max(tab.activeAt ?? 0, at) } : tab,
  );
  return { ...seat, tabs, usedAt: now };
}

export function noteMove(seat: Seat, browserTab: number, on: boolean, now: number): Seat {
  const tabs = seat.tabs.map((tab) => (tab.browserTab === browserTab ? { ...tab, movesAt: on ? now : null } : tab));
  return { ...seat, tabs };
}

/** L6: the document in this tab has said goodbye; whether it goes shows itself within `STAYED_AFTER_MS`. */
export function noteLeave(seat: Seat, browserTab: number, now: number): Seat {
  return { ...seat, tabs: seat.tabs.map((tab) => (tab.browserTab === browserTab ? { ...tab, leavesAt: now } : tab)) };
}

/** When a document that has said goodbye is known to have stayed; null: none has said so. */
export function staysAt(seat: Seat): number | null {
  const times = seat.tabs.flatMap(({ leavesAt }) => (leavesAt === null ? [] : [leavesAt + STAYED_AFTER_MS]));
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * L6: documents that said goodbye and are still there, since a question of a frame ("Leave page?") stands or was
 * answered with no. They are open tabs again, under new ids (P3), well within the grace.
 */
export function keepStaying(seat: Seat, now: number): Seat {
  const stays = ({ leavesAt }: Tab) => leavesAt !== null && leavesAt + STAYED_AFTER_MS <= now;
  if (!seat.tabs.some(stays)) return seat;
  const tabs = seat.tabs.map((tab) => (stays(tab) ? { ...tab, leavesAt: null, id: renew(tab.id) } : tab));
  return beatSoon({ ...seat, tabs }, now);
}

/** L7: takes the seat from these tabs, or gives it back to them; P3: under new ids, as the old ones are dead. */
export function markReleased(seat: Seat, isMeant: (tab: Tab) => boolean, isReleased: boolean): Seat {
  const tabs = seat.tabs.map((tab) =>
    isMeant(tab) && tab.isReleased !== isReleased
      ? { ...tab, isReleased, ...(isReleased ? {} : { id: renew(tab.id) }) }
      : tab,
  );
  return { ...seat, tabs };
}

/** As random as before. */
function renew(id: TabId): TabId {
  const [, stem = id, times = "0"] = /^(.*)_(\d+)$/.exec(id) ?? [];
  return `${stem}_${Number(times) + 1}` as TabId;
}

/** A document says goodbye: perhaps only for the next one. */
export function leaveDocument(seat: Seat, page: TabId, now: number): Seat {
  return dropTabs(seat, (other) => other.page !== page, now + NAVIGATION_GAP_MS);
}

/** The browser closed a tab, so nothing follows: the seat service hears of it at once where it was the last (L6). */
export function closeTab(seat: Seat, browserTab: number, now: number): Seat {
  return dropTabs(seat, (tab) => tab.browserTab !== browserTab, now);
}

/** Keeps only tabs which the browser still has. */
export function countTabs(seat: Seat, browserTabs: readonly number[], now: number): Seat {
  return dropTabs(seat, (tab) => browserTabs.includes(tab.browserTab), now);
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
  if (first === undefined && seat.link === "absent") return { ...seat, tabs, beatSoonAt: null };
  if (first === undefined) return beatSoon({ ...seat, tabs, leftActiveAt: activeAt }, at);
  // Activity is the person's: what was done in a tab that has gone is told with one that stays.
  const next = { ...seat, tabs: [{ ...first, activeAt: latest([first.activeAt, activeAt]) }, ...rest] };
  return isSharedElsewhere(next) ? next : beatSoon(next, at);
}
