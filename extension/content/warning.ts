/** L4: a small note that the seat is about to be given back. Any movement keeps it; the button is for those who look for one. */
import type { Words } from "../words.ts";
import { make, seatMark, setText } from "./elements.ts";

export interface Warning {
  element: HTMLElement;
  open(endsInMs: number): void;
  close(): void;
  raise(): void;
}

export function warningOf(words: Words): Warning {
  const text = make("p", "");
  const button = make("button", "primary", words.say("keepWorking"));
  button.type = "button";
  const said = make("div", "said", make("strong", "", words.say("warningTitle")), text);
  const element = make("div", "toast", seatMark(), said, button);
  element.popover = "manual";
  element.setAttribute("role", "alertdialog");
  element.setAttribute("aria-label", words.say("warningTitle"));
  element.lang = words.language;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let isOpen = false;

  function close(): void {
    clearInterval(ticking);
    isOpen = false;
    if (element.isConnected && element.matches(":popover-open")) element.hidePopover();
  }
  // The press itself is activity and is told of as such; see activity.ts.
  button.addEventListener("click", close);

  return {
    element,
    open(endsInMs) {
      clearInterval(ticking);
      const endsAt = performance.now() + endsInMs;
      const count = () =>
        setText(text, words.count("warningText", Math.max(0, Math.ceil((endsAt - performance.now()) / 1_000))));
      count();
      ticking = setInterval(count, 1_000);
      isOpen = true;
      if (!element.matches(":popover-open")) element.showPopover();
    },
    close,
    raise() {
      if (isOpen && element.isConnected && !element.matches(":popover-open")) element.showPopover();
    },
  };
}
