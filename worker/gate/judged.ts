/**
 * G2: somebody who has no session, or one that is nobody's, may sign in with this very request: at an address that the
 * preset does not call a login, by a form that is taken anywhere, by whatever else the CRM knows. Where the CRM's answer
 * could be a page of such a person, the CRM is asked who it is before the answer leaves.
 */
import { isOwnCookie } from "../pass/cookies.ts";
import { type Admission, admissionOf } from "./admissions.ts";
import { carry, type Load, withCookies } from "./carry.ts";
import { claimSeat, isActive } from "./claim.ts";
import type { GateParts } from "./gate-parts.ts";
import {
  answerNotInAdvance,
  answerOutOfReach,
  answerTooOften,
  answerUnknown,
  answerUnproven,
} from "./gate-problems.ts";
import { refuseVisit } from "./refuse-visit.ts";
import { carrierAfter, identityCookies, type Known, setCarriers } from "./session-values.ts";
import { headersOf, type Visit } from "./visit.ts";
import { isReading } from "./visit-act.ts";

export async function carryJudged(gate: GateParts, visit: Visit, load: Load): Promise<Response> {
  const answer = await carry(gate, visit, load);
  const { config, identity, now } = gate;
  const lines = answer.headers.getSetCookie();
  if (!mayShowPages(gate, visit, answer, lines)) return answer;
  const after = await carrierAfter(gate, visit, lines);
  if (after === null) return answer;
  visit.isJudged = true;
  const { carrier, value, cookie } = after;
  // What was known of the session before the sign-in is over, and so is a question from before.
  identity.forget(value);
  const { origin, path, ctx } = visit;
  const headers = headersOf({ ...visit, cookie });
  const found = await identity.identify({ headers, origin, path, ctx, carrier, session: value, proof: null });
  switch (found.kind) {
    case "anonymous":
    case "exempt":
      return withCookies(answer, found.setCookies ?? []);
    case "unknown":
      return inPlaceOf(answer, answerUnknown(gate, visit, found.why));
    case "too_often":
      return inPlaceOf(answer, answerTooOften(gate, visit));
    case "unproven":
      return inPlaceOf(answer, answerUnproven(gate, visit, found.why));
    case "signed_in": {
      const admission = await admissionOf(config, cookie, carrier, value, value, now());
      const judged = await judge(gate, { ...visit, cookie }, admission, found, answer);
      return withCookies(judged, found.setCookies ?? []);
    }
  }
}

/** A redirect shows nothing, and where it leads is a request of its own. */
const mayShowPages = (gate: GateParts, visit: Visit, answer: Response, lines: readonly string[]): boolean =>
  answer.ok && !answer.webSocket && (visit.isLogin || !isReading(visit.method) || setCarriers(gate, lines));

async function judge(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  known: Extract<Known, { kind: "signed_in" }>,
  answer: Response,
): Promise<Response> {
  const { person } = known;
  if (visit.act === "prefetch") return inPlaceOf(answer, answerNotInAdvance());
  const wish = { person, act: visit.act, active: isActive(gate, visit) };
  const claim = await claimSeat(gate, visit, admission, wish);
  if (claim.kind === "busy") return inPlaceOf(answer, answerOutOfReach(gate, visit));
  const identity = await identityCookies(gate, visit, admission, known);
  if (claim.kind === "denied") {
    // What was sent is a login, not work to be kept for later; going on is reading the same address.
    const request = new Request(visit.request.url, { headers: visit.request.headers });
    const again = { ...visit, request, method: "GET", body: null };
    return withCookies(inPlaceOf(answer, await refuseVisit(gate, again, claim.denied, person)), identity);
  }
  gate.counter.counts.claimed++;
  return withCookies(answer, [...gate.desk.takePass(admission, person.id), ...identity]);
}

/** An answer of ours with what the CRM set in its own, which nobody gets to see. */
function inPlaceOf(answer: Response, ours: Response): Response {
  void answer.body?.cancel().catch(() => undefined);
  const lines = answer.headers.getSetCookie().filter((line) => !isOwnCookie(line));
  return withCookies(ours, lines);
}
