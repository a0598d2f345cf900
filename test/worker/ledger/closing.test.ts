import { expect, test } from "vitest";
import { BindingId, SessionKey } from "../../../shared/ids.ts";
import type { Pool } from "../../../worker/ledger/settings/settings.ts";
import { forgetInHistory } from "../../../worker/ledger/settings/settings-trace.ts";
import { step } from "../../../worker/ledger/step.ts";
import { Scenario } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support", ada: "admin" } as const;
const closing = (startsInS: number, lastsS: number, text = "An update") =>
  `changes ${JSON.stringify({ what: "close", startsInMs: startsInS * 1_000, lastsMs: lastsS * 1_000, text })}`;

test("[L31] when a closing begins seats end, support alone is let in, and whoever had a seat has it again first", () => {
  const scenario = new Scenario({ roles, limit: 2 }).play(`
    0s      mia@desk ${closing(300, 60)}  -> done => settings_changed
    10s     sam@desk navigates            -> granted
    250s    anna@desk navigates           -> granted
    251s    ben@desk navigates            -> granted, in use 2
    260s    cleo@desk navigates           -> denied limit_reached
    260s    cleo@desk waits               -> waiting, position 1
    295s    cleo@desk waits               -> waiting, may ask
    299s    tick                          !> lease_ended
    300s    tick                          => schedule_turned, lease_ended anna evicted, lease_ended ben evicted !> lease_ended sam
    301s    anna@desk navigates           -> denied closed_for_maintenance, explained L31 closed_for_maintenance
    301s    anna@desk checks              -> FAIL closed_for_maintenance
    301s    mia@desk navigates            -> denied closed_for_maintenance
    302s    sam@desk navigates            -> granted
    303s    anna@desk waits               -> waiting, position 1
    304s    ben@desk waits                -> waiting, position 2
    305s    cleo@desk waits               -> waiting, position 3, may not ask, estimate none
    330s    anna@desk waits
    330s    ben@desk waits
    330s    cleo@desk waits               !> seat_offered
    359s    tick                          !> seat_offered
    360s    tick                          => schedule_turned, seat_offered anna, seat_offered ben !> seat_offered cleo
    361s    anna@desk continues           -> granted
    362s    ben@desk continues            -> granted, in use 2
    363s    cleo@desk navigates           -> denied limit_reached
  `);
  expect(forgetInHistory(scenario.ledger.settings, "mia").closing).toMatchObject({ by: "" });
});

test("[L31] nobody works through a closing by an overdraft, an exemption, a named licence or a limit that is only observed", () => {
  const anna = { id: "anna", name: "anna" } as never;
  const ben = { id: "ben", name: "ben" } as never;
  for (const settings of [
    { overdraft: { seats: 5, hoursPerMonth: null } },
    { exempt: [anna], named: { licences: 1, assigned: [ben] } },
    { enforced: false },
  ]) {
    new Scenario({ roles, limit: 1, settings }).play(`
      0s    mia@desk ${closing(300, 60)}  -> done
      280s  anna@desk navigates           -> granted
      280s  ben@desk navigates            -> granted
      301s  ben@desk requests             -> denied closed_for_maintenance
      301s  anna@desk navigates           -> denied closed_for_maintenance
      301s  cleo@desk navigates           -> denied closed_for_maintenance
      302s  anna@desk looks               -> told nothing
      361s  anna@desk navigates           -> granted
      361s  ben@desk continues            -> granted
    `);
  }
});

test("[L31] an offered seat is kept for its person through a closing, and a manager may open again sooner", () => {
  new Scenario({ roles, limit: 1 }).play(`
    0s    mia@desk ${closing(300, 600)}  -> done
    270s  anna@desk navigates            -> granted
    280s  ben@desk navigates             -> denied limit_reached
    280s  ben@desk waits
    290s  anna@desk releases             => seat_offered ben
    300s  tick                           => line_left ben, line_joined ben
    301s  ben@desk continues             -> denied closed_for_maintenance
    302s  ben@desk waits                 -> waiting, position 1
    310s  anna@desk changes {"what":"end_closing"}  -> refused forbidden
    310s  ada@desk changes {"what":"end_closing"}   -> done => seat_offered ben
    311s  ada@desk changes {"what":"end_closing"}   -> refused not_found
  `);
});

test("[L31] a closing leaves people time to save, and lasts at most a week", () => {
  new Scenario({ roles }).play(`
    0s  anna@desk ${closing(300, 60)}                 -> refused forbidden
    0s  mia@desk ${closing(299, 60)}                  -> refused out_of_range
    0s  mia@desk ${closing(93 * 86_400, 60)}          -> refused out_of_range
    0s  mia@desk ${closing(300, 59)}                  -> refused out_of_range
    0s  mia@desk ${closing(300, 7 * 86_400 + 1)}      -> refused out_of_range
    0s  mia@desk ${closing(300, 60, "x".repeat(301))} -> refused out_of_range
    0s  mia@desk ${closing(300, 7 * 86_400, "")}      -> done
  `);
});

test("[L31] [L29] a closing asks no lent seat back, and a restart in the middle of it changes nothing", () => {
  const finance: Pool = {
    id: "finance",
    name: "Finance",
    groups: ["finance"],
    reserved: 1,
    most: null,
    priority: 0,
    windows: null,
    guarantee: { kind: "lent", minutes: 5 },
  };
  new Scenario({ roles, limit: 1, groups: { fay: ["finance"] }, settings: { pools: [finance] } }).play(`
    0s    mia@desk ${closing(300, 60)}  -> done
    280s  anna@desk navigates           -> granted
    301s  fay@desk navigates            -> denied closed_for_maintenance
    301s  fay@desk waits                -> waiting !> seat_recalled
    310s  restart
    311s  anna@desk navigates           -> denied closed_for_maintenance
    330s  fay@desk waits
    361s  tick                          => seat_offered fay
  `);
});

test("[L31] whoever waits for the opening is found in the line by the groups that a refused claim confirmed", () => {
  const pool = { id: "f", name: "Finance", groups: ["finance"], reserved: 0, most: 1, priority: 0, windows: null };
  const scenario = new Scenario({ limit: 1, roles: { mia: "licence_manager" } }).play(`
    0s      mia@desk changes ${JSON.stringify({ what: "pools", pools: [pool] })}
    0s      mia@desk ${closing(300, 60)}  -> done
    250s    anna@desk navigates           -> granted
    300s    tick
    310s    anna@desk waits               -> waiting, position 1
  `);
  const person = { ...scenario.person("anna"), groups: ["finance"] };
  const session = SessionKey.parse("another-session_______");
  const binding = BindingId.parse("binding-of-another-browser");
  const claim = {
    type: "claim",
    person,
    session,
    binding,
    act: "button",
    active: true,
    clientKind: "desktop",
  } as const;
  step(scenario.ledger, claim, scenario.ledger.lastAt + 1_000);
  expect(scenario.ledger.absences.get(person.id)).toMatchObject({ person, denial: { id: expect.any(String) } });
  scenario.play("312s  anna@desk leaves");
  expect(scenario.ledger.lineIndex.size).toBe(0);
});

test("[L31] whoever waits through a closing of a week is not forgotten, though they have asked for nothing else", () => {
  const finance = { id: "f", name: "F", groups: ["finance"], reserved: 1, most: null, priority: 0, windows: null };
  const scenario = new Scenario({ roles, groups: { fay: ["finance"] }, settings: { pools: [finance] } }).play(`
    0s    mia@desk ${closing(300, 7 * 86_400)}  -> done
    280s  fay@desk navigates                    -> granted
    300s  tick                                  => lease_ended fay
    301s  fay@desk waits                        -> waiting
  `);
  for (let at = 330; at < 7 * 86_400 + 300; at += 30) scenario.play(`${at}s fay@desk waits -> waiting`);
  scenario.play(`
    7d5m     tick                 => seat_offered fay !> absence_forgotten
    7d5m1s   fay@desk navigates   -> granted
  `);
  expect(scenario.ledger.lineIndex.size).toBe(0);
});

test("[L31] [L15] a place in line that ran out in a long sleep is gone before its person is forgotten", () => {
  const finance = { id: "f", name: "F", groups: ["finance"], reserved: 1, most: null, priority: 0, windows: null };
  const { ledger, events } = new Scenario({
    roles,
    groups: { fay: ["finance"] },
    settings: { pools: [finance] },
  }).play(`
    0s    mia@desk ${closing(300, 7 * 86_400)}  -> done
    280s  fay@desk navigates                    -> granted
    300s  tick                                  => lease_ended fay
    301s  fay@desk waits                        -> waiting
    8d    tick                                  => line_left fay, absence_forgotten fay
  `);
  expect(ledger.lineIndex.size).toBe(0);
  const ends = events.map(({ type }) => type).filter((type) => type === "line_left" || type === "absence_forgotten");
  expect(ends).toEqual(["line_left", "absence_forgotten"]);
});

test("[L31] [L15] the line of a closing is joined no more often than any other", () => {
  const { ledger, events } = new Scenario({ roles })
    .play(`
    0s    mia@desk ${closing(300, 3_600)}  -> done
    280s  anna@desk navigates              -> granted
    300s  tick                             => lease_ended anna
  `)
    .playAwake(
      "the allowance is memory alone: whoever repeats things does not let the object sleep",
      "301s anna@desk waits\n 301s anna@desk leaves\n".repeat(100),
    );
  expect(events.filter(({ type }) => type === "line_joined").length).toBeLessThanOrEqual(30);
  expect(ledger.line.size).toBe(0);
});

test("[L31] [L27] whoever waits from a closing on, and finds no room after it, reads what holds now", () => {
  new Scenario({ roles, limit: 2 }).play(`
    0s    mia@desk ${closing(300, 60)}  -> done
    280s  anna@desk navigates           -> granted
    281s  ben@desk navigates            -> granted
    301s  ben@desk waits                -> waiting, position 1
    302s  anna@desk waits               -> waiting, position 2
    310s  sam@desk limits 1             -> done
    359s  ben@desk waits
    359s  anna@desk waits
    360s  tick                          => seat_offered ben !> seat_offered anna
    361s  anna@desk waits               -> waiting, reads limit_reached
    361s  ben@desk waits                -> offered, reads nothing
    362s  anna@desk requests            -> denied limit_reached
  `);
});
