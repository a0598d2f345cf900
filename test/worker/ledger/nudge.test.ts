import { expect, test } from "vitest";
import { Scenario, type ScenarioOptions } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const play = (script: string, options: ScenarioOptions = {}) =>
  new Scenario({ roles, limit: 2, ...options }).play(script);

/** Anna idle for four minutes, Ben for three, Cleo in line. */
const HOUSE = `
    0s      anna@desk navigates
    0s      anna@desk beats tabs=a active=0s
    0s      ben@desk navigates
    1m      ben@desk beats tabs=b active=0s
    2m      anna@desk beats tabs=a active=2m
    3m      ben@desk beats tabs=b active=2m
    4m      anna@desk beats tabs=a active=4m
    4m      ben@desk beats tabs=b active=3m
    4m      cleo@desk navigates   -> denied limit_reached
    4m      cleo@desk waits       -> waiting
`;

test("[L16] the holder idle for longest is asked, and giving frees the seat for the head of the line", () => {
  play(`${HOUSE}
    4m1s    cleo@desk asks        -> done => nudge_asked anna
    4m2s    anna@desk looks       -> asked, seated
    4m3s    anna@desk gives       => lease_ended released anna, seat_offered cleo
  `);
});

test("[L16] a holder who keeps the seat is left in peace; the next one idle may be asked only after a while by the same person", () => {
  play(`${HOUSE}
    4m1s    cleo@desk asks        => nudge_asked anna
    4m5s    anna@desk keeps       -> done, seated => nudge_kept anna
    4m6s    cleo@desk asks        -> refused too_soon
    4m40s   cleo@desk waits
    5m      ben@desk beats tabs=b active=4m
    5m20s   cleo@desk waits
    5m30s   dora@desk navigates
    5m30s   dora@desk waits
    5m31s   dora@desk asks        => nudge_asked ben
    5m32s   ben@desk keeps        -> seated
    6m      cleo@desk waits
    6m      eva@desk navigates
    6m      eva@desk waits
    6m1s    eva@desk asks         -> refused conflict
  `);
});

test("[L16] working is an answer: keep; silence for a minute after the next heartbeat gives the seat", () => {
  play(`${HOUSE}
    4m1s    cleo@desk asks        => nudge_asked anna
    4m10s   anna@desk beats tabs=a active=5s  -> seated
    4m40s   cleo@desk waits
    5m20s   cleo@desk waits       !> lease_ended
    6m      cleo@desk waits       !> lease_ended
    6m2s    anna@desk looks       -> seated !> lease_ended
  `);
  play(`${HOUSE}
    4m1s    cleo@desk asks        => nudge_asked anna
    4m40s   cleo@desk waits
    5m      anna@desk beats tabs=a active=5m  -> asked
    5m1s    tick                  !> lease_ended
    5m20s   cleo@desk waits
    6m      cleo@desk waits
    6m1s    tick                  => lease_ended idle anna
    6m2s    anna@desk looks       -> unseated
    6m31s   tick                  -> in use 2
  `);
});

test("[L16] nobody at work is asked, nobody who does not wait may ask, and a firm may forbid it", () => {
  play(`
    0s  anna@desk navigates
    0s  ben@desk navigates
    1s  cleo@desk asks       -> refused conflict
    1s  cleo@desk navigates
    1s  cleo@desk waits
    2s  cleo@desk asks       -> refused conflict !> nudge_asked
    3s  mia@desk changes {"what":"nudge","allowed":false,"showNames":false}  -> done
    4s  cleo@desk asks       -> refused forbidden
    5s  anna@desk keeps      -> refused conflict
  `);
});

test("[L16] names are told only where the firm allows them", () => {
  const plain = play(`${HOUSE}\n 4m1s cleo@desk asks`);
  expect(plain.events.find((event) => event.type === "nudge_asked")).toMatchObject({ byName: null });
  const named = play(`
    0s mia@desk changes {"what":"nudge","allowed":true,"showNames":true} -> done
    ${HOUSE}
    4m1s cleo@desk asks`);
  expect(named.events.find((event) => event.type === "nudge_asked")).toMatchObject({ byName: "cleo" });
});

test("[L15] the estimate comes from idle holders and past leases, and is silent when too little is known", () => {
  play(`
    0s      anna@desk navigates
    0s      ben@desk navigates
    1s      cleo@desk navigates
    1s      cleo@desk waits      -> estimate none
  `);
  // Of each person who is away the last lease is stored.
  play(`
    0s      dora@desk navigates
    10m     emil@desk navigates  => lease_ended lost dora
    20m     fay@desk navigates   => lease_ended lost emil
    30m     anna@desk navigates  => lease_ended lost fay
    30m     ben@desk navigates
    30m     cleo@desk navigates  -> denied limit_reached
    30m     cleo@desk waits      -> estimate 600000
  `);
  new Scenario().playAwake(
    "after a restart only the latest lease of each person counts, and this is one person",
    `
    0s      anna@desk navigates
    10m     anna@desk navigates  => lease_ended lost anna
    20m     anna@desk navigates  => lease_ended lost anna
    30m     anna@desk navigates  => lease_ended lost anna
    30m     ben@desk navigates
    30m     cleo@desk navigates  -> denied limit_reached
    30m     cleo@desk waits      -> estimate 600000
    31m     cleo@desk looks
  `,
  );
});

test("[L16.1] leaving the line and joining it again lets nobody ask a second holder sooner", () => {
  play(`${HOUSE}
    4m1s    cleo@desk asks        => nudge_asked anna
    4m2s    cleo@desk leaves      => line_left
    4m3s    cleo@desk navigates   -> denied limit_reached
    4m3s    cleo@desk waits       -> waiting
    4m4s    cleo@desk asks        -> refused too_soon !> nudge_asked
  `);
});
