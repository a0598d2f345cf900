/**
 * G2: somebody who has no session, or one that is nobody's, may sign in with this very request: at an address that the
 * preset does not call a login, by a form that is taken anywhere, by whatever else the CRM knows. Where the CRM's
 * answer could be a page of such a person, the CRM is asked who it is before the answer leaves.
 */
import { pause } from "../../async/timeout.ts";
import type { Identity, Question } from "../../identity/identity-cache.ts";
import { showsKey } from "../../identity/key-names.ts";
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
import { credentialAfter, identityCookies, type Known, setsSessionCookie } from "../session/session-values.ts";
import { type Admission, admissionOf } from "./admission-cache.ts";
import { connectionOf } from "./connections.ts";

export async function carryJudged(gate: GateParts, req: GateRequest, load: Load): Promise<Response> {
  return judgeAnswer(gate, req, load, await carry(gate, req, load));
}

/**
 * Somebody with a seat, or who needs none, may sign in as somebody else by a request that the preset does not know for a
 * sign-in.
 */
export function carryKnown(gate: GateParts, req: GateRequest, load: Load): Promise<Response> {
  if (req.isLogin) return carryJudged(gate, req, load);
  return carry(gate, req, load).then((answer) =>
    req.hasNewValue && mayHaveSignedIn(gate, req, load, answer) ? judgeNewValue(gate, req, load, answer) : answer,
  );
}

/**
 * G9: whether a new value of the session may be another session. Whoever reads gets one of those where the address
 * shows a key, or the answer leads on, as the way back from a provider does; or by a link or a remembered sign-in that
 * looks like any other address. So the first new value in a while is asked about; a CRM that goes on like that renews
 * the value of those who read, and says nothing by doing so when something is sent.
 */
function mayHaveSignedIn(gate: GateParts, req: GateRequest, { session }: Load, { status }: Response): boolean {
  // Neither a socket nor a fault nor what is kept is a page that was read.
  if (status < 200 || status >= 400 || status === 304) return false;
  const isFirst = session != null && isFirstInAWhile(gate, session);
  if (isFirst || status >= 300 || showsKey(req.query, gate.preset)) return true;
  if (!isReading(req.method)) return !gate.renews.byReading;
  gate.renews.byReading = true;
  return false;
}

/** No CRM lets a session die sooner of silence. */
const QUIET_MS = 60_000;

/** Whether the session got no new value a moment ago: one that did was alive. */
function isFirstInAWhile({ renews, now }: GateParts, { session }: Admission): boolean {
  const before = renews.lastAt.get(session);
  renews.lastAt.set(session, now());
  return before === undefined || before + QUIET_MS <= now();
}

/** L9: until the CRM says whose session it is, nobody is shown anything in it. */
function judgeNewValue(gate: GateParts, req: GateRequest, load: Load, answer: Response): Promise<Response> {
  req.isLogin = true;
  return judgeAnswer(gate, req, load, answer, askTwice);
}

type Find = (question: Question) => Promise<Identity>;

/** A hiccup of the CRM would cost the person what was sent; and it may be busy with this very request. */
const AGAIN_AFTER_MS = 1_000;

const askTwice =
  (find: Find): Find =>
  async (question) => {
    // The person is known: what others show from the same address is no reason not to ask.
    const known = { ...question, isKnown: true };
    const found = await find(known);
    if (found.kind !== "unknown") return found;
    await pause(AGAIN_AFTER_MS);
    return find(known);
  };

async function judgeAnswer(
  gate: GateParts,
  req: GateRequest,
  load: Load,
  carried: Response,
  asking: (find: Find) => Find = (find) => find,
): Promise<Response> {
  const { identity } = gate;
  const lines = carried.headers.getSetCookie();
  if (!mayShowPages(gate, req, load, carried, lines)) return carried;
  const after = await credentialAfter(gate, req, lines, load.session?.credential);
  if (after === null) return carried;
  req.isJudged = true;
  const answer = readOn(carried);
  const { credential, value, cookie } = after;
  // What was known of the session before the sign-in is over, and so is a question from before.
  identity.forget(value);
  const { origin, path, ctx } = req;
  const headers = headersOf({ ...req, cookie });
  const find = asking(identity.identify);
  const found = await find({ headers, origin, path, ctx, credential, session: value, proof: null });
  switch (found.kind) {
    case "exempt":
      if (load.known?.kind === "exempt")
        return goOn(gate, req, load, found, [...lines, ...(found.setCookies ?? [])], answer);
      return withCookies(answer, [...(found.setCookies ?? []), ...(await endBefore(gate, req, load))]);
    case "anonymous":
      return withCookies(answer, [...(found.setCookies ?? []), ...(await endBefore(gate, req, load))]);
    case "unknown":
      return answer.ok ? inPlaceOf(answer, answerUnknown(gate, req, found.why)) : withoutPass(answer);
    case "too_often":
      return inPlaceOf(answer, answerTooOften(gate, req));
    case "unproven":
      return inPlaceOf(answer, answerUnproven(gate, req, found.why));
    case "signed_in": {
      const asked = found.setCookies ?? NO_COOKIES;
      if (load.seat?.holder === found.person.id) return goOn(gate, req, load, found, [...lines, ...asked], answer);
      return withCookies(await seatSignedIn(gate, req, load, found, answer), asked);
    }
  }
}

/** More of an answer is not kept in memory. */
const AHEAD_MAX_BYTES = 1024 * 1024;

/**
 * The answer, read on while it is held: as long as the CRM writes it, PHP keeps the session locked, and the question
 * whose it is would wait for the answer that waits for it.
 */
function readOn(answer: Response): Response {
  if (answer.body === null) return answer;
  const ahead = new ByteLengthQueuingStrategy({ highWaterMark: AHEAD_MAX_BYTES });
  return new Response(answer.body.pipeThrough(new TransformStream({}, undefined, ahead)), answer);
}

/** What leads on shows nothing; where it leads, the person is asked about again. */
function withoutPass(answer: Response): Response {
  const led = new Response(answer.body, answer);
  led.headers.delete("set-cookie");
  for (const line of answer.headers.getSetCookie()) if (!isOwnCookie(line)) led.headers.append("set-cookie", line);
  return led;
}

/**
 * A redirect shows nothing, and where it leads is a request of its own; but a pass of the person before ends with it.
 */
function mayShowPages(
  gate: GateParts,
  req: GateRequest,
  { session }: Load,
  answer: Response,
  lines: readonly string[],
): boolean {
  if (answer.webSocket || answer.status >= 400) return false;
  if (!answer.ok) return req.isLogin && session != null;
  return req.isLogin || !isReading(req.method) || setsSessionCookie(gate, lines);
}

/** L1: a session that a pass was for is over where somebody else, or nobody, is there now. */
async function endBefore(gate: GateParts, req: GateRequest, { seat, session }: Load): Promise<readonly string[]> {
  if (session == null) return NO_COOKIES;
  await endSession(gate, session, seat == null ? null : { holder: seat.holder, session: session.session });
  return signedOutCookies(gate, req, session);
}

/** G9: the same person, by the value that the CRM's answer to the question may have set once more. */
async function goOn(
  gate: GateParts,
  req: GateRequest,
  { session }: Load,
  known: Extract<Identity, { kind: "signed_in" | "exempt" }>,
  lines: readonly string[],
  answer: Response,
): Promise<Response> {
  const asked = known.setCookies ?? NO_COOKIES;
  const after =
    asked.length === 0 || session == null ? null : await credentialAfter(gate, req, lines, session.credential);
  if (after === null || session == null) return answer;
  return withCookies(answer, [...asked, ...(await identityCookies(gate, req, session, known, after.value))]);
}

/** I9: a sign-in begins a session, even where the CRM keeps the previous value. */
async function seatSignedIn(
  gate: GateParts,
  req: GateRequest,
  load: Load,
  known: Extract<Known, { kind: "signed_in" }>,
  answer: Response,
): Promise<Response> {
  const begins = [...(await endBefore(gate, req, load)), beginSignIn()];
  const lines = [...answer.headers.getSetCookie(), ...begins];
  const after = await credentialAfter(gate, req, lines, load.session?.credential);
  if (after === null) return withCookies(answer, begins);
  const { credential, value, cookie } = after;
  const connection = connectionOf(req.request);
  const admission = await admissionOf(gate, { cookie, credential, value, session: value, connection });
  return judge(gate, { ...req, cookie }, { admission, known, begins }, answer);
}

/** `begins`: `Set-Cookie` values with which the session begins. */
async function judge(
  gate: GateParts,
  req: GateRequest,
  {
    admission,
    known,
    begins,
  }: { admission: Admission; known: Extract<Known, { kind: "signed_in" }>; begins: readonly string[] },
  answer: Response,
): Promise<Response> {
  const { person } = known;
  if (req.act === "prefetch") return withCookies(inPlaceOf(answer, answerNotInAdvance()), begins);
  const wish = { person, act: req.act, active: isActive(gate, req) };
  const claim = await claimSeat(gate, req, admission, wish);
  if (claim.kind === "busy" || claim.kind === "stale")
    return withCookies(inPlaceOf(answer, answerOutOfReach(gate, req)), begins);
  const identity = [...begins, ...(await identityCookies(gate, req, admission, known))];
  if (claim.kind === "denied") {
    // What was sent is a login, not work to be kept for later; going on is reading the same address.
    const request = new Request(req.request.url, { headers: req.request.headers });
    const again = { ...req, request, method: "GET", hasBody: false, body: null };
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
