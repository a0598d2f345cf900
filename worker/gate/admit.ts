/** Requests that go on to the CRM: by which pass, and what they tell of the person's work. */
import type { HolderId } from "../../shared/ids.ts";
import { OUTAGE_HEADER } from "../../shared/protocol.ts";
import { stripCookies } from "../pass/cookies.ts";
import type { Pass } from "../pass/pass.ts";
import type { Person } from "../tenant/tenant-calls.ts";
import type { Admission } from "./admissions.ts";
import { carryArrival, isArrival } from "./arrivals.ts";
import { carry, withHeader } from "./carry.ts";
import { isActive } from "./claim.ts";
import type { GateParts } from "./gate-parts.ts";
import { type SignedIn, whoCookies } from "./identify.ts";
import { renew } from "./renew.ts";
import type { Visit } from "./visit.ts";
import type { ClaimAct } from "./visit-act.ts";

/** G2: no seat is needed. `isPublic`: of anybody. */
export function carryOpen(gate: GateParts, visit: Visit, isPublic: boolean): Response | Promise<Response> {
  gate.counter.counts.open++;
  const load = { cookie: stripCookies(visit.cookie), isPublic };
  return isArrival(gate, visit) ? carryArrival(gate, visit, load) : carry(gate, visit, load);
}

/** I7. */
export function carryExempt(gate: GateParts, visit: Visit, { cookieForCrm }: Admission): Promise<Response> {
  gate.counter.counts.exempt++;
  return carry(gate, visit, { cookie: cookieForCrm });
}

/** G3: by a live pass, without a question to anybody. */
export function admit(gate: GateParts, visit: Visit, admission: Admission, pass: Pass): Promise<Response> {
  seePass(gate, visit, admission, pass);
  const seat = { holder: pass.holder, admission, renewal: null };
  return carry(gate, visit, { cookie: admission.cookieForCrm, seat });
}

/** G3: the pass is renewed beside the CRM's work. */
export function admitAndRenew(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  pass: Pass,
  act: ClaimAct,
): Promise<Response> {
  seePass(gate, visit, admission, pass);
  const seat = { holder: pass.holder, admission, renewal: renew(gate, visit, admission, pass, act) };
  return carry(gate, visit, { cookie: admission.cookieForCrm, seat });
}

/** G4: nobody's work. */
export function admitInAdvance(gate: GateParts, visit: Visit, admission: Admission, pass: Pass): Promise<Response> {
  const seat = { holder: pass.holder, admission, renewal: null };
  return carry(gate, visit, { cookie: admission.cookieForCrm, seat });
}

function seePass(gate: GateParts, visit: Visit, { session }: Admission, pass: Pass): void {
  gate.counter.counts.passed++;
  if (!pass.active) pass.active = isActive(gate, visit);
  gate.desk.forgetRefusal(session);
}

/** L9: sound, since the pass is out. */
export function admitReady(gate: GateParts, visit: Visit, admission: Admission, holder: HolderId): Promise<Response> {
  gate.counter.counts.passed++;
  return carry(gate, visit, { cookie: admission.cookieForCrm, seat: { holder, admission, renewal: null } });
}

export async function admitClaimed(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  identity: SignedIn,
): Promise<Response> {
  const holder = identity.person.id;
  gate.identityCookies.keep(admission.session, holder, await whoCookies(gate, admission.session, identity));
  gate.counter.counts.claimed++;
  return carry(gate, visit, { cookie: admission.cookieForCrm, seat: { holder, admission, renewal: null } });
}

/** G6: the tenant's object cannot be reached. */
export async function admitInGrace(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  person: Person,
): Promise<Response> {
  gate.pulse.countGrace();
  gate.counter.counts.grace++;
  const seat = { holder: person.id, admission, renewal: null };
  const answer = await carry(gate, visit, { cookie: admission.cookieForCrm, seat });
  return withHeader(answer, OUTAGE_HEADER, "grace");
}
