import { expect, test } from "vitest";
import type { DenialReason } from "../../../shared/denial.ts";
import { HolderId } from "../../../shared/ids.ts";
import { explainPast } from "../../../worker/audit/denials/past-explanation.ts";
import { overdraftUsedMs } from "../../../worker/ledger/allocation/overdraft.ts";
import { explainStanding } from "../../../worker/ledger/read/explain.ts";
import { sceneOf } from "../../../worker/ledger/read/scene.ts";
import { Scenario, type ScenarioOptions } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const overdrawing = (seats: number, hoursPerMonth: number | null = null, options: ScenarioOptions = {}) =>
  new Scenario({ roles, limit: 1, ...options, settings: { overdraft: { seats, hoursPerMonth }, ...options.settings } });

/** What would seat somebody who was refused: as things stand, and from the scene that is kept of it. */
function changesFor({ ledger }: Scenario, name: string) {
  const person = ledger.absences.get(HolderId.parse(name))?.person;
  if (person === undefined) throw new Error(`${name} was not refused`);
  const scene = structuredClone(sceneOf(ledger));
  const { limit } = ledger.effective;
  const told = {
    seq: 1,
    id: "d-1",
    at: scene.at,
    reason: "limit_reached",
    clientKind: "browser",
    reservedOnly: false,
  } as const;
  const past = explainPast({ ...told, person, limit, inUse: ledger.inUse + ledger.over, scene, names: new Map() });
  expect(past.isWhole).toBe(true);
  return [explainStanding(ledger, person).change, past.change];
}
const limitOf = (from: number, to: number) => [{ what: "limit", from, to }];

test("[L28] people work beyond the limit as far as support has said, and no further", () => {
  const scenario = overdrawing(1).play(`
    0s   anna@desk navigates  -> granted, in use 1
    10s  ben@desk navigates   -> granted, in use 2, over by 1
    20s  cleo@desk navigates  -> denied limit_reached, in use 2
    21s  cleo@desk waits      -> waiting, position 1
    30s  anna@desk releases   => lease_ended, seat_counted ben, seat_offered cleo
    31s  cleo@desk navigates  -> granted, over by 1
    40s  ben@desk releases    => seat_counted cleo
  `);
  expect(scenario.ledger.overdrawn).toBe(0);
  // Ben for twenty seconds; Cleo by the offer and her seat for ten.
  expect(overdraftUsedMs(scenario.ledger, scenario.ledger.lastAt)).toBe(30_000);
});

test("[L28] only support sets it; managers raise and lower nothing by it, and taking it back evicts nobody", () => {
  const scenario = overdrawing(0).play(`
    0s mia@desk changes {"what":"overdraft","seats":2,"hoursPerMonth":null}  -> refused forbidden => change_refused
    1s sam@desk changes {"what":"overdraft","seats":-1,"hoursPerMonth":null} -> refused out_of_range
    1s sam@desk changes {"what":"overdraft","seats":1,"hoursPerMonth":0}     -> refused out_of_range
    2s anna@desk navigates  -> granted
    3s ben@desk navigates   -> denied limit_reached
    4s ben@desk waits       -> waiting, position 1
    5s sam@desk changes {"what":"overdraft","seats":1,"hoursPerMonth":null}  -> done => seat_offered ben
    6s ben@desk navigates   -> granted, over by 1
    7s sam@desk changes {"what":"overdraft","seats":0,"hoursPerMonth":null}  -> done !> lease_ended
    8s cleo@desk navigates  -> denied limit_reached
  `);
  expect(scenario.ledger.settings.overdraft.seats).toBe(0);
});

test("[L28] it opens no reserved seat, and gives no group more than its maximum", () => {
  const pool = {
    id: "finance",
    name: "Finance",
    groups: ["finance"],
    reserved: 1,
    most: 1,
    priority: 0,
    windows: null,
  };
  overdrawing(3, null, {
    limit: 2,
    groups: { fay: ["finance"], fred: ["finance"] },
    settings: { pools: [pool] },
  }).play(`
    0s anna@desk navigates  -> granted
    1s ben@desk navigates   -> denied reserved_for_others
    2s fay@desk navigates   -> granted
    3s fred@desk navigates  -> denied limit_reached
    4s ben@desk navigates   -> granted, over by 1
  `);
});

test("[L28] once the hours of the month are used up nobody else is let in, until the next month", () => {
  // 31 October 2026, 23:00 in UTC.
  const beginsAt = Date.parse("2026-10-31T20:00:00Z");
  const beat = (name: string, minutes: number[]) => minutes.map((m) => `${m}m ${name}@desk navigates`).join("\n");
  const through = Array.from({ length: 40 }, (_, n) => 2 * n + 2).filter((m) => m <= 62);
  const scenario = overdrawing(2, 1, { beginsAt });
  scenario.play(`
    0s anna@desk navigates  -> granted
    0s ben@desk navigates   -> granted, over by 1
  `);
  scenario.play(through.flatMap((m) => [beat("anna", [m]), beat("ben", [m])]).join("\n"));
  scenario.play(`
    62m30s cleo@desk navigates -> denied limit_reached
    63m    cleo@desk waits     -> waiting, position 1
  `);
  expect(overdraftUsedMs(scenario.ledger, beginsAt + 62 * 60_000)).toBe(62 * 60_000);
  // Nobody is let in by it any more, so Ben takes the next seat.
  expect(changesFor(scenario, "cleo")).toEqual([limitOf(1, 3), limitOf(1, 3)]);
  // Ben goes on, and the next month begins at midnight.
  expect(scenario.ledger.leases.get(scenario.person("ben").id)?.over?.via).toBe("overdraft");
  scenario.play("4h30s dora@desk navigates -> granted");
  expect(overdraftUsedMs(scenario.ledger, beginsAt + 4 * 3_600_000 + 30_000)).toBeLessThan(3_600_000);
});

test("[L28] a holder who comes back takes over their own draining seat beyond the limit, and nobody takes two", () => {
  overdrawing(1).play(`
    0s  anna@desk navigates        -> granted
    1s  ben@desk navigates         -> granted, over by 1
    2s  ben@desk forgets           -> unseated, draining
    3s  ben@desk navigates         -> granted, in use 2, over by 1
    4s  cleo@desk navigates        -> denied limit_reached
  `);
});

test("[L19] [L28] the smallest change seats those who work beyond the limit first, now and long after", () => {
  const scenario = overdrawing(1, null, { limit: 2 }).play(`
    0s anna@desk navigates  -> granted
    1s ben@desk navigates   -> granted
    2s cleo@desk navigates  -> granted, over by 1
    3s dora@desk navigates  -> denied limit_reached
  `);
  // Cleo gets the third seat, and the overdraft lets Dora in.
  expect(changesFor(scenario, "dora")).toEqual([limitOf(2, 3), limitOf(2, 3)]);
  scenario.play(`
    4s sam@desk changes {"what":"overdraft","seats":0,"hoursPerMonth":null} -> done
    5s dora@desk navigates  -> denied limit_reached
  `);
  expect(changesFor(scenario, "dora")).toEqual([limitOf(2, 4), limitOf(2, 4)]);
});

test("[L19.11] of a refusal for want of a reserved seat, the change gives such a seat and nothing more", () => {
  const pool = { id: "fin", name: "Finance", groups: ["fin"], reserved: 0, most: 1, priority: 0, windows: null };
  const { ledger } = new Scenario({
    limit: 1,
    groups: { fred: ["fin"] },
    settings: { pools: [pool] },
  }).play(`
    0s anna@desk navigates -> granted
  `);
  const person = { id: HolderId.parse("fred"), role: "user", groups: ["fin"] } as const;
  const scene = structuredClone(sceneOf(ledger));
  const told = { seq: 1, id: "d-1", at: scene.at, person, clientKind: "native:mail", limit: 1, inUse: 1, scene };
  const changeIf = (reservedOnly: boolean) =>
    explainPast({ ...told, reason: "limit_reached", reservedOnly, names: new Map() }).change;
  const limit = { what: "limit", from: 1, to: 2 };
  expect(changeIf(false)).toEqual([limit]);
  expect(changeIf(true)).toEqual([limit, { what: "reserved", pool: "fin", name: "Finance", from: 0, to: 1 }]);
});

test("[L19] no change of the settings is named for a refusal that none would have spared", () => {
  const pool = { id: "fin", name: "Finance", groups: ["fin"], reserved: 1, most: null, priority: 0, windows: null };
  const { ledger } = new Scenario({
    limit: 3,
    groups: { fay: ["fin"], fred: ["fin"] },
    settings: { pools: [pool] },
  }).play(`
    0s fay@desk navigates -> granted
  `);
  const person = { id: HolderId.parse("fred"), role: "user", groups: ["fin"] } as const;
  const scene = structuredClone(sceneOf(ledger));
  const told = { seq: 1, id: "d-1", at: scene.at, person, clientKind: "browser", limit: 3, inUse: 1, scene };
  const changeAt = (reason: DenialReason) =>
    explainPast({ ...told, reason, reservedOnly: reason === "reserved_taken", names: new Map() }).change;
  expect(changeAt("too_often")).toBeNull();
  expect(changeAt("closed_for_maintenance")).toBeNull();
  expect(changeAt("reserved_taken")).toEqual([{ what: "reserved", pool: "fin", name: "Finance", from: 1, to: 2 }]);
});
