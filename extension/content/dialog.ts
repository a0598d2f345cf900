/** X4: the modal dialog that says why the seat is gone, and how it comes back. */

import { MINUTE_MS } from "../../shared/durations.ts";
import type { WhySaid } from "../../shared/why.ts";
import type { Words } from "../words.ts";
import {
  actOfFull,
  type Full,
  type Gone,
  labelOfCount,
  sayCount,
  textOfFull,
  textOfGone,
  titleOfFull,
  titleOfGone,
} from "./dialog-words.ts";
import { make, seatMark, setText } from "./elements.ts";
import { waitingPartOf } from "./waiting-part.ts";
import { whyOf } from "./why.ts";

export interface Dialog {
  element: HTMLDialogElement;
  /** `hasUnsaved`: a change that the person made was refused. */
  open(view: Gone | Full, hasUnsaved: boolean): void;
  close(): void;
  /** Shows it again above everything, if it is open or was taken away while open. */
  raise(): void;
}

/** What the person decides in it. */
export interface Decided {
  goOn(): void;
  /** L16: asks a holder for the seat. */
  ask(): void;
  /** L15: out of the line. */
  leaveLine(): void;
  /** L19. */
  explain(): Promise<WhySaid | null>;
}

export function dialogOf(words: Words, on: Decided): Dialog {
  const parts = partsOf(words, on);
  const { element, button, kept, why, waiting } = parts;
  let isOpen = false;

  // Escape closes no overlay, also where `closedby` is not known.
  element.addEventListener("cancel", (event) => event.preventDefault());
  element.addEventListener("close", () => {
    if (isOpen && !element.open && element.isConnected) element.showModal();
  });
  button.addEventListener("click", (event) => {
    if (!event.isTrusted || button.ariaDisabled === "true") return;
    setAsking(true);
    on.goOn();
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
      if (view.show === "gone") drawGone(words, parts, view);
      else drawFull(words, parts, view);
      setAsking(view.asking);
      isOpen = true;
      if (!element.open) element.showModal();
    },
    close() {
      isOpen = false;
      waiting.stop();
      why.close();
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

type Parts = ReturnType<typeof partsOf>;

function partsOf(words: Words, on: Decided) {
  const title = make("h1", "");
  title.id = "title";
  title.tabIndex = -1;
  // Not the button: a person who is typing must not press it by the next space.
  title.autofocus = true;
  const text = make("p", "text");
  text.id = "text";
  const note = make("blockquote", "note");
  const facts = factsOf(words);
  const contact = make("p", "contact");
  const button = make("button", "primary");
  button.type = "button";
  const spinner = make("span", "waiting");
  spinner.setAttribute("aria-hidden", "true");
  const kept = make("p", "kept");
  const waiting = waitingPartOf(words, on);
  const why = whyOf(words, on.explain);
  const rows = [title, text, note, facts.element, contact, button, spinner, waiting.element, why.element, kept];
  const element = make("dialog", "cover", make("div", "card", seatMark(), ...rows));
  element.setAttribute("closedby", "none");
  element.setAttribute("aria-labelledby", "title");
  element.setAttribute("aria-describedby", "text");
  element.lang = words.language;
  return { element, title, text, note, facts, contact, button, spinner, waiting, why, kept };
}

/** How many seats are taken, the place in line, and how long it may take. */
function factsOf(words: Words) {
  const seatsLabel = make("dt", "");
  const seats = make("dd", "");
  const place = make("dd", "");
  const placeRow = make("div", "", make("dt", "", words.say("placeInLine")), place);
  const estimate = make("dd", "");
  const estimateRow = make("div", "", make("dt", "", words.say("waitLabel")), estimate);
  const element = make("dl", "facts", make("div", "", seatsLabel, seats), placeRow, estimateRow);
  element.setAttribute("aria-live", "polite");

  function draw(view: Full | null): void {
    const estimateMs = view?.estimateMs ?? null;
    element.hidden = view === null || view.opensAt !== undefined;
    estimateRow.hidden = estimateMs === null;
    if (estimateMs !== null) setText(estimate, words.count("minutes", Math.max(1, Math.round(estimateMs / MINUTE_MS))));
    if (view === null) return;
    setText(seatsLabel, words.say(labelOfCount(view)));
    setText(seats, sayCount(words, view));
    placeRow.hidden = view.position === null;
    setText(place, view.position === null ? null : String(view.position));
  }

  return { element, draw };
}

function drawGone(
  words: Words,
  { title, text, note, facts, why, contact, button, spinner, waiting }: Parts,
  view: Gone,
) {
  setText(title, titleOfGone(words, view));
  setText(text, textOfGone(words, view));
  setText(note, view.note === null || view.note === "" ? null : words.say("noteSaid", view.note));
  facts.draw(null);
  why.element.hidden = true;
  setText(contact, null);
  setText(button, words.say(view.asking ? "asking" : "continueWorking"));
  spinner.hidden = true;
  waiting.draw(null);
}

function drawFull(
  words: Words,
  { title, text, note, facts, why, contact, button, spinner, waiting }: Parts,
  view: Full,
) {
  setText(title, words.say(titleOfFull(view)));
  setText(text, textOfFull(words, view));
  setText(note, view.closedFor ? view.closedFor : null);
  facts.draw(view);
  why.element.hidden = false;
  setText(contact, view.contact === "" ? null : words.say("contact", view.contact));
  setText(button, view.waits ? null : words.say(view.asking ? "asking" : actOfFull(view)));
  spinner.hidden = !view.waits;
  waiting.draw(view);
}
