/** [L25] One view of "how full" per licence model, and what usage, alerts and advice make of it. */

import { expect, test } from "vitest";
import { MINUTE_MS } from "../../../shared/durations.ts";
import { BindingId } from "../../../shared/ids.ts";
import { emptyUsage, projectUsage } from "../../../worker/audit/usage/usage-projection.ts";
import { ALL } from "../../../worker/audit/usage/usage-rows.ts";
import { fullnessOf } from "../../../worker/ledger/fullness.ts";
import { standingOf } from "../../../worker/ledger/read/standing.ts";
import { step } from "../../../worker/ledger/step.ts";
import { type AlertState, QUIET, watchRow } from "../../../worker/tenant/alerts/alert-watch.ts";
import { SeatTally } from "../../../worker/tenant/audit/seat-tally.ts";
import { Scenario, type ScenarioOptions, sessionOf } from "../../support/scenario.ts";

const roles = { mia: "licence_manager", sam: "support" } as const;
const assign = (id: string) => `changes {"what":"assign","person":{"id":"${id}","name":"${id}"}}`;

/** Plays a script, and keeps the rows that the audit would have. */
function record(script: string, options: ScenarioOptions = {}) {
  const scenario = new Scenario({ roles, limit: 3, ...options });
  const tally = new SeatTally(scenario.ledger);
  const rows: { seq: number; at: number; kind: string; inUse: number; limit: number; body: string }[] = [];
  for (const line of script.split("\n").filter((text) => text.trim() !== "")) {
    const from = scenario.events.length;
    scenario.playAwake("the tally lives in the object's memory", line);
    const events = scenario.events.slice(from);
    for (const [place, event] of events.entries()) {
      const { inUse, limit, fields } = tally.count(event as never, scenario.ledger, place === events.length - 1);
      const body = JSON.stringify({ ...event, ...fields });
      rows.push({ seq: rows.length + 1, at: event.at, kind: event.type, inUse, limit, body });
    }
  }
  return { scenario, rows, full: fullnessOf(scenario.ledger) };
}

const usageOf = (rows: ReturnType<typeof record>["rows"], pool: string = ALL) => {
  const touched = projectUsage(emptyUsage(), rows).touched.filter((row) => row.pool === pool);
  const sum = (field: "seatMs" | "fullMs" | "limitMs") => touched.reduce((total, row) => total + row[field], 0);
  const peak = Math.max(0, ...touched.map((row) => row.peak));
  return { seatMs: sum("seatMs"), fullMs: sum("fullMs"), limitMs: sum("limitMs"), peak };
};

function alertsOf({ rows, full }: ReturnType<typeof record>): string[] {
  let state: AlertState = QUIET;
  return rows.flatMap((row) => {
    const watched = watchRow(state, row, 90, 0, full.measure);
    state = watched.state;
    return watched.alerts.map(({ kind }) => kind);
  });
}

const NAMED = `
  0s sam@desk changes {"what":"named_licences","licences":10}
  0s sam@desk changes {"what":"model","model":"named"}
  0s mia@desk ${assign("anna")}
  0s mia@desk ${assign("ben")}
  0s anna@desk navigates`;
const beats = (minutes: number) =>
  Array.from({ length: minutes }, (_, minute) => `${minute + 1}m anna@desk beats tabs=a active=1s`).join("\n");

test("[L25] the named model counts licences of people: an hour of one is an hour of use, and never full", () => {
  const told = record(`${NAMED}\n${beats(60)}\n60m anna@desk releases`);
  const before = record(NAMED);
  expect(before.full).toEqual({
    measure: "named",
    limit: 10,
    agreed: 10,
    inUse: 1,
    free: 9,
    overBy: 0,
    isFull: false,
    named: { licences: 10, assigned: 2, inUse: 1 },
  });
  expect(usageOf(told.rows)).toEqual({ seatMs: 60 * MINUTE_MS, fullMs: 0, limitMs: 600 * MINUTE_MS, peak: 1 });
  expect(alertsOf(told)).toEqual([]);
  const granted = told.rows.find(({ kind }) => kind === "seat_granted");
  expect(granted).toMatchObject({ inUse: 1, limit: 10 });
  expect(JSON.parse(granted?.body ?? "")).toMatchObject({ named: true, exempt: false, model: "named" });
});

test("[L25] with one named licence in use of one, nobody is kept out by it: no alert, no full time", () => {
  const told = record(`
    0s sam@desk changes {"what":"named_licences","licences":1}
    0s sam@desk changes {"what":"model","model":"named"}
    0s mia@desk ${assign("anna")}
    0s anna@desk navigates
    10m ben@desk navigates -> denied not_assigned
    11m anna@desk logs`);
  expect(usageOf(told.rows)).toMatchObject({ fullMs: 0, peak: 1 });
  expect(alertsOf(told)).toEqual(["denied"]);
});

test("[L25] [L9] anyone whose named licence is taken away at work is over the limit, and still counted", () => {
  const { full, rows } = record(`${NAMED}\n1m mia@desk changes {"what":"unassign","id":"anna"} !> lease_ended`);
  expect(full).toMatchObject({ measure: "named", inUse: 1, overBy: 1, named: { assigned: 1, inUse: 0 } });
  expect(rows.at(-1)).toMatchObject({ inUse: 1, limit: 10 });
});

test("[L25] beside a pool, named licences have numbers of their own and are no part of the pool's", () => {
  const { full, rows } = record(`
    0s sam@desk changes {"what":"named_licences","licences":4}
    0s mia@desk ${assign("anna")}
    0s anna@desk navigates
    0s ben@desk navigates
    1m ben@desk releases`);
  expect(full).toEqual({
    measure: "mixed",
    limit: 3,
    agreed: 3,
    inUse: 0,
    free: 3,
    overBy: 0,
    isFull: false,
    named: { licences: 4, assigned: 1, inUse: 1 },
  });
  expect(rows.map(({ inUse, limit }) => [inUse, limit]).slice(-2)).toEqual([
    [1, 3],
    [0, 3],
  ]);
  expect(usageOf(rows)).toMatchObject({ peak: 1 });
});

test("[L25] [R3] a change of the model counts the people at work by the new one, groups too", () => {
  const groups = { anna: ["Sales"], ben: ["Sales"] };
  const { rows, full } = record(
    `
    0s sam@desk changes {"what":"named_licences","licences":4}
    0s mia@desk ${assign("anna")}
    0s anna@desk navigates
    0s ben@desk navigates
    1m sam@desk changes {"what":"model","model":"named"}
    2m anna@desk releases
    2m sam@desk changes {"what":"model","model":"concurrent"}
    3m ben@desk releases`,
    { groups },
  );
  expect(full).toMatchObject({ measure: "mixed", inUse: 0 });
  expect(rows.map(({ kind, inUse, limit }) => `${kind} ${inUse}/${limit}`).slice(-4)).toEqual([
    "settings_changed 2/4",
    "lease_ended 1/4",
    "settings_changed 1/3",
    "lease_ended 0/3",
  ]);
  // A minute of ben alone, one of both, one of ben alone.
  expect(usageOf(rows, "Sales")).toMatchObject({ seatMs: 4 * MINUTE_MS, peak: 2 });
});

test("[L25] [L26] in the records model people are counted up to the technical cap, whatever the limit says", () => {
  const { full, scenario } = record(`
    0s sam@desk changes {"what":"model","model":"records"}
    0s anna@desk navigates -> granted
    0s ben@desk navigates  -> granted
    0s cleo@desk navigates -> granted
    0s dora@desk navigates -> granted`);
  expect(full).toMatchObject({ measure: "records", limit: 999, agreed: 999, inUse: 4, isFull: false });
  const status = standingOf(scenario.ledger, scenario.person("anna"), { name: "Acme", contact: "" }, 0);
  expect(status).toMatchObject({ measure: "records", limit: 999, inUse: 4, isFull: false });
});

test("[L25] people with a named licence are counted by events as a restart counts them", () => {
  const scenario = new Scenario({ roles, limit: 3 });
  scenario.playAwake("what events count is what a restart counts", NAMED);
  scenario.playAwake("what events count is what a restart counts", "1m ben@desk navigates");
  const before = fullnessOf(scenario.ledger);
  scenario.restart(2_000_000_000_000);
  expect(fullnessOf(scenario.ledger)).toEqual(before);
});

test("[L27] a reason is judged again with each answer: nobody reads that all are in use while one is free", () => {
  const scenario = new Scenario({ roles, limit: 1 });
  scenario.play(`
    0s  anna@desk navigates  -> granted
    1s  ben@desk navigates   -> denied limit_reached
    2s  ben@desk requests    -> denied limit_reached
    3s  anna@desk releases
    4s  ben@desk requests    -> denied ask_again, in use 0`);
  const denied = () =>
    standingOf(scenario.ledger, scenario.person("ben"), { name: "Acme", contact: "" }, scenario.ledger.lastAt).denied;
  expect(denied()).toBe("ask_again");
  scenario.play(`
    5s  cleo@desk navigates  -> granted
    6s  ben@desk requests    -> denied limit_reached
    7s  ben@desk waits       -> waiting
    8s  cleo@desk releases   => seat_offered ben
    9s  ben@desk requests    -> granted`);
  expect(denied()).toBeNull();
});

test("[L27] [N1] a program that takes only reserved licences reads that those are taken, not that all are", () => {
  const scenario = new Scenario({ roles, limit: 5 });
  const person = scenario.person("ben");
  const claim = { type: "claim", act: "button", active: true, clientKind: "native:mail", reservedOnly: true } as const;
  const { outcome } = step(
    scenario.ledger,
    { ...claim, person, session: sessionOf("ben-desk"), binding: BindingId.parse("binding-of-ben") },
    1_000_000_000_000,
  );
  expect(outcome).toMatchObject({ type: "denied", denied: { reason: "reserved_taken", inUse: 0, limit: 5 } });
});
