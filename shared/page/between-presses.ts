/**
 * Keeps what is shown as it is while it is pressed. A button that has become another one by the end of a press does
 * something that nobody wanted; one whose text was written again, even the same, does nothing at all in WebKit, where a
 * press belongs to the text under the pointer.
 */

/** The end of a press outside `place` is not heard of; ms. */
const PRESS_MAX_MS = 5_000;
/** After a touch the click comes that late where the browser waits for a second tap; ms. */
const CLICK_WITHIN_MS = 400;

/**
 * Returns how to have `draw` called: after so many ms, and after the press in `place` that is going on; never at once,
 * since a press is heard of by others first.
 */
export function betweenPresses(place: EventTarget, draw: () => void): (afterMs?: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      draw();
    }, ms);
  };
  for (const kind of ["pointerdown", "keydown"]) place.addEventListener(kind, () => wait(PRESS_MAX_MS));
  // A finger that scrolls has pressed nothing.
  for (const kind of ["pointerup", "keyup", "pointercancel"]) place.addEventListener(kind, () => wait(CLICK_WITHIN_MS));
  return (afterMs = 0) => {
    if (timer === undefined) wait(afterMs);
  };
}
