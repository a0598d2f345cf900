import { expect, test } from "vitest";
import { judgeLoads } from "./page-cost.ts";
import { alternate, compare, median } from "./rounds.ts";
import { drawTable } from "./table.ts";

test("the median is the middle, or half way between two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
});

test("both sides are measured once unseen, then in turn, each round beginning where the last one ended", async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const pairs = await alternate(3, side("a"), side("b"));
  expect(order.join("")).toBe("ababbaab");
  expect(pairs).toEqual([
    [3, 4],
    [6, 5],
    [7, 8],
  ]);
});

test("a comparison is of each round's own two readings", () => {
  const found = compare(
    [
      [10, 20],
      [30, 30],
      [80, 40],
    ],
    (value) => value,
  );
  expect(found).toEqual({ first: 30, second: 30, ratio: 1, low: 0.5, high: 2 });
});

test("a missed number stands out in the table, and what is only told does not", () => {
  const cells = { measured: "", ratio: "", spread: "", toReach: "" };
  const lines = drawTable([
    { name: "reached", ...cells, ok: true },
    { name: "missed", ...cells, ok: false },
    { name: "told", ...cells, ok: null },
  ]).split("\n");
  expect(lines.map((line) => line.trim().split(/\s+/).at(-1)).slice(2)).toEqual(["yes", "NO", "–"]);
});

test("loads are judged pair by pair: a drift of the machine is no cost, a cost is one", () => {
  const without = Array.from({ length: 50 }, (_, load) => 100 + load + (load % 2) * 3);
  const same = judgeLoads(
    without.map((time, load) => time + (load % 3) - 1),
    without,
  );
  expect(same.slower).toBe(0);
  expect(same.low).toBeLessThanOrEqual(0);
  expect(same.high).toBeGreaterThanOrEqual(0);
  expect(same.slower).toBeLessThanOrEqual(same.noise);
  const dear = judgeLoads(
    without.map((time, load) => time + 10 + (load % 3)),
    without,
  );
  expect(dear).toMatchObject({ slower: 11, noise: 4 });
  expect(dear.low).toBeGreaterThan(9);
});
