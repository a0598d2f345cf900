/** Q4: a small note of what the firm announces. The page stays usable beneath; it goes once it is read. */
import type { Words } from "../words.ts";
import { make, seatMark, setText } from "./elements.ts";

export interface Announcement {
  element: HTMLElement;
  open(id: string, text: string): void;
  close(): void;
  raise(): void;
}

export function announcementOf(words: Words, read: (id: string) => void): Announcement {
  const button = make("button", "primary", words.say("understood"));
  button.type = "button";
  const title = make("strong", "", words.say("announcementTitle"));
  const text = make("p", "");
  text.dir = "auto";
  const element = make("div", "toast", seatMark(), make("div", "said", title, text), button);
  element.popover = "manual";
  element.setAttribute("role", "alertdialog");
  element.setAttribute("aria-label", words.say("announcementTitle"));
  element.lang = words.language;
  let shown: string | null = null;

  function close(): void {
    shown = null;
    if (element.isConnected && element.matches(":popover-open")) element.hidePopover();
  }
  function raise(): void {
    if (shown !== null && element.isConnected && !element.matches(":popover-open")) element.showPopover();
  }
  button.addEventListener("click", (event) => {
    if (!event.isTrusted || shown === null) return;
    read(shown);
    close();
  });
  return {
    element,
    close,
    raise,
    open(id, said) {
      shown = id;
      setText(text, said);
      raise();
    },
  };
}
