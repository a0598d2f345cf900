/** To the CRM and back: the request as the CRM may see it, its answer with what Hotseat has to add. */
import type { HolderId } from "../../shared/ids.ts";
import { within } from "../identity/patience.ts";
import { acceptedEncodings } from "./accepted-encodings.ts";
import type { Admission } from "./admissions.ts";
import { forbidStoring, isCacheable } from "./cacheability.ts";
import type { GateParts } from "./gate-parts.ts";
import { answerUnreachable } from "./gate-problems.ts";
import { type Injected, injectAgent } from "./injection.ts";
import { bindSocket, bindStream, isEventStream, type OpenLease } from "./lease-bound.ts";
import { AS_IT_IS, decideOutgoing, type Leaving, type Outgoing } from "./outgoing.ts";
import type { Visit } from "./visit.ts";

/** Whose lease an answer may not outlive, and whose pass it may bring. */
export interface Seat {
  holder: HolderId;
  admission: Admission;
  /** `Set-Cookie` values of a renewal under way. */
  renewal: Promise<readonly string[]> | null;
}

export interface Load {
  /** The Cookie header for the CRM. */
  cookie: string | null;
  /** null: the request needs no seat. */
  seat?: Seat | null;
  /** `Set-Cookie` values for the answer. */
  cookies?: readonly string[];
  /** Everybody may have the answer. */
  isPublic?: boolean;
}

/** A renewal mostly answers before the CRM does; a person waits no longer than this for it. The next answer has it. */
const RENEWAL_WAIT_MS = 100;
export const NO_COOKIES: readonly string[] = [];

export async function carry(gate: GateParts, visit: Visit, asked: Load): Promise<Response> {
  const load = withMarks(visit, asked);
  if (visit.wayOn !== null) return leadOn(gate, visit.origin + visit.pathAndQuery + visit.wayOn.fragment, load);
  const { proxy, pulse, preset, rules } = gate;
  const { request, origin, pathAndQuery, body, isDocument } = visit;
  const { cookie, seat = null, isPublic = false } = load;
  const unconditional = isDocument && preset.inject;
  let response: Response;
  let outgoing = AS_IT_IS;
  let injected: Injected | null = null;
  try {
    response = await proxy.forward(request, { origin, pathAndQuery, cookie, body, unconditional, isPublic });
    if (isDocument || hasCookies(gate, load)) outgoing = decideFor(gate, visit, response, seat);
    if (outgoing.mayInject) injected = await injectAgent(response);
  } catch (error) {
    console.error("The CRM does not answer:", error);
    pulse.note("crm", false);
    return answerUnreachable(gate, visit);
  }
  pulse.note("crm", true);
  if (response.webSocket)
    return seat === null ? response : bindSocket(response, openLease(gate, visit, seat), preset.refusal.webSocketCode);
  const mayBring = outgoing.mayBring || injected?.isChanged === true;
  const cookies = mayBring && hasCookies(gate, load) ? await cookiesFor(gate, load) : NO_COOKIES;
  const answer = proxy.answer(response, { origin, cookies, noStore: outgoing.noStore, injected });
  if (seat !== null && (isEventStream(answer.headers) || rules.isStreaming(visit.path)))
    return bindStream(answer, openLease(gate, visit, seat));
  return answer;
}

const withMarks = ({ marks }: Visit, load: Load): Load =>
  marks.length > 0 && load.seat != null ? { ...load, cookies: [...(load.cookies ?? NO_COOKIES), ...marks] } : load;

const openLease = ({ tenant, rules, config, now }: GateParts, { path }: Visit, seat: Seat): OpenLease => ({
  tenant,
  holder: seat.holder,
  session: seat.admission.session,
  graceMs: config.outageGraceMs,
  isWork: rules.isWorkSocket(path),
  now,
});

/** By a fresh GET: what was pressed is not pressed again. */
async function leadOn(gate: GateParts, location: string, load: Load): Promise<Response> {
  const answer = new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
  return withCookies(answer, hasCookies(gate, load) ? await cookiesFor(gate, load) : NO_COOKIES);
}

function decideFor({ preset, now }: GateParts, visit: Visit, response: Response, seat: Seat | null): Outgoing {
  const { method, isDocument, request } = visit;
  const { headers } = request;
  const leaving: Leaving = {
    method,
    isDocument,
    isGated: seat !== null,
    wantsScript: preset.inject,
    destination: headers.get("sec-fetch-dest"),
    encodings: acceptedEncodings(headers.get("accept-encoding")),
  };
  return decideOutgoing(response, leaving, now());
}

/** Whether anything is there for the answer to bring, or will be in a moment. */
const hasCookies = ({ desk, identityCookies }: GateParts, { seat = null, cookies = NO_COOKIES }: Load): boolean =>
  cookies.length > 0 ||
  (seat !== null &&
    (seat.renewal !== null ||
      desk.hasPassReady(seat.admission, seat.holder) ||
      identityCookies.has(seat.admission.session)));

/** G3: what the answer brings along. What it may not bring waits for the next one. */
async function cookiesFor(
  { desk, identityCookies }: GateParts,
  { seat = null, cookies: more = NO_COOKIES }: Load,
): Promise<readonly string[]> {
  if (seat === null) return more;
  const { holder, admission, renewal } = seat;
  const renewed = renewal === null ? undefined : await within(RENEWAL_WAIT_MS, renewal);
  const own = [...desk.takePass(admission, holder), ...identityCookies.take(admission.session, holder)];
  return [...own, ...more, ...(renewed?.value ?? NO_COOKIES)];
}

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
