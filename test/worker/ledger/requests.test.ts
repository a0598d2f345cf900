import { expect, test } from "vitest";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import type { Command } from "../../../worker/ledger/command.ts";
import { forgetInHistory } from "../../../worker/ledger/settings/settings-trace.ts";
import { Scenario } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", ada: "admin", sam: "support" } as const;
const play = (script: string, settings = {}) => new Scenario({ roles, settings }).play(script);

test("[Q1] [Q2] [Q3] anybody asks for more; a manager raises in one step, and whoever waits is offered the seat in it", () => {
  play(`
    0s  anna@desk navigates
    0s  ben@desk navigates
    1s  cleo@desk navigates       -> denied limit_reached, may request
    1s  cleo@desk waits           -> waiting
    2s  cleo@desk applies more 1  -> done, request open, may not request => seats_requested cleo
    9s  mia@desk decides q1 raise -> done, limit 3 => limit_changed mia, request_decided mia, seat_offered cleo
    9s  cleo@desk looks           -> request raise, may request
    10s cleo@desk navigates       -> granted
    2d  cleo@desk looks           !> request_decided
  `);
});

test("[Q2] a boost adds as many seats as were asked for, for as long as the answer says", () => {
  const scenario = play(`
    0s   ben@desk applies more 2     -> done
    1s   ada@desk decides q1 boost 2h -> done, limit 2 => settings_changed, request_decided
    1s   ben@desk looks              -> request boost
  `);
  expect(scenario.ledger.effective.limit).toBe(4);
  scenario.play("2h1m tick => schedule_turned");
  expect(scenario.ledger.effective.limit).toBe(2);
});

test("[Q2] a manager asks for a lower limit, and only support carries it out or declines it", () => {
  play(`
    0s  mia@desk applies lower 1        -> done => seats_requested
    1s  ada@desk decides q1 lower       -> refused forbidden, limit 2 => change_refused ada
    2s  mia@desk decides q1 decline     -> refused forbidden => change_refused mia
    3s  sam@desk decides q1 raise       -> refused out_of_range
    4s  sam@desk decides q1 lower       -> done, limit 1 => limit_changed sam, request_decided sam
    5s  sam@desk decides q1 lower       -> refused not_found
  `);
  play(`
    0s  mia@desk applies lower 1        -> done
    1s  sam@desk decides q1 decline no  -> done, limit 2 => request_decided !> limit_changed
  `);
});

test("[Q2] what overtook a request is said instead of done", () => {
  const scenario = new Scenario({ roles, limit: 4 });
  scenario.play(`
    0s  mia@desk applies lower 3   -> done
    1s  sam@desk limits 3          -> done
    2s  sam@desk decides q1 lower  -> refused conflict, limit 3
  `);
  const { version } = scenario.ledger.settings;
  const actor = scenario.person("sam");
  scenario.play("3s ben@desk applies more 1 -> done");
  const stale: Command = { type: "decide_request", actor, id: "q2", answer: { do: "raise" }, version: version - 1 };
  scenario.refusal(stale, 4_000);
  expect(scenario.ledger.settings).toMatchObject({ limit: 3, version });
});

test("[Q1] what cannot be asked is refused with what can", () => {
  play(`
    0s  ben@desk applies more 0       -> refused out_of_range
    0s  ben@desk applies more 99999   -> refused out_of_range
    0s  ben@desk applies more 1.5     -> refused out_of_range
    0s  ben@desk applies lower 1      -> refused forbidden => change_refused ben
    0s  mia@desk applies lower 2      -> refused out_of_range
    0s  mia@desk applies lower 0      -> refused out_of_range
    0s  sam@desk applies lower 1      -> refused conflict
    0s  ben@desk applies more 1 ${"x".repeat(301)} -> refused out_of_range
    1s  ben@desk applies more 1       -> done
    2s  ben@desk applies more 2       -> refused conflict
    3s  ben@desk decides q1 raise     -> refused forbidden, limit 2 => change_refused ben
  `);
  play("0s mia@desk applies lower 1 -> refused conflict", { limit: 1 });
  play("0s ben@desk applies more 1 -> refused conflict", { limit: LIMIT_MAX });
  play("0s ben@desk applies more 1 -> refused conflict, may not request", { model: "named" });
});

test("[Q1] [L2] at most fifty are open, and nobody asks without end", () => {
  const scenario = new Scenario({ roles });
  const ask = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => `1s p${from + n}@desk applies more 1 -> done`).join("\n");
  scenario.play(ask(0, 50));
  scenario.play("2s p99@desk applies more 1 -> refused conflict");
  scenario.play("3s mia@desk decides q7 decline -> done\n4s p99@desk applies more 1 -> done");
  const again = (n: number) => `5s ben@desk applies more 1\n5s mia@desk decides q${n} decline`;
  const other = new Scenario({ roles });
  other.play(Array.from({ length: 30 }, (_, n) => again(n + 1)).join("\n"));
  other.play("6s ben@desk applies more 1 -> refused too_soon");
  // Q2: the latest twenty decided ones are remembered, and no number is given twice.
  expect(other.ledger.settings.requests.map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, n) => `q${n + 11}`),
  );
});

test("[Q1] [R2] a request is no change of the settings, survives a restart, and forgets an erased person", () => {
  const scenario = play(`
    0s  ben@desk applies more 1 for Ben -> done
    1s  restart
    1s  ben@desk looks                  -> request open
    2s  mia@desk decides q1 decline no  -> done
  `);
  const { settings } = scenario.ledger;
  expect(settings.version).toBe(1);
  const forgotten = forgetInHistory(forgetInHistory(settings, "ben"), "mia").requests[0];
  expect(forgotten).toMatchObject({ person: { name: "" }, note: "", decision: { by: "", note: "", end: "decline" } });
});
