/** The contract of the administration's addresses. */
import { ADMIN_API, type AdminApiName } from "../../shared/admin-protocol.ts";
import type { ProblemCode } from "../../shared/problem.ts";
import { API_PATH } from "../../shared/protocol.ts";
import { GroupsAnswer, MadeTokenAnswer, ReceiversAnswer, RightsAnswer, TokensAnswer } from "./admin-answers.ts";
import { BY_PERSON, CHANGED, contractOf, EXPLANATION, messageOf, titleOf } from "./contract.ts";
import type { Endpoint, Message } from "./endpoint.ts";
import * as example from "./examples.ts";
import { ShadowAnswer } from "./shadow-answer.ts";
import { ViewAnswer } from "./view-answer.ts";

const VIEW: Message = { name: "View", schema: ViewAnswer, example: example.VIEW };
const SHADOW: Message = { name: "Shadow", schema: ShadowAnswer, example: example.SHADOW };
const GROUPS: Message = { name: "Groups", schema: GroupsAnswer, example: example.GROUPS };
const RIGHTS: Message = { name: "Rights", schema: RightsAnswer, example: example.RIGHTS };
const TOKENS: Message = { name: "Tokens", schema: TokensAnswer, example: [example.TOKEN] };
const RECEIVERS: Message = { name: "Receivers", schema: ReceiversAnswer, example: example.RECEIVERS };
const MADE: Message = {
  name: "MadeToken",
  schema: MadeTokenAnswer,
  example: { token: `hs_k3x9qa_${"0".repeat(32)}`, row: example.TOKEN },
};

const ADMINISTRATION: Record<
  AdminApiName,
  { summary: string; description: string; body: unknown; answer: Message; problems: readonly ProblemCode[] }
> = {
  view: {
    summary: "Who has a seat, who waits, and the settings.",
    description: "Names every holder. `version` is what a change has to name.",
    body: null,
    answer: VIEW,
    problems: [],
  },
  limit: {
    summary: "Sets the limit; only support lowers it.",
    description:
      "Takes effect at once: people in line are seated in the same moment, and nobody loses a seat when it is lowered.",
    body: { limit: 12, version: 7 },
    answer: VIEW,
    problems: ["stale", "out_of_range"],
  },
  "idle-timeout": {
    summary: "Sets after how long without activity a seat is given back.",
    description: "Takes effect at once, also for people who have a seat.",
    body: { idleTimeoutMs: 1_200_000, version: 7 },
    answer: VIEW,
    problems: ["stale", "out_of_range"],
  },
  settings: {
    summary: "Makes one change of the settings.",
    description:
      "`change.what` says which. A version that is not the current one is answered `stale`: read the view again.",
    body: { change: { what: "nudge", allowed: true, showNames: false }, version: 7 },
    answer: VIEW,
    problems: ["not_found", "conflict", "stale", "out_of_range"],
  },
  evict: {
    summary: "Frees somebody's seat; the person reads the note.",
    description:
      "The seat comes free as soon as the person's pass is over, within a minute at most. No typed text is lost.",
    body: { holder: "anna", note: "Month end: finance needs the seat." },
    answer: VIEW,
    problems: ["not_found"],
  },
  explain: {
    summary: "Why somebody has a seat or none.",
    description:
      "Changes nothing. Names the rule, the numbers, and what would change the answer; `said` is the same in the language of `Accept-Language`.",
    body: { holder: "anna" },
    answer: EXPLANATION,
    problems: ["not_found"],
  },
  records: {
    summary: "Reports the number of the CRM's records.",
    description: "For firms that are charged by them; the last number counts.",
    body: { count: 48_211 },
    answer: VIEW,
    problems: [],
  },
  "requests/ask": {
    summary: "Asks for more seats, or support for a lower limit.",
    description:
      "`count` is the number of seats to add (`more`) or the limit wished for (`lower`). The view lists open requests as `settings.requests`.",
    body: { kind: "lower", count: 8, note: "Two people have left." },
    answer: VIEW,
    problems: ["conflict", "out_of_range"],
  },
  "requests/decide": {
    summary: "Carries an open request out in one step, or declines it.",
    description:
      "`boost` adds the seats asked for as long as `lastsMs` says, `raise` for good; `lower` sets the limit asked for, which only support may. A version that is not the current one is answered `stale`.",
    body: { id: "q3", answer: { do: "raise" }, version: 7 },
    answer: VIEW,
    problems: ["not_found", "conflict", "stale", "out_of_range"],
  },
  shadow: {
    summary: "Settings that are tried beside the live ones, and the difference that they would have made.",
    description:
      "`shadow` is null while none were ever tried; the last trial is kept once it has ended. Where a person stands elsewhere in the two, what the person really does says what they would have done: docs/SPEC.md L33 says how, and what cannot be known.",
    body: null,
    answer: SHADOW,
    problems: [],
  },
  "shadow/begin": {
    summary: "Tries settings beside the live ones.",
    description:
      "`changes` are made one after the other in a copy of the settings, as soundly as live ones have to be; nobody feels them. A trial that runs ends. It ends by itself after 14 days.",
    body: { changes: [{ what: "limit", limit: 8 }] },
    answer: SHADOW,
    problems: ["not_found", "conflict", "out_of_range"],
  },
  "shadow/end": {
    summary: "Ends the trial; what came of it stays readable.",
    description: "Answered `not_found` where none runs.",
    body: {},
    answer: SHADOW,
    problems: ["not_found"],
  },
  rights: {
    summary: "Which roles and groups of the CRM give which right.",
    description:
      "The firm's own map, or the preset's, with the names that people here were seen with. It is changed by `settings`, as one change of the kind `rights`.",
    body: null,
    answer: RIGHTS,
    problems: [],
  },
  "rights/preview": {
    summary: "Who would gain and who would lose a right by another map.",
    description:
      "Changes nothing. Answers for the people known here, and refuses what would be refused if it were saved. For admins and support.",
    body: { rights: example.RIGHTS_MAP },
    answer: RIGHTS,
    problems: ["conflict", "out_of_range"],
  },
  groups: {
    summary: "The firm's own groups.",
    description:
      "Groups made in the administration, each worth the same as one of the CRM's: for pools, usage, reports.",
    body: null,
    answer: GROUPS,
    problems: [],
  },
  "groups/read": {
    summary: "One group, and a page of the people that it lists.",
    description:
      "A hundred people a page; an empty `search` finds all. People whom only an e-mail rule names are not listed.",
    body: { id: "k3x9qa7m", search: "", page: 1 },
    answer: GROUPS,
    problems: ["not_found"],
  },
  "groups/make": {
    summary: "Makes a group.",
    description: "There are a hundred groups at most, with 50,000 listed people each and 200,000 in all.",
    body: { name: "Finance", rules: ["@books.acme.example"], people: [{ name: "anna@acme.example" }] },
    answer: GROUPS,
    problems: ["conflict", "out_of_range"],
  },
  "groups/change": {
    summary: "Gives a group another name and other e-mail rules.",
    description:
      "A revision that is not the current one is answered `stale`. A pool that names the old name goes on naming it.",
    body: { id: "k3x9qa7m", revision: 3, name: "Finance", rules: [] },
    answer: GROUPS,
    problems: ["not_found", "conflict", "stale", "out_of_range"],
  },
  "groups/people": {
    summary: "Adds people to a group, takes some out, or replaces them all.",
    description:
      "Running leases are judged again at once; nobody loses a seat. One name that is none refuses all, and nothing is changed. Long lists go in several calls.",
    body: { id: "k3x9qa7m", do: "add", people: [{ id: "anna" }, { name: "ben@acme.example" }] },
    answer: GROUPS,
    problems: ["not_found", "conflict", "out_of_range"],
  },
  "groups/remove": {
    summary: "Removes a group.",
    description: "Its people keep their seats. A pool that names it goes on naming it.",
    body: { id: "k3x9qa7m", revision: 3 },
    answer: GROUPS,
    problems: ["not_found", "stale"],
  },
  receivers: {
    summary: "Whom Hotseat tells of what, and what became of the last message to each.",
    description:
      "Receivers of alerts, events, signed heads and the monthly report. `secret` is null except in the answer that makes one.",
    body: null,
    answer: RECEIVERS,
    problems: [],
  },
  "receivers/add": {
    summary: "Adds a receiver.",
    description:
      "`url` is a public https address, or an e-mail address where `kind` is `email`; an e-mail address is asked first whether it wants messages. Only `generic` takes events, `generic` and `email` take heads, and only `email` takes the report. There are five receivers at most. The answer names the secret of a `generic` one, this once.",
    body: { kind: "generic", url: "https://hooks.acme.example/hotseat", on: ["full", "denied"], events: true },
    answer: RECEIVERS,
    problems: ["out_of_range"],
  },
  "receivers/test": {
    summary: "Sends a message at once, or the question again to an e-mail address that has not answered it.",
    description: "Answers when it was taken; `out_of_range` says why it was not.",
    body: { id: "h7Qz2m" },
    answer: RECEIVERS,
    problems: ["out_of_range"],
  },
  "receivers/secret": {
    summary: "Gives a receiver a new secret, told this once.",
    description: "The one before signs beside it for a day. Only a receiver of the kind `generic` has one.",
    body: { id: "h7Qz2m" },
    answer: RECEIVERS,
    problems: ["out_of_range", "conflict"],
  },
  "receivers/resume": {
    summary: "Turns on a receiver that was turned off for taking nothing.",
    description: "Events go on where they stopped, as far as they are still kept.",
    body: { id: "h7Qz2m" },
    answer: RECEIVERS,
    problems: ["out_of_range", "conflict"],
  },
  "receivers/remove": {
    summary: "Removes a receiver.",
    description: "Nothing goes there any more, nor what still waits for it.",
    body: { id: "h7Qz2m" },
    answer: RECEIVERS,
    problems: ["out_of_range"],
  },
  "receivers/near": {
    summary: "Sets from which share of the limit on it counts as nearly reached.",
    description: "A whole number of percent, from 50 to 99.",
    body: { percent: 90 },
    answer: RECEIVERS,
    problems: ["out_of_range"],
  },
  tokens: {
    summary: "The integrations' tokens, without their secrets.",
    description: "Revoked ones are not among them.",
    body: null,
    answer: TOKENS,
    problems: [],
  },
  "tokens/make": {
    summary: "Makes a token; its secret is in this answer and nowhere else.",
    description: "Choose the narrowest policy that does. There are a hundred tokens at most.",
    body: { name: "Mail plug-in", kind: "mail", policy: "consume" },
    answer: MADE,
    problems: ["conflict"],
  },
  "tokens/revoke": {
    summary: "Revokes a token.",
    description: "It counts no more from the next call on. Seats taken by it end as if the client had gone silent.",
    body: { id: "k3x9qa" },
    answer: TOKENS,
    problems: ["not_found"],
  },
};

export const ADMIN_ENDPOINTS = contractOf(ADMIN_API, (name): Endpoint => {
  const { summary, description, body, answer, problems } = ADMINISTRATION[name];
  const schema = ADMIN_API[name];
  return {
    method: schema === null ? "GET" : "POST",
    path: `${API_PATH}admin/${name}`,
    id: `admin${titleOf(name)}`,
    tag: "Administration",
    summary,
    description,
    access: "who",
    body: messageOf(`admin/${name}`, schema, body),
    answer,
    problems: [...(schema === null ? BY_PERSON : CHANGED), "forbidden", ...problems],
  };
});
