/** Groups of the firm's own change while people work, wait and leave. */
import { expect, test } from "vitest";
import { Scenario } from "../../support/scenario.ts";

const pools = (pool: object) =>
  `mia@desk changes ${JSON.stringify({ what: "pools", pools: [{ id: "f", name: "Finance", groups: ["finance"], reserved: 0, most: null, priority: 0, windows: null, ...pool }] })}`;
const play = (script: string, limit = 2) => new Scenario({ limit, roles: { mia: "licence_manager" } }).play(script);

test("[L20] a group of the firm's own opens reserved seats as a group of the CRM does", () => {
  play(`
    0s   ${pools({ reserved: 1 })}
    1s   anna@desk navigates          -> granted
    2s   ben@desk navigates           -> denied reserved_for_others
    3s   ben@desk waits               -> waiting
    4s   ben@desk regroups finance    => seat_offered ben
    5s   ben@desk navigates           -> granted, in use 2
  `);
});

test("[L20] [L9] a running lease is judged again, and nobody is thrown out of a pool that is full", () => {
  const { ledger } = play(
    `
    0s   ${pools({ most: 1 })}
    1s   anna@desk regroups finance
    2s   anna@desk navigates          -> granted
    3s   ben@desk navigates           -> granted, in use 2
    4s   ben@desk regroups finance    => lease_judged ben
    5s   ben@desk looks               -> seated
    6s   cleo@desk regroups finance
    7s   cleo@desk navigates          -> denied group_limit_reached
    8s   anna@desk regroups           => lease_judged anna
    9s   cleo@desk navigates          -> denied group_limit_reached
    10s  ben@desk regroups
    11s  cleo@desk navigates          -> granted, in use 3
  `,
    5,
  );
  expect([...ledger.counts.values()].reduce((sum, people) => sum + people, 0)).toBe(3);
});

test("[L20] a drain and a place in line follow the groups that hold now", () => {
  const { ledger } = play(
    `
    0s   ${pools({ most: 1, priority: 5 })}
    1s   anna@desk navigates          -> granted
    2s   anna@desk forgets            -> draining, in use 1
    3s   anna@desk regroups finance   => person_regrouped anna
    4s   ben@desk regroups finance
    5s   ben@desk navigates           -> denied group_limit_reached
    6s   ben@desk waits               -> waiting, position 1
    7s   ben@desk regroups            => seat_offered ben
    8s   restart
    9s   ben@desk navigates           -> granted
  `,
  );
  expect(ledger.lineIndex.size).toBe(0);
});

test("[L20] the same groups again change nothing", () => {
  play(`
    1s   anna@desk regroups finance
    2s   anna@desk navigates          -> granted
    3s   anna@desk regroups finance   !> lease_judged
  `);
});
