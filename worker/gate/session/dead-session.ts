/**
 * G9: a session that the CRM has ended by itself ends the lease when the CRM says so, not when its person is next asked
 * about.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Admission } from "../admission/admission-cache.ts";
import { withCookies } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import { endSession, isDead, signedOutCookies } from "./end-session.ts";

/**
 * The answer to a person with a seat; without it, and without Hotseat's cookies, where the CRM says they are nobody.
 */
export async function endIfDead(
  gate: GateParts,
  req: GateRequest,
  { admission, holder }: { admission: Admission; holder: HolderId },
  answer: Response,
): Promise<Response> {
  const { session } = admission;
  if (req.wayOn !== null || !(req.isForNobody || gate.rules.maySaySignedOut(answer, req.origin))) return answer;
  if (!(await isDead(gate, req, admission, "signs"))) return answer;
  await endSession(gate, admission, { holder, session });
  return withCookies(answer, await signedOutCookies(gate, req, admission));
}
