/** [P1] Heartbeats that are told by hand are those that the schema takes, and no others. */
import { expect, test } from "vitest";
import { Heartbeat, MOST_ACTIVE_AGE_MS, TABS_MAX } from "../../../shared/protocol.ts";
import { readHeartbeat } from "../../../worker/tenant/heartbeat-text.ts";

const TAB = { id: "tab-0001", activeAgeMs: 500 };
const BEAT = { client: "client-0001", seq: 7, tabs: [TAB, { id: "tab-0002", activeAgeMs: null }] };
const NUMBERS = [0, -0, 1, -1, 0.5, MOST_ACTIVE_AGE_MS, MOST_ACTIVE_AGE_MS + 1, 2 ** 53 - 1, 2 ** 53, 1e300];
const TEXTS = ["", "short", "a".repeat(8), "a".repeat(64), "a".repeat(65), "with space", "täb-0001", "tab-0001\n", "7"];
const ODD = [...NUMBERS, ...TEXTS, null, true, [], {}, [TAB], { ...TAB, more: 1 }, undefined];

function* variants(): Generator<string> {
  for (const value of ODD) {
    yield JSON.stringify(value) ?? "";
    for (const field of ["client", "seq", "tabs", "surprise", "__proto__"]) yield changed(BEAT, field, value);
    for (const field of ["id", "activeAgeMs", "surprise", "__proto__"]) {
      yield `{"client":"client-0001","seq":7,"tabs":[${JSON.stringify(TAB)},${changed(TAB, field, value)}]}`;
    }
    yield JSON.stringify({ ...BEAT, tabs: [TAB, value] });
  }
  for (const count of [0, 1, TABS_MAX, TABS_MAX + 1]) {
    yield JSON.stringify({ ...BEAT, tabs: Array.from({ length: count }, () => TAB) });
  }
  yield* ["{", '{"client":"client-0001","seq":7,"tabs":[]} ,', `\ufeff${JSON.stringify(BEAT)}`, " ".repeat(9)];
  // The last of two fields of one name counts.
  yield '{"client":"client-0001","seq":7,"seq":"7","tabs":[{"id":"tab-0001","activeAgeMs":1}]}';
  yield '{"client":"client-0001","seq":"7","seq":7,"tabs":[{"id":"tab-0001","activeAgeMs":1}]}';
  yield ` ${JSON.stringify(BEAT, null, 2)} `;
}

/** JSON of the object with another value of the field; undefined: without it. */
function changed(object: object, field: string, value: unknown): string {
  const fields = Object.entries(object).filter(([name]) => name !== field);
  if (value !== undefined) fields.push([field, value]);
  return `{${fields.map(([name, of]) => `${JSON.stringify(name)}:${JSON.stringify(of)}`).join(",")}}`;
}

/** The same by the schema. */
function bySchema(text: string): Heartbeat | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = Heartbeat.safeParse(value);
  return parsed.success && parsed.data.tabs.length > 0 ? parsed.data : null;
}

test("[P1] a heartbeat is read by hand exactly where the schema takes one of open tabs", () => {
  const taken = [...variants()].map((text) => [text, readHeartbeat(text)] as const);
  expect(taken).toEqual([...variants()].map((text) => [text, bySchema(text)]));
  const good = taken.filter(([, beat]) => beat !== null).length;
  expect([good > 20, taken.length - good > 200]).toEqual([true, true]);
});
