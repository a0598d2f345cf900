import { expect, test } from "vitest";
import { standingOf } from "../../../worker/ledger/read/standing.ts";
import { namedWaiter } from "../../../worker/tenant/named-waiter.ts";
import { Scenario, type ScenarioOptions } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const play = (script: string, options: ScenarioOptions = {}) =>
  new Scenario({ roles, limit: 1, settings: { handover: "any", ...options.settings }, ...options }).play(script);
const TURN = { settings: { handover: "turn" } } as const;

/** Anna works; Ben and then Cleo wait. */
const SHIFT = `
    0s   anna@desk navigates  -> granted
    1s   ben@desk navigates   -> denied limit_reached
    1s   ben@desk waits       -> waiting
    2s   cleo@desk navigates  -> denied limit_reached
    2s   cleo@desk waits      -> waiting, position 2
`;

test("[L32] the seat goes past the line to the colleague who was named, in one step, and is recorded", () => {
  const { events } = play(`${SHIFT}
    3s   anna@desk hands cleo => seat_handed_over cleo, lease_ended released anna, seat_offered cleo !> seat_offered ben
    4s   cleo@desk navigates  -> granted
    4s   ben@desk looks       -> waiting, position 1
  `);
  const told = events.find(({ type }) => type === "seat_handed_over");
  expect(told).toMatchObject({ holder: "cleo", actor: { id: "anna", name: "anna", role: "user" } });
});

test("[L32] [L9] while a pass of the giver's is out the seat is the colleague's and nobody else's", () => {
  play(`${SHIFT}
    3s   anna@desk hands cleo unheard -> let_go, in use 1 => seat_handed_over cleo !> seat_offered
    3s   cleo@desk looks      -> waiting, position 1
    4s   anna@desk navigates  -> denied others_waiting
    5s   ben@desk navigates   -> denied limit_reached
    29s  dora@desk navigates  -> denied limit_reached
    31s  tick                 => drain_ended anna, seat_offered cleo !> seat_offered ben
    32s  cleo@desk navigates  -> granted
  `);
});

test("[L32] [L15] a giver who is first in line again does not get the seat back that is on its way", () => {
  play(
    `
    0s   anna@desk navigates  -> granted
    1s   ben@desk navigates
    1s   ben@desk waits       -> waiting
    3s   anna@desk hands ben unheard => seat_handed_over ben !> seat_offered
    4s   anna@desk navigates  -> denied others_waiting
    5s   anna@desk waits      -> waiting, position 1 !> seat_offered
    6s   anna@desk navigates  -> denied others_waiting
    31s  tick                 => seat_offered ben !> seat_offered anna
  `,
    {
      groups: { anna: ["sales"] },
      settings: {
        handover: "any",
        pools: [{ id: "s", name: "S", groups: ["sales"], reserved: 0, most: null, priority: 10, windows: null }],
      },
    },
  );
});

test("[L32] in turn it goes only to the person who is next; two may hand over at once", () => {
  play(
    `
    0s   anna@desk navigates
    0s   emil@desk navigates
    1s   ben@desk navigates
    1s   ben@desk waits
    2s   cleo@desk navigates
    2s   cleo@desk waits
    3s   anna@desk hands zoe          -> refused conflict, seated
    3s   anna@desk hands cleo         -> refused conflict, seated !> lease_ended
    3s   anna@desk hands ben unheard  => seat_handed_over ben
    4s   emil@desk hands ben          -> refused conflict
    5s   emil@desk hands cleo         => seat_handed_over cleo, seat_offered cleo
    31s  tick                         => seat_offered ben
  `,
    { ...TURN, limit: 2 },
  );
});

test("[L32] refused: by a firm that allows it to nobody, without a licence, to nobody who waits, of a seat that is not to give", () => {
  play(`${SHIFT}
    3s   ben@desk hands cleo    -> refused conflict
    3s   anna@desk hands dora   -> refused not_found, seated
    3s   sam@desk navigates     -> granted
    3s   sam@desk hands ben     -> refused conflict
    4s   mia@desk changes {"what":"handover","handover":"off"} -> done
    5s   anna@desk hands ben    -> refused forbidden, seated
    6s   mia@desk changes {"what":"handover","handover":"any"} -> done
    7s   sam@desk changes {"what":"named_licences","licences":1} -> done
    7s   sam@desk changes {"what":"assign","person":{"id":"anna","name":"anna"}} => lease_judged anna
  `);
});

test("[L32] [L17] a seat that others are kept from is not handed to them", () => {
  play(
    `
    0s   fay@desk navigates
    1s   ben@desk navigates
    1s   ben@desk waits
    2s   fay@desk hands ben -> refused conflict, seated
  `,
    {
      groups: { fay: ["finance"] },
      settings: {
        handover: "any",
        pools: [{ id: "f", name: "F", groups: ["finance"], reserved: 1, most: null, priority: 0, windows: null }],
      },
    },
  );
});

test("[L32] a colleague who leaves the line, or has got another seat, leaves the seat to the line", () => {
  play(`${SHIFT}
    3s   anna@desk hands cleo unheard => seat_handed_over cleo
    4s   cleo@desk leaves
    31s  tick                         => seat_offered ben
  `);
  play(
    `
    0s   anna@desk navigates
    0s   emil@desk navigates
    1s   cleo@desk navigates
    1s   cleo@desk waits
    2s   ben@desk navigates
    2s   ben@desk waits
    3s   anna@desk hands cleo unheard => seat_handed_over cleo
    4s   emil@desk releases           => seat_offered cleo
    5s   cleo@desk navigates          -> granted
    31s  tick                         => seat_offered ben
  `,
    { limit: 2 },
  );
});

test("[L32] [I4] a colleague is named by key, or by a name that they cannot change; never by the display name", () => {
  const { ledger } = play(SHIFT);
  const spell = (key: string) => key.trim();
  const ben = ledger.absences.get("ben" as never);
  if (ben !== undefined) ben.person = { ...ben.person, name: "Ben Baker", names: ["ben@acme.example", "desk"] };
  const cleo = ledger.absences.get("cleo" as never);
  if (cleo !== undefined) cleo.person = { ...cleo.person, names: ["desk"] };
  expect(namedWaiter(ledger, " cleo ", spell)).toEqual({ ok: true, value: "cleo" });
  expect(namedWaiter(ledger, "BEN@acme.example", spell)).toEqual({ ok: true, value: "ben" });
  expect(namedWaiter(ledger, "Ben Baker", spell)).toMatchObject({ ok: false, error: { code: "not_found" } });
  expect(namedWaiter(ledger, "desk", spell)).toMatchObject({ ok: false, error: { reason: "several" } });
  expect(namedWaiter(ledger, "anna", spell)).toMatchObject({ ok: false, error: { code: "not_found" } });
});

test("[L32] [L28] a seat that was given away does not go to somebody who works on the overdraft", () => {
  play(`
    0s   sam@desk changes {"what":"overdraft","seats":1,"hoursPerMonth":null} -> done
    1s   anna@desk navigates  -> granted
    2s   ben@desk navigates   -> granted
    3s   cleo@desk navigates  -> denied limit_reached
    3s   cleo@desk waits      -> waiting
    4s   anna@desk hands cleo unheard => seat_handed_over cleo !> seat_offered
    34s  tick                 => drain_ended anna, seat_offered cleo !> seat_counted
  `);
});

test("[L32] whoever was given a seat for which there was no room may be given another", () => {
  play(
    `
    0s   anna@desk navigates  -> granted
    1s   ben@desk navigates   -> granted
    2s   cleo@desk navigates  -> denied limit_reached
    2s   cleo@desk waits      -> waiting
    3s   anna@desk hands cleo unheard => seat_handed_over cleo !> seat_offered
    4s   sam@desk limits 1    -> done
    5s   ben@desk hands cleo  -> refused conflict
    29s  cleo@desk waits
    34s  tick                 => drain_ended anna !> seat_offered
    35s  cleo@desk looks      -> waiting, position 1, estimate none
    36s  ben@desk hands cleo  => seat_handed_over cleo, seat_offered cleo
    37s  cleo@desk navigates  -> granted
  `,
    { limit: 2 },
  );
});

/** Sales people may have one of `seats` seats back that they lend. */
const lent = { id: "s", name: "Sales", groups: ["sales"], reserved: 1, most: null, priority: 10, windows: null };
const lending: ScenarioOptions = {
  groups: { anna: ["sales"], sue: ["sales"] },
  settings: { handover: "any", pools: [{ ...lent, guarantee: { kind: "lent", minutes: 3 } }] },
};

test("[L32] [L29] [L17] a giver is owed no lent seat for as long as the colleague waits for theirs or has it", () => {
  play(
    `
    0s    anna@desk navigates  -> granted
    1s    ben@desk navigates   -> denied limit_reached
    1s    ben@desk waits       -> waiting
    3s    anna@desk hands ben unheard => seat_handed_over ben !> seat_offered
    4s    anna@desk navigates  -> denied others_waiting
    5s    anna@desk waits      -> waiting
    31s   tick                 => drain_ended anna, seat_offered ben !> seat_offered anna
    32s   ben@desk navigates   -> granted !> seat_recalled
    34s   anna@desk waits      -> waiting !> seat_recalled
    60s   ben@desk requests    -> granted
    61s   anna@desk waits      -> waiting !> seat_recalled
    70s   ben@desk releases    => lease_ended ben, seat_offered anna
  `,
    lending,
  );
});

test("[L32] [L29] another of the pool's people is owed the lent seat as ever, before the giver", () => {
  play(
    `
    0s    anna@desk navigates  -> granted
    1s    ben@desk navigates   -> denied limit_reached
    1s    ben@desk waits       -> waiting
    3s    anna@desk hands ben  => seat_handed_over ben, seat_offered ben
    4s    ben@desk navigates   -> granted
    5s    anna@desk navigates  -> denied limit_reached
    5s    anna@desk waits      -> waiting !> seat_recalled
    6s    sue@desk navigates   -> denied limit_reached
    6s    sue@desk waits       -> waiting => seat_recalled ben
    30s   ben@desk requests    -> granted
    31s   anna@desk waits
    31s   sue@desk waits
    32s   ben@desk releases    => lease_ended ben, seat_offered sue !> seat_offered anna
  `,
    lending,
  );
});

test("[L32] the giver reads to whom the seat went, by name where the tenant tells names, until they have one again", () => {
  const scenario = play(`${SHIFT}
    3s   anna@desk hands cleo
  `);
  const endedOf = (names: boolean) => {
    const { settings } = scenario.ledger;
    scenario.ledger.settings = { ...settings, nudge: { ...settings.nudge, showNames: names } };
    return standingOf(scenario.ledger, scenario.person("anna"), { name: "Acme", contact: "" }, scenario.ledger.lastAt)
      .ended;
  };
  expect(endedOf(true)).toMatchObject({ cause: "released", handedTo: "cleo" });
  expect(endedOf(false)).toMatchObject({ cause: "released", handedTo: "" });
  scenario.play("10s anna@desk navigates -> denied limit_reached\n11s anna@desk looks -> unseated");
  expect(endedOf(true)).toMatchObject({ handedTo: "cleo" });
  scenario.play("12s cleo@desk navigates\n13s cleo@desk releases\n14s ben@desk navigates\n15s ben@desk releases");
  scenario.play("16s anna@desk navigates -> granted\n17s anna@desk releases");
  expect(endedOf(true)).toMatchObject({ handedTo: null });
});
