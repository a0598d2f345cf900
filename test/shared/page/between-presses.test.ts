/** [G12.4] What is pressed stays as it is until the press has ended. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { betweenPresses } from "../../../shared/page/between-presses.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function place() {
  const target = new EventTarget();
  const draw = vi.fn();
  const drawSoon = betweenPresses(target, draw);
  const fire = (kind: string) => void target.dispatchEvent(new Event(kind));
  return { draw, drawSoon, fire };
}

test.each([
  ["pointerdown", "pointerup"],
  ["keydown", "keyup"],
])("[G12.4] from %s until after %s nothing is drawn, then at once", (begin, end) => {
  const { draw, drawSoon, fire } = place();
  fire(begin);
  drawSoon();
  vi.advanceTimersByTime(2_000);
  expect(draw).not.toHaveBeenCalled();
  fire(end);
  vi.advanceTimersByTime(500);
  expect(draw).toHaveBeenCalledTimes(1);
});

test("[G12.4] a finger that goes on scrolling presses nothing, and puts nothing off", () => {
  const { draw, drawSoon, fire } = place();
  for (let second = 0; second < 10; second++) {
    fire("pointerdown");
    drawSoon();
    vi.advanceTimersByTime(50);
    // The browser has taken the finger's way for scrolling.
    fire("pointercancel");
    vi.advanceTimersByTime(950);
  }
  expect(draw.mock.calls.length).toBeGreaterThan(8);
});
