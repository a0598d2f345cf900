/** X4: what the dialog says, by what the person's seat has come to. */
import type { View } from "../messages.ts";
import { sayTime } from "../standing-words.ts";
import type { MessageKey, Words } from "../words.ts";

export type Gone = Extract<View, { show: "gone" }>;
export type Full = Extract<View, { show: "full" }>;

const GONE_TEXT: Record<Gone["reason"], MessageKey> = {
  released: "releasedText",
  handed_over: "evictedText",
  released_here: "releasedHereText",
  idle: "idleText",
  evicted: "evictedText",
  ended: "endedText",
};

const GONE_TITLE: Record<Gone["reason"], MessageKey> = {
  released: "releasedTitle",
  handed_over: "handedOverTitle",
  released_here: "releasedHereTitle",
  idle: "idleTitle",
  evicted: "evictedTitle",
  ended: "endedTitle",
};

export function titleOfGone(words: Words, { reason, by, always }: Gone): string {
  if (always === true && reason === "released") return words.say("sessionEnded");
  if (always === true && reason === "evicted")
    return by === null ? words.say("sessionEvicted") : words.say("sessionEvictedBy", by);
  if (reason === "handed_over" && by !== null) return words.say("handedToTitle", by);
  return reason === "evicted" && by !== null ? words.say("evictedByTitle", by) : words.say(GONE_TITLE[reason]);
}

/** L27: for these a licence may be free: nobody has to ask IT. */
const HAS_ROOM: ReadonlySet<Full["reason"]> = new Set(["ask_again", "too_often"]);

/** L27: the reason, and whether waiting helps: nobody reads that all are in use while one is free. */
export const textOfFull = (words: Words, { waits, reason, opensAt }: Full): string =>
  [
    words.say(`reason_${reason}`),
    opensAt === undefined ? "" : words.say("opensAt", sayTime(words, opensAt)),
    waits ? words.say("waitHint") : "",
  ]
    .filter(Boolean)
    .join(" ");

export const titleOfFull = ({ reason }: Full): MessageKey =>
  reason === "closed_for_maintenance" ? "closedTitle" : HAS_ROOM.has(reason) ? "standingUnseated" : "fullTitle";

export const actOfFull = ({ canWait }: Full): MessageKey => (canWait ? "waitHere" : "continueWorking");

/** L25: what is counted. */
const IN_USE: Record<Full["measure"], MessageKey> = {
  concurrent: "seatsInUse",
  mixed: "seatsInUse",
  named: "namedInUse",
  records: "peopleAtWork",
};

export const textOfGone = (words: Words, { always, reason }: Gone): string =>
  words.say(always === true ? "alwaysText" : GONE_TEXT[reason]);

/** What the count beside it is of. */
export const labelOfCount = ({ measure }: Full): MessageKey => IN_USE[measure] ?? "seatsInUse";

export const sayCount = (words: Words, { measure, inUse, limit }: Full): string =>
  measure === "records" ? String(inUse) : words.say("seatsOfLimit", inUse, limit);
