/** What is said where a request can be neither admitted nor refused a seat: a page for people, JSON for programs. */
import type { WrittenProblem } from "../../shared/problem.ts";
import { REFUSED_HEADER } from "../../shared/reserved-path.ts";
import type { GateParts } from "./gate-parts.ts";
import { type GateRequest, pageOf } from "./gate-request.ts";
import { chooseLanguage, type Language } from "./reader-language.ts";
import { readFormReplay } from "./refusal/form-replay.ts";
import { type KeptForm, showProblem, UNPROVEN } from "./refusal/problem-answer.tsx";

export const languageOf = ({ request }: GateRequest): Language =>
  chooseLanguage(request.headers.get("accept-language"));

const answer = (
  { config }: GateParts,
  req: GateRequest,
  problem: WrittenProblem,
  kept: KeptForm | null = null,
): Response => showProblem(problem, pageOf(req), config.contact, languageOf(req), kept);

/** G5: what a person sent with a request that went no further. A sign-in is no work to be kept. */
export async function keepForm(req: GateRequest): Promise<KeptForm | null> {
  if (req.method !== "POST" || req.isLogin || pageOf(req) === null) return null;
  const form = await readFormReplay(req.request, req.body);
  return form === null ? null : { address: req.origin + req.pathAndQuery, form };
}

export function answerMachine(gate: GateParts, req: GateRequest): Response {
  gate.counter.counts.machine++;
  const detail = "This address of the CRM is for programs, and is closed here. Ask the operator to open it.";
  return answer(gate, req, { code: "machine_closed", detail });
}

/** G2. */
export function answerKeyInBody(gate: GateParts, req: GateRequest): Response {
  gate.counter.counts.machine++;
  const detail =
    "What was sent holds a key or a session of the CRM beside your own sign-in. Please leave it out, or ask the operator.";
  return answer(gate, req, { code: "key_in_body", detail });
}

/** I11. */
export function answerTooLong(gate: GateParts, req: GateRequest): Response {
  const detail =
    "Your browser's sign-in to the CRM is longer than any that the CRM makes. Please delete the cookies of this site and sign in again.";
  return answer(gate, req, { code: "credential_too_long", detail });
}

/** I5. */
export function answerUnknown(gate: GateParts, req: GateRequest, why: string, kept: KeptForm | null = null): Response {
  gate.counter.counts.identity_unknown++;
  console.warn(`A request was held back, for the CRM did not say whose it is: ${why}`);
  const detail =
    "Hotseat asks the CRM who you are, and got no answer that it understands. Please try again in a moment.";
  return answer(gate, req, { code: "identity_unknown", detail }, kept);
}

export function answerTooOften(gate: GateParts, req: GateRequest, kept: KeptForm | null = null): Response {
  gate.counter.counts.identity_unknown++;
  const detail = "Too many sign-ins that the CRM does not know came from your address. Please try again in a minute.";
  return answer(gate, req, { code: "too_soon", detail }, kept);
}

/** I6: a session of the CRM that shows nobody. `hasRunOut`: the page that asks is at work, and is covered. */
export function answerUnproven(
  gate: GateParts,
  req: GateRequest,
  why: string,
  kept: KeptForm | null = null,
  hasRunOut = false,
): Response {
  gate.counter.counts.unproven++;
  console.warn(`A request was held back, for it does not prove whose it is: ${why}`);
  const answered = answer(gate, req, UNPROVEN, kept);
  if (hasRunOut && gate.source.signInAddress !== null && pageOf(req) === null)
    answered.headers.set(REFUSED_HEADER, UNPROVEN.code);
  return answered;
}

/** I6: the person signs in, where there is a place for it. */
export function leadToSignIn({ source, counter }: GateParts, { pathAndQuery }: GateRequest): Response {
  counter.counts.unproven++;
  const headers = { location: source.signInAddress?.(pathAndQuery) ?? "/", "cache-control": "no-store" };
  return new Response(null, { status: 302, headers });
}

/** G6. */
export function answerOutOfReach(gate: GateParts, req: GateRequest, kept: KeptForm | null = null): Response {
  gate.counter.counts.out_of_reach++;
  const detail = "The licence service did not answer. Nothing is lost; please try again in a few seconds.";
  return answer(gate, req, { code: "busy", detail }, kept);
}

/** G6: the CRM itself. */
export function answerUnreachable(gate: GateParts, req: GateRequest): Response {
  const detail = "The CRM behind this address cannot be reached just now. Please try again in a moment.";
  return answer(gate, req, { code: "crm_unreachable", detail });
}

/** G4: not stored and not shown; the browser asks again when the person goes there. */
export const answerNotInAdvance = (): Response =>
  new Response(null, { status: 503, headers: { "cache-control": "no-store" } });
