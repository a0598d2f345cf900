/** Golden samples of the wire: what old and new parties must go on to understand, and what must stay refused. */
import { expect, test } from "vitest";
import { ProblemBody } from "../../shared/problem.ts";
import { API, type ApiName, Refusal, Status, TABS_MAX } from "../../shared/protocol.ts";
import answers from "../fixtures/wire/answers.json" with { type: "json" };
import refused from "../fixtures/wire/requests-refused.json" with { type: "json" };
import taken from "../fixtures/wire/requests-taken.json" with { type: "json" };

const schemaOf = (address: string) => {
  const { body } = API[address as ApiName];
  if (body === null) throw new Error(`${address} takes no body`);
  return body;
};
const ANSWERS = { Status, Refusal, ProblemBody };

test.each(taken)("[P1] $address takes $what", ({ address, body }) => {
  expect(schemaOf(address).parse(body)).toEqual(body);
});

test.each(refused)("[P1] $address refuses $what", ({ address, body, field }) => {
  const parsed = schemaOf(address).safeParse(body);
  expect(parsed.success).toBe(false);
  const issue = parsed.error?.issues[0];
  const place = issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : issue?.path;
  expect(place?.join(".")).toBe(field ?? "");
});

test.each(answers)("[P4] $schema: $what is read", ({ schema, body }) => {
  expect(ANSWERS[schema as keyof typeof ANSWERS].parse(body)).toBeTruthy();
});

test("[P1] every address with a body has samples that it takes and that it refuses", () => {
  for (const [address, { body }] of Object.entries(API)) {
    if (body === null) continue;
    expect([address, taken.some((sample) => sample.address === address)]).toEqual([address, true]);
    expect([address, refused.some((sample) => sample.address === address)]).toEqual([address, true]);
  }
});

test("[P1] tabs are taken up to the most there may be, and not one more", () => {
  const beat = (count: number) => ({
    client: "client-0001",
    seq: 1,
    tabs: Array.from({ length: count }, (_, n) => ({ id: `tab-${n + 1_000_000}`, activeAgeMs: n })),
  });
  expect(API.heartbeat.body.safeParse(beat(TABS_MAX)).success).toBe(true);
  expect(API.heartbeat.body.safeParse(beat(TABS_MAX + 1)).success).toBe(false);
});
