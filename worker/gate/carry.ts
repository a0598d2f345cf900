/** To the CRM and back: the request as the CRM may see it, its answer with what Hotseat has to add. */
import type { HolderId } from "../../shared/ids.ts";
import { within } from "../identity/patience.ts";
import { nameSetBy } from "../identity/set-cookie.ts";
import type { Admission } from "./admissions.ts";
import { endSession, signedOutCookies } from "./end-session.ts";
import type { GateParts } from "./gate-parts.ts";
import { answerUnreachable } from "./gate-problems.ts";
import { injectAgent, isInjectable } from "./injection.ts";
import { bindSocket, bindStream, isEventStream } from "./lease-bound.ts";
import { isCacheable } from "./proxy.ts";
import { carrierAfter, identityCookies, type Known, setCarriers } from "./session-values.ts";
import type { Visit } from "./visit.ts";

/** What a renewal under way brings: `Set-Cookie` values, and whose session it is. */
export interface Renewed {
  cookies: readonly string[];
  known: Known | null;
}

/** Whose lease an answer may not outlive, and whose pass it may bring. */
export interface Seat {
  holder: HolderId;
  renewal: Promise<Renewed> | null;
}

export interface Load {
  /** The Cookie header for the CRM. */
  cookie: string | null;
  /** G9: the session that goes on with the answer; null: none that anybody was identified by. */
  session?: Admission | null;
  /** Whose it is, where that was found out with this request. */
  known?: Known | null;
  /** null: the request needs no seat. */
  seat?: Seat | null;
  /** `Set-Cookie` values for the answer. */
  cookies?: readonly string[];
  /** G2: see proxy.ts. */
  anonymousBut?: readonly string[];
}

/** A renewal mostly answers before the CRM does; a person waits no longer than this for it. The next answer has it. */
const RENEWAL_WAIT_MS = 100;
export const NO_COOKIES: readonly string[] = [];

export async function carry(gate: GateParts, visit: Visit, load: Load): Promise<Response> {
  const { proxy, pulse, preset, tenant, rules, now } = gate;
  const { request, origin, pathAndQuery, body, isDocument } = visit;
  const { cookie, seat = null, anonymousBut } = load;
  const unconditional = isDocument && preset.inject;
  let response: Response;
  try {
    response = await proxy.forward(request, { origin, pathAndQuery, cookie, body, unconditional, anonymousBut });
  } catch (error) {
    console.error("The CRM does not answer:", error);
    pulse.note("crm", false);
    return withAsked(answerUnreachable(gate, visit), visit);
  }
  pulse.note("crm", true);
  if (response.webSocket)
    return seat === null ? response : bindSocket(response, tenant, seat.holder, preset.refusal.webSocketCode);
  const isPage = isDocument && isInjectable(response);
  const cookies = mayBring(gate, visit, load, response) ? await cookiesFor(gate, visit, load, response) : NO_COOKIES;
  const noStore = isPage && seat !== null && isCacheable(response.headers, now());
  const answer = proxy.answer(response, { origin, cookies, noStore });
  if (seat !== null && (isEventStream(answer.headers) || rules.isStreaming(visit.path)))
    return bindStream(answer, tenant, seat.holder);
  return unconditional && isPage ? injectAgent(answer) : answer;
}

/** Whether anything has to be added to the answer; mostly nothing has. */
function mayBring(
  gate: GateParts,
  visit: Visit,
  { session = null, known = null, seat = null, cookies = NO_COOKIES }: Load,
  { headers }: Response,
): boolean {
  if (cookies.length > 0 || known !== null || visit.asked.length > 0) return true;
  if (session === null) return false;
  if (seat !== null && (seat.renewal !== null || gate.desk.hasPassReady(session, seat.holder))) return true;
  if (visit.isUnsettled || gate.owed.has(session.session)) return true;
  return headers.has("set-cookie") && setCarriers(gate, headers.getSetCookie());
}

/** G3: what the answer brings along; nothing where it may be stored for others, the next one brings it then. */
async function cookiesFor(
  gate: GateParts,
  visit: Visit,
  { session = null, known = null, seat = null, cookies = NO_COOKIES }: Load,
  { headers }: Response,
): Promise<readonly string[]> {
  if (isCacheable(headers, gate.now())) {
    if (session !== null) gate.owed.add(session.session, visit.asked);
    return NO_COOKIES;
  }
  const set = headers.getSetCookie();
  if (session === null) return [...notSetBy(set, visit.asked), ...cookies];
  const renewal = seat?.renewal ?? null;
  const renewed = renewal === null ? undefined : (await within(RENEWAL_WAIT_MS, renewal))?.value;
  visit.isAnswered = true;
  const asked = notSetBy(set, [...gate.owed.take(session.session), ...visit.asked]);
  const lines = [...asked, ...set];
  const after = setCarriers(gate, lines) ? await carrierAfter(gate, visit, lines) : undefined;
  if (after === null) {
    // The CRM has taken the session out of the browser.
    await endSession(gate, session, seat === null ? null : { holder: seat.holder, session: session.session });
    return [...asked, ...signedOutCookies(gate)];
  }
  const pass = seat === null ? NO_COOKIES : gate.desk.takePass(session, seat.holder);
  const whose = renewed?.known ?? known;
  const identity = await identityCookies(gate, visit, session, whose, after?.value);
  return [...asked, ...pass, ...cookies, ...identity, ...(renewed?.cookies ?? NO_COOKIES)];
}

/** What the CRM set in its last answer counts, not what it set in one to a question before. */
function notSetBy(set: readonly string[], lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return lines;
  const names = new Set(set.map(nameSetBy));
  return lines.filter((line) => !names.has(nameSetBy(line)));
}

/** Of an answer of ours, which is never stored: what the CRM set when it was asked who this is. */
export const withAsked = (response: Response, { asked }: Visit): Response => withCookies(response, asked);

export function withHeader(response: Response, name: string, value: string): Response {
  if (response.webSocket) return response;
  const answer = new Response(response.body, response);
  answer.headers.set(name, value);
  return answer;
}

export function withCookies(response: Response, cookies: readonly string[]): Response {
  if (cookies.length === 0 || response.webSocket) return response;
  const answer = new Response(response.body, response);
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}
