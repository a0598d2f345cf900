import { expect, test } from "vitest";
import { explainStanding } from "../../../worker/ledger/read/explain.ts";
import { initialSettings, type Pool, type Settings } from "../../../worker/ledger/settings/settings.ts";
import { forgetInHistory } from "../../../worker/ledger/settings/settings-trace.ts";
import { effectiveAt } from "../../../worker/ledger/time/schedule.ts";
import { Scenario, type ScenarioOptions } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const groups = {
  fay: ["finance"],
  fin: ["finance"],
  fox: ["finance"],
  sal: ["sales"],
  sue: ["sales"],
  bob: ["finance", "sales"],
};
const pool = (id: string, over: Partial<Pool> = {}): Pool => ({
  id,
  name: id,
  groups: [id],
  reserved: 0,
  most: null,
  priority: 0,
  windows: null,
  ...over,
});
const play = (script: string, settings: Partial<Settings>, options: ScenarioOptions = {}) =>
  new Scenario({ roles, groups, settings, ...options }).play(script);

test("[L17] reserved seats are only for the pool's people", () => {
  play(
    `
    0s  anna@desk navigates  -> granted
    0s  ben@desk navigates   -> denied reserved_for_others
    1s  fay@desk navigates   -> granted
    2s  fin@desk navigates   -> denied limit_reached
    3s  anna@desk releases
    4s  fin@desk navigates   -> granted
  `,
    { limit: 2, pools: [pool("finance", { reserved: 1 })] },
  );
});

test("[L17] the pool's people use their reserved seats first, and leave the common ones to others", () => {
  play(
    `
    0s  fay@desk navigates   -> granted
    1s  anna@desk navigates  -> granted
    2s  ben@desk navigates   -> granted
    3s  cleo@desk navigates  -> denied limit_reached
  `,
    { limit: 3, pools: [pool("finance", { reserved: 1 })] },
  );
});

test("[L17] a person of two pools takes the seat that leaves most for others, whatever the order of coming", () => {
  for (const order of [
    ["bob", "fay", "sal"],
    ["fay", "bob", "sal"],
    ["sal", "fay", "bob"],
  ]) {
    const arrivals = order.map((name, at) => `${at}s ${name}@desk navigates -> granted`).join("\n");
    play(`${arrivals}\n 5s anna@desk navigates -> denied limit_reached`, {
      limit: 3,
      pools: [pool("finance", { reserved: 1 }), pool("sales", { reserved: 2 })],
    });
  }
});

test("[L17] a group's maximum holds while seats are free, and says so", () => {
  play(
    `
    0s  fay@desk navigates   -> granted
    1s  fin@desk navigates   -> denied group_limit_reached, explained L17 group_limit_reached
    1s  fin@desk waits       -> waiting
    2s  anna@desk navigates  -> granted
    3s  fay@desk releases    => seat_offered fin
  `,
    { limit: 5, pools: [pool("finance", { most: 1 })] },
  );
});

test("[L17] a person waiting for a common seat does not keep the pool's people from their reserved ones", () => {
  play(
    `
    0s  anna@desk navigates  -> granted
    0s  ben@desk navigates   -> denied reserved_for_others
    0s  ben@desk waits       -> waiting
    1s  fay@desk navigates   -> granted
    2s  fay@desk releases    !> seat_offered ben
    3s  anna@desk releases   => seat_offered ben
  `,
    { limit: 2, pools: [pool("finance", { reserved: 1 })] },
  );
});

test("[L15] [L17] priority is a head start of five minutes per step, so nobody starves", () => {
  play(
    `
    0s      anna@desk navigates  -> granted
    1s      ben@desk navigates
    1s      ben@desk waits       -> position 1
    10s     sal@desk navigates
    10s     sal@desk waits       -> position 1
    11s     ben@desk waits       -> position 2
    11s     sal@desk waits
    12s     anna@desk releases   => seat_offered sal
  `,
    { limit: 1, pools: [pool("sales", { priority: 1 })] },
  );
  play(
    `
    0s      anna@desk navigates
    0s      anna@desk beats tabs=a active=0s
    1s      ben@desk navigates
    1s      ben@desk waits       -> position 1
    40s     ben@desk waits
    80s     ben@desk waits
    120s    anna@desk beats tabs=a active=0s
    120s    ben@desk waits
    160s    ben@desk waits
    200s    ben@desk waits
    240s    anna@desk beats tabs=a active=0s
    240s    ben@desk waits
    280s    ben@desk waits
    302s    ben@desk waits
    302s    sal@desk navigates
    302s    sal@desk waits       -> position 2
    303s    anna@desk releases   => seat_offered ben
  `,
    { limit: 1, pools: [pool("sales", { priority: 1 })] },
  );
});

test("[L17] a boost raises the limit for a period and ends by itself, evicting nobody", () => {
  play(
    `
    0s     anna@desk navigates  -> granted
    1s     ben@desk navigates   -> denied limit_reached
    1s     ben@desk waits       -> waiting
    2s     mia@desk changes {"what":"boost","extra":1,"startsInMs":10000,"lastsMs":60000}  -> done => settings_changed
    11s    tick                 !> seat_offered
    12s    tick                 => schedule_turned, seat_offered ben
    13s    ben@desk reloads     -> granted, in use 2, over by 0
    71s    tick                 -> over by 0
    72s    tick                 -> over by 1, in use 2 => schedule_turned !> lease_ended
    73s    cleo@desk navigates  -> denied limit_reached
  `,
    { limit: 1 },
  );
});

test("[R2] whoever made a boost is forgotten with it, and the boost stays", () => {
  const { ledger } = play(`0s mia@desk changes {"what":"boost","extra":1,"startsInMs":0,"lastsMs":60000} -> done`, {});
  expect(ledger.settings.boosts).toMatchObject([{ by: "mia" }]);
  expect(forgetInHistory(ledger.settings, "mia").boosts).toMatchObject([{ by: "somebody", extra: 1 }]);
});

test("[L17] [L10] only support ends a running boost early; a manager may end one that is still to come", () => {
  play(
    `
    0s  mia@desk changes {"what":"boost","extra":1,"startsInMs":0,"lastsMs":60000}     -> done
    1s  mia@desk changes {"what":"cancel_boost","id":"b2"}                             -> refused forbidden => change_refused
    1s  sam@desk changes {"what":"cancel_boost","id":"b2"}                             -> done
    2s  mia@desk changes {"what":"boost","extra":1,"startsInMs":60000,"lastsMs":60000} -> done
    3s  mia@desk changes {"what":"cancel_boost","id":"b4"}                             -> done
    4s  mia@desk changes {"what":"cancel_boost","id":"b9"}                             -> refused not_found
  `,
    { limit: 1 },
  );
});

test("[L30] [L17] a boost that repeats raises the limit at its times, and is ended by a manager only between them", () => {
  const boost = (more: object) =>
    JSON.stringify({ what: "boost", extra: 1, startsInMs: 0, lastsMs: 86400000, ...more });
  const morning = { windows: [{ kind: "weekly", days: [1], from: "09:00", to: "10:00", zone: "Europe/Berlin" }] };
  play(
    `
    0s      mia@desk changes ${boost(morning)}      -> done => settings_changed
    0s      anna@desk navigates                     -> granted
    1s      ben@desk navigates                      -> denied limit_reached
    1s      ben@desk waits                          -> waiting
    10s     tick                                    => schedule_turned, seat_offered ben
    11s     ben@desk reloads                        -> granted, in use 2, over by 0
    12s     mia@desk changes {"what":"cancel_boost","id":"b2"}  -> refused forbidden
    1h10s   tick                                    => schedule_turned !> lease_ended
    1h11s   mia@desk changes {"what":"cancel_boost","id":"b2"}  -> done
  `,
    { limit: 1 },
    { beginsAt: at("2026-11-23T07:59:50Z"), idleTimeoutMs: 7_200_000, timing: { lostAfterMs: 7_200_000 } },
  );
  play(
    `
    0s  mia@desk changes ${boost({ windows: [] })}                                    -> refused out_of_range
    0s  mia@desk changes ${boost({ lastsMs: 367 * 86400000, ...morning })}            -> refused out_of_range
    0s  mia@desk changes ${boost({ windows: [{ kind: "quarterly", lastDays: 91 }] })} -> refused out_of_range
  `,
    { limit: 1 },
  );
});

test("[L17.6] [L30] only support ends a running boost, also by way of the holidays and the time zone", () => {
  const windows = [{ kind: "weekly" as const, days: [1], from: "09:00", to: "10:00", holidays: "except" as const }];
  const boost = JSON.stringify({ what: "boost", extra: 1, startsInMs: 0, lastsMs: 86400000, windows });
  const holidays = (date: string) =>
    JSON.stringify({ what: "holidays", holidays: [{ date, name: "Rest", yearly: false }] });
  const zone = (timeZone: string) => JSON.stringify({ what: "time_zone", timeZone });
  play(
    `
    0s  mia@desk changes ${boost}                   -> done
    1s  mia@desk changes ${holidays("2026-11-23")}  -> refused forbidden => change_refused
    2s  mia@desk changes ${zone("Asia/Tokyo")}      -> refused forbidden => change_refused
    3s  mia@desk changes ${holidays("2026-12-24")}  -> done
    4s  mia@desk changes ${zone("Africa/Algiers")}  -> done
    5s  sam@desk changes ${holidays("2026-11-23")}  -> done
    6s  mia@desk changes ${zone("Asia/Tokyo")}      -> done
  `,
    { limit: 1, timeZone: "Europe/Berlin" },
    { beginsAt: at("2026-11-23T08:30:00Z") },
  );
});

test("[L19] [L27] only reservations that hold now, and keep the seat from this person, are named", () => {
  const night = [{ kind: "weekly" as const, days: [6], from: "01:00", to: "02:00" }];
  const pools = [
    pool("finance", { reserved: 1 }),
    pool("sales", { reserved: 1 }),
    pool("night", { reserved: 1, windows: night }),
  ];
  const scenario = new Scenario({ roles, groups, limit: 2, settings: { pools }, beginsAt: at("2026-11-23T08:30:00Z") });
  scenario.play(`
    0s  sue@desk navigates  -> granted
    1s  sal@desk navigates  -> denied reserved_for_others
  `);
  const { ways } = explainStanding(scenario.ledger, scenario.person("sal"));
  expect(ways).toContainEqual({ way: "reservation_ends", pools: ["finance"] });
});

test("[L30] a holiday of the tenant's own list closes a pool that leaves holidays out, from the change of the list on", () => {
  const windows = [
    { kind: "weekly" as const, days: [1, 2, 3, 4, 5], from: "08:00", to: "12:00", holidays: "except" as const },
  ];
  const monday = { date: "2020-11-23", name: "Founding day" };
  play(
    `
    0s  anna@desk navigates   -> denied reserved_for_others
    1s  mia@desk changes ${JSON.stringify({ what: "holidays", holidays: [{ ...monday, yearly: false }] })}  -> done
    2s  anna@desk navigates   -> denied reserved_for_others
    3s  mia@desk changes ${JSON.stringify({ what: "holidays", holidays: [{ ...monday, yearly: true }] })}   -> done
    4s  anna@desk navigates   -> granted
  `,
    { limit: 1, pools: [pool("finance", { reserved: 1, windows })] },
    { beginsAt: at("2026-11-23T09:00:00Z") },
  );
});

test("[L30] times and holidays that cannot be are refused with the field and what would be right", () => {
  const scenario = new Scenario({ roles, limit: 2 });
  const refused = (change: object) =>
    scenario.play(`0s mia@desk changes ${JSON.stringify(change)} -> refused out_of_range`);
  const weekly = { kind: "weekly", days: [1], from: "08:00", to: "09:00" };
  for (const slot of [
    { ...weekly, zone: "Europe/Atlantis" },
    { ...weekly, every: { weeks: 53, from: "2026-01-01" } },
    { ...weekly, every: { weeks: 2, from: "2026-02-30" } },
    { kind: "monthly", fromDay: 1, toDay: 2, hours: { from: "08:00", to: "24:00" } },
    { kind: "quarterly", lastDays: 0 },
    { kind: "dates", from: "2026-12-24", to: "2026-12-23" },
    { kind: "dates", from: "2026-12-24", to: "24.12.2026" },
    { kind: "dates", from: "2026-12-24", to: "2026-12-24", hours: { from: "08:00", to: "08:00" } },
  ]) {
    refused({ what: "pools", pools: [pool("finance", { windows: [slot as never] })] });
  }
  const holiday = { date: "2026-12-25", name: "Christmas", yearly: true };
  for (const holidays of [
    [holiday, holiday],
    [{ ...holiday, date: "2026-02-29" }],
    [{ ...holiday, name: " " }],
    Array.from({ length: 301 }, (_, day) => ({
      ...holiday,
      date: new Date(day * 86_400_000).toISOString().slice(0, 10),
    })),
  ]) {
    refused({ what: "holidays", holidays });
  }
  expect(scenario.ledger.settings).toMatchObject({ pools: [], holidays: [], version: 1 });
});

const at = (iso: string) => Date.parse(iso);
const turns = (settings: Partial<Settings>, from: string, count: number): string[] => {
  const all = { ...initialSettings(5, 1_200_000), ...settings };
  const found: string[] = [];
  for (let now = at(from); found.length < count; ) {
    const next = effectiveAt(all, now).nextTurnAt;
    if (next === null) break;
    now = next;
    found.push(`${new Date(now).toISOString().slice(0, 16)} ${effectiveAt(all, now).pools.length}`);
  }
  return found;
};

test("[L17] a weekly window is in the tenant's time zone, over the change to summer time", () => {
  const windows = [{ kind: "weekly" as const, days: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "12:00" }];
  expect(
    turns({ timeZone: "Europe/Berlin", pools: [pool("finance", { windows })] }, "2026-03-27T12:00:00Z", 6),
  ).toEqual([
    "2026-03-28T07:00 1",
    "2026-03-28T11:00 0",
    "2026-03-29T06:00 1",
    "2026-03-29T10:00 0",
    "2026-03-30T06:00 1",
    "2026-03-30T10:00 0",
  ]);
});

test("[L17] a window over midnight, and one whose time the day does not have", () => {
  const night = [{ kind: "weekly" as const, days: [6], from: "22:00", to: "02:30" }];
  expect(
    turns({ timeZone: "Europe/Berlin", pools: [pool("finance", { windows: night })] }, "2026-03-28T12:00:00Z", 2),
  ).toEqual(["2026-03-28T21:00 1", "2026-03-29T01:30 0"]);
});

test("[L17] month-end is the last days of each month, whatever its length", () => {
  const windows = [{ kind: "monthly" as const, fromDay: -2, toDay: -1 }];
  expect(turns({ pools: [pool("finance", { windows })] }, "2027-02-01T00:00:00Z", 4)).toEqual([
    "2027-02-27T00:00 1",
    "2027-03-01T00:00 0",
    "2027-03-30T00:00 1",
    "2027-04-01T00:00 0",
  ]);
  const across = [{ kind: "monthly" as const, fromDay: -1, toDay: 2 }];
  expect(turns({ pools: [pool("finance", { windows: across })] }, "2027-02-10T00:00:00Z", 2)).toEqual([
    "2027-02-28T00:00 1",
    "2027-03-03T00:00 0",
  ]);
});

test("[L17] a reservation that begins over a full house evicts nobody, and is filled as seats come free", () => {
  const windows = [{ kind: "weekly" as const, days: [1], from: "08:00", to: "12:00" }];
  play(
    `
    0s      anna@desk navigates  -> granted
    0s      anna@desk beats tabs=a active=0s
    0s      ben@desk navigates   -> granted
    0s      ben@desk beats tabs=a active=0s
    10s     tick                 => schedule_turned !> lease_ended
    11s     fay@desk navigates   -> denied limit_reached
    12s     ben@desk releases
    13s     cleo@desk navigates  -> denied reserved_for_others
    14s     fay@desk navigates   -> granted
  `,
    { limit: 2, pools: [pool("finance", { reserved: 1, windows })] },
    { beginsAt: at("2026-11-23T07:59:50Z") },
  );
});

test("[L17] pools that cannot work are refused with the field and what would be right", () => {
  const changes = (pools: unknown[]) => `changes ${JSON.stringify({ what: "pools", pools })}`;
  const scenario = new Scenario({ roles, limit: 2 });
  const refused = (pools: unknown[]) => scenario.play(`0s mia@desk ${changes(pools)} -> refused out_of_range`);
  refused([pool("finance", { reserved: 3 })]);
  refused([pool("finance", { reserved: -1 })]);
  refused([pool("finance", { reserved: 2, most: 1 })]);
  refused([pool("finance", { priority: 11 })]);
  refused([pool("finance", { groups: [] })]);
  refused([pool("finance"), pool("finance")]);
  refused(Array.from({ length: 9 }, (_, n) => pool(`p${n}`)));
  refused([pool("finance", { windows: [{ kind: "weekly", days: [8], from: "08:00", to: "09:00" }] })]);
  refused([pool("finance", { windows: [{ kind: "weekly", days: [1], from: "8:00", to: "09:00" }] })]);
  refused([pool("finance", { windows: [{ kind: "monthly", fromDay: 0, toDay: 3 }] })]);
  expect(scenario.ledger.settings).toMatchObject({ pools: [], version: 1 });
});

test("[L17.7] pools that reserve more than a lowered limit may be changed in every way that reserves no more", () => {
  const pools = [pool("finance", { reserved: 2 }), pool("sales", { reserved: 1 })];
  const scenario = new Scenario({ roles, settings: { limit: 1, pools } });
  const change = (reserved: number[], answer: string) => {
    const wanted = pools.map((one, place) => ({ ...one, reserved: reserved[place] ?? 0 }));
    scenario.play(`0s mia@desk changes ${JSON.stringify({ what: "pools", pools: wanted })} -> ${answer}`);
    return scenario.ledger.settings.pools.map(({ reserved }) => reserved);
  };
  expect(change([3, 1], "refused out_of_range")).toEqual([2, 1]);
  expect(change([1, 2], "done")).toEqual([1, 2]);
  expect(change([1, 1], "done")).toEqual([1, 1]);
  // What it was before does not count.
  expect(change([1, 2], "refused out_of_range")).toEqual([1, 1]);
  expect(change([0, 0], "done")).toEqual([0, 0]);
  expect(change([1, 1], "refused out_of_range")).toEqual([0, 0]);
  expect(change([0, 1], "done")).toEqual([0, 1]);
});

test("[L19] [L17.7] where pools reserve more than the limit, the smallest change leaves the limit as it is", () => {
  const pools = [pool("finance", { reserved: 2 }), pool("sales", { reserved: 1 })];
  const scenario = new Scenario({ roles, groups, settings: { limit: 1, pools } });
  scenario.play(`
    0s  mia@desk changes ${JSON.stringify({ what: "boost", extra: 3, startsInMs: 0, lastsMs: 600_000 })} -> done
    1s  anna@desk navigates  -> granted
    2s  ben@desk navigates   -> denied reserved_for_others
  `);
  const { change } = explainStanding(scenario.ledger, scenario.person("ben"));
  expect(change).toEqual([{ what: "reserved", pool: "finance", name: "finance", from: 2, to: 1 }]);
  const smaller = pools.map((one) => (one.id === "finance" ? { ...one, reserved: 1 } : one));
  scenario.play(`
    3s  mia@desk changes ${JSON.stringify({ what: "pools", pools: smaller })} -> done
    4s  ben@desk navigates   -> granted
  `);
});
