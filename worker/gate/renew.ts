/** G3: a pass near its end is renewed, in parallel with the request that it admits. */

import type { Pass } from "../pass/pass.ts";
import type { Admission } from "./admission/admission-cache.ts";
import { identify } from "./admission/identify.ts";
import { NO_COOKIES, type Renewed } from "./carry.ts";
import { claimSeat } from "./claim.ts";
import type { GateParts } from "./gate-parts.ts";
import type { GateRequest } from "./gate-request.ts";
import type { ClaimAct } from "./request-act.ts";
import { endSession, signedOutCookies } from "./session/end-session.ts";

const NOTHING: Renewed = { cookies: NO_COOKIES, known: null };

/** For the answer. Never throws and refuses nobody: anyone who is admitted continues until the pass expires. */
export function renew(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  pass: Pass,
  act: ClaimAct,
): Promise<Renewed> {
  const renewal = askAgain(gate, req, admission, pass, act).catch((error: unknown) => {
    console.error("A pass could not be renewed:", error);
    return NOTHING;
  });
  req.ctx.waitUntil(renewal);
  return renewal;
}

async function askAgain(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  pass: Pass,
  act: ClaimAct,
): Promise<Renewed> {
  const { holder, session } = pass;
  const { identity } = await identify(gate, req, admission);
  if (req.isAnswered) gate.owed.add(session, identity.setCookies ?? []);
  if (identity.kind === "anonymous" || identity.kind === "unproven") {
    await endSession(gate, admission, { holder, session });
    return { cookies: await signedOutCookies(gate, req, admission), known: null };
  }
  if (identity.kind !== "signed_in" || identity.person.id !== holder) return NOTHING;
  const { active } = pass;
  pass.active = false;
  const { person, identifiedAt } = identity;
  const outcome = await claimSeat(gate, req, admission, { person, act, active, identifiedAt });
  if (outcome.kind === "stale") gate.identity.forget(session, outcome.endedAt);
  if (outcome.kind !== "granted") {
    pass.active = active;
    return NOTHING;
  }
  return { cookies: NO_COOKIES, known: identity };
}
