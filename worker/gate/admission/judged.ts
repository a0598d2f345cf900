/**
 * G2: somebody who has no session, or one that is nobody's, may sign in with this very request: at an address that the
 * preset does not call a login, by a form that is taken anywhere, by whatever else the CRM knows. Where the CRM's
 * answer could be a page of such a person, the CRM is asked who it is before the answer leaves.
 */
import { showsKey } from "../../identity/credentials.ts";
import type { Identity } from "../../identity/identity-cache.ts";
import { isOwnCookie } from "../../pass/cookies.ts";
import { beginSignIn } from "../../pass/sign-in.ts";
import { carry, type Load, NO_COOKIES, withCookies } from "../carry.ts";
import { claimSeat, isActive } from "../claim.ts";
import type { GateParts } from "../gate-parts.ts";
import {
  answerNotInAdvance,
  answerOutOfReach,
  answerTooOften,
  answerUnknown,
  answerUnproven,
} from "../gate-problems.ts";
import { type GateRequest, headersOf } from "../gate-request.ts";
import { refuseRequest } from "../refusal/refuse-request.ts";
import { isReading } from "../request-act.ts";
import { endSession, signedOutCookies } from "../session/end-session.ts";
import { carrierAfter, identityCookies, type Known, setCarriers } from "../session/session-values.ts";
import { type Admission, admissionOf } from "./admission-cache.ts";
import { connectionOf } from "./connections.ts";

export async function carryJudged(gate: GateParts, visit: GateRequest, load: Load): Promise<Response> {
  return judgeAnswer(gate, visit, load, await carry(gate, visit, load));
}

/**
 * Somebody with a seat, or who needs none, may sign in as somebody else by a request that the preset does not know for a
 * sign-in.
 */
export function carryKnown(gate: GateParts, visit: GateRequest, load: Load): Promise<Response> {
  if (visit.isLogin) return carryJudged(gate, visit, load);
  return carry(gate, visit, load).then((answer) =>
    visit.hasNewValue && mayHaveSignedIn(gate, visit, answer) ? judgeNewValue(gate, visit, load, answer) : answer,
  );
}

/**
 * G9: whether a new value of the session may be another session. Reading brings one of those only where the address
 * shows a key, or leads on, as the way back from a provider does; and a CRM that renews the value of those who read says
 * nothing by doing so when something is sent.
 */
function mayHaveSignedIn(gate: GateParts, { method, query }: GateRequest, { status }: Response): boolean {
  // Neither a socket nor a fault is a page that was read.
  if (status < 200 || status >= 400) return false;
  if ((status >= 300 && status !== 304) || showsKey(query)) return true;
  if (!isReading(method)) return !gate.renews.byReading;
  gate.renews.byReading = true;
  return false;
}

/** What the CRM does not say leaves the person whose session it was. */
async function judgeNewValue(gate: GateParts, visit: GateRequest, load: Load, answer: Response): Promise<Response> {
  visit.isLogin = true;
  return judgeAnswer(gate, visit, load, answer, () => answer);
}

async function judgeAnswer(
  gate: GateParts,
  visit: GateRequest,
  load: Load,
  answer: Response,
  inDoubt = (ours: Response): Response => inPlaceOf(answer, ours),
): Promise<Response> {
  const { identity } = gate;
  const lines = answer.headers.getSetCookie();
  if (!mayShowPages(gate, visit, load, answer, lines)) return answer;
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
    case "exempt":
      if (load.known?.kind === "exempt")
        return goOn(gate, visit, load, found, [...lines, ...(found.setCookies ?? [])], answer);
      return withCookies(answer, [...(found.setCookies ?? []), ...(await endBefore(gate, visit, load))]);
    case "anonymous":
      return withCookies(answer, [...(found.setCookies ?? []), ...(await endBefore(gate, visit, load))]);
    case "unknown":
      return inDoubt(answerUnknown(gate, visit, found.why));
    case "too_often":
      return inDoubt(answerTooOften(gate, visit));
    case "unproven":
      return inDoubt(answerUnproven(gate, visit, found.why));
    case "signed_in": {
      const asked = found.setCookies ?? NO_COOKIES;
      if (load.seat?.holder === found.person.id) return goOn(gate, visit, load, found, [...lines, ...asked], answer);
      return withCookies(await seatSignedIn(gate, visit, load, found, answer), asked);
    }
  }
}

/**
 * A redirect shows nothing, and where it leads is a request of its own; but a pass of the person before ends with it.
 */
function mayShowPages(
  gate: GateParts,
  visit: GateRequest,
  { session }: Load,
  answer: Response,
  lines: readonly string[],
): boolean {
  if (answer.webSocket || answer.status >= 400) return false;
  if (!answer.ok) return visit.isLogin && session != null;
  return visit.isLogin || !isReading(visit.method) || setCarriers(gate, lines);
}

/** L1: a session that a pass was for is over where somebody else, or nobody, is there now. */
async function endBefore(gate: GateParts, visit: GateRequest, { seat, session }: Load): Promise<readonly string[]> {
  if (session == null) return NO_COOKIES;
  await endSession(gate, session, seat == null ? null : { holder: seat.holder, session: session.session });
  return signedOutCookies(gate, visit, session);
}

/** G9: the same person, by the value that the CRM's answer to the question may have set once more. */
async function goOn(
  gate: GateParts,
  visit: GateRequest,
  { session }: Load,
  known: Extract<Identity, { kind: "signed_in" | "exempt" }>,
  lines: readonly string[],
  answer: Response,
): Promise<Response> {
  const asked = known.setCookies ?? NO_COOKIES;
  const after = asked.length === 0 || session == null ? null : await carrierAfter(gate, visit, lines);
  if (after === null || session == null) return answer;
  return withCookies(answer, [...asked, ...(await identityCookies(gate, visit, session, known, after.value))]);
}

/** I9: a sign-in begins a session, even where the CRM keeps the previous value. */
async function seatSignedIn(
  gate: GateParts,
  visit: GateRequest,
  load: Load,
  known: Extract<Known, { kind: "signed_in" }>,
  answer: Response,
): Promise<Response> {
  const begins = [...(await endBefore(gate, visit, load)), beginSignIn()];
  const after = await carrierAfter(gate, visit, [...answer.headers.getSetCookie(), ...begins]);
  if (after === null) return withCookies(answer, begins);
  const { carrier, value, cookie } = after;
  const connection = connectionOf(visit.request);
  const admission = await admissionOf(gate, { cookie, carrier, value, session: value, connection });
  return judge(gate, { ...visit, cookie }, { admission, known, begins }, answer);
}

/** `begins`: `Set-Cookie` values with which the session begins. */
async function judge(
  gate: GateParts,
  visit: GateRequest,
  {
    admission,
    known,
    begins,
  }: { admission: Admission; known: Extract<Known, { kind: "signed_in" }>; begins: readonly string[] },
  answer: Response,
): Promise<Response> {
  const { person } = known;
  if (visit.act === "prefetch") return withCookies(inPlaceOf(answer, answerNotInAdvance()), begins);
  const wish = { person, act: visit.act, active: isActive(gate, visit) };
  const claim = await claimSeat(gate, visit, admission, wish);
  if (claim.kind === "busy") return withCookies(inPlaceOf(answer, answerOutOfReach(gate, visit)), begins);
  const identity = [...begins, ...(await identityCookies(gate, visit, admission, known))];
  if (claim.kind === "denied") {
    // What was sent is a login, not work to be kept for later; going on is reading the same address.
    const request = new Request(visit.request.url, { headers: visit.request.headers });
    const again = { ...visit, request, method: "GET", hasBody: false, body: null };
    return withCookies(inPlaceOf(answer, await refuseRequest(gate, again, claim.denied, person)), identity);
  }
  gate.counter.counts.claimed++;
  return withCookies(answer, [...identity, ...gate.desk.takePass(admission, person.id)]);
}

/** An answer of ours with the cookies of the CRM's own answer, which nobody sees. */
function inPlaceOf(answer: Response, ours: Response): Response {
  void answer.body?.cancel().catch(() => undefined);
  const lines = answer.headers.getSetCookie().filter((line) => !isOwnCookie(line));
  return withCookies(ours, lines);
}
