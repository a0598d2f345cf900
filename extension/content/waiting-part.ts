/** L15, L16: what came of asking a holder, and what else a person in line can do. */

import { sayAsked } from "../asked-words.ts";
import type { Words } from "../words.ts";
import type { Full } from "./dialog-words.ts";
import { make, setText } from "./elements.ts";

export interface WaitingPart {
  element: HTMLElement;
  /** null: the person does not wait. */
  draw(view: Full | null): void;
  stop(): void;
}

export function waitingPartOf(words: Words, on: { ask(): void; leaveLine(): void }): WaitingPart {
  const ask = make("button", "primary second", words.say("askHolder"));
  const leave = make("button", "primary second", words.say("leaveLine"));
  const asked = make("p", "asked");
  asked.setAttribute("role", "status");
  asked.tabIndex = -1;
  const element = make("div", "in-line", asked, make("div", "acts", ask, leave));
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

  function draw(view: Full | null): void {
    const { mayAsk = false, asked: came = null, answerInMs = null, waits = false } = view ?? {};
    clearInterval(ticking);
    element.hidden = !waits;
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

  return { element, draw, stop: () => clearInterval(ticking) };
}
