/** What the seat button has to tell before it is opened. */
import { CLOSING_COUNTED_MS, closingAhead } from "../../../shared/closing.ts";
import { readChoice } from "./button-choice.ts";
import { sayClosing } from "./button-words.ts";
import type { SeatView } from "./seat-view.ts";

export interface News {
  id: string;
  text: string;
}

/** L31: when a planned closing begins, in its last minutes; null: none does. */
export function closesSoon({ status, at }: SeatView, now: number): number | null {
  const ahead = status.state === "seated" ? closingAhead(status, at) : null;
  if (ahead === null || ahead.from <= now || ahead.from - now > CLOSING_COUNTED_MS) return null;
  return ahead.from;
}

/** Q4, L31: what is announced, and not read yet; null: nothing. `readHere`: what this page alone has shown as read. */
export function announcedIn({ status, at }: SeatView, now: number, readHere: string | undefined): News | null {
  if (status.state !== "seated") return null;
  const isRead = ({ id }: { id: string }) => id === readHere || id === readChoice().read;
  const ahead = closingAhead(status, at);
  if (ahead !== null && !isRead(ahead)) return { id: ahead.id, text: sayClosing(ahead) };
  const announcement = status.announcement ?? null;
  if (announcement === null || at + announcement.endsInMs <= now) return null;
  return isRead(announcement) ? null : announcement;
}
