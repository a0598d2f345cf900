/** L32: the form by which the holder gives the licence to a colleague who waits. */
import type { Status } from "../../../shared/protocol.ts";
import { make } from "./button-parts.ts";
import { words } from "./button-words.ts";

type People = NonNullable<Status["handover"]>["people"];

/**
 * `people`: to choose from; null: a login is typed; undefined: the licence cannot be handed over. What the person has
 * begun to choose or to type stays for as long as it is the same question.
 */
export function drawHandover(give: HTMLFormElement, people: People | undefined, handTo: (to: string) => void): void {
  give.hidden = people === undefined;
  const question = JSON.stringify(people);
  if (people === undefined || give.dataset.of === question) return;
  give.dataset.of = question;
  const to = make(people === null ? "input" : "select", "to");
  for (const { id, name } of people ?? []) to.append(new Option(name, id));
  to.required = true;
  to.id = "to";
  // Nobody takes the place of the one who was chosen: then nobody is.
  const chosen = people && give.querySelector("select");
  if (chosen) to.value = chosen.value;
  const label = make("label", "", words[people === null ? "handOverTyped" : "handOverTo"] ?? "");
  label.htmlFor = "to";
  give.replaceChildren(label, to, make("button", "", words.handOver ?? ""));
  // What is typed here is no key of the CRM's page.
  to.onkeydown = (event) => event.key !== "Escape" && event.stopPropagation();
  give.onsubmit = (event) => {
    event.preventDefault();
    if (event.isTrusted) handTo(to.value.trim());
  };
}
