/** [A11] The list of warnings, from facts alone. */

import { expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { RECORDS_LATE_MS, WARNINGS, type WarningFacts, warningsOf } from "../../../worker/tenant/warnings.ts";

const FINE: WarningFacts = {
  full: { measure: "concurrent", limit: 10, agreed: 10, inUse: 3, overBy: 0 },
  records: { count: 900, agreed: 900 },
  pools: [{ id: "fin", name: "Finance", groups: ["accounts"], reserved: 2 }],
  knownGroups: ["accounts", "sales"],
  receivers: 1,
  deafReceivers: 0,
  hasSecret: true,
  answersWithoutSecret: false,
  rowsWaiting: 0,
  rowsWaitingMs: 0,
  dividedAgeMs: null,
  browsers: 3,
  withoutExtension: 0,
  idleTimeoutMs: 20 * MINUTE_MS,
  crmSessionMs: 24 * MINUTE_MS,
};
const kinds = (facts: Partial<WarningFacts>) => warningsOf({ ...FINE, ...facts }).map(({ kind }) => kind);

test("[A11] nothing is out of order where nothing is", () => {
  expect(warningsOf(FINE)).toEqual([]);
  // What is not known is nobody's warning.
  expect(kinds({ answersWithoutSecret: null, crmSessionMs: null, knownGroups: [], rowsWaiting: 5 })).toEqual([]);
  expect(kinds({ rowsWaiting: 5, rowsWaitingMs: RECORDS_LATE_MS - 1 })).toEqual([]);
  for (const records of [null, { count: null, agreed: 5 }, { count: 5, agreed: null }])
    expect(kinds({ records })).toEqual([]);
  expect(kinds({ dividedAgeMs: 8 * DAY_MS })).toEqual([]);
  expect(kinds({ crmSessionMs: 20 * MINUTE_MS })).toEqual([]);
});

test("[A11] each thing that is out of order is named, with its numbers", () => {
  const full = { ...FINE.full, inUse: 12, overBy: 2 };
  expect(warningsOf({ ...FINE, full })).toEqual([{ kind: "over_limit", values: { count: 2, limit: 10 } }]);
  expect(warningsOf({ ...FINE, records: { count: 901, agreed: 900 } })).toEqual([
    { kind: "records_over", values: { count: 901, limit: 900 } },
  ]);
  expect(warningsOf({ ...FINE, knownGroups: ["sales"] })).toEqual([
    { kind: "pool_without_people", values: { pool: "Finance" } },
  ]);
  const pools = [...FINE.pools, { id: "s", name: "Sales", groups: ["sales"], reserved: 8 }];
  expect(warningsOf({ ...FINE, pools })).toEqual([{ kind: "all_reserved", values: { limit: 10 } }]);
  expect(kinds({ pools, full: { ...FINE.full, measure: "named" } })).toEqual([]);
  expect(kinds({ receivers: 0 })).toEqual(["no_receiver"]);
  expect(kinds({ deafReceivers: 1 })).toEqual(["receiver_deaf"]);
  expect(kinds({ answersWithoutSecret: true })).toEqual(["origin_open"]);
  expect(kinds({ hasSecret: false, answersWithoutSecret: true })).toEqual(["no_origin_secret"]);
  expect(warningsOf({ ...FINE, rowsWaiting: 5, rowsWaitingMs: 12 * MINUTE_MS })).toEqual([
    { kind: "records_late", values: { count: 5, minutes: 12 } },
  ]);
  expect(kinds({ dividedAgeMs: MINUTE_MS })).toEqual(["chain_divided"]);
  expect(warningsOf({ ...FINE, withoutExtension: 2 })).toEqual([
    { kind: "without_extension", values: { count: 2, browsers: 3 } },
  ]);
  expect(warningsOf({ ...FINE, idleTimeoutMs: 30 * MINUTE_MS })).toEqual([
    { kind: "idle_beyond_session", values: { idle: 30, session: 24 } },
  ]);
});

test("[A11] they come in one order, and every kind can", () => {
  const all = warningsOf({
    ...FINE,
    full: { ...FINE.full, overBy: 1 },
    records: { count: 2, agreed: 1 },
    knownGroups: ["sales"],
    pools: [{ id: "fin", name: "Finance", groups: ["accounts"], reserved: 10 }],
    receivers: 0,
    deafReceivers: 1,
    hasSecret: true,
    answersWithoutSecret: true,
    rowsWaiting: 1,
    rowsWaitingMs: 60 * MINUTE_MS,
    dividedAgeMs: 0,
    withoutExtension: 1,
    idleTimeoutMs: 60 * MINUTE_MS,
  }).map(({ kind }) => kind);
  expect(all).toEqual(WARNINGS.filter((kind) => kind !== "no_origin_secret"));
});
