/** Beside the page, once the seat is back: a change was refused while it was away, and is to be saved again. */
import type { Words } from "../words.ts";
import { make, seatMark } from "./elements.ts";

export interface Note {
  element: HTMLElement;
  open(): void;
  close(): void;
  raise(): void;
}

export function unsavedOf(words: Words, done: () => void): Note {
  const button = make("button", "primary", words.say("understood"));
  button.type = "button";
  const text = make("p", "", words.say("unsavedNowText"));
  const said = make("div", "said", make("strong", "", words.say("unsavedTitle")), text);
  const element = make("div", "toast", seatMark(), said, button);
  element.popover = "manual";
  element.setAttribute("role", "alertdialog");
  element.setAttribute("aria-label", words.say("unsavedTitle"));
  element.lang = words.language;
  let isOpen = false;
  button.addEventListener("click", (event) => {
    if (event.isTrusted) done();
  });

  function raise(): void {
    if (isOpen && element.isConnected && !element.matches(":popover-open")) element.showPopover();
  }
  return {
    element,
    raise,
    open() {
      isOpen = true;
      raise();
    },
    close() {
      isOpen = false;
      if (element.isConnected && element.matches(":popover-open")) element.hidePopover();
    },
  };
}
