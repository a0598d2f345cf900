/**
 * What lies over the page while the person has no seat: the gate's own refusal page, in a frame; or the same in plain
 * words, where the page or the browser will have no frame.
 */

import { keepOnTop } from "../../../shared/page/top-layer.ts";
import { addressOf } from "../../../shared/page/untouched.ts";
import { REFUSED_PATH } from "../../../shared/reserved-path.ts";
import STYLE from "./cover.style.js";
import { type PlainWords, plainWords } from "./plain-words.ts";
import type { Answer } from "./seat-api.ts";

export interface Cover {
  show(reason: string): void;
  hide(): void;
  isShown(): boolean;
}

/** A frame that is let in has come by then; ms. */
const FRAME_WITHIN_MS = 10_000;

/** `seated`: the page in the frame says that the person has a seat again. `answered`: what plain words came to hear. */
export function coverOf(seated: () => void, answered: (answer: Answer) => void): Cover {
  let shown: {
    host: HTMLElement;
    dialog: HTMLDialogElement;
    stage: ReturnType<typeof keepOnTop>;
    stop: () => void;
  } | null = null;

  function build(reason: string) {
    const host = document.createElement("hotseat-refusal");
    host.style.cssText = "all:initial!important;display:contents!important";
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const dialog = document.createElement("dialog");
    dialog.setAttribute("closedby", "none");
    dialog.setAttribute("aria-label", "Licence");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    const frame = document.createElement("iframe");
    frame.title = "Licence";
    frame.src = `${addressOf(REFUSED_PATH)}?reason=${encodeURIComponent(reason)}`;
    // The page in the frame speaks the reader's language; its title names the dialog, too.
    frame.addEventListener("load", () => {
      const { title = "" } = frame.contentDocument ?? {};
      // Of another origin, as a browser's own page is: the frame was forbidden, or the way to it is broken.
      if (title === "") return speakPlainly();
      clearTimeout(late);
      frame.title = title;
      dialog.setAttribute("aria-label", title);
    });
    let plain: PlainWords | null = null;
    const late = setTimeout(speakPlainly, FRAME_WITHIN_MS);
    function speakPlainly(): void {
      clearTimeout(late);
      if (plain !== null) return;
      plain = plainWords(reason, answered);
      frame.replaceWith(plain.element);
      plain.element.focus();
    }
    const seeForbidden = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
      if (/^(frame|child|default)-src$/.test(effectiveDirective)) speakPlainly();
    };
    document.addEventListener("securitypolicyviolation", seeForbidden);
    dialog.append(frame);
    root.append(dialog);
    const stage = keepOnTop(host, () => {
      dialog.close();
      dialog.showModal();
    });
    stage.enter(true);
    dialog.showModal();
    frame.focus();
    const hear = ({ origin, source, data }: MessageEvent) => {
      if (origin !== location.origin || source !== frame.contentWindow || data?.hotseat !== "seated") return;
      seated();
    };
    addEventListener("message", hear);
    const stop = () => {
      clearTimeout(late);
      plain?.stop();
      removeEventListener("message", hear);
      document.removeEventListener("securitypolicyviolation", seeForbidden);
    };
    return { host, dialog, stage, stop };
  }

  return {
    show(reason) {
      shown ??= build(reason);
    },
    hide() {
      if (shown === null) return;
      const { host, dialog, stage, stop } = shown;
      shown = null;
      stop();
      // Closing first gives the focus back to where the person was typing.
      dialog.close();
      stage.leave();
      host.remove();
    },
    isShown: () => shown !== null,
  };
}
