/** What one tab of the page agent knows, and when it speaks. Times are ms. */

import { describe, expect, test } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../../../shared/durations.ts";
import type { ClientId, TabId } from "../../../../shared/ids.ts";
import { TIMING } from "../../../../shared/timing.ts";
import {
  continueSeat,
  isAtRest,
  isBackByAnswer,
  newTabSeat,
  nextBeatAt,
  noteActivity,
  noteAnswer,
  noteBeat,
  noteCall,
  reasonToCover,
  type TabSeat,
  warnedUntil,
} from "../../../../worker/gate/agent/tab-seat.ts";
import { statusOf } from "../../../extension/support/seat-script.ts";
import { workAnHourInTabs } from "./support/hour-in-tabs.ts";

const START = 1_800_000_000_000;
const TAB = "tab-of-anna" as TabId;
const say = (words: string) => statusOf(words.split(" "));

/** A tab whose heartbeat at `START` was answered so. */
function tabAfter(words: string): TabSeat {
  const seat = newTabSeat("client-of-anna" as ClientId, TAB);
  noteBeat(seat, 1, [TAB], null, START);
  noteAnswer(seat, say(words), START);
  return seat;
}
/** How long after `START` the tab speaks next. */
const dueAfter = (seat: TabSeat) => nextBeatAt(seat) - START;

describe("when the browser speaks", () => {
  test("[G8] [X2] at once when it is new, then every minute, whichever tab spoke last", () => {
    expect(nextBeatAt(newTabSeat("client-of-anna" as ClientId, TAB))).toBeLessThan(START);
    const seat = tabAfter("seated");
    expect(dueAfter(seat)).toBe(MINUTE_MS);
    noteBeat(seat, 2, ["another-tab" as TabId, TAB], null, START + 30 * SECOND_MS);
    expect(dueAfter(seat)).toBe(90 * SECOND_MS);
  });

  test("[G8] at once in the tab's next document, where the one before went before its heartbeat was answered", () => {
    const fresh = newTabSeat("client-of-anna" as ClientId, TAB);
    noteBeat(fresh, 1, [TAB], null, START);
    expect(dueAfter(continueSeat(fresh, START + SECOND_MS))).toBe(SECOND_MS);
    const seat = tabAfter("seated");
    expect(dueAfter(continueSeat(seat, START + SECOND_MS))).toBe(MINUTE_MS);
    noteBeat(seat, 2, [TAB], null, START + MINUTE_MS);
    expect(dueAfter(continueSeat(seat, START + 61 * SECOND_MS))).toBe(61 * SECOND_MS);
  });

  test("[X2] a heartbeat of another tab that does not name this one is followed by one that does", () => {
    const seat = tabAfter("seated");
    noteBeat(seat, 2, ["another-tab" as TabId], null, START + 10 * SECOND_MS);
    expect(seat.isTold).toBe(false);
    expect(dueAfter(seat)).toBe(12 * SECOND_MS);
  });

  test("[L5] [L6] a tab that begins to speak and is killed is followed by another within the grace", () => {
    const seat = tabAfter("seated");
    noteCall(seat, START + MINUTE_MS);
    expect(dueAfter(seat)).toBe(64 * SECOND_MS);
    // Also where the next heartbeat was not due: the one that was killed may have told of itself alone.
    const early = tabAfter("seated");
    noteCall(early, START + 10 * SECOND_MS);
    expect(dueAfter(early)).toBeLessThan(10 * SECOND_MS + TIMING.closeGraceMs);
    noteBeat(early, 2, [TAB], null, START + 11 * SECOND_MS);
    expect(dueAfter(early)).toBe(71 * SECOND_MS);
  });

  test("[X5] a seat service that is away, or another answer on the way to it, is asked again every 15 seconds", () => {
    const seat = tabAfter("seated");
    noteAnswer(seat, "down", START);
    expect(dueAfter(seat)).toBe(15 * SECOND_MS);
  });

  test("[G3] signed out: asked again soon, since a CRM may show late who it is, then once a minute", () => {
    const seat = tabAfter("seated");
    const waits = Array.from({ length: 5 }, () => {
      noteAnswer(seat, "signed_out", START);
      return dueAfter(seat);
    });
    expect(waits).toEqual([2, 5, 15, 60, 60].map((seconds) => seconds * SECOND_MS));
  });

  test("[L4] before it warns it asks, and after the end", () => {
    const seat = tabAfter("seated idle=90s");
    expect(dueAfter(seat)).toBe(30 * SECOND_MS);
    noteBeat(seat, 2, [TAB], null, START + 30 * SECOND_MS);
    noteAnswer(seat, say("seated idle=60s"), START + 30 * SECOND_MS);
    expect(warnedUntil(seat, START + 30 * SECOND_MS)).toBe(START + 90 * SECOND_MS);
    noteBeat(seat, 3, [TAB], null, START + 89 * SECOND_MS);
    noteAnswer(seat, say("seated idle=1s"), START + 89 * SECOND_MS);
    expect(dueAfter(seat)).toBe(90_500);
  });

  test("[L4] whoever works during the warning says so at once", () => {
    const seat = tabAfter("seated idle=30s");
    expect(noteActivity(seat, START + 5 * SECOND_MS)).toBe(false);
    expect(dueAfter(seat)).toBeLessThanOrEqual(5 * SECOND_MS);
    expect(warnedUntil(seat, START + 5 * SECOND_MS)).toBeNull();
  });

  test("[G8] [X2] an hour's work in one browser takes at most 62 messages, however the tabs take turns", () => {
    const sent = workAnHourInTabs(3);
    expect(sent).toBeGreaterThanOrEqual(58);
    expect(sent).toBeLessThanOrEqual(62);
  });

  test.each([
    ["seated", false],
    ["waiting", false],
    ["offered", false],
    ["unseated idle", true],
    ["unseated released", true],
    ["unseated", true],
  ])("[G8] a tab that nobody looks at: %s is at rest: %s", (words, isResting) => {
    expect(isAtRest(tabAfter(words))).toBe(isResting);
  });

  test("[G8] a tab that nobody looks at is at rest where nobody is signed in, not where that is not known", () => {
    expect(isAtRest(newTabSeat("client-of-anna" as ClientId, TAB))).toBe(false);
    const seat = tabAfter("seated");
    noteAnswer(seat, "down", START);
    expect(isAtRest(seat)).toBe(false);
    noteAnswer(seat, "signed_out", START);
    expect(isAtRest(seat)).toBe(true);
  });

  test("[P3] the number of a heartbeat only grows", () => {
    const seat = tabAfter("seated");
    noteBeat(seat, 9, [TAB], null, START);
    noteBeat(seat, 4, [TAB], null, START);
    expect(seat.seq).toBe(9);
  });
});

describe("what brings the seat back", () => {
  const after = (words: string): TabSeat => {
    const seat = tabAfter("seated");
    noteAnswer(seat, say(words), START + MINUTE_MS);
    return seat;
  };

  test.each(["idle", "closed", "lost", "signed_out"])("[L8] after %s the first act", (cause) => {
    const seat = after(`unseated ${cause}`);
    expect(noteActivity(seat, START + 2 * MINUTE_MS)).toBe(true);
    seat.claimFrom = START + 3 * MINUTE_MS;
    expect(noteActivity(seat, START + 2 * MINUTE_MS + SECOND_MS)).toBe(false);
  });

  test.each(["released", "evicted"])("[L8] after %s no act but the button, and the tab is covered", (cause) => {
    const seat = after(`unseated ${cause}`);
    expect(noteActivity(seat, START + 2 * MINUTE_MS)).toBe(false);
    expect(reasonToCover(seat)).toBe(`seat_${cause}`);
  });

  test("[L8] an act between the end and the answer that reports it", () => {
    const seat = tabAfter("seated");
    noteActivity(seat, START + MINUTE_MS);
    const answer = say("unseated idle");
    noteAnswer(
      seat,
      { ...answer, ended: { cause: "idle", ageMs: 2 * SECOND_MS, by: null, note: null } },
      START + MINUTE_MS,
    );
    expect(isBackByAnswer(seat, START + MINUTE_MS)).toBe(true);
    noteAnswer(seat, { ...answer, ended: { cause: "idle", ageMs: 0, by: null, note: null } }, START + 2 * MINUTE_MS);
    expect(isBackByAnswer(seat, START + 2 * MINUTE_MS)).toBe(false);
  });

  test("[G11] a document that never had a seat takes none by a movement, and is not covered by itself", () => {
    const seat = tabAfter("unseated idle");
    expect(noteActivity(seat, START + SECOND_MS)).toBe(false);
    expect(reasonToCover(tabAfter("unseated released"))).toBeNull();
  });

  test("[L15] waiting in another tab covers a tab that was at work, with the true reason", () => {
    expect(reasonToCover(after("waiting place=2 others_waiting"))).toBe("others_waiting");
    expect(reasonToCover(after("offered place=1 held=40s"))).toBe("no_seat");
    expect(reasonToCover(tabAfter("seated"))).toBeNull();
  });
});
