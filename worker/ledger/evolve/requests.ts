/** Q1, Q2: open and decided requests. They are no change of the settings: their version stays. */
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { prunedRequests, type SeatRequest } from "../requests.ts";

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

export function openRequest(ledger: Ledger, { id, kind, count, note, actor: person, at }: Of<"seats_requested">): void {
  keep(ledger, [...ledger.settings.requests, { id, kind, count, note, person, at, decision: null }]);
}

export function closeRequest(ledger: Ledger, { id, end, note, actor, at }: Of<"request_decided">): void {
  const decision = { end, by: actor.name, byId: actor.id, note, at };
  const requests = ledger.settings.requests.map((request) => (request.id === id ? { ...request, decision } : request));
  keep(ledger, prunedRequests(requests));
}

function keep(ledger: Ledger, requests: SeatRequest[]): void {
  ledger.settings = { ...ledger.settings, requests };
}
