/** What a seat rests on may change while it runs. */
import { expect, test } from "vitest";
import { Scenario } from "../../support/scenario.ts";

const ROLES = { mia: "licence_manager", sam: "support" } as const;
const assign = (id: string) => `mia@desk changes {"what":"assign","person":{"id":"${id}","name":"${id}"}}`;
const unassign = (id: string) => `mia@desk changes {"what":"unassign","id":"${id}"}`;
const LICENCE = `0s sam@desk changes {"what":"named_licences","licences":1}\n`;
const play = (script: string, limit = 1) => new Scenario({ limit, roles: ROLES }).play(LICENCE + script);

test("[L9] [L14] a licence that goes round leaves nobody uncounted: the person who worked by it counts from the moment it is taken away", () => {
  play(`
    1s   ${assign("anna")}
    2s   anna@desk navigates        -> granted, in use 0
    3s   ${unassign("anna")}        -> in use 1 => lease_judged anna
    4s   ${assign("ben")}
    5s   ben@desk navigates         -> granted, in use 1
    6s   ${unassign("ben")}         -> in use 2, over by 1
    7s   anna@desk looks            -> seated
    7s   ben@desk looks             -> seated
    8s   cleo@desk navigates        -> denied limit_reached
  `);
});

test("[L14] a person given a licence while working leaves the counted seat to the line", () => {
  play(`
    1s   anna@desk navigates        -> granted, in use 1
    2s   ben@desk navigates         -> denied limit_reached
    3s   ben@desk waits             -> waiting
    4s   ${assign("anna")}          => lease_judged anna, seat_offered ben
    5s   anna@desk looks            -> seated
  `);
});

test("[L9] [L14] a licence taken away while its passes are out leaves a drain that counts", () => {
  play(`
    1s   ${assign("anna")}
    2s   anna@desk navigates        -> granted, in use 0
    3s   anna@desk forgets          -> draining, in use 0
    4s   ${unassign("anna")}        -> in use 1
    5s   ben@desk navigates         -> denied limit_reached
    32s  ben@desk navigates         -> granted
  `);
});

test("[L11] [L9] an exemption that is taken away counts the person from then on, and given it frees the seat", () => {
  play(`
    1s   sam@desk changes {"what":"exempt","person":{"id":"anna","name":"anna"}}
    2s   anna@desk navigates        -> granted, in use 0
    3s   sam@desk changes {"what":"end_exemption","id":"anna"} -> in use 1 => lease_judged anna
    4s   sam@desk changes {"what":"exempt","person":{"id":"anna","name":"anna"}} -> in use 0 => lease_judged anna
  `);
});

test("[L9] another role or other groups, as the CRM confirms them, count from the next request on", () => {
  const roles: Record<string, "support" | "user"> = { anna: "support" };
  const scenario = new Scenario({ limit: 1, roles }).play(`
    0s   anna@desk navigates        -> granted, in use 0
    1s   ben@desk navigates         -> granted, in use 1
  `);
  roles.anna = "user";
  scenario.play(`
    2s   anna@desk beats tabs=a     -> in use 1
    20s  anna@desk requests         -> granted, in use 2, over by 1 => lease_judged anna
    21s  anna@desk requests         -> granted !> lease_judged anna
  `);
  roles.anna = "support";
  scenario.play("40s anna@desk requests -> granted, in use 1 => lease_judged anna");
});

test("[L9] what a cookie or an integration remembers of a person judges no running lease", () => {
  const scenario = new Scenario({ limit: 1, roles: { anna: "support" } }).play("0s anna@desk navigates -> granted");
  const before = scenario.ledger.leases.get(scenario.person("anna").id);
  scenario.remember({ ...scenario.person("anna"), role: "user" }, 1_000);
  expect(before?.exempt).toBe(true);
  expect(scenario.ledger.inUse).toBe(0);
});

test("[L17] other groups move a lease from one pool to another", () => {
  const groups: Record<string, readonly string[]> = { anna: ["finance"] };
  const pools = [
    { id: "finance", name: "Finance", groups: ["finance"], reserved: 0, most: 1, priority: 0, windows: null },
  ];
  const scenario = new Scenario({ limit: 3, groups, settings: { pools } }).play(`
    0s   anna@desk navigates        -> granted
  `);
  groups.ben = ["finance"];
  scenario.play("1s ben@desk navigates -> denied group_limit_reached");
  groups.anna = ["sales"];
  scenario.play(`
    2s   anna@desk requests         -> granted => lease_judged anna
    3s   ben@desk navigates         -> granted
  `);
});

test("[L9] a judged lease comes back from storage as it was judged", () => {
  const scenario = play(`
    1s   ${assign("anna")}
    2s   anna@desk navigates        -> granted, in use 0
    3s   ${unassign("anna")}        -> in use 1
    4s   restart
    5s   anna@desk looks            -> seated, in use 1
  `);
  expect(scenario.ledger.inUse).toBe(1);
});
