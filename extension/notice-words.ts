/** What a notification says (X7). */
import type { Notice } from "./seat/seat.ts";
import type { Words } from "./words.ts";

export function sayNotice(words: Words, notice: Notice): { title: string; text: string } {
  if (notice.kind === "seated") return { title: words.say("noticeSeated"), text: words.say("noticeSeatedText") };
  const title = notice.by === null ? words.say("noticeNudged") : words.say("noticeNudgedBy", notice.by);
  return { title, text: words.say("noticeNudgedText") };
}
