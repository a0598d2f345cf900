/** The tenant's map from the CRM's roles and groups to rights: who has which, what may be saved, what follows. */
import { describe, expect, test } from "vitest";
import { HolderId } from "../../../shared/ids.ts";
import type { Person, Role } from "../../../worker/ledger/person.ts";
import {
  faultOfMap,
  judgeRight,
  presetMap,
  type RightRule,
  type RightsMap,
} from "../../../worker/ledger/settings/rights.ts";
import { faultOfLoss, isGain, supportOnlyMap, turnsOf } from "../../../worker/ledger/settings/rights-change.ts";
import { step } from "../../../worker/ledger/step.ts";
import { Scenario } from "../../support/scenario.ts";

const PRESET = { Administration: "licence_manager", Support: "support", Portal: "user" } as const;

/** A person of these roles, and of groups after `|`: "Sales, Accountant | IT". */
function who(name: string, has: string, more: Partial<Person> = {}): Person {
  const [roles = [], groups = []] = has.split("|").map((list) =>
    list
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean),
  );
  const id = HolderId.parse(name.toLowerCase());
  return { id, name, email: null, role: "user", groups: [...roles, ...groups], crmRoles: roles.length, ...more };
}

const mapOf = (rules: RightRule[], order: string[] = []): RightsMap => ({ order, rules });
const LADDER = ["Sales", "Accountant", "Controller"];
const OR_HIGHER = mapOf([{ of: "role", name: "Accountant", orHigher: true, right: "licence_manager" }], LADDER);

describe("[I13.1] [I13.2] [I13.3] a right", () => {
  test.each<[string, RightsMap | null, string, Role, string | null]>([
    [
      "comes from the preset until the tenant has a map",
      null,
      "Administration",
      "licence_manager",
      "role:Administration",
    ],
    ["is none for a role that the preset gives nothing", null, "Sales, Portal", "user", null],
    ["of the preset counts no more beside a map", OR_HIGHER, "Administration", "user", null],
    ["is for the role that the rule names", OR_HIGHER, "Accountant", "licence_manager", "role:Accountant"],
    ["is for every higher role", OR_HIGHER, "Controller", "licence_manager", "role:Controller"],
    ["is not for a lower role", OR_HIGHER, "Sales", "user", null],
    ["is not for a role outside the order", OR_HIGHER, "Marketing", "user", null],
    [
      "is for the one role where nothing says “or higher”",
      mapOf([{ of: "role", name: "Accountant", right: "admin" }], LADDER),
      "Controller",
      "user",
      null,
    ],
    ["comes from a group", mapOf([{ of: "group", name: "IT", right: "admin" }]), "Sales | IT", "admin", "group:IT"],
    [
      "does not come from a role of a group's name",
      mapOf([{ of: "group", name: "IT", right: "admin" }]),
      "IT",
      "user",
      null,
    ],
    [
      "does not come from a group of a role's name",
      mapOf([{ of: "role", name: "IT", right: "admin" }]),
      "| IT",
      "user",
      null,
    ],
    [
      "is the highest that fits",
      mapOf([...OR_HIGHER.rules, { of: "group", name: "IT", right: "admin" }], LADDER),
      "Controller | IT",
      "admin",
      "group:IT",
    ],
    ["goes by the exact name", OR_HIGHER, "accountant", "user", null],
  ])("%s", (_, map, has, role, through) => {
    expect(judgeRight(map, PRESET, who("Anna", has))).toEqual({ role, through });
  });

  test("of the operator's lists counts beside any map, where it is higher", () => {
    const ada = who("Ada", "Sales", { listed: "admin" });
    expect(judgeRight(mapOf([]), PRESET, ada)).toEqual({ role: "admin", through: "list" });
    expect(judgeRight(null, PRESET, who("Ada", "Support", { listed: "admin" }))).toEqual({
      role: "support",
      through: "role:Support",
    });
  });

  test("[I13.11] stays what it was where the CRM's roles are not known", () => {
    const { crmRoles: _, ...unknown } = who("Mia", "Administration");
    expect(judgeRight(mapOf([]), PRESET, { ...unknown, role: "licence_manager" })).toEqual({
      role: "licence_manager",
      through: null,
    });
  });

  test("[I13.1] of the preset written as a map is the same", () => {
    for (const has of ["Administration", "Support", "Portal", "Sales"])
      expect(judgeRight(presetMap(PRESET), PRESET, who("X", has))).toEqual(judgeRight(null, PRESET, who("X", has)));
  });
});

describe("[A13] a right that is limited to a pool", () => {
  const limited = (name: string, pool: string): RightRule => ({ of: "role", name, right: "licence_manager", pool });
  const map = mapOf([limited("Lead", "fin"), limited("Head", "sal"), { of: "role", name: "Boss", right: "admin" }]);

  test("leaves a plain user, who manages its people", () => {
    expect(judgeRight(map, PRESET, who("Lea", "Lead"))).toEqual({
      role: "user",
      through: "role:Lead",
      manages: ["fin"],
    });
  });

  test("adds up, and is nothing beside a right over everybody", () => {
    expect(judgeRight(map, PRESET, who("Lea", "Lead, Head")).manages).toEqual(["fin", "sal"]);
    expect(judgeRight(map, PRESET, who("Lea", "Lead, Boss"))).toEqual({ role: "admin", through: "role:Boss" });
    expect(judgeRight(map, PRESET, who("Lea", "Lead", { listed: "licence_manager" }))).toEqual({
      role: "licence_manager",
      through: "list",
    });
  });

  test("is shown as gained and lost, pool by pool", () => {
    const ground = { preset: PRESET, known: [who("Lea", "Lead")] };
    expect(turnsOf(null, map, ground).map(isGain)).toEqual([true]);
    expect(turnsOf(map, mapOf([limited("Lead", "sal")]), ground).map(isGain)).toEqual([true]);
    expect(turnsOf(mapOf([{ of: "role", name: "Lead", right: "admin" }]), map, ground).map(isGain)).toEqual([false]);
    expect(turnsOf(map, mapOf([]), ground)).toMatchObject([{ fromPools: ["fin"], toPools: [], through: "role:Lead" }]);
  });

  test("is a licence manager's, and to a pool that there is", () => {
    const pools = [{ id: "fin" }];
    expect(faultOfMap(mapOf([limited("Lead", "fin")]), pools)).toBeNull();
    expect(faultOfMap(map, pools)).toMatchObject({ field: "rights.rules.1.pool", says: { key: "rightsPoolNone" } });
    expect(faultOfMap(mapOf([{ of: "role", name: "L", right: "admin", pool: "fin" }]), pools)).toMatchObject({
      says: { key: "rightsPoolRight" },
    });
  });
});

test.each<[string, RightsMap, string, string]>([
  ["a nameless rule", mapOf([{ of: "role", name: " ", right: "admin" }]), "rights.rules.0.name", "rightsName"],
  [
    "too long a name",
    mapOf([{ of: "role", name: "x".repeat(101), right: "admin" }]),
    "rights.rules.0.name",
    "rightsName",
  ],
  [
    "two rules for one role",
    mapOf([...OR_HIGHER.rules, { of: "role", name: "Accountant", right: "admin" }], LADDER),
    "rights.rules.1.name",
    "rightsTwice",
  ],
  [
    "an unknown right",
    mapOf([{ of: "role", name: "A", right: "user" as never }]),
    "rights.rules.0.right",
    "rightsOneOf",
  ],
  [
    "a group with an order",
    mapOf([{ of: "group", name: "IT", right: "admin", orHigher: true }], ["IT"]),
    "rights.rules.0.orHigher",
    "rightsGroupHigher",
  ],
  [
    "“or higher” of a role outside the order",
    mapOf(OR_HIGHER.rules, ["Sales"]),
    "rights.rules.0.orHigher",
    "rightsNoOrder",
  ],
  ["a role twice in the order", mapOf([], ["Sales", "Boss", "Sales"]), "rights.order.2", "rightsOrderTwice"],
  [
    "[I13.10] 51 rules",
    mapOf(Array.from({ length: 51 }, (_, n) => ({ of: "role", name: `R${n}`, right: "admin" }))),
    "rights",
    "rightsMost",
  ],
])("[I13] a map with %s is refused with what would be right", (_, map, field, key) => {
  expect(faultOfMap(map)).toMatchObject({ field, says: { key } });
});

test("[I13.6] the preview names who gains and who loses, and through what", () => {
  const known = [
    who("Zoe", "Controller"),
    who("Adam", "Administration"),
    who("Sam", "Support"),
    who("Ben", "Sales"),
    who("Cleo", "Accountant", { listed: "admin" }),
  ];
  const turns = turnsOf(null, OR_HIGHER, { preset: PRESET, known });
  expect(turns.map(({ person, ...turn }) => [person.name, ...Object.values(turn)])).toEqual([
    ["Adam", "licence_manager", "user", [], [], "role:Administration"],
    ["Sam", "support", "user", [], [], "role:Support"],
    ["Zoe", "user", "licence_manager", [], [], "role:Controller"],
  ]);
});

describe("[I13.7] a map is refused", () => {
  const admin = who("Ada", "Chief");
  const chiefs = mapOf([{ of: "role", name: "Chief", right: "admin" }]);
  const ground = { preset: PRESET, known: [admin, who("Mia", "Administration")] };

  test("by which its maker would have less right", () => {
    const lesser = mapOf([{ of: "role", name: "Chief", right: "licence_manager" }]);
    for (const map of [lesser, mapOf([]), null])
      expect(faultOfLoss(chiefs, map, ground, admin)).toMatchObject({
        code: "conflict",
        says: { key: "rightsOwn", values: { name: "Chief" } },
      });
    expect(faultOfLoss(chiefs, mapOf([...chiefs.rules, ...OR_HIGHER.rules], LADDER), ground, admin)).toBeNull();
  });

  test("but not where its maker is the only one left who may manage", () => {
    const known = [who("Mia", "Administration")];
    expect(
      faultOfLoss(mapOf([...chiefs.rules, ...presetMap(PRESET).rules]), chiefs, { preset: PRESET, known }, admin),
    ).toBeNull();
  });

  test("by which nobody known but support could manage, also from support", () => {
    const sue = who("Sue", "Support");
    const known = [sue, who("Mia", "Administration"), who("Ben", "Sales")];
    const support: RightRule = { of: "role", name: "Support", right: "support" };
    const none = mapOf([support]);
    expect(faultOfLoss(null, none, { preset: PRESET, known }, sue)).toMatchObject({
      code: "conflict",
      says: { key: "rightsNobody", values: { names: "Administration" } },
    });
    const sales = mapOf([support, { of: "role", name: "Sales", right: "licence_manager" }]);
    expect(faultOfLoss(null, sales, { preset: PRESET, known }, sue)).toBeNull();
    // A firm in which nobody was seen yet may say who will manage.
    expect(faultOfLoss(null, none, { preset: PRESET, known: [sue] }, sue)).toBeNull();
  });

  test("[I13.8] in which an admin changes who is support, by whatever way", () => {
    const keeps = mapOf([{ of: "role", name: "Support", right: "support" }]);
    expect(supportOnlyMap(null, keeps, PRESET)).toBeNull();
    const higher = mapOf([{ of: "role", name: "Support", orHigher: true, right: "support" }], ["Support", "Chief"]);
    for (const map of [mapOf([]), higher, mapOf([...keeps.rules, { of: "group", name: "IT", right: "support" }])])
      expect(supportOnlyMap(null, map, PRESET)).toMatchObject({ key: "rightsSupport" });
  });
});

describe("[I13.1] who may change it", () => {
  const change = JSON.stringify({ what: "rights", rights: mapOf([{ of: "role", name: "Boss", right: "admin" }]) });
  const roles = { mia: "licence_manager", ada: "admin", sam: "support" } as const;

  test("admins and support may; the attempt of anyone else is recorded", () => {
    const { ledger } = new Scenario({ roles }).play(`
      0s  anna@desk changes ${change}  -> refused forbidden => change_refused anna
      1s  mia@desk changes ${change}   -> refused forbidden => change_refused mia
      2s  ada@desk changes ${change}   -> done => settings_changed ada
      3s  sam@desk changes {"what":"rights","rights":null}  -> done
      4s  sam@desk changes ${change} of 1  -> refused stale
    `);
    expect(ledger.settings.history.map(({ traces }) => traces)).toEqual([
      [{ field: "rights", from: null, to: 1 }],
      [{ field: "rights", from: 1, to: null }],
    ]);
  });

  test("[I13.8] an admin who makes somebody support is refused, and it is recorded", () => {
    const { ledger } = new Scenario({ roles });
    const rights = mapOf([{ of: "role", name: "Boss", right: "support" }]);
    const actor = { ...who("Ada", ""), role: "admin" } as const;
    const command = { type: "change_settings", actor, change: { what: "rights", rights }, version: 1 } as const;
    expect(step(ledger, command, 1_000_000_000_000)).toMatchObject({
      outcome: { type: "refused", problem: { code: "forbidden" } },
      events: [{ type: "change_refused" }],
    });
  });
});

describe("[I13.5] another role by the map", () => {
  const play = (script: string) => new Scenario({ limit: 1, roles: { sue: "support" } }).play(script);

  test("counts a running lease from then on, and throws nobody out", () => {
    play(`
      0s  sue@desk navigates          -> granted, in use 0
      1s  anna@desk navigates         -> granted, in use 1
      2s  sue@desk reroles user       -> seated, in use 2, over by 1 => lease_judged sue !> lease_ended
      3s  restart
      4s  sue@desk looks              -> seated, over by 1
      5s  sue@desk reroles support    -> in use 1, over by 0 => lease_judged sue
      6s  sue@desk reroles support    !> lease_judged
    `);
  });

  test("counts passes that are still out, and is remembered of people who are away", () => {
    const { ledger } = play(`
      0s  sue@desk navigates          -> granted, in use 0
      1s  sue@desk forgets            -> in use 0
      2s  sue@desk reroles user       -> in use 1 => person_reroled sue, lease_judged sue
      3s  restart
      4s  anna@desk navigates         -> denied limit_reached
    `);
    expect(ledger.absences.get(HolderId.parse("sue"))?.person.role).toBe("user");
  });
});
