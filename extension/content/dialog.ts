/** X4: the modal dialog that says why the seat is gone, and how it comes back. */

import type { View } from "../messages.ts";
import type { MessageKey, Words } from "../words.ts";
import { make, seatMark, setText } from "./elements.ts";

type Gone = Extract<View, { show: "gone" }>;
type Full = Extract<View, { show: "full" }>;

export interface Dialog {
  element: HTMLDialogElement;
  /** `hasUnsaved`: a change that the person made was refused. */
  open(view: Gone | Full, hasUnsaved: boolean): void;
  close(): void;
  /** Shows it again above everything, if it is open or was taken away while open. */
  raise(): void;
}

export function dialogOf(words: Words, goOn: () => void): Dialog {
  const title = make("h1", "");
  title.id = "title";
  title.tabIndex = -1;
  // Not the button: a person who is typing must not press it by the next space.
  title.autofocus = true;
  const text = make("p", "text");
  text.id = "text";
  const note = make("blockquote", "note");
  const seats = make("dd", "");
  const place = make("dd", "");
  const placeRow = make("div", "", make("dt", "", words.say("placeInLine")), place);
  const facts = make("dl", "facts", make("div", "", make("dt", "", words.say("seatsInUse")), seats), placeRow);
  facts.setAttribute("aria-live", "polite");
  const contact = make("p", "contact");
  const button = make("button", "primary");
  button.type = "button";
  const waiting = make("span", "waiting");
  waiting.setAttribute("aria-hidden", "true");
  const kept = make("p", "kept");
  const card = make("div", "card", seatMark(), title, text, note, facts, contact, button, waiting, kept);
  const element = make("dialog", "cover", card);
  element.setAttribute("closedby", "none");
  element.setAttribute("aria-labelledby", "title");
  element.setAttribute("aria-describedby", "text");
  element.lang = words.language;
  let isOpen = false;

  // Escape closes no overlay, also where `closedby` is not known.
  element.addEventListener("cancel", (event) => event.preventDefault());
  element.addEventListener("close", () => {
    if (isOpen && !element.open && element.isConnected) element.showModal();
  });
  button.addEventListener("click", (event) => {
    if (!event.isTrusted || button.ariaDisabled === "true") return;
    setAsking(true);
    goOn();
  });

  function setAsking(asking: boolean): void {
    // Not `disabled`: that would throw the focus out of the dialog.
    button.ariaDisabled = asking ? "true" : "false";
  }

  return {
    element,
    open(view, hasUnsaved) {
      setText(kept, words.say(hasUnsaved ? "unsavedText" : "typedIsSafe"));
      kept.classList.toggle("unsaved", hasUnsaved);
      if (view.show === "gone") {
        setText(title, titleOfGone(words, view));
        setText(text, words.say(GONE_TEXT[view.reason]));
        setText(note, view.note === null || view.note === "" ? null : words.say("noteSaid", view.note));
        facts.hidden = true;
        setText(contact, null);
        setText(button, words.say(view.asking ? "asking" : "continueWorking"));
        waiting.hidden = true;
      } else {
        setText(title, words.say("fullTitle"));
        setText(text, words.say(textOfFull(view)));
        setText(note, null);
        facts.hidden = false;
        setText(seats, words.say("seatsOfLimit", view.inUse, view.limit));
        placeRow.hidden = view.position === null;
        setText(place, view.position === null ? null : String(view.position));
        setText(contact, view.contact === "" ? null : words.say("contact", view.contact));
        setText(button, view.waits ? null : words.say(view.asking ? "asking" : "waitHere"));
        waiting.hidden = !view.waits;
      }
      setAsking(view.asking);
      isOpen = true;
      if (!element.open) element.showModal();
    },
    close() {
      isOpen = false;
      element.close();
    },
    raise() {
      if (!isOpen) return;
      isOpen = false;
      element.close();
      isOpen = true;
      element.showModal();
    },
  };
}

const GONE_TEXT: Record<Gone["reason"], MessageKey> = {
  released: "releasedText",
  released_here: "releasedHereText",
  idle: "idleText",
  evicted: "evictedText",
  ended: "endedText",
};

const GONE_TITLE: Record<Gone["reason"], MessageKey> = {
  released: "releasedTitle",
  released_here: "releasedHereTitle",
  idle: "idleTitle",
  evicted: "evictedTitle",
  ended: "endedTitle",
};

function titleOfGone(words: Words, { reason, by }: Gone): string {
  return reason === "evicted" && by !== null ? words.say("evictedByTitle", by) : words.say(GONE_TITLE[reason]);
}

function textOfFull({ waits, reason }: Full): MessageKey {
  if (!waits) return "fullTextAsk";
  return reason === "others_waiting" ? "fullTextOthers" : "fullText";
}
