import { expect, test } from "vitest";
import { Scenario } from "../../support/scenario.ts";

const play = (script: string) => new Scenario({ limit: 1 }).play(script);

test("[L15] the line is first come first served, and each seat goes to its head", () => {
  play(`
    0s   anna@desk navigates
    1s   ben@desk navigates   -> denied limit_reached
    1s   ben@desk waits       -> position 1
    2s   cleo@desk navigates  -> denied limit_reached
    2s   cleo@desk waits      -> position 2
    3s   anna@desk releases   => seat_offered ben !> seat_offered cleo
    4s   cleo@desk reloads    -> denied limit_reached
    5s   ben@desk reloads     -> granted
    6s   ben@desk releases    => seat_offered cleo
    7s   cleo@desk requests   -> granted
  `);
});

test("[L15] of two who join in the same moment the first to ask is the first in line", () => {
  play(`
    0s   anna@desk navigates
    1s   ben@desk navigates
    1s   cleo@desk navigates
    2s   cleo@desk waits      -> position 1
    2s   ben@desk waits       -> position 2
    3s   cleo@desk looks      -> position 1
    4s   anna@desk releases   => seat_offered cleo !> seat_offered ben
  `);
});

test("[L15] an offer is held for its claim window, then goes to the next", () => {
  play(`
    0s   anna@desk navigates
    1s   ben@desk navigates
    1s   ben@desk waits
    2s   cleo@desk navigates
    3s   cleo@desk waits
    4s   anna@desk releases   => seat_offered ben
    40s  cleo@desk waits
    63s  tick                 !> line_left
    64s  tick                 => line_left lapsed ben, seat_offered cleo -> in use 1
    65s  ben@desk looks       -> unseated
  `);
});

test("[L15] a person not heard from for the lost time leaves the line", () => {
  play(`
    0s   anna@desk navigates
    1s   ben@desk navigates
    1s   ben@desk waits
    2s   cleo@desk navigates
    2s   cleo@desk waits
    20s  cleo@desk waits
    46s  tick                 => line_left gone ben
    47s  cleo@desk looks      -> position 1
  `);
});

test("[L15] only people who asked and were refused may wait, and may leave", () => {
  play(`
    0s   anna@desk navigates
    1s   ben@desk waits       -> unseated
    2s   ben@desk navigates   -> denied limit_reached
    3s   ben@desk waits       -> waiting
    4s   ben@desk leaves      -> unseated => line_left left ben
    5s   anna@desk waits      -> seated
  `);
});

test("[R1] attempts close together are one episode, with its outcome and the time waited", () => {
  const scenario = play(`
    0s    anna@desk navigates
    10s   ben@desk navigates   => denial_opened ben
    20s   ben@desk navigates   => denial_counted ben !> denial_repeated
    25s   ben@desk reloads     !> denial_repeated
    30s   anna@desk releases
    40s   ben@desk navigates   -> granted => denial_closed seated ben
    50s   anna@desk navigates  => denial_opened anna
    2m    ben@desk beats tabs=a active=0s
    4m    ben@desk beats tabs=a active=0s
    6m    ben@desk beats tabs=a active=0s
    8m    ben@desk beats tabs=a active=0s
    10m   ben@desk beats tabs=a active=0s
    12m   ben@desk beats tabs=a active=0s
    14m   ben@desk beats tabs=a active=0s
    15m49s tick                !> denial_closed
    15m50s tick                => denial_closed gave_up anna
    16m   anna@desk navigates  => denial_opened anna
  `);
  const closed = scenario.events.filter((event) => event.type === "denial_closed");
  expect(closed.map((event) => event.waitedMs)).toEqual([30_000, 0]);
});

test("[R1] a page that keeps asking makes one row of the audit per minute, and every attempt is counted", () => {
  const scenario = play("0s anna@desk navigates");
  for (let second = 1; second <= 300; second++) {
    // Anna works on, so that the house stays full.
    scenario.play(`${second}s ben@desk navigates`);
    if (second % 60 === 0) scenario.play(`${second}s anna@desk navigates`);
  }
  scenario.play("301s anna@desk releases\n302s ben@desk navigates -> granted");
  const told = scenario.events.filter(({ type }) => type === "denial_opened" || type === "denial_repeated");
  expect(told.length).toBe(5);
  const closed = scenario.events.find((event) => event.type === "denial_closed");
  expect(closed).toMatchObject({ attempts: 300, outcome: "seated" });
});
