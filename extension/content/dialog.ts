/** X4: the modal dialog that says why the seat is gone, and how it comes back. */

import { MINUTE_MS } from "../../shared/durations.ts";
import type { WhySaid } from "../../shared/why.ts";
import { sayAsked } from "../asked-words.ts";
import type { View } from "../messages.ts";
import { sayTime } from "../standing-words.ts";
import type { MessageKey, Words } from "../words.ts";
import { make, seatMark, setText } from "./elements.ts";
import { whyOf } from "./why.ts";

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
  const title = make("h1", "");
  title.id = "title";
  title.tabIndex = -1;
  // Not the button: a person who is typing must not press it by the next space.
  title.autofocus = true;
  const text = make("p", "text");
  text.id = "text";
  const note = make("blockquote", "note");
  const seats = make("dd", "");
  const seatsLabel = make("dt", "");
  const place = make("dd", "");
  const placeRow = make("div", "", make("dt", "", words.say("placeInLine")), place);
  const estimate = make("dd", "");
  const estimateRow = make("div", "", make("dt", "", words.say("waitLabel")), estimate);
  const facts = make("dl", "facts", make("div", "", seatsLabel, seats), placeRow, estimateRow);
  facts.setAttribute("aria-live", "polite");
  const contact = make("p", "contact");
  const button = make("button", "primary");
  button.type = "button";
  const waiting = make("span", "waiting");
  waiting.setAttribute("aria-hidden", "true");
  const kept = make("p", "kept");
  const ask = make("button", "primary second", words.say("askHolder"));
  const leave = make("button", "primary second", words.say("leaveLine"));
  const lineActs = make("div", "acts", ask, leave);
  const asked = make("p", "asked");
  asked.setAttribute("role", "status");
  asked.tabIndex = -1;
  const inLine = make("div", "in-line", asked, lineActs);
  const why = whyOf(words, on.explain);
  const card = make(
    "div",
    "card",
    seatMark(),
    title,
    text,
    note,
    facts,
    contact,
    button,
    waiting,
    inLine,
    why.element,
    kept,
  );
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
    on.goOn();
  });

  let ticking: ReturnType<typeof setInterval> | undefined;
  for (const [press, act] of [
    [ask, on.ask],
    [leave, on.leaveLine],
  ] as const) {
    press.type = "button";
    press.addEventListener("click", (event) => {
      if (event.isTrusted) act();
    });
  }

  /** L15, L16: how long it may take, what came of asking, and what else the person can do. */
  function drawLine(view: Full | null): void {
    const { estimateMs = null, mayAsk = false, asked: came = null, answerInMs = null, waits = false } = view ?? {};
    clearInterval(ticking);
    inLine.hidden = !waits;
    estimateRow.hidden = estimateMs === null;
    if (estimateMs !== null) setText(estimate, words.count("minutes", Math.max(1, Math.round(estimateMs / MINUTE_MS))));
    const wasPressed = ask.matches(":focus");
    ask.hidden = !mayAsk;
    const answerBy = answerInMs === null ? null : performance.now() + answerInMs;
    // The question is read out once, when the focus comes to it; a time that changes every second is not.
    asked.ariaLive = answerBy === null ? "polite" : "off";
    const count = () => setText(asked, sayAsked(words, { asked: came, answerBy }, performance.now()));
    count();
    if (wasPressed && ask.hidden && !asked.hidden) asked.focus();
    if (answerBy !== null) ticking = setInterval(count, 1_000);
  }

  function drawGone(view: Gone): void {
    setText(title, titleOfGone(words, view));
    setText(text, words.say(view.always === true ? "alwaysText" : GONE_TEXT[view.reason]));
    setText(note, view.note === null || view.note === "" ? null : words.say("noteSaid", view.note));
    facts.hidden = true;
    why.element.hidden = true;
    setText(contact, null);
    setText(button, words.say(view.asking ? "asking" : "continueWorking"));
    waiting.hidden = true;
    drawLine(null);
  }

  function drawFull(view: Full): void {
    setText(title, words.say(titleOfFull(view)));
    setText(text, textOfFull(words, view));
    setText(note, view.closedFor ? view.closedFor : null);
    facts.hidden = view.opensAt !== undefined;
    why.element.hidden = false;
    setText(seatsLabel, words.say(IN_USE[view.measure] ?? "seatsInUse"));
    setText(seats, view.measure === "records" ? String(view.inUse) : words.say("seatsOfLimit", view.inUse, view.limit));
    placeRow.hidden = view.position === null;
    setText(place, view.position === null ? null : String(view.position));
    setText(contact, view.contact === "" ? null : words.say("contact", view.contact));
    setText(button, view.waits ? null : words.say(view.asking ? "asking" : actOfFull(view)));
    waiting.hidden = !view.waits;
    drawLine(view);
  }

  function setAsking(asking: boolean): void {
    // Not `disabled`: that would throw the focus out of the dialog.
    button.ariaDisabled = asking ? "true" : "false";
  }

  return {
    element,
    open(view, hasUnsaved) {
      setText(kept, words.say(hasUnsaved ? "unsavedText" : "typedIsSafe"));
      kept.classList.toggle("unsaved", hasUnsaved);
      if (view.show === "gone") drawGone(view);
      else drawFull(view);
      setAsking(view.asking);
      isOpen = true;
      if (!element.open) element.showModal();
    },
    close() {
      isOpen = false;
      clearInterval(ticking);
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

function titleOfGone(words: Words, { reason, by, always }: Gone): string {
  if (always === true && reason === "released") return words.say("sessionEnded");
  if (always === true && reason === "evicted")
    return by === null ? words.say("sessionEvicted") : words.say("sessionEvictedBy", by);
  if (reason === "handed_over" && by !== null) return words.say("handedToTitle", by);
  return reason === "evicted" && by !== null ? words.say("evictedByTitle", by) : words.say(GONE_TITLE[reason]);
}

/** L27: for these a licence may be free: nobody has to ask IT. */
const HAS_ROOM: ReadonlySet<Full["reason"]> = new Set(["ask_again", "too_often"]);

/** L27: the reason, and whether waiting helps: nobody reads that all are in use while one is free. */
const textOfFull = (words: Words, { waits, reason, opensAt }: Full): string =>
  [
    words.say(`reason_${reason}`),
    opensAt === undefined ? "" : words.say("opensAt", sayTime(words, opensAt)),
    waits ? words.say("waitHint") : "",
  ]
    .filter(Boolean)
    .join(" ");

const titleOfFull = ({ reason }: Full): MessageKey =>
  reason === "closed_for_maintenance" ? "closedTitle" : HAS_ROOM.has(reason) ? "standingUnseated" : "fullTitle";

const actOfFull = ({ canWait }: Full): MessageKey => (canWait ? "waitHere" : "continueWorking");

/** L25: what is counted. */
const IN_USE: Record<Full["measure"], MessageKey> = {
  concurrent: "seatsInUse",
  mixed: "seatsInUse",
  named: "namedInUse",
  records: "peopleAtWork",
};
