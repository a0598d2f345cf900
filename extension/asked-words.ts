/** L16: what came of asking a holder, for popup and overlay. */
import type { Asked } from "./messages.ts";
import type { MessageKey, Words } from "./words.ts";

const SAID: Record<Exclude<Asked, "asked">, MessageKey> = {
  kept: "askedKept",
  given: "askedGiven",
  at_work: "nobodyAtWork",
  asked_before: "nobodyAskedBefore",
  nobody_helps: "nobodyHelps",
  asked_already: "askedAlready",
};

/** `answerBy`: ms of the same clock as `now`; null where nobody asked. */
export function sayAsked(
  words: Words,
  { asked, answerBy }: { asked: Asked | null; answerBy: number | null },
  now: number,
): string | null {
  if (asked === null) return null;
  if (asked !== "asked") return words.say(SAID[asked]);
  if (answerBy === null) return words.say("askedHolder");
  return words.count("askedFor", Math.max(0, Math.ceil((answerBy - now) / 1_000)));
}
