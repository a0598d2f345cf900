/** G2: requests to addresses that are not public, without a session of the CRM or by somebody who gets no seat for it. */

import { dropCredentials } from "../../identity/credentials.ts";
import { NOBODYS } from "../../identity/session-credential.ts";
import { isOwnCookie } from "../../pass/cookies.ts";
import type { GateParts } from "../gate-parts.ts";
import { languageOf } from "../gate-problems.ts";
import type { GateRequest } from "../gate-request.ts";
import { answerForeignFrame, isInCookielessFrame } from "../refusal/foreign-frame.tsx";
import { isReading } from "../request-act.ts";
import { credentialAfter, setsSessionCookie } from "../session/session-values.ts";
import { type Admission, admissionOf } from "./admission-cache.ts";
import { isArrival, withArrival } from "./arrivals.ts";
import { connectionOf } from "./connections.ts";
import type { Identified } from "./identify.ts";
import { carryJudged } from "./judged.ts";

/**
 * Whether the browser shows cookies by which a CRM may know a person without a session, such as a remembered sign-in.
 */
export const mayBeRemembered = ({ source }: GateParts, { method, isDocument, cookie }: GateRequest): boolean =>
  isDocument && method === "GET" && source.credentials.hasOtherCookies(cookie);

/**
 * Asks the CRM who this is by all cookies that the browser shows. Where the CRM knows the person and begins a session,
 * the request goes on in it, and is judged like any other; null: it is nobody.
 */
export async function recognize(
  gate: GateParts,
  req: GateRequest,
): Promise<{ identity: Identified; admission: Admission } | null> {
  const { find, now } = gate;
  const { request, origin, path } = req;
  const identifiedAt = now();
  const found = await find({ headers: request.headers, origin, path, credential: NOBODYS }).catch(() => null);
  if (found?.kind !== "signed_in" && found?.kind !== "exempt") return null;
  const lines = found.setCookies ?? [];
  const after = await credentialAfter(gate, req, lines);
  if (after === null) return null;
  req.asked = lines;
  req.cookie = after.cookie;
  const { cookie, credential, value } = after;
  const connection = connectionOf(request);
  const admission = await admissionOf(gate, { cookie, credential, value, session: value, connection });
  return { identity: { ...found, identifiedAt, who: null }, admission };
}

/** Nothing that could identify the visitor reaches the CRM. */
export function carryStranger(gate: GateParts, req: GateRequest): Promise<Response> {
  return carryNobodys(gate, req, isArrival(gate, req));
}

async function carryNobodys(gate: GateParts, req: GateRequest, isMarked: boolean): Promise<Response> {
  gate.counter.counts.open++;
  const cookie = gate.source.credentials.harmlessCookies(req.cookie);
  const seeksLogin = isInCookielessFrame(req);
  const load = { cookie, anonymousBut: [], seeksLogin };
  const answer = await carryJudged(gate, req, isMarked ? await withArrival(gate, load) : load);
  if (!seeksLogin || !(isLoginInPlace(req, answer) || leadsToLogin(gate, req, answer))) return answer;
  void answer.body?.cancel().catch(() => undefined);
  // G13: said here, while it is known which page was wanted.
  return answerForeignFrame(languageOf(req), gate.config.tenantName, req.pathAndQuery);
}

/**
 * Somebody with a session gets no seat for it: of the request nothing that says who asks goes on, and of the answer no
 * session reaches the browser in place of theirs, except with somebody who signs in by it and gets a seat.
 */
export async function carryAsStranger(gate: GateParts, req: GateRequest): Promise<Response> {
  const cookie = gate.source.credentials.harmlessCookies(req.cookie);
  const headers = new Headers(req.headers);
  dropCredentials(headers);
  if (cookie === null) headers.delete("cookie");
  else headers.set("cookie", cookie);
  const { url, method } = req.request;
  const request = req.body === null ? new Request(req.request, { headers }) : new Request(url, { method, headers });
  const answer = await carryNobodys(gate, { ...req, request, headers, cookie, marks: [], asked: [] }, false);
  const lines = answer.headers.getSetCookie();
  if (lines.some(isOwnCookie) || !setsSessionCookie(gate, lines)) return answer;
  const kept = new Response(answer.body, answer);
  kept.headers.delete("set-cookie");
  for (const line of lines) if (!setsSessionCookie(gate, [line])) kept.headers.append("set-cookie", line);
  return kept;
}

/** The form in place of the page, as the preset knows it; one that sets a partitioned cookie expects it back in this frame. */
const isLoginInPlace = ({ method, isForNobody }: GateRequest, { headers }: Response): boolean =>
  method === "GET" && isForNobody && !bringsPartitioned(headers);

const bringsPartitioned = (headers: Headers): boolean =>
  headers.getSetCookie().some((line) => /;\s*partitioned\b/i.test(line));

/** By a redirect; one that sets a partitioned cookie expects it back in this frame. */
function leadsToLogin({ rules }: GateParts, { method, origin, path }: GateRequest, { status, headers }: Response) {
  const location = headers.get("location");
  if (method !== "GET" || status < 300 || status >= 400 || location === null) return false;
  if (bringsPartitioned(headers)) return false;
  const target = URL.parse(location, origin + path);
  if (target === null || target.origin !== origin) return false;
  return rules.isLoginForm(target.pathname) || rules.isWayToLogin(target.search);
}

/**
 * Whether this is a program's request where the operator lets none in: what changes something, and what no page of the
 * CRM's asked for.
 */
export const isRefusedProgram = ({ rules }: GateParts, { request, method, isDocument }: GateRequest): boolean =>
  rules.refusesPrograms &&
  !(isReading(method) && (isDocument || request.headers.get("sec-fetch-site") === "same-origin")) &&
  !(method === "OPTIONS" && ASKED_FIRST.every((name) => request.headers.has(name)));

/** Browsers ask with these, and without cookies, before a page of another origin may send something. */
const ASKED_FIRST = ["origin", "access-control-request-method"];
