/** The contract of the addresses for integrations' clients. */
import { NATIVE_API, NativeAnswer, type NativeApiName, NativeCounted } from "../../shared/native-protocol.ts";
import { API_PATH } from "../../shared/protocol.ts";
import { ASKED, BODY, contractOf, messageOf, titleOf } from "./contract.ts";
import type { Endpoint, Message } from "./endpoint.ts";
import * as example from "./examples.ts";

const VERDICT: Message = { name: "Verdict", schema: NativeAnswer, example: example.VERDICT };

const NATIVE: Record<NativeApiName, { summary: string; description: string; body: unknown; answer: Message }> = {
  check: {
    summary: "Whether the person would be let in; takes and reserves nothing.",
    description: "A `PASS` is good only for this moment: somebody else may take the seat before `claim` does.",
    body: { person: example.PERSON },
    answer: VERDICT,
  },
  claim: {
    summary: "Takes a seat for the person, or keeps it.",
    description:
      "Repeat it at least every `validForMs` while the person works; one who is silent for longer is gone. A person who works in a browser, too, has the same seat.",
    body: { person: example.PERSON, client: example.CLIENT, activeAgeMs: 1_500 },
    answer: VERDICT,
  },
  release: {
    summary: "Gives the seat back, if no browser of the person uses it.",
    description: "Harmless for somebody who has none.",
    body: { person: example.PERSON, client: example.CLIENT },
    answer: VERDICT,
  },
  records: {
    summary: "Reports the number of the CRM's records.",
    description: "For firms that are charged by them; the last number counts.",
    body: { count: 48_211 },
    answer: { name: "RecordsCounted", schema: NativeCounted, example: { count: 48_211 } },
  },
};

export const NATIVE_ENDPOINTS = contractOf(NATIVE_API, (name): Endpoint => {
  const { summary, description, body, answer } = NATIVE[name];
  return {
    method: "POST",
    path: `${API_PATH}native/${name}`,
    id: `native${titleOf(name)}`,
    tag: "Native clients",
    summary,
    description,
    access: "token",
    policies: NATIVE_API[name].policies,
    body: messageOf(`native/${name}`, NATIVE_API[name].body, body),
    answer,
    problems: [...ASKED, ...BODY, "forbidden"],
  };
});
