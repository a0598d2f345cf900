import { expect, test } from "vitest";
import { sentence } from "../../../shared/sentence.ts";
import { forgetInHistory } from "../../../worker/ledger/settings/settings-trace.ts";
import { Scenario } from "../../support/scenario.ts";

const roles = { mia: "licence_manager" } as const;
const announce = (text: string, minutes: number) =>
  `mia@desk changes {"what":"announce","text":"${text}","lastsMs":${minutes * 60_000}}`;

test("[Q4] everybody is told until it is over, and the newer takes the older's place", () => {
  const scenario = new Scenario({ roles }).play(`
    0s   anna@desk navigates                          -> told nothing
    1s   ${announce("Maintenance at six", 60)}        -> done => settings_changed
    2s   anna@desk beats tabs=a                       -> told Maintenance at six
    3s   restart
    3s   anna@desk looks                              -> told Maintenance at six
    4s   ${announce("At seven instead", 60)}          -> done
    5s   anna@desk looks                              -> told At seven instead
    6s   mia@desk changes {"what":"end_announcement"} -> done
    7s   anna@desk looks                              -> told nothing
    8s   mia@desk changes {"what":"end_announcement"} -> refused not_found
    9s   ${announce("Soon", 1)}                       -> done
    70s  anna@desk looks                              -> told nothing
  `);
  expect(forgetInHistory(scenario.ledger.settings, "mia").announcement).toMatchObject({ by: "", text: "Soon" });
});

test("[Q4] [L10] only those who may administer announce, 1 to 300 characters, for a minute to 14 days", () => {
  new Scenario({ roles }).play(`
    0s  anna@desk changes {"what":"announce","text":"Hello","lastsMs":60000} -> refused forbidden => change_refused anna
    0s  ${announce("", 60)}              -> refused out_of_range
    0s  ${announce("x".repeat(301), 60)} -> refused out_of_range
    0s  ${announce("x".repeat(300), 60)} -> done
    0s  ${announce("Hello", 0.5)}        -> refused out_of_range
    0s  ${announce("Hello", 20_161)}     -> refused out_of_range
    0s  ${announce("Hello", 20_160)}     -> done
  `);
});

test("[A12] a person who is forgotten twice leaves the history as it is", () => {
  const { ledger } = new Scenario({ roles: { sam: "support" } }).play(`
    0s  sam@desk changes {"what":"named_licences","licences":1} -> done
    1s  sam@desk changes {"what":"assign","person":{"id":"anna","name":"anna"}} -> done
  `);
  const once = forgetInHistory(ledger.settings, "anna");
  expect(once.history.at(-1)?.what).toEqual(sentence("assigned", { name: "somebody" }));
  expect(forgetInHistory(once, "anna")).toEqual(once);
});
