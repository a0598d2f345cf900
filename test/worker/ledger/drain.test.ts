import { expect, test } from "vitest";
import { TIMING } from "../../../shared/timing.ts";
import { restoreLedger } from "../../../worker/ledger/restore.ts";
import { Scenario, storeLedger } from "../../support/scenario.ts";

const play = (script: string, options?: ConstructorParameters<typeof Scenario>[0]) =>
  new Scenario(options).play(script);

test("[L9] a release that hands the pass back frees the seat at once", () => {
  play(
    `
    0s  anna@desk navigates
    1s  anna@desk releases   -> unseated, in use 0
    1s  ben@desk navigates   -> granted
  `,
    { limit: 1 },
  );
});

test("[L9] a release that cannot hand the pass back drains for a pass's life", () => {
  play(
    `
    0s   anna@desk navigates
    1s   anna@desk forgets    -> unseated, draining, in use 1
    29s  ben@desk navigates   -> denied limit_reached
    30s  ben@desk navigates   -> granted
  `,
    { limit: 1 },
  );
});

test("[L9] a binding that no pass is out for frees nothing, and is not said to", () => {
  play(
    `
    0s   anna@phone navigates -> granted
    10s  anna@desk navigates  -> granted
    35s  anna@desk requests   -> granted
    36s  anna@desk forgets    -> draining, in use 1
    37s  anna@phone returns   -> draining, in use 1 !> pass_handed_back
    38s  anna@desk returns    -> in use 0 => pass_handed_back anna, drain_ended anna
  `,
    { limit: 1 },
  );
});

test("[L9] a pass still on its way in a slower answer of another binding keeps the seat draining", () => {
  play(
    `
    0s   anna@desk navigates unheard  -> granted
    1s   anna@desk requests           -> granted
    2s   anna@desk releases           -> draining, in use 1
    3s   ben@desk navigates           -> denied limit_reached
    29s  tick                         -> in use 1
    30s  tick                         -> in use 0 => drain_ended anna
  `,
    { limit: 1 },
  );
});

test("[L9] handing back takes every pass of the binding, renewed ones too, and frees a draining seat", () => {
  play(
    `
    0s   anna@desk navigates  -> granted
    20s  anna@desk requests   -> granted
    21s  anna@desk forgets    -> draining
    22s  ben@desk navigates   -> denied limit_reached
    23s  anna@desk returns    -> in use 0 => drain_ended anna
    24s  ben@desk navigates   -> granted
  `,
    { limit: 1 },
  );
});

test("[L9] another browser that still holds a pass keeps the seat draining", () => {
  play(
    `
    0s   anna@desk navigates
    5s   anna@phone navigates
    6s   anna@desk releases   -> draining, in use 1
    7s   ben@desk navigates   -> denied limit_reached
    34s  tick                 -> in use 1
    35s  tick                 -> in use 0 => drain_ended anna
  `,
    { limit: 1 },
  );
});

test("[L9] a holder who claims again during their own drain takes the seat over, unless somebody waits", () => {
  play(
    `
    0s   anna@desk navigates
    1s   anna@desk forgets     -> draining
    2s   anna@desk continues   -> granted, in use 1
    3s   ben@desk navigates    -> denied limit_reached
    3s   ben@desk waits        -> waiting
    4s   anna@desk forgets     -> draining
    5s   anna@desk continues   -> denied others_waiting
    32s  tick                  => drain_ended anna, seat_offered ben
    33s  ben@desk reloads      -> granted
  `,
    { limit: 1 },
  );
});

test("[L9] a restart forgets no pass: handed back it is gone at once, else it is out for its life", () => {
  const taken = "0s anna@desk navigates\n20s anna@desk requests\n21s restart\n";
  play(`${taken} 22s anna@desk releases -> in use 0\n 22s ben@desk navigates -> granted`, { limit: 1 });
  play(
    `${taken}
    22s  anna@desk forgets    -> draining, in use 1
    49s  ben@desk navigates   -> denied limit_reached
    50s  ben@desk navigates   -> granted
  `,
    { limit: 1 },
  );
});

test("[L9] what drains is handed back after a restart as before it", () => {
  play(
    `
    0s   anna@desk navigates
    1s   anna@desk forgets    -> draining
    2s   restart
    3s   anna@desk returns    -> in use 0 => drain_ended anna
  `,
    { limit: 1 },
  );
});

test("[L9] draining survives a restart", () => {
  play(
    `
    0s   anna@desk navigates
    1s   anna@desk forgets    -> draining
    2s   restart
    29s  ben@desk navigates   -> denied limit_reached
    30s  ben@desk navigates   -> granted
  `,
    { limit: 1 },
  );
});

test("[L9] a pass ends for the gate before its seat can be free", () => {
  const scenario = new Scenario({ limit: 1 });
  scenario.play("0s anna@desk navigates");
  const issued = scenario.events.find((event) => event.type === "pass_issued");
  expect(issued).toMatchObject({ until: (issued?.at ?? 0) + TIMING.passLifeMs });
});

test("[L5] a restart moves no end: a person last heard before it is lost on time", () => {
  play(`
    0s     anna@desk navigates
    1s     anna@desk beats tabs=a active=0s
    170s   restart
    180s   tick   !> lease_ended
    181s   tick   => lease_ended lost anna
  `);
});

test("[L4] a restart makes nobody active: the idle end comes on time", () => {
  play(
    `
    0s     anna@desk navigates
    1s     anna@desk beats tabs=a active=0s
    2m     anna@desk beats tabs=a active=2m
    4m     restart
    4m30s  anna@desk beats tabs=a active=4m30s  -> seated
    5m1s   anna@desk beats tabs=a active=5m     -> unseated => lease_ended idle anna
  `,
    { idleTimeoutMs: 5 * 60_000 },
  );
});

test("[L17] a turn of the schedule that came due while memory was lost happens with the first step, once", () => {
  const scenario = new Scenario({ limit: 1, roles: { mia: "licence_manager" } }).play(`
    0s   mia@desk changes {"what":"boost","extra":1,"startsInMs":0,"lastsMs":60000}
    1s   anna@desk navigates   -> granted
    2s   ben@desk navigates    -> granted
    70s  restart               => schedule_turned
    71s  restart               -> over by 1 !> schedule_turned
  `);
  expect(scenario.ledger.effective.limit).toBe(1);
});

test("[L15] how long leases lasted is known after a restart", () => {
  const scenario = play(`
    0s   anna@desk navigates
    0s   ben@desk navigates
    1m   anna@desk releases
    2m   ben@desk releases
    3m   restart
  `);
  expect(scenario.ledger.lengths).toEqual([60_000, 120_000]);
});

test("[L9] a restart loses no lease, absence, line or offer", () => {
  play(
    `
    0s   anna@desk navigates
    1s   ben@desk navigates   -> denied limit_reached
    2s   ben@desk waits       -> waiting
    3s   cleo@desk navigates  -> denied limit_reached
    4s   cleo@desk waits      -> position 2
    5s   anna@desk releases   => seat_offered ben
    6s   restart
    7s   anna@desk requests   -> denied seat_released
    8s   ben@desk looks       -> offered
    9s   ben@desk reloads     -> granted
    10s  cleo@desk looks      -> waiting, position 1
  `,
    { limit: 1 },
  );
});

test("[L9] a native client's word that it gave back arrives late, and takes nothing of its next claim", () => {
  play(`
    0s   anna@bridge continues    -> granted
    10s  anna@bridge continues    -> granted
    14s  anna@bridge returns 8s   -> in use 1 !> pass_handed_back
    15s  anna@bridge continues    -> granted
    16s  anna@bridge returns 1s   => pass_handed_back anna
  `);
});

test("[L9.21] [L9.1] passes that were out when the holder came back are out when the seat ends again", () => {
  play(
    `
    0s   anna@desk navigates   -> granted
    1s   anna@phone navigates  -> granted
    2s   anna@desk releases    -> draining, in use 1
    3s   anna@desk navigates   -> granted
    4s   anna@desk releases    -> draining, in use 1
    5s   ben@desk navigates    -> denied limit_reached
    30s  ben@desk navigates    -> denied limit_reached
    31s  ben@desk navigates    -> granted
  `,
    { limit: 1 },
  );
});

test("[L9.1] a pass of before goes on counting where the operator has shortened what a pass lives, and the answer is lost", () => {
  const scenario = new Scenario({ limit: 1 });
  scenario.play("0s  anna@desk navigates -> granted");
  scenario.ledger.timing = { ...TIMING, passLifeMs: 5_000 };
  scenario.play(`
    1s   anna@desk requests  -> granted
    2s   anna@desk forgets   -> draining, in use 1
    29s  ben@desk navigates  -> denied limit_reached
    30s  ben@desk navigates  -> granted
  `);
});

test("[L9.30] what the operator makes of the life of passes lets no receipt of before hand back a pass issued after it", () => {
  const play = (lived: number, lives: number, script: string) => {
    const scenario = new Scenario({ limit: 1, timing: { passLifeMs: lived } });
    scenario.play("0s  anna@desk navigates -> granted");
    scenario.ledger.timing = { ...TIMING, passLifeMs: lives };
    scenario.play(script);
  };
  // Longer: a pass of the shorter life is not taken for one that was issued long ago.
  play(
    5_000,
    30_000,
    `
    3s   anna@desk returns 6s  -> in use 1 !> pass_handed_back
    4s   ben@desk navigates    -> denied limit_reached
  `,
  );
  // Shorter: what was issued before the receipt is handed back, as it ends.
  play(
    30_000,
    5_000,
    `
    2s   anna@desk forgets     -> draining, in use 1
    3s   anna@desk returns 1s  -> in use 0 => pass_handed_back anna, drain_ended anna
  `,
  );
});

test("[L9.30] [L9.39] a pass that an earlier version stored without the time of its issue is handed back by no receipt", () => {
  const scenario = new Scenario({ limit: 1 });
  scenario.play("0s  anna@desk navigates -> granted");
  const { settings, lastAt, ...options } = scenario.ledger;
  const stored = storeLedger(scenario.ledger);
  for (const [, { presence }] of stored.leases) {
    presence.passes = presence.passes.map(([binding, session, until]) => [binding, session, until]);
  }
  scenario.ledger = restoreLedger({ ...options, settings }, stored, lastAt);
  scenario.play(`
    2s   anna@desk forgets     -> draining, in use 1
    3s   anna@desk returns 0s  -> draining, in use 1 !> pass_handed_back
    29s  ben@desk navigates    -> denied limit_reached
    30s  ben@desk navigates    -> granted
  `);
  // A renewal says when it was issued.
  scenario.play(`
    31s  ben@desk requests     -> granted
    32s  ben@desk forgets      -> draining
    33s  ben@desk returns 1s   -> in use 0 => pass_handed_back ben
  `);
});
