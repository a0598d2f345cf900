import { expect, test } from "vitest";
import { BindingId } from "../../../shared/ids.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import { step } from "../../../worker/ledger/step.ts";
import { Scenario, type ScenarioOptions, sessionOf } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const observing = (options: ScenarioOptions = {}) =>
  new Scenario({ roles, limit: 1, ...options, settings: { enforced: false, ...options.settings } });
const ENFORCE = 'changes {"what":"enforcement","enforced":true}';
const OBSERVE = 'changes {"what":"enforcement","enforced":false}';

test("[L24] while the tenant only observes nobody is refused, and each who would have been is told of", () => {
  const scenario = observing().play(`
    0s   anna@desk navigates  -> granted, in use 1
    10s  ben@desk navigates   -> granted, over by 1 => seat_granted !> denial_opened
    20s  cleo@desk navigates  -> granted, over by 2
    30s  anna@desk releases   => lease_ended, seat_counted
    40s  cleo@desk releases   => lease_ended !> seat_counted
  `);
  const beyond = scenario.events.flatMap((event) =>
    event.type === "seat_granted" && event.over !== undefined
      ? [[event.holder, event.over.via, event.over.reason]]
      : [],
  );
  expect(beyond).toEqual([
    ["ben", "observing", "limit_reached"],
    ["cleo", "observing", "limit_reached"],
  ]);
  const counted = scenario.events.find((event) => event.type === "seat_counted");
  expect(counted).toMatchObject({ holder: "ben", via: "observing", waitedMs: 20_000 });
});

test("[L24] whatever the reason is, it lets in: a pool's maximum, a reservation, a model without a licence", () => {
  const pool = {
    id: "finance",
    name: "Finance",
    groups: ["finance"],
    reserved: 1,
    most: 1,
    priority: 0,
    windows: null,
  };
  observing({ limit: 2, groups: { fay: ["finance"], fred: ["finance"] }, settings: { pools: [pool] } }).play(`
    0s fay@desk navigates   -> granted
    1s fred@desk navigates  -> granted, over by 0, explained L1 null
    2s anna@desk navigates  -> granted
    3s ben@desk navigates   -> granted, over by 2
  `);
  const named = { ...initialSettings(1, 20 * 60_000), model: "named" as const, enforced: false };
  new Scenario({ settings: named }).play("0s anna@desk navigates -> granted");
});

test("[L24] the page of somebody who left goes on, and takes no seat", () => {
  observing({ idleTimeoutMs: 5 * 60_000 }).play(`
    0s     anna@desk navigates  -> granted, in use 1
    5m1s   anna@desk requests   -> granted, in use 0 => lease_ended lost, pass_issued !> seat_granted
    5m20s  anna@desk requests   -> granted, in use 0 !> seat_granted
    5m30s  ben@desk navigates   -> granted, over by 0
    5m40s  anna@desk navigates  -> granted, over by 1 => seat_granted
  `);
});

test("[L24] a manager switches the limit on: everybody who works counts, nobody is sent away, the next is refused", () => {
  observing().play(`
    0s   anna@desk navigates  -> granted
    1s   ben@desk navigates   -> granted, over by 1
    2s   anna@desk ${ENFORCE} -> refused forbidden
    3s   mia@desk ${ENFORCE}  -> done => seat_counted !> lease_ended
    4s   cleo@desk navigates  -> denied limit_reached, in use 2, over by 1
    5s   cleo@desk waits      -> waiting, position 1
    6s   anna@desk releases   !> seat_offered
    7s   ben@desk releases    => seat_offered cleo
    8s   mia@desk ${ENFORCE}  -> refused conflict
  `);
});

test("[L9] passes of pages that went on without a seat count once the limit is switched on", () => {
  observing({ idleTimeoutMs: 5 * 60_000 }).playAwake(
    "after a restart the passes may be out for one life more",
    `
    0s     anna@desk navigates  -> granted
    5m1s   anna@desk requests   -> granted, in use 0
    5m2s   mia@desk ${ENFORCE}  -> done => lease_judged anna
    5m3s   ben@desk navigates   -> denied limit_reached, in use 1
    5m32s  ben@desk navigates   -> granted
  `,
  );
});

test("[L9] passes of somebody who was support count once the limit is switched on", () => {
  const scenario = observing();
  scenario.play("0s sam@desk navigates -> granted, in use 0");
  // The CRM says something else of the person by then.
  const person = { ...scenario.person("sam"), role: "user" as const };
  const { session, binding } = { session: sessionOf("sam-desk"), binding: BindingId.parse("binding-of-sam-again") };
  scenario.playAwake("the lease is lost to silence", "4m ben@desk navigates -> granted");
  const claim = {
    type: "claim",
    person,
    session,
    binding,
    act: "background",
    active: false,
    clientKind: "browser",
  } as const;
  const at = scenario.ledger.lastAt;
  expect(step(scenario.ledger, claim, at).outcome.type).toBe("granted");
  scenario.playAwake("the passes are out", `4m1s mia@desk ${ENFORCE} -> done => lease_judged sam`);
  scenario.playAwake("the passes are out", "4m2s cleo@desk navigates -> denied limit_reached, in use 2");
});

test("[L24] only support goes back to observing, and whoever waits then is let in at once", () => {
  new Scenario({ roles, limit: 1 }).play(`
    0s anna@desk navigates  -> granted
    1s ben@desk navigates   -> denied limit_reached
    2s ben@desk waits       -> waiting, position 1
    3s mia@desk ${OBSERVE}  -> refused forbidden => change_refused
    4s sam@desk ${OBSERVE}  -> done => seat_offered ben
    5s ben@desk navigates   -> granted, over by 1
  `);
});
