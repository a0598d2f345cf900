/** [R2] What of an event reaches the chain: sentences in English, and what was said beside them, both under seal. */
import { expect, test } from "vitest";
import { sentence } from "../../../../shared/sentence.ts";
import { SENTENCES_FIELD, sealText } from "../../../../worker/audit/chain.ts";
import { redactEvent, type Words } from "../../../../worker/tenant/audit/redact-event.ts";

const words: Words = { wordOf: (holder) => `w-${holder}`, meet: ({ id }) => `w-${id}`, meetNamed: (id) => `w-${id}` };

test("[R2.8] a sentence is kept in English and as what was said, and the chain holds neither's names", () => {
  const what = sentence("assigned", { name: "Ulf Zorn" });
  const { body, texts } = redactEvent({ what, reason: sentence("freesSeats") }, words, 1, () => "salt");
  expect(texts).toEqual([
    { field: "what", salt: "salt", text: "Ulf Zorn: a named licence assigned" },
    { field: SENTENCES_FIELD, salt: "salt", text: expect.any(String) },
  ]);
  expect(JSON.parse(texts[1]?.text ?? "")).toEqual({ what, reason: sentence("freesSeats") });
  expect(JSON.parse(body)).toEqual({
    what: { seal: sealText("salt", "Ulf Zorn: a named licence assigned") },
    reason: "Only licence managers, admins and support free licences.",
    [SENTENCES_FIELD]: { seal: sealText("salt", texts[1]?.text ?? "") },
  });
  expect(body).not.toContain("Zorn");
});

test("[R2] keys of the CRM are opaque words wherever a setting names whoever made it", () => {
  const patch = {
    announcement: { id: "a2", text: "Please save", by: "Ulf Zorn", byId: "crm-ulf", until: 1 },
    boosts: [{ id: "b3", extra: 2, from: 0, until: 1, by: "Ulf Zorn", byId: "crm-ulf" }],
    closing: { id: "c4", text: "", by: "Ulf Zorn", holder: "crm-ulf", from: 0, until: 1 },
  };
  const { body } = redactEvent({ patch }, words, 1, () => "salt");
  expect(JSON.parse(body).patch).toMatchObject({
    announcement: { byId: "w-crm-ulf" },
    boosts: [{ byId: "w-crm-ulf" }],
  });
  expect(body).not.toMatch(/"crm-ulf"|Zorn/);
});
