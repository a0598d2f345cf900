/**
 * What outlives a document: the browser's random id, and what the tab's next document continues with when the
 * person goes from page to page. Storage may be forbidden, full, or emptied by the CRM; then each document is new.
 */
import type { ClientId } from "../../../shared/ids.ts";
import { newTab } from "../../../shared/page/tab-id.ts";
import { toJson } from "../../../shared/page/untouched.ts";
import type { TabSeat } from "./tab-seat.ts";

const CLIENT = "hotseat.client";
const NEXT = "hotseat.next";
/**
 * The next document of the tab is there within this; ms. Longer, and the person may have closed another page meanwhile.
 */
const FOLLOWS_WITHIN_MS = 30_000;

/** A11: by its beginning the tenant tells a browser without the extension. No import of ids.ts: it brings schemas with it. */
export function readClient(): ClientId {
  const made = `agent-${newTab()}` as ClientId;
  // L6: tabs that cannot hear each other are clients of their own.
  if (!("BroadcastChannel" in window)) return made;
  try {
    const known = localStorage.getItem(CLIENT);
    if (known !== null && /^agent-\w{24}$/.test(known)) return known as ClientId;
    localStorage.setItem(CLIENT, made);
  } catch {
    // For this document alone, then.
  }
  return made;
}

/** The document makes way for the tab's next one, which continues as this one. */
export function leaveToNext(seat: TabSeat, now: number): void {
  try {
    sessionStorage.setItem(NEXT, toJson({ ...seat, leftAt: now }));
  } catch {
    // The next document says hello by itself.
  }
}

/** What the previous document left; null: nothing usable. */
export function takeFromLast(now: number): TabSeat | null {
  try {
    const text = sessionStorage.getItem(NEXT);
    sessionStorage.removeItem(NEXT);
    if (text === null) return null;
    const { leftAt, ...seat } = JSON.parse(text) as TabSeat & { leftAt: number };
    const age = now - leftAt;
    return age >= 0 && age < FOLLOWS_WITHIN_MS ? seat : null;
  } catch {
    return null;
  }
}
