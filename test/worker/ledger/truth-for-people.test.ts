/** What people are told of their seat, of the wait and of asking is what the ledger will really do. */
import { expect, test } from "vitest";
import { keptSeats } from "../../../worker/ledger/allocation/pools.ts";
import { standingOf } from "../../../worker/ledger/read/standing.ts";
import { initialSettings, type Pool } from "../../../worker/ledger/settings/settings.ts";
import { Scenario, type ScenarioOptions } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const groups = { fay: ["finance"], fin: ["finance"] };
const finance: Pool = {
  id: "finance",
  name: "Finance",
  groups: ["finance"],
  reserved: 1,
  most: null,
  priority: 0,
  windows: null,
};
const START = 1_000_000_000_000;
const play = (script: string, options: ScenarioOptions = {}) =>
  new Scenario({ roles, groups, beginsAt: START, ...options }).play(script);
/** In the harsh mode, too, with its memory. */
const playAwake = (why: string, script: string, options: ScenarioOptions = {}) =>
  new Scenario({ roles, groups, beginsAt: START, ...options }).playAwake(why, script);
const standing = (scenario: Scenario, name: string, ms: number) =>
  standingOf(scenario.ledger, scenario.person(name), { name: "Acme", contact: "" }, START + ms);
const own = (...names: string[]) => ({
  ...initialSettings(2, 5 * 60_000),
  named: { licences: 5, assigned: names.map((id) => ({ id: id as never, name: id })) },
});
const beats = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `${from + at}m ${name}@desk beats tabs=a active=${from + at}m`).join(
    "\n",
  );

test("[L4] [L11] a person who is not counted never goes idle; a counted one does", () => {
  for (const [who, settings] of [
    ["ann", own("ann")],
    ["sam", own()],
  ] as const) {
    const scenario = play(`0s ${who}@desk navigates\n${beats(who, 1, 30)}\n30m ${who}@desk looks -> seated`, {
      settings,
    });
    expect(standing(scenario, who, 30 * 60_000).seat?.idleInMs).toBe(5 * 60_000);
  }
  play(`0s ben@desk navigates\n${beats("ben", 1, 5)}\n5m1s ben@desk looks -> unseated`, { settings: own() });
});

test("[L4] a person who loses a licence of their own counts, and goes idle, from then on", () => {
  play(
    `
    0s ann@desk navigates
    ${beats("ann", 1, 4)}
    4m30s mia@desk changes {"what":"unassign","id":"ann"}  => lease_judged ann
    4m31s ann@desk looks -> seated, in use 1
    5m1s  ann@desk looks -> unseated
  `,
    { settings: own("ann") },
  );
});

test("[L16] a question to somebody who comes to be not counted is over", () => {
  const scenario = play(
    `
    0s  anna@desk navigates
    0s  anna@desk beats tabs=a active=0s
    0s  ben@desk navigates
    2m  ben@desk beats tabs=b active=0s
    2m  anna@desk beats tabs=a active=2m
    3m  anna@desk beats tabs=a active=3m
    3m  cleo@desk navigates -> denied limit_reached
    3m  cleo@desk waits
    3m  cleo@desk asks => nudge_asked anna
    3m1s sam@desk changes {"what":"assign","person":{"id":"anna","name":"anna"}} => lease_judged anna
    3m1s anna@desk looks !> lease_ended
  `,
    { settings: { ...own(), idleTimeoutMs: 20 * 60_000 } },
  );
  expect(standing(scenario, "anna", 181_000).nudge).toBeNull();
});

test("[P4] a person who is not counted reads so without a seat, too", () => {
  const scenario = play("0s ben@desk navigates", { settings: own("ann") });
  expect(standing(scenario, "ann", 0)).toMatchObject({ state: "unseated", exempt: true, named: true });
  expect(standing(scenario, "sam", 0)).toMatchObject({ exempt: true, named: false });
  expect(standing(scenario, "ben", 0)).toMatchObject({ state: "seated", exempt: false, named: false });
});

test("[L15] [L17] no wait is estimated for a seat that is kept for others, and the true reason is given", () => {
  const scenario = playAwake(
    "after a restart only the latest leases of people who are away count, and one of them has come back",
    `
    0s ann@desk navigates
    1m ann@desk releases
    1m ben@desk navigates
    2m ben@desk releases
    2m cleo@desk navigates
    3m cleo@desk releases
    3m fay@desk navigates
    3m ann@desk navigates
    3m dora@desk navigates -> denied limit_reached
    3m dora@desk waits     -> waiting, estimate 60000
    3m10s fay@desk releases => lease_ended fay !> seat_offered
    3m11s dora@desk looks  -> waiting, estimate none
  `,
    { settings: { ...initialSettings(2, 20 * 60_000), pools: [finance] } },
  );
  expect(standing(scenario, "dora", 191_000).denied).toBe("reserved_for_others");
  expect(keptSeats(scenario.ledger)).toEqual({ seats: 1, pools: ["Finance"] });
});

test("[L15] only holders whose seat would help are counted on", () => {
  play(
    `
    0s fay@desk navigates
    1m fay@desk releases
    1m fay@desk navigates
    2m fay@desk releases
    2m fay@desk navigates
    3m fay@desk releases
    3m fay@desk navigates
    3m fin@desk navigates
    3m dora@desk navigates -> denied limit_reached
    3m dora@desk waits     -> waiting, estimate none
  `,
    { settings: { ...initialSettings(2, 20 * 60_000), pools: [{ ...finance, reserved: 2 }] } },
  );
});

test("[L17] free seats that everybody may take are kept for nobody", () => {
  const settings = { ...initialSettings(3, 20 * 60_000), pools: [finance] };
  expect(keptSeats(play("0s ann@desk navigates", { settings }).ledger)).toEqual({ seats: 1, pools: ["Finance"] });
  expect(keptSeats(play("0s fay@desk navigates", { settings }).ledger)).toEqual({ seats: 0, pools: [] });
  expect(keptSeats(play("0s ann@desk navigates", {}).ledger)).toEqual({ seats: 0, pools: [] });
});

const refusedAs = (script: string, options: ScenarioOptions, ms: number) =>
  play(script, options).refusal({ type: "nudge", holder: "cleo" as never }, ms);

test("[L16] a person who can ask nobody is told which of the reasons it is", () => {
  const settings = { ...initialSettings(1, 20 * 60_000), pools: [] };
  const full =
    "0s anna@desk navigates\n1s anna@desk beats tabs=a active=0s\n10s cleo@desk navigates\n10s cleo@desk waits";
  expect(refusedAs(full, { settings }, 11_000)).toBe("at_work");
  const asked = `${full}
    50s  cleo@desk waits
    90s  cleo@desk waits
    2m   anna@desk beats tabs=a active=2m
    130s cleo@desk waits
    131s cleo@desk asks   => nudge_asked anna
    132s anna@desk keeps
    160s cleo@desk leaves
    4m   anna@desk beats tabs=a active=4m
    6m   anna@desk beats tabs=a active=6m
    8m   anna@desk beats tabs=a active=8m
    8m   cleo@desk navigates
    8m   cleo@desk waits`;
  expect(refusedAs(asked, { settings }, 481_000)).toBe("asked_before");
  const kept = `0s fay@desk navigates\n1s fay@desk beats tabs=a active=0s\n2m fay@desk beats tabs=a active=2m
    3m fay@desk beats tabs=a active=3m\n3m cleo@desk navigates\n3m cleo@desk waits`;
  expect(refusedAs(kept, { settings: { ...settings, pools: [finance] } }, 181_000)).toBe("nobody_helps");
});

/** Cleo waits for the seat of Anna, who is idle, and asks for it. */
const ASKED = `
    0s   anna@desk navigates
    0s   anna@desk beats tabs=a active=0s
    2m   anna@desk beats tabs=a active=2m
    3m   anna@desk beats tabs=a active=3m
    3m   cleo@desk navigates
    3m   cleo@desk waits
    181s cleo@desk asks => nudge_asked anna`;

test("[L16] the asker is told how long the holder has to answer yet, and what the answer was", () => {
  const asked = play(ASKED, { limit: 1 });
  expect(standing(asked, "cleo", 191_000).line?.asked).toEqual({ answer: "awaited", answerInMs: 110_000 });
  const kept = play(`${ASKED}\n185s anna@desk keeps\n190s tick`, { limit: 1 });
  expect(standing(kept, "cleo", 191_000).line?.asked?.answer).toBe("kept");
  const given = play(`${ASKED}\n185s anna@desk forgets\n190s tick`, { limit: 1 });
  expect(standing(given, "cleo", 191_000).line?.asked?.answer).toBe("given");
});

test("[L16] a seat that was given stays given for the asker, also where the holder comes back meanwhile", () => {
  const scenario = play(
    `${ASKED}
    185s anna@desk forgets
    186s sam@desk changes {"what":"assign","person":{"id":"anna","name":"anna"}}
    187s anna@desk navigates -> granted
  `,
    { settings: { ...own(), limit: 1 } },
  );
  expect(standing(scenario, "cleo", 188_000).line?.asked?.answer).toBe("given");
});
