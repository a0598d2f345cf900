/** L19: "Why?" in the overlay: a disclosure that is filled by what the seat service says each time it is opened. */
import type { WhySaid } from "../../shared/why.ts";
import type { Words } from "../words.ts";
import { make, setText } from "./elements.ts";

export interface WhyPart {
  element: HTMLDetailsElement;
  close(): void;
}

export function whyOf(words: Words, ask: () => Promise<WhySaid | null>): WhyPart {
  const said = make("div", "why-said");
  said.setAttribute("aria-live", "polite");
  const element = make("details", "why", make("summary", "", words.say("why")), said);

  element.addEventListener("toggle", async () => {
    if (!element.open) return;
    if (said.childElementCount === 0) said.replaceChildren(make("p", "", words.say("whyAsking")));
    const why = await ask();
    if (why === null) said.replaceChildren(make("p", "", words.say("whyUnknown")));
    else said.replaceChildren(...partsOf(why));
  });

  return {
    element,
    close() {
      element.open = false;
      said.replaceChildren();
    },
  };
}

function partsOf({ facts, waysTitle, ways, changeTitle, change }: WhySaid): Node[] {
  const list = (title: string, lines: readonly string[]): Node[] => {
    if (lines.length === 0) return [];
    const head = make("p", "why-title");
    setText(head, title);
    return [head, make("ul", "", ...lines.map((line) => make("li", "", line)))];
  };
  return [...list("", facts), ...list(waysTitle, ways), ...list(changeTitle, change)];
}
