/** To the CRM and back: the request as the CRM may see it, its answer with what Hotseat has to add. */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { within } from "../async/timeout.ts";
import { NamedHeaders } from "../http/named-headers.ts";
import { clearsCookies, isSureDeletion, nameSetBy } from "../http/set-cookie.ts";
import type { Admission } from "./admission/admission-cache.ts";
import type { GateParts } from "./gate-parts.ts";
import { answerKeyInBody, answerUnreachable } from "./gate-problems.ts";
import type { GateRequest } from "./gate-request.ts";
import { acceptedEncodings } from "./proxy/accepted-encodings.ts";
import { forbidStoring, isCacheable } from "./proxy/cacheability.ts";
import { bindSocket, bindStream, isEventStream, type OpenLease } from "./proxy/close-on-lease-end.ts";
import { type Injected, readPage, type Unread } from "./proxy/injection.ts";
import { AS_IT_IS, decideOutgoing, type Leaving, type Outgoing } from "./proxy/outgoing.ts";
import type { Terms } from "./proxy/proxy.ts";
import { endSession, isDead, signedOutCookies } from "./session/end-session.ts";
import { credentialAfter, identityCookies, type Known, setsSessionCookie } from "./session/session-values.ts";

/** What a renewal under way brings: `Set-Cookie` values, and whose session it is. */
export interface Renewed {
  cookies: readonly string[];
  known: Known | null;
}

/** Whose lease an answer may not outlive, and whose pass it may bring. */
export interface Seat {
  holder: HolderId;
  session: SessionKey;
  renewal: Promise<Renewed> | null;
}

export interface Load extends Terms {
  /** G9: the session that goes on with the answer; null: none that anybody was identified by. */
  session?: Admission | null;
  /** Whose it is, where that was found out with this request. */
  known?: Known | null;
  /** null: the request needs no seat. */
  seat?: Seat | null;
  /** `Set-Cookie` values for the answer. */
  cookies?: readonly string[];
  /** G13: whether it is the CRM's login in place of a page is looked for, as for somebody with a seat. */
  seeksLogin?: boolean;
}

/** A renewal mostly answers before the CRM does; a person waits no longer than this for it. The next answer has it. */
const RENEWAL_WAIT_MS = 100;
export const NO_COOKIES: readonly string[] = [];

export async function carry(gate: GateParts, req: GateRequest, asked: Load): Promise<Response> {
  let load = withMarks(req, asked);
  if (req.wayOn !== null) return leadOn(gate, req, req.origin + req.pathAndQuery + req.wayOn.fragment, load);
  const { proxy, dependencyHealth, preset, rules } = gate;
  const { headers, origin, isDocument } = req;
  const { seat = null, isPublic = false } = load;
  let response: Response;
  let head: NamedHeaders;
  let outgoing = AS_IT_IS;
  let injected: Injected | null = null;
  let brings = false;
  try {
    response = await proxy.forward(req, load, isDocument && preset.inject);
    head = new NamedHeaders(response.headers);
    if (seat !== null) req.isForNobody = rules.maySendToLogin(head, [origin, gate.config.crmOrigin]);
    const isRenewed = setsSessionCookie(gate, head.getSetCookie()) || clearsCookies(head);
    if (isRenewed && isPublic) load = { ...load, session: await sessionBeside(gate, req, response) };
    brings = hasCookies(gate, req, load) || (isRenewed && load.session != null);
    const { status } = response;
    const unread = (): Unread => ({ status, headers: head, body: response.body });
    if (isDocument || brings) outgoing = decideFor(gate, req, unread(), load, brings);
    const sign = seat !== null || load.seeksLogin === true ? rules.signedOutSign({ status, headers: head }) : null;
    if (outgoing.mayInject || (sign !== null && response.body !== null)) {
      const isShown = headers.get("sec-fetch-dest") === "document";
      injected = await readPage(unread(), { wantsScript: outgoing.mayInject, isShown, sign });
      req.isForNobody ||= injected.hasSign;
    }
  } catch (error) {
    return answerFailed(gate, req, error);
  }
  dependencyHealth.note("crm", true);
  if (response.webSocket)
    return seat === null ? response : bindSocket(response, openLease(gate, req, seat), preset.refusal.webSocketCode);
  const mayBring = outgoing.mayBring || injected?.isChanged === true;
  if (brings && !mayBring) owe(gate, req, load);
  const cookies = brings ? await cookiesFor(gate, req, load, response, mayBring) : NO_COOKIES;
  const answer = proxy.answer(response, {
    head,
    origin,
    cookies,
    noStore: outgoing.noStore,
    injected,
  });
  if (seat !== null && (isEventStream(head) || rules.isStreaming(req.path)))
    return bindStream(answer, openLease(gate, req, seat));
  return answer;
}

function answerFailed(gate: GateParts, req: GateRequest, error: unknown): Response {
  if (req.watched === "key") return withAsked(answerKeyInBody(gate, req), req);
  console.error("The CRM does not answer:", error);
  // With a body on its way it may be the visitor who broke off, and anybody could make the CRM look down.
  if (!req.hasBody || req.body !== null) gate.dependencyHealth.note("crm", false);
  return withAsked(answerUnreachable(gate, req), req);
}

const withMarks = ({ marks }: GateRequest, load: Load): Load =>
  marks.length > 0 && load.seat != null ? { ...load, cookies: [...(load.cookies ?? NO_COOKIES), ...marks] } : load;

const openLease = ({ tenant, rules, config, now }: GateParts, { path }: GateRequest, seat: Seat): OpenLease => ({
  tenant,
  holder: seat.holder,
  session: seat.session,
  graceMs: config.outageGraceMs,
  isWork: rules.isWorkSocket(path),
  now,
});

/** By a fresh GET: what was pressed is not pressed again. */
async function leadOn(gate: GateParts, req: GateRequest, location: string, load: Load): Promise<Response> {
  const answer = new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
  return withCookies(answer, hasCookies(gate, req, load) ? await cookiesFor(gate, req, load, answer) : NO_COOKIES);
}

function decideFor(
  { preset, now }: GateParts,
  req: GateRequest,
  unread: Unread,
  load: Load,
  brings: boolean,
): Outgoing {
  const { seat = null, cookies = NO_COOKIES } = load;
  const { method, isDocument, headers, request } = req;
  const leaving: Leaving = {
    method,
    isDocument,
    // Also the end of a session, of which the browser has to learn: a login page that may be kept does not stop it.
    isGated: seat !== null || cookies.length > 0,
    brings,
    wantsScript: preset.inject,
    destination: headers.get("sec-fetch-dest"),
    encodings: acceptedEncodings(headers.get("accept-encoding"), request),
  };
  return decideOutgoing(unread, leaving, now());
}

/**
 * A page's files are public and its session's value is renewed with them, too. Not with its documents and redirects:
 * there somebody else may have signed in, which the CRM is asked about then.
 */
async function sessionBeside(gate: GateParts, req: GateRequest, { ok, status }: Response): Promise<Admission | null> {
  const isFile = req.method === "GET" && !req.isDocument && (ok || status === 304);
  const read = isFile ? await gate.readAdmission(req) : null;
  return read === "too_long" ? null : read;
}

/** Whether anything is there for the answer to bring, or will be in a moment. */
function hasCookies(
  { desk, owed }: GateParts,
  { asked, isUnsettled }: GateRequest,
  { session = null, known = null, seat = null, cookies = NO_COOKIES }: Load,
): boolean {
  if (cookies.length > 0 || known !== null || asked.length > 0) return true;
  if (session === null) return false;
  if (seat !== null && (seat.renewal !== null || desk.hasPassReady(session, seat.holder))) return true;
  return isUnsettled || owed.has(session.session);
}

/** G3: what this answer may not bring waits for the next one. */
function owe({ owed }: GateParts, req: GateRequest, { session = null }: Load): void {
  req.isAnswered = true;
  if (session !== null) owed.add(session.session, req.asked);
}

/**
 * G3: what the answer brings along. Not `mayBring`: it may be kept, and given to others; then nothing but what goes with a
 * value of the session that the CRM itself sets by it, for whoever is given that has the session (G9).
 */
async function cookiesFor(
  gate: GateParts,
  req: GateRequest,
  { session = null, known = null, seat = null, cookies = NO_COOKIES }: Load,
  { headers }: Response,
  mayBring = true,
): Promise<readonly string[]> {
  const set = headers.getSetCookie();
  if (session === null) return mayBring ? [...notSetBy(set, req.asked), ...cookies] : NO_COOKIES;
  if (!mayBring && !setsSessionCookie(gate, set) && !clearsCookies(headers)) return NO_COOKIES;
  const renewal = mayBring ? (seat?.renewal ?? null) : null;
  const renewed = renewal === null ? undefined : (await within(RENEWAL_WAIT_MS, renewal))?.value;
  req.isAnswered = true;
  const asked = mayBring ? notSetBy(set, [...gate.owed.take(session.session), ...req.asked]) : NO_COOKIES;
  const lines = [...asked, ...set];
  const after = setsSessionCookie(gate, lines)
    ? await credentialAfter(gate, req, lines, session.credential)
    : undefined;
  req.hasNewValue = after != null && after.value !== session.value && setsSessionCookie(gate, set);
  if ((after === null || clearsCookies(headers)) && (await isTakenAway(gate, req, session, lines))) {
    // The CRM has taken the session out of the browser.
    await endSession(gate, session, seat === null ? null : { holder: seat.holder, session: session.session });
    return [...asked, ...(await signedOutCookies(gate, req, session))];
  }
  const identity = await identityCookies(gate, req, session, renewed?.known ?? known, after?.value);
  if (!mayBring) return identity;
  const pass = seat === null ? NO_COOKIES : gate.desk.takePass(session, seat.holder);
  return [...asked, ...pass, ...identity, ...cookies, ...(renewed?.cookies ?? NO_COOKIES)];
}

/** Whether the browser has lost its session by these lines. Where that is in doubt, the CRM says whether it still knows it. */
async function isTakenAway(
  gate: GateParts,
  req: GateRequest,
  session: Admission,
  lines: readonly string[],
): Promise<boolean> {
  const { source, now } = gate;
  const ofSession = lines.filter((line) => source.isSessionCookie(nameSetBy(line) ?? ""));
  if (isSureDeletion(ofSession, req.path, now())) return true;
  return isDead(gate, req, session, `cookies ${ofSession.join("\n")}`);
}

/** What the CRM set in its last answer counts, not what it set in one to a question before. */
function notSetBy(set: readonly string[], lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return lines;
  const names = new Set(set.map(nameSetBy));
  return lines.filter((line) => !names.has(nameSetBy(line)));
}

/** Of an answer of ours, which is never stored: what the CRM set when it was asked who this is. */
export const withAsked = (response: Response, { asked }: GateRequest): Response => withCookies(response, asked);

export function withHeader(response: Response, name: string, value: string): Response {
  if (response.webSocket) return response;
  const answer = new Response(response.body, response);
  answer.headers.set(name, value);
  return answer;
}

/** For answers that must bring their cookies, whatever the CRM says of keeping them. */
export function withCookies(response: Response, cookies: readonly string[]): Response {
  if (cookies.length === 0 || response.webSocket) return response;
  const answer = new Response(response.body, response);
  // A date of any time counts here: no clock is needed to be on the safe side.
  if (isCacheable(answer.headers, 0)) forbidStoring(answer.headers);
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}
