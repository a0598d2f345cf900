/** A page that is let in and refused in turns. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pauseBeforeReload } from "../../../../worker/gate/agent/reload-pause.ts";

const T0 = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: T0 });
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The pauses at these moments, ms after T0. */
const pauses = (...moments: number[]): number[] =>
  moments.map((at) => {
    vi.setSystemTime(T0 + at);
    return pauseBeforeReload();
  });

test("[G5] the first time at once, again within three seconds after what is left of them", () => {
  expect(pauses(0, 1_000, 1_500, 10_000)).toEqual([0, 2_000, 2_500, 0]);
});

test("[G5] a clock that was set back makes nobody wait longer than three seconds", () => {
  expect(pauses(3_600_000, 0, 4_000)).toEqual([0, 3_000, 0]);
});

test("[G5] without storage any time may be the second", () => {
  vi.stubGlobal("sessionStorage", {
    getItem: () => {
      throw new DOMException("denied", "SecurityError");
    },
  });
  expect(pauses(0)).toEqual([3_000]);
});
