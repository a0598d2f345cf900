/** Whether the background still does a document's work (G8). */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Reach } from "../../../extension/content/reach.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers as the list says, in turn; undefined: never. */
function reachWith(...answers: (boolean | undefined)[]) {
  let asked = 0;
  const reach = new Reach(() => {
    const answer = answers[asked++];
    return answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer);
  });
  const lookAfter = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    return reach.look();
  };
  return { lookAfter, asked: () => asked };
}

test("[G8.10] a background that answers is there", async () => {
  const { lookAfter } = reachWith(true, true, true);
  expect([await lookAfter(0), await lookAfter(60_000), await lookAfter(60_000)]).toEqual([true, true, true]);
});

test("[G8.10] one that never answers is not there by the next look, and asked again until it does", async () => {
  const { lookAfter } = reachWith(true, undefined, undefined, true);
  expect(await lookAfter(0)).toBe(true);
  expect(await lookAfter(60_000)).toBe(true);
  expect(await lookAfter(60_000)).toBe(false);
  expect(await lookAfter(60_000)).toBe(false);
  expect(await lookAfter(60_000)).toBe(true);
});

test("[G8.10] an answer that is on its way is waited for, and not asked for again", async () => {
  const { lookAfter, asked } = reachWith(undefined);
  expect([await lookAfter(0), await lookAfter(1_000), await lookAfter(1_000)]).toEqual([true, true, true]);
  expect(asked()).toBe(1);
});

test("[G8.10] one that says twice that it reaches nothing does not speak; a single no may be its own end", async () => {
  const { lookAfter } = reachWith(false, true, false, false, true);
  expect(await lookAfter(0)).toBe(true);
  expect(await lookAfter(60_000)).toBe(true);
  expect(await lookAfter(60_000)).toBe(false);
  expect(await lookAfter(60_000)).toBe(true);
});
