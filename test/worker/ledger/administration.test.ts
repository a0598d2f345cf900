import { expect, test } from "vitest";
import { Scenario } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", ada: "admin", sam: "support" } as const;
const play = (script: string) => new Scenario({ roles }).play(script);

test("[L10] a manager raises, and the first in line is offered the seat in the same command", () => {
  play(`
    0s  anna@desk navigates
    0s  ben@desk navigates
    1s  cleo@desk navigates  -> denied limit_reached
    1s  cleo@desk waits      -> waiting
    2s  mia@desk limits 3    -> done, limit 3 => limit_changed, seat_offered cleo
    3s  cleo@desk reloads    -> granted
  `);
});

test("[L10] only support lowers; nobody is thrown out, and the tenant is over by how many", () => {
  play(`
    0s  anna@desk navigates
    0s  ben@desk navigates
    1s  mia@desk limits 1    -> refused forbidden, limit 2 => change_refused mia
    2s  ada@desk limits 1    -> refused forbidden => change_refused ada
    3s  anna@desk limits 3   -> refused forbidden => change_refused anna
    4s  sam@desk limits 1    -> done, over by 1, in use 2 => limit_changed !> lease_ended
    5s  cleo@desk navigates  -> denied limit_reached
    6s  anna@desk releases   -> over by 0, in use 1
    7s  cleo@desk navigates  -> denied limit_reached
    8s  ben@desk releases
    9s  cleo@desk navigates  -> granted
  `);
});

test("[L10] the limit is a whole number from 1 to 100,000, and a stale form is refused", () => {
  const scenario = play(`
    0s  sam@desk limits 0     -> refused out_of_range
    0s  sam@desk limits 100001  -> refused out_of_range
    0s  sam@desk limits 2.5   -> refused out_of_range
    1s  mia@desk limits 5     -> done
    2s  ada@desk limits 6 1   -> refused stale, limit 5
    3s  sam@desk limits 100000  -> done
    4s  sam@desk limits 100001  -> refused out_of_range
    5s  sam@desk limits 5     -> done
  `);
  expect(scenario.ledger.settings).toMatchObject({ limit: 5, version: 4 });
});

test("[L12] a manager frees a seat, the person reads who and why, and the seat comes free when the pass is out", () => {
  play(`
    0s   anna@desk navigates
    0s   ben@desk navigates
    1s   cleo@desk navigates             -> denied limit_reached
    1s   cleo@desk waits
    5s   mia@desk evicts anna month-end  -> done => lease_ended evicted anna
    6s   anna@desk requests              -> denied seat_evicted, ended evicted by mia "month-end"
    29s  cleo@desk waits                 -> waiting
    30s  tick                            => seat_offered cleo
  `);
});

test("[L12] eviction needs the right and a lease", () => {
  play(`
    0s  anna@desk navigates
    1s  ben@desk evicts anna       -> refused forbidden => change_refused ben !> lease_ended
    2s  mia@desk evicts nobody     -> refused not_found
    3s  mia@desk evicts anna       -> done
    4s  mia@desk evicts anna       -> refused not_found
  `);
});

test("[L10] [R2] somebody who keeps asking for what is not theirs is told to wait, and leaves no more rows", () => {
  const scenario = new Scenario({ limit: 2 });
  scenario.play("0s anna@desk navigates");
  const again = Array.from({ length: 100 }, (_, n) => `1s anna@desk limits ${3 + n} -> refused`).join("\n");
  scenario.play(again);
  expect(scenario.events.filter(({ type }) => type === "change_refused").length).toBe(29);
  scenario.play("2s anna@desk limits 3 -> refused too_soon\n70s anna@desk limits 3 -> refused forbidden");
});

test("[R2] somebody is erased once nothing of theirs matters, from the history of changes too", () => {
  const scenario = play(`
    0s   anna@desk navigates
    1s   mia@desk limits 3          -> done
    2s   sam@desk erases anna       -> refused out_of_range !> person_forgotten
    3s   sam@desk erases mia        -> done => person_forgotten mia
    4s   anna@desk forgets
    5s   sam@desk erases anna       -> refused out_of_range
    60s  sam@desk erases anna       -> done => person_forgotten anna
  `);
  expect(scenario.ledger.settings).toMatchObject({ limit: 3, history: [{ version: 2, by: "somebody" }] });
  expect(scenario.ledger.absences.size).toBe(0);
});

test("[R2] an erased person is named in no ending of anybody else: not as who freed the seat, nor as who was given it", () => {
  const { ledger } = play(`
    0s    sam@desk changes {"what":"handover","handover":"any"} -> done
    0s    anna@desk navigates
    0s    ben@desk navigates
    1s    cleo@desk navigates      -> denied limit_reached
    1s    cleo@desk waits          -> waiting
    2s    mia@desk evicts anna tidy -> done
    3s    ben@desk hands cleo      => seat_handed_over cleo
    40s   anna@desk looks          -> ended evicted by mia "tidy"
    40s   sam@desk erases mia      -> done => ending_anonymized anna !> ending_anonymized ben
    41s   anna@desk looks          -> ended evicted by null "tidy"
    5m    cleo@desk looks          -> unseated
    30m   sam@desk erases cleo     -> done => ending_anonymized ben
  `);
  expect(JSON.stringify([...ledger.absences])).not.toMatch(/mia|cleo/);
});

test("[R2] [L31] an erased planner of a closing is named in no ending by it", () => {
  const { ledger } = play(`
    0s     mia@desk changes {"what":"close","startsInMs":300000,"lastsMs":60000,"text":"An update"} -> done
    290s   anna@desk navigates -> granted
    300s   tick                => lease_ended anna evicted
    400s   sam@desk erases mia -> done => ending_anonymized anna
    401s   anna@desk looks     -> ended evicted by null "An update"
  `);
  expect(JSON.stringify([...ledger.absences])).not.toContain("mia");
});
