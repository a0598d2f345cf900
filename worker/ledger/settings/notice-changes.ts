/** Q4, L31: changes of what is announced, and of when the firm closes. */
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { sentence } from "../../../shared/sentence.ts";
import type { Timing } from "../../../shared/timing.ts";
import { type Actor, type ChangeOf, type Checked, sound, whole, wrong } from "./checked.ts";
import { ANNOUNCEMENT_MAX, CLOSING_LASTS_MAX_MS, CLOSING_STARTS_MAX_MS, type Settings } from "./settings.ts";

const ANNOUNCED_MAX_MS = 14 * DAY_MS;

/** On one line. */
const plain = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, " ").trim();

export function checkAnnounce(
  settings: Settings,
  change: ChangeOf<"announce">,
  now: number,
  { name: by, id: byId }: Actor,
): Checked {
  const { lastsMs } = change;
  const text = plain(change.text);
  const title = sentence("titleAnnouncement", { text: text || sentence("none") });
  if (text === "" || text.length > ANNOUNCEMENT_MAX) {
    const says = sentence("announcementLength", { most: ANNOUNCEMENT_MAX, length: text.length });
    return wrong(title, "text", says);
  }
  if (!whole(lastsMs, MINUTE_MS, ANNOUNCED_MAX_MS)) return wrong(title, "lastsMs", sentence("announcementLasts"));
  const id = `a${settings.version + 1}`;
  return sound(title, { announcement: { id, text, by, byId, until: now + lastsMs } });
}

export function checkEndAnnouncement(settings: Settings, now: number): Checked {
  const title = sentence("titleAnnouncement", { text: sentence("none") });
  return settings.announcement === null || settings.announcement.until <= now
    ? wrong(title, "what", sentence("announcementNone"), "not_found")
    : sound(title, { announcement: null });
}

export function checkClose(
  settings: Settings,
  change: ChangeOf<"close">,
  now: number,
  { name: by, id: byId }: Actor,
  { closingAheadMs }: Pick<Timing, "closingAheadMs">,
): Checked {
  const { startsInMs, lastsMs } = change;
  const text = plain(change.text);
  const title = sentence("titleClosing", { minutes: Math.round(lastsMs / MINUTE_MS) });
  if (text.length > ANNOUNCEMENT_MAX) {
    const says = sentence("closingText", { most: ANNOUNCEMENT_MAX, length: text.length });
    return wrong(title, "text", says);
  }
  if (!whole(startsInMs, closingAheadMs, CLOSING_STARTS_MAX_MS)) {
    const says = sentence("closingSoon");
    return wrong(title, "startsInMs", says);
  }
  if (!whole(lastsMs, MINUTE_MS, CLOSING_LASTS_MAX_MS)) {
    return wrong(title, "lastsMs", sentence("closingLasts"));
  }
  const from = now + startsInMs;
  const id = `c${settings.version + 1}`;
  return sound(title, { closing: { id, text, by, holder: byId, from, until: from + lastsMs } });
}

export function checkEndClosing(settings: Settings, now: number): Checked {
  const title = sentence("titleClosingNone");
  return settings.closing === null || settings.closing.until <= now
    ? wrong(title, "what", sentence("closingNone"), "not_found")
    : sound(title, { closing: null });
}
