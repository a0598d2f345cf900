/** To the CRM and back: the request as the CRM may see it, its answer with what Hotseat has to add. */
import type { HolderId } from "../../shared/ids.ts";
import { within } from "../identity/patience.ts";
import type { Admission } from "./admissions.ts";
import type { GateParts } from "./gate-parts.ts";
import { answerUnreachable } from "./gate-problems.ts";
import { injectAgent, isInjectable } from "./injection.ts";
import { bindSocket, bindStream, isEventStream } from "./lease-bound.ts";
import { isCacheable } from "./proxy.ts";
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
}

/** A renewal mostly answers before the CRM does; a person waits no longer than this for it. The next answer has it. */
const RENEWAL_WAIT_MS = 100;
export const NO_COOKIES: readonly string[] = [];

export async function carry(gate: GateParts, visit: Visit, load: Load): Promise<Response> {
  const { proxy, pulse, preset, tenant, rules, now } = gate;
  const { request, origin, pathAndQuery, body, isDocument } = visit;
  const { cookie, seat = null, cookies: more = NO_COOKIES } = load;
  const unconditional = isDocument && preset.inject;
  let response: Response;
  try {
    response = await proxy.forward(request, { origin, pathAndQuery, cookie, body, unconditional });
  } catch (error) {
    console.error("The CRM does not answer:", error);
    pulse.note("crm", false);
    return answerUnreachable(gate, visit);
  }
  pulse.note("crm", true);
  if (response.webSocket)
    return seat === null ? response : bindSocket(response, tenant, seat.holder, preset.refusal.webSocketCode);
  const isPage = isDocument && isInjectable(response);
  const cookies = mayBring(gate, seat, more) ? await cookiesFor(gate, response, seat, more) : NO_COOKIES;
  const noStore = isPage && seat !== null && isCacheable(response.headers, now());
  const answer = proxy.answer(response, { origin, cookies, noStore });
  if (seat !== null && (isEventStream(answer.headers) || rules.isStreaming(visit.path)))
    return bindStream(answer, tenant, seat.holder);
  return unconditional && isPage ? injectAgent(answer) : answer;
}

const mayBring = ({ desk }: GateParts, seat: Seat | null, more: readonly string[]): boolean =>
  more.length > 0 || (seat !== null && (seat.renewal !== null || desk.hasPassReady(seat.admission, seat.holder)));

/** G3: what the answer brings along; nothing where it may be stored for others, the next one brings it then. */
async function cookiesFor(
  { desk, now }: GateParts,
  response: Response,
  seat: Seat | null,
  more: readonly string[],
): Promise<readonly string[]> {
  if (isCacheable(response.headers, now())) return NO_COOKIES;
  if (seat === null) return more;
  const renewed = seat.renewal === null ? undefined : await within(RENEWAL_WAIT_MS, seat.renewal);
  return [...desk.takePass(seat.admission, seat.holder), ...more, ...(renewed?.value ?? NO_COOKIES)];
}

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
