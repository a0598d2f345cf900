/** The one sentence that says where the person stands (X3), for the popup and the toolbar button's tooltip. */
import type { DenialReason } from "../shared/denial.ts";
import { clockTime } from "../shared/page/clock-time.ts";
import type { Standing } from "./seat/standing.ts";
import type { Words } from "./words.ts";

/** For these a licence may be free: nobody has to ask IT. */
const HAS_ROOM: ReadonlySet<DenialReason> = new Set(["ask_again", "too_often"]);

export function sayStanding(words: Words, standing: Standing): string {
  switch (standing.kind) {
    case "no_crm":
      return words.say("standingNoCrm");
    case "asking":
      return words.say("standingAsking");
    case "signed_out":
      return words.say("standingSignedOut");
    case "unreachable":
      return words.say("standingUnreachable");
    case "seated":
      return saySeated(words, standing);
    case "warned":
      return words.say("standingWarned", sayTime(words, standing.endsAt));
    case "nudged":
      if (standing.recalled) return words.say("standingRecalled", standing.by ?? "");
      return standing.by === null ? words.say("standingNudged") : words.say("standingNudgedBy", standing.by);
    case "offered":
      return words.say("standingOffered");
    case "waiting":
      if (standing.reason === "closed_for_maintenance") return words.say("closedTitle");
      return standing.position === null
        ? words.say("standingWaiting")
        : words.say("standingWaitingAt", standing.position);
    case "denied":
      if (standing.reason === "closed_for_maintenance") return words.say("closedTitle");
      return words.say(HAS_ROOM.has(standing.reason) ? "standingUnseated" : "standingDenied");
    case "gone":
      return sayGone(words, standing);
    case "unseated":
      return words.say(standing.always ? "standingAlways" : "standingUnseated");
  }
}

/** L31: when it is closed, and why. */
export const sayClosing = (words: Words, { from, until }: { from: number; until: number }, text: string): string =>
  `${words.say("closingPlanned", sayTime(words, from), sayTime(words, until))} ${text}`.trim();

/** The tooltip, with the product's name. */
export function describeStanding(words: Words, standing: Standing): string {
  return words.say("tooltip", sayStanding(words, standing));
}

function saySeated(words: Words, standing: Extract<Standing, { kind: "seated" }>): string {
  const { sinceAt, tabs, clients, exempt, named, overdraft } = standing;
  if (named) return words.say("standingNamed");
  if (exempt) return words.say("standingExempt");
  const sentences = [words.say(overdraft ? "standingOverdraft" : "standingSeated", sayTime(words, sinceAt))];
  if (tabs > 0) sentences.push(words.count("tabsShare", tabs));
  if (clients > 1) sentences.push(words.count("clientsShare", clients));
  return sentences.join(" ");
}

function sayGone(words: Words, { cause, by, always, handedTo }: Extract<Standing, { kind: "gone" }>): string {
  if (handedTo !== undefined)
    return handedTo === "" ? words.say("standingHandedOver") : words.say("standingHandedTo", handedTo);
  if (always && cause === "released") return words.say("sessionEnded");
  if (always) return by === null ? words.say("sessionEvicted") : words.say("sessionEvictedBy", by);
  switch (cause) {
    case "released":
      return words.say("standingReleased");
    case "idle":
      return words.say("standingIdle");
    case "evicted":
      return by === null ? words.say("standingEvicted") : words.say("standingEvictedBy", by);
    default:
      return words.say("standingEnded");
  }
}

/** English is that of the browser: American or British. */
export const sayTime = (words: Words, time: number): string =>
  clockTime(time, words.language === "en" ? undefined : words.language);
