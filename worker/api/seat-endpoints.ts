/** The contract of the addresses about a person's own seat. */
import type { ProblemCode } from "../../shared/problem.ts";
import { API, API_PATH, type ApiName, Status } from "../../shared/protocol.ts";
import { NEVER_REFUSED } from "./call-limit.ts";
import { BY_PERSON, CHANGED, contractOf, EXPLANATION, messageOf, wordOf } from "./contract.ts";
import type { Endpoint, Message } from "./endpoint.ts";
import * as example from "./examples.ts";

const STATUS: Message = { name: "Status", schema: Status, example: example.STATUS };

const SEATS: Record<
  ApiName,
  Pick<Endpoint, "summary" | "description" | "leadsOn"> & { body: unknown; problems?: readonly ProblemCode[] }
> = {
  status: {
    summary: "Where the person stands.",
    description: "Changes nothing, and takes no seat. Ask when a page opens, and after a problem.",
    body: null,
  },
  heartbeat: {
    summary: "Everything a browser says of itself: its open CRM tabs and their activity.",
    description:
      "Send one every `timing.heartbeatEveryMs` while tabs of the CRM are open, and at once when a tab opens or the person comes back. It restates everything, so a lost one costs nothing. A client that is not heard for three minutes is gone.",
    body: example.BEAT,
  },
  bye: {
    summary: "One CRM tab closes.",
    description:
      "May be sent as a beacon while the page goes. With the last tab of the last client the seat comes free some ten seconds later, unless a page opens before.",
    body: { client: example.CLIENT, tab: example.TAB },
    leadsOn: {
      field: "last",
      description:
        "Leads to the status, where this browser's pass is taken away: following it proves that the browser took the answer, which nobody reads.",
    },
  },
  release: {
    summary: "Gives the seat back on all tabs, or one tab's share of it.",
    description:
      "Without `tab` the seat is free at once. The answer takes this browser's pass away; asking `hand-back` once more proves that it did.",
    body: {},
  },
  claim: {
    summary: "Takes a seat, by an act of the person.",
    description:
      "Only for something that the person did: background polling must not call it. Answers the status, whose `denied` says why there is none.",
    body: { act: "button" },
  },
  "hand-back": {
    summary: "Takes this browser's pass away; asked again with the receipt it left, the pass counts as given back.",
    description: "To be called while the status says `draining`.",
    body: {},
  },
  wait: {
    summary: "Stands in line; asked again, answers when the person's place changes.",
    description:
      "The first call stands in line and answers at once. The following ones are held open until something changes, 20 seconds at most. A seat that comes free is held for a minute; `claim` takes it.",
    body: {},
  },
  leave: {
    summary: "Leaves the line.",
    description: "The place is lost. Harmless for somebody who is not in line.",
    body: {},
  },
  nudge: {
    summary: "Asks the holder who is idle for longest for a seat.",
    description:
      "Only for people in line, where the firm allows it, and once in a while: `Retry-After` says when again.",
    body: {},
    problems: ["forbidden", "conflict"],
  },
  "answer-nudge": {
    summary: "Keeps the seat, or gives it.",
    description: "Answers the question that the status shows as `nudge`. Without an answer in time the seat is given.",
    body: { keep: true },
    problems: ["conflict"],
  },
  "hand-over": {
    summary: "Gives the seat to a colleague who waits.",
    description:
      "Where the firm allows it, and as far as it allows to pass the line. The seat ends as by `release`, and goes to the colleague once this person's passes are over. `to` is a key that the status names in `handover`, or a login or an e-mail address. Naming people who do not wait is limited: `Retry-After` says when again.",
    body: { to: "ben" },
    problems: ["forbidden", "not_found", "conflict", "too_soon"],
  },
  request: {
    summary: "Asks those who may decide for more seats.",
    description:
      "Licence managers, admins and support read it with the history of refusals, and answer it by a boost, a raise of the limit, or a refusal. The status says what became of it as `request`. One request per person is open at a time.",
    body: { count: 1, note: "Month end: two colleagues wait every morning." },
    problems: ["conflict", "out_of_range"],
  },
};

const problemsOf = (name: ApiName): readonly ProblemCode[] => {
  const problems = API[name].body === null ? BY_PERSON : CHANGED;
  return NEVER_REFUSED.has(name) ? problems.filter((code) => code !== "too_soon") : problems;
};

export const SEAT_ENDPOINTS = contractOf(API, (name): Endpoint => {
  const { summary, description, body, leadsOn, problems = [] } = SEATS[name];
  return {
    method: API[name].method,
    path: API_PATH + name,
    id: wordOf(name),
    tag: "Seats",
    summary,
    description,
    access: "who",
    body: messageOf(name, API[name].body, body),
    answer: STATUS,
    ...(leadsOn === undefined ? {} : { leadsOn }),
    problems: [...problemsOf(name), ...problems],
  };
});

export const EXPLAIN: Endpoint = {
  method: "GET",
  path: `${API_PATH}explain`,
  id: "explain",
  tag: "Seats",
  summary: "Why the person has a seat or none.",
  description:
    "Changes nothing. Names the rule, the numbers, and what would change the answer; `said` is the same in the language of `Accept-Language`.",
  access: "who",
  body: null,
  answer: EXPLANATION,
  problems: BY_PERSON,
};
