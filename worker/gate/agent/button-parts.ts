/**
 * The elements of the seat button: a pill, and the panel that it opens, in a closed shadow root. A
 * document has one of each, so they are made when this is loaded.
 */
import STYLE from "./button.style.js";
import { language, words } from "./button-words.ts";

const SEAT =
  "M7 2h10a2 2 0 0 1 2 2v5a3 3 0 0 0-2 3H7a3 3 0 0 0-2-3V4a2 2 0 0 1 2-2zM3 11a2 2 0 0 1 2 2v2h14v-2a2 2 0 0 1 4 0v4a2 2 0 0 1-2 2v3h-2v-2H5v2H3v-3a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2z";

export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string, ...children: (Node | string)[]) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

export const pill = make("button", "pill", makeIcon());
pill.setAttribute("aria-expanded", "false");

// What the panel says, and how it is read out.
export const title = make("strong", "");
title.id = "title";
export const fact = make("p", "");
export const tabs = make("p", "");
export const say = make("p", "");
say.setAttribute("role", "status");
// An assistive technology reads a question out when it comes, not each second.
export const spoken = make("p", "spoken");
spoken.setAttribute("aria-live", "assertive");

export const first = make("button", "first");
export const second = make("button", "");
export const give = make("form", "give");
export const move = make("button", "", words.move ?? "");
export const hide = make("button", "", words.hide ?? "");
export const close = make("button", "", words.close ?? "");
export const small = make("div", "small", move, hide, close);
export const panel = make(
  "div",
  "panel",
  title,
  fact,
  tabs,
  make("div", "acts", first, second),
  give,
  say,
  spoken,
  small,
);
panel.setAttribute("aria-labelledby", "title");
panel.hidden = true;

export const stage = make("div", "stage", pill, panel);
stage.lang = language;
for (const button of stage.querySelectorAll("button")) button.type = "button";

export const host = document.createElement("hotseat-seat");
host.style.cssText = "all:initial!important;display:contents!important";
const root = host.attachShadow({ mode: "closed" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
root.adoptedStyleSheets = [sheet];
root.append(stage);

function makeIcon(): SVGElement {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SEAT);
  icon.append(path);
  return icon;
}
