import { expect, test } from "vitest";
import { sentence } from "../../../shared/sentence.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import { Scenario } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", ada: "admin", sam: "support" } as const;
const play = (script: string, limit = 1) => new Scenario({ roles, limit }).play(script);
const assign = (id: string) => `changes {"what":"assign","person":{"id":"${id}","name":"${id}"}}`;

test("[L14] a person with a named licence is always let in and not counted, beside the pool", () => {
  play(`
    0s  anna@desk navigates                             -> granted
    1s  mia@desk changes {"what":"named_licences","licences":1}  -> done
    2s  mia@desk ${assign("ben")}                       -> done => settings_changed
    3s  ben@desk navigates                              -> granted, in use 1, explained L14 null
    4s  cleo@desk navigates                             -> denied limit_reached
    5s  mia@desk ${assign("cleo")}                      -> refused conflict
    6s  mia@desk changes {"what":"unassign","id":"ben"} -> done !> lease_ended
    7s  mia@desk ${assign("cleo")}                      -> done
    8s  cleo@desk navigates                             -> granted, in use 2, over by 1
    9s  ben@desk releases                               -> unseated
    10s ben@desk navigates                              -> denied limit_reached
  `);
});

test("[L14] in the named model a person without a licence is refused with that reason, and waiting does not help", () => {
  const scenario = play(`
    0s  mia@desk changes {"what":"model","model":"named"}          -> refused forbidden => change_refused
    0s  sam@desk changes {"what":"model","model":"named"}          -> done
    1s  mia@desk changes {"what":"named_licences","licences":2}    -> done
    2s  mia@desk ${assign("anna")}                                 -> done
    3s  anna@desk navigates                                        -> granted
    4s  ben@desk navigates                                         -> denied not_assigned, explained L14 not_assigned
    5s  ben@desk waits                                             -> unseated
    6s  mia@desk changes {"what":"named_licences","licences":1}    -> refused forbidden
    7s  sam@desk changes {"what":"named_licences","licences":0}    -> refused conflict
    8s  sam@desk changes {"what":"named_licences","licences":100001} -> refused out_of_range
  `);
  expect(scenario.ledger.settings.named).toEqual({ licences: 2, assigned: [{ id: "anna", name: "anna" }] });
});

test("[L14] in the records model 999 work, and the 1,000th reads the cap", () => {
  const settings = { ...initialSettings(2, 20 * 60_000), model: "records" as const };
  const scenario = new Scenario({ settings });
  const people = Array.from({ length: 999 }, (_, n) => `0s p${n}@desk navigates -> granted`).join("\n");
  scenario.playAwake("a restart before each of a thousand lines takes ten seconds, and shows no more than one", people);
  scenario.play(`
    1s  late@desk navigates  -> denied technical_cap, explained L14 technical_cap, in use 999
    2s  p17@desk releases
    3s  late@desk navigates  -> granted`);
});

test("[L14] records reported near the agreed number warn once for each share", () => {
  const scenario = play(`
    0s  mia@desk changes {"what":"records_agreed","agreed":1000}  -> refused forbidden
    0s  sam@desk changes {"what":"records_agreed","agreed":1000}  -> done
    1s  anna@desk reports 500                                     -> refused forbidden => change_refused
    2s  sam@desk reports 799
    3s  sam@desk reports 850
    4s  sam@desk reports 890
    5s  sam@desk reports 1001
    6s  sam@desk reports -1                                       -> refused out_of_range
  `);
  const reached = scenario.events.flatMap((event) => (event.type === "records_reported" ? [event.reached] : []));
  expect(reached).toEqual([null, 80, null, 100]);
});

test("[L11] support exempts people beside its own, and nobody else may", () => {
  play(`
    0s  anna@desk navigates                                                     -> granted
    1s  mia@desk changes {"what":"exempt","person":{"id":"ben","name":"Ben"}}   -> refused forbidden => change_refused
    2s  sam@desk changes {"what":"exempt","person":{"id":"ben","name":"Ben"}}   -> done
    3s  ben@desk navigates                                                      -> granted, in use 1, explained L11 null
    4s  mia@desk changes {"what":"end_exemption","id":"ben"}                    -> done
    5s  ben@desk releases
    6s  ben@desk navigates                                                      -> denied limit_reached
  `);
});

test("[L19] a check says PASS or FAIL with the true reason, and consumes nothing", () => {
  const scenario = play(`
    0s  anna@desk checks     -> PASS, in use 0
    1s  anna@desk navigates  -> granted
    2s  ben@desk checks      -> FAIL limit_reached, in use 1
    3s  anna@desk checks     -> PASS
    4s  sam@desk checks      -> PASS
  `);
  expect(scenario.ledger.absences.size).toBe(0);
  expect(scenario.events.some((event) => event.type.startsWith("denial"))).toBe(false);
});

test("[L10] a stale change says who changed what since", () => {
  const scenario = play(`
    0s  mia@desk limits 5                                       -> done
    1s  ada@desk changes {"what":"time_zone","timeZone":"Europe/Paris"} of 1  -> refused stale
    2s  ada@desk changes {"what":"time_zone","timeZone":"Europe/Paris"} of 2  -> done
    3s  mia@desk changes {"what":"time_zone","timeZone":"Nowhere/Land"}       -> refused out_of_range
    4s  anna@desk changes {"what":"nudge","allowed":true,"showNames":true}    -> refused forbidden => change_refused
  `);
  expect(scenario.ledger.settings.history).toMatchObject([
    {
      version: 2,
      by: "mia",
      what: sentence("limitFromTo", { from: 1, to: 5 }),
      traces: [{ field: "limit", from: 1, to: 5 }],
    },
    {
      version: 3,
      by: "ada",
      what: sentence("zoneTo", { zone: "Europe/Paris" }),
      traces: [{ from: "UTC", to: "Europe/Paris" }],
    },
  ]);
});
