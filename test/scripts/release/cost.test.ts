/** What Hotseat costs on Cloudflare, as the docs say it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { billOf, COST_PAGES, PRICES, USUAL, withCosts } from "../../../scripts/release/cost.ts";

test.each(COST_PAGES)("the table of %s is current: npm run cost -- --write makes it", (file) => {
  const page = readFileSync(file, "utf8");
  expect(page).toBe(withCosts(page));
});

describe("a bill", () => {
  test("is the plan alone while everything is within what the plan includes", () => {
    expect(billOf({ ...USUAL, people: 10 })).toMatchObject({ total: PRICES.plan, parts: { Worker: 0, object: 0 } });
  });

  test("counts what goes beyond, at the published price", () => {
    const { requests, parts } = billOf({ ...USUAL, people: 1_000, requestsPerHour: 1_000 });
    expect(requests).toBe(1_000 * 4 * 22 * 1_082);
    expect(parts.Worker).toBeCloseTo(((requests - 10e6) / 1e6) * 0.3 + ((requests - 30e6) / 1e6) * 0.02, 6);
  });

  test("of an object that never sleeps stays within the plan's time: one firm is 331,776 GB-s", () => {
    const { gbSeconds, parts } = billOf({ ...USUAL, people: 1, openHours: 24, days: 30 });
    expect(gbSeconds).toBeCloseTo(331_776, 0);
    expect(parts.object).toBe(0);
  });
});
