/**
 * Notices that the person does something in this document, and nothing of what it is (X1). Scrolling is not
 * listened for: pages scroll by themselves; a person's comes with a wheel, a touch, a key or a pointer.
 */
import { whenRewritten } from "./rewriting.ts";

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"] as const;
/** At most one note in this time. */
const NOTE_EVERY_MS = 1_000;

/** Calls `note` when the person does something. Returns how to stop. */
export function watchActivity(note: () => void): () => void {
  let notedAt = Number.NEGATIVE_INFINITY;
  let place = "";
  const take = (event: Event) => {
    // A page's script can make events, but not trusted ones.
    if (!event.isTrusted) return;
    if (event.type === "pointermove") {
      // Where the page moves under a resting pointer, browsers tell of a move to the same place.
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
  // Adding what is there already changes nothing.
  const listen = () => {
    for (const sign of SIGNS) addEventListener(sign, take, options);
  };
  listen();
  const stop = whenRewritten(listen);
  return () => {
    stop();
    for (const sign of SIGNS) removeEventListener(sign, take, options);
  };
}
