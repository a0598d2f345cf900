/** An hour's work in some tabs of one browser without the extension, by the clock of the tabs' own plans. */
import { HOUR_MS, SECOND_MS } from "../../../../../shared/durations.ts";
import type { ClientId, TabId } from "../../../../../shared/ids.ts";
import {
  newTabSeat,
  nextBeatAt,
  noteActivity,
  noteAnswer,
  noteBeat,
} from "../../../../../worker/gate/agent/tab-seat.ts";
import { statusOf } from "../../../../extension/support/seat-script.ts";

const START = 1_800_000_000_000;

/** How many messages leave the browser, when the person turns to another of `count` tabs every seven seconds. */
export function workAnHourInTabs(count: number): number {
  const tabs = Array.from({ length: count }, (_, place) =>
    newTabSeat("client-of-anna" as ClientId, `tab-number-${place}` as TabId),
  );
  const all = tabs.map(({ tab }) => tab);
  let sent = 0;
  for (let now = START; now < START + HOUR_MS; now += SECOND_MS) {
    const working = tabs[Math.floor(now / (7 * SECOND_MS)) % tabs.length];
    if (working !== undefined) noteActivity(working, now);
    if (!tabs.some((seat) => (nextBeatAt(seat) ?? now + 1) <= now)) continue;
    sent++;
    for (const seat of tabs) {
      noteBeat(seat, sent, all, now, now);
      noteAnswer(seat, statusOf(["seated"]), now);
    }
  }
  return sent;
}
