/**
 * What lies over the CRM's page: a modal dialog where the seat is gone, a small note where it is about to go.
 * Both live in a closed shadow root, so that neither the page's styles nor its scripts reach in. A modal dialog
 * is used since a popover or a high z-index goes dead under a modal of the page. It is courtesy; the gate enforces.
 */

import { whenRewritten } from "../../shared/page/rewriting.ts";
import { keepOnTop } from "../../shared/page/top-layer.ts";
import type { View } from "../messages.ts";
import { sayClosing } from "../standing-words.ts";
import type { Words } from "../words.ts";
import { type Announcement, announcementOf } from "./announcement.ts";
import { type Dialog, type Decided as DialogDecided, dialogOf } from "./dialog.ts";
import { type Nudge, nudgeOf } from "./nudge.ts";
import STYLE from "./overlay.css?inline";
import { type Note, unsavedOf } from "./unsaved.ts";
import { type Warning, warningOf } from "./warning.ts";

export interface Cover {
  show(view: View): void;
  /** A change of the page was refused: said in the overlay, and beside the page once the person is back, to save it again. */
  noteUnsaved(): void;
}

/** What the person decides in it. */
export interface Decided extends DialogDecided {
  /** L16. */
  answerNudge(keep: boolean): void;
  /** Q4. */
  readAnnouncement(id: string): void;
}

export function coverPage(words: Words, on: Decided): Cover {
  let cover = coverOnce(words, on);
  let last: View = NOTHING;
  // Ours has lost its listeners like everything else of the document: another one takes its place.
  whenRewritten(() => {
    cover.show(NOTHING);
    cover = coverOnce(words, on);
    cover.show(last);
  });
  return {
    show(view) {
      last = view;
      cover.show(view);
    },
    noteUnsaved: () => cover.noteUnsaved(),
  };
}

const NOTHING: View = { show: "nothing" };

function coverOnce(words: Words, on: Decided): Cover {
  const host = document.createElement("div");
  let parts: { dialog: Dialog; warning: Warning; nudge: Nudge; unsaved: Note; announcement: Announcement } | null =
    null;
  let last: View = NOTHING;
  let hasUnsaved = false;
  const stage = keepOnTop(host, () => {
    parts?.dialog.raise();
    parts?.warning.raise();
    parts?.nudge.raise();
    parts?.unsaved.raise();
    parts?.announcement.raise();
  });

  /** Only when there is something to show: most pages of most days never see it. */
  function build() {
    // The page's own rules for a div must not hide it.
    host.style.cssText = "all:initial!important;display:contents!important";
    const root = host.attachShadow({ mode: "closed" });
    adoptStyle(root);
    const dialog = dialogOf(words, on);
    const warning = warningOf(words);
    const unsaved = unsavedOf(words, () => {
      hasUnsaved = false;
      show(last);
    });
    const nudge = nudgeOf(words, on.answerNudge);
    const announcement = announcementOf(words, on.readAnnouncement);
    root.append(dialog.element, warning.element, nudge.element, unsaved.element, announcement.element);
    return { dialog, warning, nudge, unsaved, announcement };
  }

  function show(view: View): void {
    last = view;
    if (view.show === "nothing") {
      // Closing first gives the focus back to where the person was typing.
      parts?.dialog.close();
      parts?.warning.close();
      parts?.nudge.close();
      parts?.announcement.close();
      if (hasUnsaved && parts !== null) {
        stage.enter(false);
        parts.unsaved.open();
      } else {
        parts?.unsaved.close();
        stage.leave();
      }
      return;
    }
    parts ??= build();
    const { dialog, warning, nudge, unsaved, announcement } = parts;
    unsaved.close();
    if (view.show !== "announcement") announcement.close();
    if (view.show !== "warning") warning.close();
    if (view.show !== "nudge" && view.show !== "closing") nudge.close();
    stage.enter(view.show === "gone" || view.show === "full");
    if (view.show !== "gone" && view.show !== "full") dialog.close();
    if (view.show === "warning") warning.open(view.endsInMs);
    else if (view.show === "closing") nudge.openClosing(view.beginsInMs, view.text);
    else if (view.show === "nudge") nudge.open(view.answerInMs, view.by, view.recalled === true);
    else if (view.show === "announcement")
      announcement.open(view.id, view.closed === undefined ? view.text : sayClosing(words, view.closed, view.text));
    else dialog.open(view, hasUnsaved);
  }

  return {
    show,
    noteUnsaved() {
      if (hasUnsaved) return;
      hasUnsaved = true;
      if (last.show === "gone" || last.show === "full") show(last);
    },
  };
}

function adoptStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Older Firefox lets no content script adopt a sheet; a page's policy may then leave the words plain.
    const style = document.createElement("style");
    style.textContent = STYLE;
    root.append(style);
  }
}
