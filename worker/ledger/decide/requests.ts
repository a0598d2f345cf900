/** Q1, Q2: asking for more seats or a lower limit, and deciding it in one step. */
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
const titleOf = (kind: RequestKind, count: number): string =>
  kind === "more" ? `ask for ${count} more licences` : `ask for a limit of ${count}`;

export function decideRequest(ledger: Ledger, command: Of<"request_seats">, now: number): Decision {
  const { person, kind, count, note } = command;
  const { settings } = ledger;
  const { limit } = settings;
  if (settings.model !== "concurrent") {
    const detail = "Only firms with concurrent licences have a limit to change: ask a licence manager.";
    return refuse({ code: "conflict", detail, reason: "model" });
  }
  if (kind === "lower") {
    const reason = "Only licence managers and admins ask for a lower limit.";
    if (!mayAdminister(person.role)) return refuseChange(ledger, person, titleOf(kind, count), reason, now);
    if (mayLower(person.role))
      return refuse({ code: "conflict", detail: "You may lower the limit yourself.", reason: "own" });
    if (limit === 1) return refuse({ code: "conflict", field: "count", detail: "The limit is 1 and cannot be lower." });
    if (!isWhole(count, 1, limit - 1)) {
      const detail = `A lower limit is a whole number from 1 to ${limit - 1}.`;
      return refuse({ code: "out_of_range", field: "count", detail });
    }
  } else if (limit === LIMIT_MAX) {
    return refuse({ code: "conflict", field: "count", detail: `The limit is ${LIMIT_MAX}, which is the most.` });
  } else if (!isWhole(count, 1, LIMIT_MAX - limit)) {
    const detail = `Ask for 1 to ${LIMIT_MAX - limit} more licences.`;
    return refuse({ code: "out_of_range", field: "count", detail });
  }
  if (note.length > REQUEST_NOTE_MAX) {
    const detail = `A note may be at most ${REQUEST_NOTE_MAX} characters; this one has ${note.length}.`;
    return refuse({ code: "out_of_range", field: "note", detail });
  }
  const open = openRequests(settings);
  if (open.some((request) => request.kind === kind && request.person.id === person.id)) {
    const detail = "You have asked already, and the request is still open.";
    return refuse({ code: "conflict", detail, reason: "requested_already" });
  }
  if (open.length >= REQUESTS_MAX) {
    const detail = `${REQUESTS_MAX} requests are open already: they have to be decided first.`;
    return refuse({ code: "conflict", detail, reason: "requests_full" });
  }
  const waitMs = allowedInMs(ledger, person.id, now);
  if (waitMs > 0) {
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    const detail = `You have asked for this very often. You can ask again in ${retryAfterSeconds} seconds.`;
    return refuse({ code: "too_soon", detail, retryAfterSeconds });
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
  const title = `decide request ${id}`;
  if (!mayAdminister(actor.role)) {
    const reason = "Only licence managers, admins and support decide requests.";
    return refuseChange(ledger, actor, title, reason, now);
  }
  if (request === undefined) {
    const detail = "This request is no longer open: somebody has decided it, or it never was.";
    return refuse({ code: "not_found", field: "id", detail });
  }
  if (request.kind === "lower" && !mayLower(actor.role)) {
    return refuseChange(ledger, actor, title, "Only support decides a request to lower the limit.", now);
  }
  if (!ANSWERS[request.kind].includes(answer.do)) {
    const detail =
      request.kind === "more"
        ? `A request for more licences is answered by boost, raise or decline, not ${answer.do}.`
        : `A request for a lower limit is answered by lower or decline, not ${answer.do}.`;
    return refuse({ code: "out_of_range", field: "answer", detail });
  }
  const note = answer.do === "decline" ? answer.note : "";
  if (note.length > REQUEST_NOTE_MAX) {
    const detail = `A note may be at most ${REQUEST_NOTE_MAX} characters; this one has ${note.length}.`;
    return refuse({ code: "out_of_range", field: "note", detail });
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
      const detail = `The limit is ${limit} already: decline the request.`;
      return refuse({ code: "conflict", field: "answer", detail });
    }
  }
}
