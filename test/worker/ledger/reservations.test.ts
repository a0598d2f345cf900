import { expect, test } from "vitest";
import type { Pool } from "../../../worker/ledger/settings/settings.ts";
import { createRandom } from "../../simulation/random.ts";
import { Scenario } from "../../support/scenario.ts";

const finance = (guarantee: Pool["guarantee"], more: Partial<Pool> = {}): Pool => ({
  id: "finance",
  name: "Finance",
  groups: ["finance"],
  reserved: 1,
  most: null,
  priority: 0,
  windows: null,
  ...more,
  guarantee,
});
const groups = { fay: ["finance"], fred: ["finance"] };
const LENT = { kind: "lent", minutes: 5 } as const;

test("[L29] others work on a lent seat, and have given it back within the promised time", () => {
  const scenario = new Scenario({ limit: 2, groups, settings: { pools: [finance(LENT)] } });
  scenario.play(`
    0s     anna@desk navigates  -> granted
    0s     ben@desk navigates   -> granted, in use 2
    10s    anna@desk navigates  -> granted
    20s    fay@desk navigates   -> denied limit_reached
    21s    fay@desk waits       -> waiting, position 1 => seat_recalled ben
    30s    ben@desk keeps       -> refused conflict !> lease_ended
    40s    ben@desk navigates   -> granted !> recall_ended
    1m     fay@desk waits
    1m30s  fay@desk waits
    2m     fay@desk waits
    2m     ben@desk navigates   -> granted
    2m     anna@desk navigates  -> granted
    2m30s  fay@desk waits
    3m     fay@desk waits
    3m30s  fay@desk waits
    4m     ben@desk navigates   -> granted
    4m     anna@desk navigates  -> granted
    4m     fay@desk waits
    4m30s  fay@desk waits
    4m51s  ben@desk looks       => lease_ended evicted, seat_offered fay
    5m0s   fay@desk navigates   -> granted, in use 2
    5m1s   ben@desk navigates   -> denied limit_reached
  `);
  const ended = scenario.ledger.absences.get(scenario.person("ben").id)?.ended;
  expect(ended).toMatchObject({ cause: "evicted", by: "Finance" });
});

test("[L29] as soon as another seat comes free nobody gives one back", () => {
  new Scenario({ limit: 2, groups, settings: { pools: [finance(LENT)] } }).play(`
    0s   anna@desk navigates  -> granted
    5s   ben@desk navigates   -> granted
    20s  fay@desk navigates   -> denied limit_reached
    21s  fay@desk waits       => seat_recalled anna
    30s  ben@desk releases    => lease_ended, recall_ended anna, seat_offered fay
  `);
});

test("[L29] a person of the pool beyond its seats has no right to one, and what is promised goes before the line", () => {
  new Scenario({ limit: 2, groups: { ...groups, finn: ["finance"] }, settings: { pools: [finance(LENT)] } }).play(`
    0s   fay@desk navigates   -> granted
    1s   anna@desk navigates  -> granted
    2s   fred@desk navigates  -> denied limit_reached
    3s   fred@desk waits      -> waiting !> seat_recalled
    4s   fay@desk releases    => seat_offered fred
  `);
  new Scenario({ limit: 1, groups, settings: { pools: [finance(LENT)] } }).play(`
    0s   anna@desk navigates  -> granted
    1s   ben@desk navigates   -> denied limit_reached
    2s   ben@desk waits       -> waiting, position 1
    3s   fay@desk navigates   -> denied limit_reached
    4s   fay@desk waits       => seat_recalled anna
    5s   anna@desk releases   => seat_offered fay !> seat_offered ben
  `);
});

test("[L29] a reservation that is filled ahead keeps its seats before it begins, and strict ones do not", () => {
  // A Monday, 08:00 in UTC.
  const beginsAt = Date.parse("2026-11-23T08:00:00Z");
  const windows = [{ kind: "weekly" as const, days: [1], from: "09:00", to: "17:00" }];
  const at = (guarantee: Pool["guarantee"]) =>
    new Scenario({ limit: 1, groups, beginsAt, settings: { pools: [finance(guarantee, { windows })] } });
  at({ kind: "ahead", minutes: 30 }).play(`
    29m   anna@desk checks     -> PASS
    31m   anna@desk navigates  -> denied reserved_for_others
    59m   fay@desk navigates   -> granted
  `);
  at({ kind: "strict" }).play(`
    31m   anna@desk navigates  -> granted
  `);
});

/** Seats in use over a day in which everybody comes and goes, waits where there is none, and takes what is offered. */
function useOver(guarantee: Pool["guarantee"] | null, seed: number): number {
  const random = createRandom(seed);
  const names = Array.from({ length: 14 }, (_, n) => `p${n}`);
  const of = Object.fromEntries(names.map((name, n) => [name, n < 4 ? ["finance"] : []]));
  const pools = guarantee === null ? [] : [finance(guarantee, { reserved: 3 })];
  const scenario = new Scenario({ limit: 6, groups: of, settings: { pools } });
  // Who is here, and until when; the same people at the same times whatever is reserved.
  const here = names.map(() => [] as [number, number][]);
  for (const stays of here)
    for (let minute = random.below(60); minute < 480; minute += 20 + random.below(90)) {
      const until = minute + 20 + random.below(80);
      stays.push([minute, until]);
      minute = until;
    }
  let used = 0;
  const waitedSince = new Map<string, number>();
  for (let half = 0; half < 960; half++) {
    for (const [n, name] of names.entries()) {
      const isHere = here[n]?.some(([from, to]) => from <= half / 2 && half / 2 < to) ?? false;
      const { leases, line } = scenario.ledger;
      const id = scenario.person(name).id;
      if (!isHere && leases.has(id)) scenario.play(`${half * 30}s ${name}@desk releases`);
      else if (isHere && line.has(id)) scenario.play(`${half * 30}s ${name}@desk waits`);
      if (isHere && line.get(id)?.offeredUntil != null) scenario.play(`${half * 30}s ${name}@desk navigates`);
      else if (isHere && !line.has(id)) {
        scenario.play(`${half * 30}s ${name}@desk navigates`);
        if (!leases.has(id)) scenario.play(`${half * 30}s ${name}@desk waits`);
      }
    }
    used += scenario.ledger.leases.size;
    if (guarantee?.kind !== "lent") continue;
    const seated = names.filter((name, n) => n < 4 && scenario.ledger.leases.has(scenario.person(name).id)).length;
    for (const name of names.slice(0, 4)) {
      const waiting = scenario.ledger.line.get(scenario.person(name).id);
      // A seat is theirs as long as fewer of the pool work than it has seats.
      if (waiting === undefined || waiting.offeredUntil !== null || seated >= 3) waitedSince.delete(name);
      else if (!waitedSince.has(name)) waitedSince.set(name, half);
      const waitedMs = (half - (waitedSince.get(name) ?? half)) * 30_000;
      expect(waitedMs, `seed ${seed}, ${name}`).toBeLessThanOrEqual(guarantee.minutes * 60_000);
    }
  }
  return used;
}

test("[L29] lent seats are used as much as without a reservation, and everybody has their own in time", () => {
  let [lent, strict] = [0, 0];
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    const used = useOver({ kind: "lent", minutes: 3 }, seed);
    expect(used / useOver(null, seed), `seed ${seed}`).toBeGreaterThanOrEqual(0.98);
    lent += used;
    strict += useOver({ kind: "strict" }, seed);
  }
  expect(strict).toBeLessThan(lent);
}, 120_000);
