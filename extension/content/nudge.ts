/**
 * L16: a small note that somebody waits for a seat: keep it or give it. L29: or that a lent seat goes back. The page stays
 * usable beneath.
 */
import type { CountKey, Words } from "../words.ts";
import { make, seatMark, setText } from "./elements.ts";

export interface Nudge {
  element: HTMLElement;
  open(answerInMs: number, by: string | null, recalled: boolean): void;
  /** L31: a planned closing; nothing is asked. */
  openClosing(beginsInMs: number, why: string): void;
  close(): void;
  raise(): void;
}

export function nudgeOf(words: Words, answer: (keep: boolean) => void): Nudge {
  const title = make("strong", "");
  const text = make("p", "");
  const keep = make("button", "primary", words.say("keepSeat"));
  const give = make("button", "primary second", words.say("giveSeat"));
  const element = make(
    "div",
    "toast asks",
    seatMark(),
    make("div", "said", title, text),
    make("div", "acts", keep, give),
  );
  element.popover = "manual";
  element.setAttribute("role", "alertdialog");
  element.lang = words.language;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let isOpen = false;
  for (const [button, keeps] of [
    [keep, true],
    [give, false],
  ] as const) {
    button.type = "button";
    button.addEventListener("click", (event) => {
      if (!event.isTrusted) return;
      answer(keeps);
      close();
    });
  }

  function close(): void {
    clearInterval(ticking);
    isOpen = false;
    if (element.isConnected && element.matches(":popover-open")) element.hidePopover();
  }

  function raise(): void {
    if (isOpen && element.isConnected && !element.matches(":popover-open")) element.showPopover();
  }

  /** `more`: stands behind the count. */
  function show(said: string, within: CountKey, lastsMs: number, more = ""): void {
    clearInterval(ticking);
    setText(title, said);
    element.setAttribute("aria-label", said);
    const endsAt = performance.now() + lastsMs;
    const count = () => {
      const seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1_000));
      setText(text, `${words.count(within, seconds)} ${more}`.trim());
    };
    count();
    ticking = setInterval(count, 1_000);
    isOpen = true;
    raise();
  }

  return {
    element,
    close,
    raise,
    open(answerInMs, by, recalled) {
      keep.hidden = recalled;
      give.hidden = false;
      const asked = by === null ? words.say("standingNudged") : words.say("standingNudgedBy", by);
      const said = recalled ? words.say("standingRecalled", by ?? "") : asked;
      show(said, recalled ? "givenBackWithin" : "answerWithin", answerInMs);
    },
    openClosing(beginsInMs, why) {
      keep.hidden = give.hidden = true;
      show(words.say("closingSoon"), "closingWithin", beginsInMs, why);
    },
  };
}
