/** Requests that go on to the CRM: by which pass, and what they tell of the person's work. */
import { OUTAGE_HEADER } from "../../../shared/protocol.ts";
import { stripCookies } from "../../pass/cookies.ts";
import type { Pass } from "../../pass/pass.ts";
import type { Person } from "../../tenant/tenant-calls.ts";
import { carry, withHeader } from "../carry.ts";
import { isActive } from "../claim.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import { renew } from "../renew.ts";
import type { ClaimAct } from "../request-act.ts";
import type { Known } from "../session/session-values.ts";
import type { Admission } from "./admission-cache.ts";
import { isArrival, withArrival } from "./arrivals.ts";
import type { SignedIn } from "./identify.ts";
import { carryKnown } from "./judged.ts";
import { carryOwn, everyOther } from "./keys-beside.ts";

/** G2: no seat is needed. `isPublic`: of anybody. */
export function carryOpen(gate: GateParts, req: GateRequest, isPublic: boolean): Response | Promise<Response> {
  gate.counter.counts.open++;
  const load = { cookie: stripCookies(req.cookie), isPublic };
  return isPublic && isArrival(gate, req)
    ? withArrival(gate, load).then((marked) => carry(gate, req, marked))
    : carry(gate, req, load);
}

/** I7. */
export function carryExempt(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  identity: Extract<Known, { kind: "exempt" }>,
): Promise<Response> {
  gate.counter.counts.exempt++;
  // G2: needing no seat goes for the person of the session, not for whoever else the CRM knows by the same request.
  const withoutKeys = everyOther(gate, req, admission);
  return carryKnown(gate, req, { cookie: admission.cookieForCrm, session: admission, known: identity, withoutKeys });
}

/** G3: by a live pass, without asking anybody. */
export function admit(gate: GateParts, req: GateRequest, admission: Admission, pass: Pass): Promise<Response> {
  seePass(gate, req, admission, pass);
  const seat = { holder: pass.holder, session: admission.session, renewal: null };
  return carryOwn(gate, req, { cookie: admission.cookieForCrm, session: admission, seat });
}

/** G3: the pass is renewed beside the CRM's work. */
export function admitAndRenew(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  pass: Pass,
  act: ClaimAct,
): Promise<Response> {
  seePass(gate, req, admission, pass);
  const seat = { holder: pass.holder, session: admission.session, renewal: renew(gate, req, admission, pass, act) };
  return carryOwn(gate, req, { cookie: admission.cookieForCrm, session: admission, seat });
}

/** G4: nobody's work. */
export function admitInAdvance(gate: GateParts, req: GateRequest, admission: Admission, pass: Pass): Promise<Response> {
  const seat = { holder: pass.holder, session: admission.session, renewal: null };
  const withoutKeys = everyOther(gate, req, admission);
  return carry(gate, req, { cookie: admission.cookieForCrm, session: admission, seat, withoutKeys });
}

function seePass(gate: GateParts, req: GateRequest, { session }: Admission, pass: Pass): void {
  gate.counter.counts.passed++;
  if (!pass.active) pass.active = isActive(gate, req);
  gate.desk.forgetRefusal(session);
}

/** L9: also safe with a pass that waits for the next answer, since it has been issued. */
export function admitClaimed(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  identity: SignedIn,
): Promise<Response> {
  gate.counter.counts.claimed++;
  const seat = { holder: identity.person.id, session: admission.session, renewal: null };
  return carryOwn(gate, req, { cookie: admission.cookieForCrm, session: admission, known: identity, seat });
}

/** G6: the tenant's object cannot be reached. */
export async function admitInGrace(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  person: Person,
): Promise<Response> {
  gate.dependencyHealth.countGrace();
  gate.counter.counts.grace++;
  const seat = { holder: person.id, session: admission.session, renewal: null };
  const answer = await carryOwn(gate, req, { cookie: admission.cookieForCrm, session: admission, seat });
  return withHeader(answer, OUTAGE_HEADER, "grace");
}
