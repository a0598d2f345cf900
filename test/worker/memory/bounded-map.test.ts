/** [I11] What an isolate remembers is bounded in bytes, over all tenants' maps together. */
import { describe, expect, it } from "vitest";
import { BoundedMap, MEMORY_MAX_BYTES, memoryInUse } from "../../../worker/memory/bounded-map.ts";

describe("[I11] memory of an isolate", () => {
  it("keeps no more than its bytes, however many tenants' maps are filled with long credentials", () => {
    const maps = Array.from({ length: 10 }, () => new BoundedMap<string, { cookie: string }>(10_000));
    for (let count = 0; count < 2_000; count++) {
      const cookie = `${count} ${"x".repeat(60_000)}`;
      maps[count % maps.length]?.set(cookie, { cookie });
      expect(memoryInUse()).toBeLessThanOrEqual(MEMORY_MAX_BYTES);
    }
    const kept = maps.reduce((sum, map) => sum + map.size, 0);
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(MEMORY_MAX_BYTES / 120_000 + 1);
  });

  it("forgets the oldest of all maps first, and nothing of its own", () => {
    const quiet = new BoundedMap<string, string>(100);
    const own = new BoundedMap<string, string>(100, { isOwn: true });
    quiet.set("old", "x");
    own.set("old", "x");
    const loud = new BoundedMap<number, string>(10_000);
    for (let count = 0; count < 1_000; count++) loud.set(count, "y".repeat(60_000));
    expect([quiet.get("old"), own.get("old"), loud.get(999)?.length]).toEqual([undefined, "x", 60_000]);
    loud.delete(999);
    const before = memoryInUse();
    loud.set(999, "short");
    loud.set(999, "short");
    loud.delete(999);
    expect(memoryInUse()).toBe(before);
  });

  it("keeps so many entries at most", () => {
    const map = new BoundedMap<number, number>(3);
    for (let count = 0; count < 5; count++) map.set(count, count);
    expect([map.size, map.get(1), map.get(2), map.get(4)]).toEqual([3, undefined, 2, 4]);
  });
});
