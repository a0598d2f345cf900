/** What the person can do where they stand (X3). */
import { ADMIN_PATH } from "../../shared/protocol.ts";
import type { OwnMessage } from "../messages.ts";
import { isAsking, type Seat, sharingTabs, type Tab } from "../seat/seat.ts";
import type { Standing } from "../seat/standing.ts";
import type { MessageKey, Words } from "../words.ts";
import { openPage } from "./crm.ts";

interface ActionsProps {
  words: Words;
  seat: Seat;
  standing: Standing;
  /** The CRM's tab in front. */
  here: Tab | null;
  tell(message: OwnMessage): void;
}

interface Act {
  id: string;
  label: MessageKey;
  message: OwnMessage;
  busy?: boolean;
  /** Nothing that most people want, though it may stand first. */
  isPlain?: boolean;
}

export function Actions({ words, seat, standing, here, tell }: ActionsProps) {
  const address = new URL(ADMIN_PATH, seat.origin).href;
  return (
    <div class="actions">
      {actsOf(seat, standing, here).map(({ id, label, message, busy = false, isPlain = false }, place) => (
        <button
          type="button"
          key={id}
          id={id}
          class={place === 0 && !isPlain ? "primary" : "plain"}
          disabled={busy}
          onClick={() => tell(message)}
        >
          {words.say(label)}
        </button>
      ))}
      {seat.status?.mayAdminister && (
        <a
          href={address}
          id="administration"
          onClick={(event) => {
            event.preventDefault();
            void openPage(address);
          }}
        >
          {words.say("administration")}
        </a>
      )}
    </div>
  );
}

/** The first one is what most people want there. */
function actsOf(seat: Seat, standing: Standing, here: Tab | null): Act[] {
  const { origin } = seat;
  const asking = isAsking(seat);
  switch (standing.kind) {
    case "nudged":
      if (standing.recalled)
        return [{ id: "give", label: "giveSeat", message: { kind: "answer_nudge", origin, keep: false } }];
      return [
        { id: "keep", label: "keepSeat", message: { kind: "answer_nudge", origin, keep: true } },
        { id: "give", label: "giveSeat", message: { kind: "answer_nudge", origin, keep: false } },
      ];
    case "warned":
      return [
        { id: "keep-working", label: "keepWorking", message: { kind: "resume", origin } },
        ...releases(seat, here),
      ];
    case "seated":
      return standing.exempt ? endings(seat) : releases(seat, here);
    case "waiting": {
      const acts: Act[] = [];
      if (standing.mayAsk) acts.push({ id: "ask", label: "askHolder", message: { kind: "nudge", origin } });
      // A refusal page waits by itself for as long as it is open.
      if (seat.waiting !== null) acts.push({ id: "leave", label: "leaveLine", message: { kind: "leave", origin } });
      return acts;
    }
    case "offered":
      return [
        { id: "take", label: asking ? "asking" : "takeSeat", message: { kind: "resume", origin }, busy: asking },
        { id: "leave", label: "leaveLine", message: { kind: "leave", origin } },
      ];
    case "gone":
    case "unseated":
    case "denied": {
      const label = asking ? "asking" : standing.kind === "denied" && standing.waits ? "waitHere" : "continueWorking";
      return [{ id: "continue", label, message: { kind: "resume", origin }, busy: asking }];
    }
    default:
      return [];
  }
}

/** L11: nobody waits for what somebody who is not counted gives up. */
function endings({ origin, releaseWishedAt }: Seat): Act[] {
  const busy = releaseWishedAt !== null;
  const label = busy ? "ending" : "endSession";
  return [{ id: "release", label, message: { kind: "release", origin }, busy, isPlain: true }];
}

function releases(seat: Seat, here: Tab | null): Act[] {
  const { origin } = seat;
  const busy = seat.releaseWishedAt !== null;
  const acts: Act[] = [
    { id: "release", label: busy ? "releasing" : "release", message: { kind: "release", origin }, busy },
  ];
  if (here === null) return acts;
  const { browserTab } = here;
  if (here.isReleased)
    return [{ id: "resume-here", label: "resumeHere", message: { kind: "resume", origin, browserTab } }, ...acts];
  if (sharingTabs(seat).length > 1)
    acts.push({ id: "release-here", label: "releaseHere", message: { kind: "release_tab", origin, browserTab } });
  return acts;
}
