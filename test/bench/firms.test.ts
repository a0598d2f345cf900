/** [T6] [T7] A small house of what `npm run bench -- --only firms` plays with two thousand: the real Worker in workerd. */
import { expect, test } from "vitest";
import { ASKED_MOST, BROKEN, playFirms } from "./firms.ts";

const FIRMS = 16;

test("[T6] [T7] the day's work of all firms is done within an hour, two broken ones stop no other, and no run asks much", {
  timeout: 180_000,
}, async () => {
  const { whole, lastMs, mostAsked, mostWatched } = await playFirms(FIRMS, 3);
  expect(whole).toBe(FIRMS - BROKEN);
  expect(lastMs).toBeGreaterThan(0);
  expect(lastMs).toBeLessThanOrEqual(3_600_000);
  expect(mostAsked).toBeGreaterThan(0);
  expect(mostAsked).toBeLessThanOrEqual(ASKED_MOST);
  expect(mostWatched).toBeGreaterThan(FIRMS);
  expect(mostWatched).toBeLessThanOrEqual(ASKED_MOST);
});
