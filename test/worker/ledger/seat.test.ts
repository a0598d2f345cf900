import { expect, test } from "vitest";
import { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import { PASSES_MAX } from "../../../worker/ledger/ledger.ts";
import { storedPresence } from "../../../worker/ledger/presence.ts";
import { storedHolder } from "../../../worker/ledger/restore.ts";
import { restoredLease } from "../../../worker/ledger/restored-lease.ts";
import { step } from "../../../worker/ledger/step.ts";
import { leaseDue, restoredDue } from "../../../worker/ledger/time/expiry.ts";
import { Scenario } from "../../support/scenario.ts";

const play = (script: string, options?: ConstructorParameters<typeof Scenario>[0]) =>
  new Scenario(options).play(script);

const everyMinute = (minutes: number, line: string): string =>
  Array.from({ length: minutes }, (_, at) => `${at + 1}m  ${line}`).join("\n");

test("[L5] a socket that stays open is a sign of life, but not work", () => {
  play(`
    0s  anna@desk navigates  -> granted
    ${everyMinute(19, "anna@desk stays")}
    19m30s  anna@desk looks  -> seated
    20m1s   anna@desk stays  => lease_ended idle anna -> unseated
    21m     anna@desk stays  -> unseated, in use 0
  `);
});

test("[L5] a socket is a sign of life, too, where the extension has fallen silent", () => {
  play(`
    0s  anna@desk navigates                  -> granted
    1s  anna@desk beats tabs=a active=0s
    ${everyMinute(6, "anna@desk stays")}
    6m30s  anna@desk looks                   -> seated
    7m  anna@desk closes a
    7m5s  anna@desk stays                    -> seated
    7m10s tick                               => lease_ended closed anna
  `);
});

test("[G8] work that comes by a socket keeps the seat", () => {
  play(`
    0s  anna@desk navigates  -> granted
    ${everyMinute(59, "anna@desk stays working")}
    1h  anna@desk looks      -> seated
    63m  tick                => lease_ended lost anna
  `);
});

test("[L1] one person has one seat, whatever the tabs, browsers and devices", () => {
  play(`
    0s  anna@desk navigates      -> granted, in use 1
    1s  anna@phone navigates     -> granted, in use 1
    2s  anna@desk beats tabs=a+b+c
    3s  anna@phone beats tabs=d  -> tabs 4, in use 1
    4s  ben@desk navigates       -> granted, in use 2
  `);
});

test("[L2] a full house refuses with one reason, a free seat grants", () => {
  play(`
    0s  anna@desk navigates  -> granted
    1s  ben@desk navigates   -> granted
    2s  cleo@desk navigates  -> denied limit_reached, in use 2
    3s  anna@desk releases   => lease_ended released anna
    4s  cleo@desk navigates  -> granted, in use 2 => denial_closed seated cleo
  `);
});

test("[L2] a free seat is for people who wait, not for people who come later", () => {
  play(`
    0s  anna@desk navigates  -> granted
    0s  ben@desk navigates   -> granted
    1s  cleo@desk navigates  -> denied limit_reached
    1s  cleo@desk waits      -> waiting
    2s  anna@desk releases   => seat_offered cleo
    3s  dora@desk navigates  -> denied limit_reached
    4s  cleo@desk reloads    -> granted, in use 2
  `);
});

test("[L3] what is due ends before a command is decided, however late the alarm", () => {
  play(`
    0s     anna@desk navigates  -> granted
    0s     ben@desk navigates   -> granted
    10m    cleo@desk navigates  -> granted => lease_ended lost anna, lease_ended lost ben
  `);
});

test("[L4] a lease ends idle when nothing was done in any tab of any client", () => {
  play(
    `
    0s      anna@desk navigates           -> granted
    1s      anna@desk beats tabs=a active=1s
    1m      anna@phone navigates
    1m1s    anna@phone beats tabs=b active=1s
    2m      anna@desk beats tabs=a active=2m
    3m      anna@phone beats tabs=b active=2m
    4m      anna@desk beats tabs=a active=4m
    5m      anna@phone beats tabs=b active=4m
    5m59s   anna@phone beats tabs=b active=4m58s  -> seated
    6m1s    anna@phone beats tabs=b active=5m     => lease_ended idle anna -> unseated
  `,
    { idleTimeoutMs: 5 * 60_000 },
  );
});

test("[L4] the idle time-out is 5 to 60 minutes, and the range is in the refusal", () => {
  const scenario = play(
    `
    0s  mia@desk idles 61m     -> refused out_of_range
    0s  mia@desk idles 4m59s   -> refused out_of_range
    0s  mia@desk idles 60m     -> done => idle_timeout_changed
    1s  mia@desk idles 5m      -> done => idle_timeout_changed
    2s  anna@desk idles 6m     -> refused forbidden => change_refused
  `,
    { roles: { mia: "licence_manager" } },
  );
  expect(scenario.ledger.settings.idleTimeoutMs).toBe(5 * 60_000);
});

test("[L4] a shorter idle time-out takes hold at once for those who are idle already", () => {
  play(
    `
    0s   anna@desk navigates   -> granted
    1m   anna@desk beats tabs=a active=1m
    3m   anna@desk beats tabs=a active=3m
    5m   anna@desk beats tabs=a active=5m
    6m   mia@desk idles 5m     => lease_ended idle anna
  `,
    { roles: { mia: "licence_manager" } },
  );
});

test("[L5] a client not heard for 180 s is gone; with the last one the lease ends lost", () => {
  play(`
    0s     anna@desk navigates
    1s     anna@desk beats tabs=a active=0s
    1m     anna@phone navigates
    1m1s   anna@phone beats tabs=b active=0s
    3m2s   anna@phone looks   -> seated
    4m     tick               !> lease_ended
    4m1s   tick               => lease_ended lost anna
  `);
});

test("[L5] presence may be doubled, late or reordered", () => {
  play(`
    0s   anna@desk navigates
    1s   anna@desk beats tabs=a+b seq=5 active=0s  -> tabs 2
    2s   anna@desk beats tabs=a seq=4 active=0s    -> tabs 2
    3s   anna@desk beats tabs= seq=3               -> tabs 2
    4s   anna@desk beats tabs=a+b+c seq=6          -> tabs 3
  `);
});

test("[L6] the last tab of the last client closes the lease after a grace of 10 s", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a+b active=0s
    2s    anna@desk closes a       -> tabs 1
    20s   anna@desk closes b       -> seated => pass_handed_back anna
    29s   anna@desk looks          -> seated
    30s   tick                     => lease_ended closed anna -> in use 0
  `);
});

test("[L6] an empty heartbeat closes as well as a beacon does, and both together count once", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a active=0s
    5s    anna@desk closes a
    6s    anna@desk beats tabs=
    15s   tick  => lease_ended closed anna -> in use 0
  `);
});

test("[L6] [P3] the number of a goodbye is written at once, so that no earlier one counts after a loss of memory", () => {
  const scenario = new Scenario();
  const shape = (script: string) => {
    scenario.playAwake("it reads what is to be written", script);
    return [...scenario.ledger.leases.values()].map((lease) => lease.shape);
  };
  const [closed = 0] = shape(`
    0s  anna@desk navigates
    1s  anna@desk beats tabs=a active=0s
    5s  anna@desk closes a
  `);
  expect(shape("6s  anna@desk beats tabs=")).toEqual([closed + 1]);
});

test("[L6] a reload or a navigation within the grace keeps the seat", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a active=0s
    5s    anna@desk closes a
    6s    anna@desk beats tabs=b active=0s  -> tabs 1
    60s   anna@desk looks                   -> seated
    61s   anna@desk closes b
    65s   anna@desk navigates               -> granted
    80s   anna@desk looks                   -> seated
  `);
});

test("[L6] a closed document's id is dead: a late heartbeat does not bring it back", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a active=0s
    5s    anna@desk closes a
    6s    anna@desk beats tabs=a active=5s  -> tabs 0
    15s   tick  => lease_ended closed anna
  `);
});

test.each([
  ["a late heartbeat that names only closed tabs", "anna@desk beats tabs=a active=4s"],
  ["the closing of the same tab, told twice", "anna@desk closes a"],
  ["the release of the same tab, told late", "anna@desk releases a"],
])("[L6.8] [P3] %s closes nothing that a navigation has opened since", (_, told) => {
  play(`
    0s     anna@desk navigates
    1s     anna@desk beats tabs=a active=0s
    5s     anna@desk closes a
    6s     anna@desk navigates   -> granted
    8s     ${told}               -> done !> lease_ended
    3m5s   tick                  !> lease_ended
    3m20s  tick                  => lease_ended lost anna
  `);
});

test("[L6] the first closing of a tab that was never heard of ends the seat, also after a navigation", () => {
  for (const told of ["anna@desk closes b", "anna@desk beats tabs="]) {
    play(`
      0s    anna@desk navigates
      1s    anna@desk beats tabs=a active=0s
      5s    anna@desk closes a
      6s    anna@desk navigates   -> granted
      8s    ${told}
      18s   tick                  => lease_ended closed anna
    `);
  }
});

test("[N1] [P3.3] a desktop client that gave its claim back and claims again keeps the seat after the browser has closed", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a active=0s
    2s    anna@outlook continues
    3s    anna@outlook beats tabs=itself active=0s
    10s   anna@outlook releases itself  -> done
    30s   anna@outlook continues
    31s   anna@outlook beats tabs=itself active=0s
    32s   anna@desk closes a
    60s   tick                          !> lease_ended
  `);
});

test("[L5] a browser that is gone and names only closed tabs takes no sign of life from its requests", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a active=0s
    2s    anna@phone navigates
    3s    anna@phone beats tabs=b active=0s
    5s    anna@desk closes a
    20s   anna@desk navigates
    21s   anna@desk beats tabs=a active=17s  -> done
    22s   anna@phone closes b
    3m19s tick                               !> lease_ended
    3m20s tick                               => lease_ended lost anna
  `);
});

test("[L6] while another browser has tabs open, closing this one ends nothing", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a active=0s
    2s    anna@phone navigates
    3s    anna@phone beats tabs=b active=0s
    5s    anna@desk closes a
    30s   anna@desk looks   -> seated, tabs 1
  `);
});

test("[L6] a closed document's id is dead, also where its browser has been gone for a while", () => {
  play(`
    0s    anna@desk navigates
    1s    anna@desk beats tabs=a seq=1 active=0s
    2s    anna@phone navigates
    3s    anna@phone beats tabs=b active=0s
    4s    anna@desk closes a
    20s   anna@phone beats tabs=b active=0s          -> tabs 1
    21s   anna@desk beats tabs=a seq=2 active=20s    -> tabs 1
    22s   anna@desk beats tabs=a+c seq=4 active=0s   -> tabs 2
    23s   anna@desk beats tabs=a+c+d seq=3 active=0s -> tabs 2
  `);
});

test.each([
  ["[L7] giving back the last tab", "releases a", "released"],
  ["[L2] logging out", "logs out", "signed_out"],
])("%s ends the lease, whatever browser of the person was lost before", (_, act, cause) => {
  for (const lost of ["2s anna@phone navigates", "2s anna@phone navigates\n3s anna@phone beats tabs=b active=0s"]) {
    play(`
      0s     anna@desk navigates
      1s     anna@desk beats tabs=a active=0s
      ${lost}
      170s   anna@desk beats tabs=a active=0s
      190s   anna@desk ${act}    -> unseated => lease_ended ${cause} anna
    `);
  }
});

test("[L7] releasing ends the lease at once, on every tab of every client", () => {
  play(`
    0s   anna@desk navigates
    1s   anna@desk beats tabs=a+b active=0s
    2s   anna@phone navigates
    3s   anna@phone beats tabs=c active=0s
    4s   anna@desk releases                 -> unseated
    5s   anna@phone beats tabs=c active=0s  -> unseated
    5s   anna@phone requests                -> denied seat_released
  `);
});

test("[L7] releasing one tab takes its share; the seat goes with the last tab", () => {
  play(`
    0s   anna@desk navigates
    1s   anna@desk beats tabs=a+b active=0s
    2s   anna@desk releases a  -> seated, tabs 1
    3s   anna@desk releases b  -> unseated => lease_ended released anna
  `);
});

test("[L8] background polling never takes a released, idle, evicted, closed or lost seat back", () => {
  play(
    `
    0s   anna@desk navigates
    1s   anna@desk releases
    2s   anna@desk requests   -> denied seat_released
    3s   anna@desk posts      -> denied seat_released
    4s   anna@desk reloads    -> denied seat_released
    5s   anna@desk moves      -> denied seat_released
    6s   anna@desk continues  -> granted
    7s   mia@desk evicts anna month-end
    8s   anna@desk requests   -> denied seat_evicted
    9s   anna@desk moves      -> denied seat_evicted
    10s  anna@desk reloads    -> denied seat_evicted
    11s  anna@desk navigates  -> granted
    10m  anna@desk requests   -> denied seat_ended => lease_ended lost anna
    11m  anna@desk moves      -> granted
    11m1s anna@desk beats tabs=a active=0s
    13m  anna@desk beats tabs=a active=2m
    15m  anna@desk beats tabs=a active=4m   -> seated
    16m1s anna@desk beats tabs=a active=5m  => lease_ended idle anna
    17m  anna@desk requests   -> denied seat_idle
    17m  anna@desk reloads    -> denied seat_idle
    17m  anna@desk moves      -> granted
  `,
    { idleTimeoutMs: 5 * 60_000, roles: { mia: "licence_manager" } },
  );
});

test("[L8] the first request of a new CRM session claims, later ones of a refused session do not", () => {
  play(`
    0s   anna@desk requests          -> granted
    1s   ben@desk requests           -> granted
    2s   cleo@desk requests          -> denied limit_reached => denial_opened cleo
    3s   cleo@desk requests          -> denied limit_reached !> denial_repeated
    4s   anna@desk releases
    5s   cleo@desk requests          -> denied ask_again
    6s   cleo@desk requests as another-session-of-cleo -> granted
    7s   anna@desk requests as new-login-of-anna -> denied limit_reached
  `);
});

test("[L8] a page that reloads itself claims where nothing was given up by the person", () => {
  play(`
    0s   anna@desk reloads   -> granted
    5m   anna@desk reloads   -> granted => lease_ended lost anna
  `);
});

test("[L11] support is never counted and never refused", () => {
  play(
    `
    0s  anna@desk navigates  -> granted
    0s  ben@desk navigates   -> granted
    1s  sam@desk navigates   -> granted, in use 2, seated
    2s  sam@desk releases    -> unseated, in use 2
  `,
    { roles: { sam: "support" } },
  );
});

test("[L18] a clock that steps back is held", () => {
  play(`
    60s  anna@desk navigates  -> granted
    0s   anna@desk beats tabs=a active=0s
    239s tick  !> lease_ended
    240s tick  => lease_ended lost anna
  `);
});

test("[L2] logging out ends the lease, unless another browser of the person uses it", () => {
  play(`
    0s   anna@desk navigates
    1s   anna@desk beats tabs=a active=0s
    2s   anna@phone navigates
    3s   anna@phone beats tabs=b active=0s
    4s   anna@desk logs out    -> seated, tabs 1
    5s   anna@phone logs out   -> unseated, in use 0 => lease_ended signed_out anna
  `);
});

test("[L9.38] [L9.12] a browser that signs out takes its signs of life along, also where its session is none of the lease's", () => {
  const script = `
    0s      anna@bridge continues                    -> granted
    0s      anna@bridge beats tabs=itself active=0s
    2m      anna@desk beats tabs=a active=0s         -> seated
    2m      anna@wiki stays                          -> seated
    2m      anna@wiki logs out                       -> seated
    2m1s    anna@desk logs out                       -> seated !> lease_ended
  `;
  // The native client's own signs of life count.
  play(`${script}
    2m58s   anna@bridge beats tabs=itself active=0s  -> seated
    5m57s   tick                                     -> in use 1
    5m58s   tick                                     => lease_ended lost anna`);
  play(`${script}
    2m59s   tick                                     -> in use 1
    3m      tick                                     -> in use 0 => lease_ended lost anna`);
  // Nothing but that browser kept it.
  play(`
    0s      anna@bridge continues                    -> granted
    2m      anna@desk beats tabs=a active=0s         -> seated
    4m      anna@desk beats tabs=a active=0s         -> seated
    4m1s    anna@desk logs out                       -> in use 0 => lease_ended lost anna`);
});

test("[L9] a session that the lease never had signs nobody out", () => {
  play(`
    0s   anna@desk navigates   -> granted
    1s   anna@desk beats tabs=a active=0s
    2s   anna@desk closes a
    3s   anna@phone logs out   -> seated !> lease_ended
  `);
});

test("[L2.4] [L2.7] [R2] a seat taken and given back again and again is refused for a while, and leaves no more rows", () => {
  const scenario = play("");
  const tried = 300;
  for (let second = 1; second <= tried; second++) {
    scenario.play(`${second}s anna@desk navigates\n${second}s anna@desk releases`);
  }
  const grants = () => scenario.events.filter(({ type }) => type === "seat_granted").length;
  // Thirty at once, and one more each minute.
  expect(grants()).toBe(30 + Math.floor((tried - 1) / 60));
  scenario.play(`
    5m     anna@desk navigates -> denied too_often
    5m0s   ben@desk navigates  -> granted
    5m1s   anna@desk navigates -> granted
  `);
});

test("[L2.8] nobody makes a seat grow without end by bindings and sessions of their own making", () => {
  const scenario = play("0s anna@desk navigates -> granted");
  const id = (name: string) => HolderId.parse(name);
  const claimBy = (name: string, made: number, second: number) =>
    step(
      scenario.ledger,
      {
        ...{ type: "claim", person: scenario.person(name), act: "navigation", active: true, clientKind: "browser" },
        session: SessionKey.parse(`session-${made}`.padEnd(22, "_")),
        binding: BindingId.parse(`made-up-binding-${made}`),
      },
      1_000_000_000_000 + second * 1_000,
    ).outcome;
  const outcomes = Array.from({ length: 1_000 }, (_, made) => claimBy("anna", made, 1).type);
  expect(outcomes.filter((type) => type === "granted")).toHaveLength(PASSES_MAX - 1);
  expect(JSON.stringify(storedHolder(scenario.ledger, id("anna")).lease).length).toBeLessThan(64_000);
  // Anyone else, and the browser that was there before, are as they were.
  scenario.play(`
    2s   ben@desk navigates   -> granted
    2s   anna@desk navigates  -> granted
  `);
  // L9: what was refused is not out, and the rest is over in time.
  expect(claimBy("anna", 2_000, 2)).toMatchObject({ type: "denied", denied: { reason: "too_often" } });
  expect(claimBy("anna", 2_000, 60)).toMatchObject({ type: "granted" });
});

test("[L5] [L6] a lease that comes back from storage is due when it was", () => {
  const { ledger } = play(
    `
    0s   anna@desk navigates  -> granted
    1s   ben@desk navigates   -> granted
    2s   ben@desk beats tabs=a active=0s
    3s   ben@phone navigates  -> granted
    4s   cleo@desk navigates  -> granted
    5s   cleo@desk beats tabs=a+b active=4s
    6s   cleo@desk closes a
    7s   cleo@desk closes b
    8s   dora@desk navigates  -> granted
    9s   dora@desk beats tabs=a active=0s
    10s  sam@desk navigates   -> granted
  `,
    { limit: 9, roles: { sam: "support" }, idleTimeoutMs: 5 * 60_000 },
  );
  const dues = [...ledger.leases].map(([holder, lease]) => {
    const { lease: stored } = storedHolder(ledger, holder);
    if (stored === null) throw new Error("nothing is stored");
    const due = leaseDue(ledger, lease).at;
    const restored = restoredLease(stored);
    expect([restoredDue(ledger, restored), leaseDue(ledger, restored).at]).toEqual([due, due]);
    expect(storedPresence(restored)).toEqual(stored.presence);
    return due;
  });
  expect(new Set(dues).size).toBe(5);
});
