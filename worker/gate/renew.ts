/** G3: near its end a pass is renewed, beside the request that it admits. */

import type { Pass } from "../pass/pass.ts";
import type { Admission } from "./admissions.ts";
import { NO_COOKIES } from "./carry.ts";
import { claimSeat } from "./claim.ts";
import type { GateParts } from "./gate-parts.ts";
import { identify, whoCookies } from "./identify.ts";
import { endSession, signedOutCookies } from "./session-change.ts";
import type { Visit } from "./visit.ts";
import type { ClaimAct } from "./visit-act.ts";

/** Cookies for the answer. Never throws and refuses nobody: anyone who is admitted goes on until the pass is over. */
export function renew(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  pass: Pass,
  act: ClaimAct,
): Promise<readonly string[]> {
  const renewal = askAgain(gate, visit, admission, pass, act).catch((error: unknown) => {
    console.error("A pass could not be renewed:", error);
    return NO_COOKIES;
  });
  visit.ctx.waitUntil(renewal);
  return renewal;
}

async function askAgain(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  pass: Pass,
  act: ClaimAct,
): Promise<readonly string[]> {
  const { holder, session } = pass;
  const answer = await identify(gate, visit, admission);
  if (answer.kind === "anonymous" || answer.kind === "unproven") {
    await endSession(gate, admission, { holder, session });
    return signedOutCookies(gate, visit, admission);
  }
  if (answer.kind !== "signed_in" || answer.person.id !== holder) return NO_COOKIES;
  const { active } = pass;
  pass.active = false;
  const outcome = await claimSeat(gate, visit, admission, { person: answer.person, act, active });
  if (outcome.kind !== "granted") {
    pass.active = active;
    return NO_COOKIES;
  }
  gate.identityCookies.keep(session, holder, await whoCookies(gate, session, answer));
  return NO_COOKIES;
}
