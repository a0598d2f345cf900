import { expect, test } from "vitest";
import { nextAlarm } from "../../../worker/tenant/alarm-time.ts";

test("[L3.2] calls that come quickly one after the other do not put off an alarm that is due", () => {
  const needs = { deadline: null, outboxAt: 1_000, waiting: false };
  let alarm = nextAlarm(needs, null, 1_000);
  const due = alarm;
  let writes = 0;
  for (let now = 1_005; now < 1_100; now += 5) {
    const next = nextAlarm(needs, alarm, now);
    if (next === null) continue;
    alarm = next;
    writes++;
  }
  expect([alarm, writes]).toEqual([due, 0]);
});

test("an alarm is set again where something is due sooner, and where the platform has dropped it", () => {
  const needs = { deadline: 30_000, outboxAt: null, waiting: true };
  expect(nextAlarm(needs, 40_000, 1_000)).toBe(30_000);
  expect(nextAlarm(needs, 20_000, 1_000)).toBeNull();
  expect(nextAlarm(needs, 30_000, 100_000)).toBe(100_020);
});
