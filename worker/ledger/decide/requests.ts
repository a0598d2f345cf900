/** Q1, Q2: asking for more seats or a lower limit, and deciding it in one step. */

import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { allowedInMs } from "../allocation/allowance.ts";
import type { StoredEvent } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { mayAdminister, mayLower, type Person } from "../person.ts";
import {
  nextRequestId,
  openRequests,
  REQUEST_NOTE_MAX,
  REQUESTS_MAX,
  type RequestKind,
  raisedLimit,
  type SeatRequest,
} from "../requests.ts";
import { type Decision, DONE, type Of } from "./decision.ts";
import { decideLimit, decideSettings, refuse, refuseChange } from "./settings.ts";

const actorOf = ({ id, name, role }: Person) => ({ id, name, role });
const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

/** What was asked, in words, for the audit. */
const titleOf = (kind: RequestKind, count: number): Sentence =>
  kind === "more" ? sentence("titleRequestMore", { count }) : sentence("titleRequestLower", { count });

export function decideRequest(ledger: Ledger, command: Of<"request_seats">, now: number): Decision {
  const { person, kind, count, note } = command;
  const { settings } = ledger;
  const { limit } = settings;
  if (settings.model !== "concurrent") {
    const says = sentence("requestModel");
    return refuse({ code: "conflict", says, reason: "model" });
  }
  if (kind === "lower") {
    const reason = sentence("requestLowerWho");
    if (!mayAdminister(person.role)) return refuseChange(ledger, person, titleOf(kind, count), reason, now);
    if (mayLower(person.role)) return refuse({ code: "conflict", says: sentence("requestOwn"), reason: "own" });
    if (limit === 1) return refuse({ code: "conflict", field: "count", says: sentence("requestLeast") });
    if (!isWhole(count, 1, limit - 1)) {
      const says = sentence("requestLowerRange", { most: limit - 1 });
      return refuse({ code: "out_of_range", field: "count", says });
    }
  } else if (limit === LIMIT_MAX) {
    return refuse({ code: "conflict", field: "count", says: sentence("requestMost", { limit: LIMIT_MAX }) });
  } else if (!isWhole(count, 1, LIMIT_MAX - limit)) {
    const says = sentence("requestMoreRange", { most: LIMIT_MAX - limit });
    return refuse({ code: "out_of_range", field: "count", says });
  }
  if (note.length > REQUEST_NOTE_MAX) {
    const says = sentence("requestNoteLong", { most: REQUEST_NOTE_MAX, length: note.length });
    return refuse({ code: "out_of_range", field: "note", says });
  }
  const open = openRequests(settings);
  if (open.some((request) => request.kind === kind && request.person.id === person.id)) {
    const says = sentence("requestAlready");
    return refuse({ code: "conflict", says, reason: "requested_already" });
  }
  if (open.length >= REQUESTS_MAX) {
    const says = sentence("requestsFull", { most: REQUESTS_MAX });
    return refuse({ code: "conflict", says, reason: "requests_full" });
  }
  const waitMs = allowedInMs(ledger, person.id, now);
  if (waitMs > 0) {
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    const says = sentence("tooOften", { seconds: retryAfterSeconds });
    return refuse({ code: "too_soon", says, retryAfterSeconds });
  }
  const id = nextRequestId(settings);
  const asked = { type: "seats_requested", at: now, holder: person.id, actor: actorOf(person) } as const;
  return { events: [{ ...asked, id, kind, count, note }], outcome: DONE };
}

const ANSWERS: Record<RequestKind, readonly Of<"decide_request">["answer"]["do"][]> = {
  more: ["boost", "raise", "decline"],
  lower: ["lower", "decline"],
};

/** Changes the limit, or adds the boost, as its own command would, and closes the request in the same step. */
export function decideRequestAnswer(ledger: Ledger, command: Of<"decide_request">, now: number): Decision {
  const { actor, id, answer } = command;
  const request = openRequests(ledger.settings).find((one) => one.id === id);
  const title = sentence("titleDecide", { id });
  if (!mayAdminister(actor.role)) {
    const reason = sentence("requestWho");
    return refuseChange(ledger, actor, title, reason, now);
  }
  if (request === undefined) {
    const says = sentence("requestGone");
    return refuse({ code: "not_found", field: "id", says });
  }
  if (request.kind === "lower" && !mayLower(actor.role)) {
    return refuseChange(ledger, actor, title, sentence("requestSupport"), now);
  }
  if (!ANSWERS[request.kind].includes(answer.do)) {
    const says =
      request.kind === "more"
        ? sentence("requestAnswersMore", { answer: answer.do })
        : sentence("requestAnswersLower", { answer: answer.do });
    return refuse({ code: "out_of_range", field: "answer", says });
  }
  const note = answer.do === "decline" ? answer.note : "";
  if (note.length > REQUEST_NOTE_MAX) {
    const says = sentence("requestNoteLong", { most: REQUEST_NOTE_MAX, length: note.length });
    return refuse({ code: "out_of_range", field: "note", says });
  }
  const change = carryOut(ledger, command, request, now);
  if (change.outcome.type === "refused") return change;
  const decided: StoredEvent = {
    type: "request_decided",
    at: now,
    holder: actor.id,
    actor: actorOf(actor),
    id,
    person: request.person,
    end: answer.do,
    note,
  };
  return { events: [...change.events, decided], outcome: DONE };
}

function carryOut(ledger: Ledger, command: Of<"decide_request">, request: SeatRequest, now: number): Decision {
  const { actor, answer, version } = command;
  const { limit } = ledger.settings;
  const { count } = request;
  switch (answer.do) {
    case "decline":
      return { events: [], outcome: DONE };
    case "raise":
      return decideLimit(ledger, { type: "set_limit", actor, limit: raisedLimit(limit, request), version }, now);
    case "boost": {
      const boost = { what: "boost", extra: count, startsInMs: 0, lastsMs: answer.lastsMs } as const;
      return decideSettings(ledger, { type: "change_settings", actor, change: boost, version }, now);
    }
    case "lower": {
      if (count < limit) return decideLimit(ledger, { type: "set_limit", actor, limit: count, version }, now);
      const says = sentence("requestOvertaken", { limit });
      return refuse({ code: "conflict", field: "answer", says });
    }
  }
}
