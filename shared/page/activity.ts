/**
 * Notices that the person does something in a document, and nothing of what it is (X1): whatever people use to work,
 * also dictation, input methods and a screen reader, which press no key. Scrolling is not listened for: pages scroll by
 * themselves; a person's comes with a wheel, a touch, a key or a pointer.
 */
import { whenRewritten } from "./rewriting.ts";

const SIGNS = [
  ...["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"],
  // Text that comes from elsewhere than the keys: dictation, input methods, a menu's paste, something dropped.
  ...["input", "compositionupdate", "paste", "cut", "drop", "dragover"],
  // What a screen reader or a voice presses, and a choice made in a list that the browser draws.
  ...["click", "change"],
];
/** At most one note in this time. */
const NOTE_EVERY_MS = 1_000;

/** Calls `note` when the person does something in `view`. Returns how to stop. */
export function watchActivity(note: () => void, view: Window = window): () => void {
  let notedAt = -NOTE_EVERY_MS;
  let place = "";
  const take = (event: Event) => {
    // A page's script can make events, but not trusted ones.
    if (!event.isTrusted) return;
    if (event.type === "pointermove") {
      // Where the page moves under a resting pointer, browsers report a move to the same place.
      const { screenX, screenY } = event as PointerEvent;
      const last = place;
      place = `${screenX},${screenY}`;
      if (last === place || last === "") return;
    }
    const now = performance.now();
    if (now - notedAt < NOTE_EVERY_MS) return;
    notedAt = now;
    note();
  };
  const options = { capture: true, passive: true } as const;
  /** Keys and pointer go to another site's frame from now on, in which nothing can be seen: going there is an act. */
  const seeBlur = (event: Event) => {
    if (event.target === view && view.document.activeElement?.localName === "iframe") take(event);
  };
  // Adding what is there already changes nothing.
  const listen = () => {
    for (const sign of SIGNS) view.addEventListener(sign, take, options);
    view.addEventListener("blur", seeBlur, options);
  };
  listen();
  const stop = whenRewritten(listen, view.document);
  return () => {
    stop();
    for (const sign of SIGNS) view.removeEventListener(sign, take, options);
    view.removeEventListener("blur", seeBlur, options);
  };
}
