/**
 * G9: a session that the CRM has ended by itself ends the lease when the CRM says so, not when its person is next asked
 * about.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Admission } from "../admission/admission-cache.ts";
import { withCookies } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import { endSession, signedOutCookies } from "./end-session.ts";

/** A CRM that answers 401 for what a person may not see causes at most one question per session in this time. */
const ASK_AGAIN_MS = 10_000;

/**
 * The answer to a person with a seat; without it, and without Hotseat's cookies, where the CRM says they are nobody.
 */
export async function endIfDead(
  gate: GateParts,
  visit: GateRequest,
  { admission, holder }: { admission: Admission; holder: HolderId },
  answer: Response,
): Promise<Response> {
  const { rules, source, doubts, now, owed } = gate;
  const { session, carrier } = admission;
  if (visit.wayOn !== null || !(visit.isForNobody || rules.maySaySignedOut(answer, visit.origin))) return answer;
  if ((doubts.get(session) ?? Number.NEGATIVE_INFINITY) > now() - ASK_AGAIN_MS) return answer;
  doubts.set(session, now());
  const { request, origin, path } = visit;
  const finding = await source.find({ headers: request.headers, origin, path, carrier });
  if (finding.kind !== "anonymous") {
    owed.add(session, finding.setCookies ?? []);
    return answer;
  }
  await endSession(gate, admission, { holder, session });
  return withCookies(answer, await signedOutCookies(gate, visit, admission));
}
