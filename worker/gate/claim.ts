/** G4: the tenant is asked for a seat, and what follows from its answer. */
import { clearPass, isInGrace } from "../pass/pass.ts";
import type { Denied, Person } from "../tenant/tenant-calls.ts";
import type { Admission } from "./admissions.ts";
import { NO_COOKIES, withCookies } from "./carry.ts";
import type { ClaimOutcome } from "./claim-desk.ts";
import type { GateParts } from "./gate-parts.ts";
import type { SignedIn } from "./identify.ts";
import { refuseVisit } from "./refuse-visit.ts";
import { identityCookies } from "./session-values.ts";
import type { Visit } from "./visit.ts";
import { isActivity } from "./visit-act.ts";

const CLIENT_KIND = "browser";

/** G8. */
export const isActive = ({ rules }: GateParts, { act, request, path }: Visit): boolean =>
  isActivity(act, request.method, rules.isBackground(path));

export function askForSeat(
  { desk }: GateParts,
  { ctx, act }: Visit,
  admission: Admission,
  person: Person,
  active: boolean,
): Promise<ClaimOutcome> {
  return desk.claim(ctx, admission, { person, act, active, clientKind: CLIENT_KIND });
}

export const claimSeat = (
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  { person }: SignedIn,
): Promise<ClaimOutcome> => askForSeat(gate, visit, admission, person, isActive(gate, visit));

/** G6: whether the person may go on by a pass that is over since a short while. */
export const hasGrace = ({ config, now }: GateParts, { stalePass }: Admission, person: Person): boolean =>
  stalePass !== null && stalePass.holder === person.id && isInGrace(config, stalePass, now());

export async function refuseClaim(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  answer: SignedIn,
  denied: Denied,
): Promise<Response> {
  const cookies = await identityCookies(gate, visit, admission, answer);
  // G6: anyone who was told that the seat is gone does not go on by an old pass when the seats are out of reach later.
  const stale = admission.stalePass === null ? NO_COOKIES : [clearPass()];
  return withCookies(await refuseVisit(gate, visit, denied, answer.person), [...cookies, ...stale]);
}
