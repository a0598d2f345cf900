/** G4: the tenant is asked for a seat, and what follows from its answer. */
import type { HolderId } from "../../shared/ids.ts";
import { clearPass, isInGrace } from "../pass/pass.ts";
import { callTenant } from "../tenant/client.ts";
import type { Denied, Person } from "../tenant/tenant-calls.ts";
import type { Admission } from "./admission/admission-cache.ts";
import type { ClaimOutcome } from "./admission/claim-coalescer.ts";
import type { SignedIn } from "./admission/identify.ts";
import { NO_COOKIES, withCookies } from "./carry.ts";
import type { GateParts } from "./gate-parts.ts";
import { type GateRequest, headersOf } from "./gate-request.ts";
import { refuseRequest } from "./refusal/refuse-request.ts";
import { type ClaimAct, isActivity } from "./request-act.ts";
import { identityCookies } from "./session/session-values.ts";

const CLIENT_KIND = "browser";

/** By plain http browsers tell no destination, and older ones nowhere. */
const REPORT = /^\s*application\/(?:csp-report|reports\+json|expect-ct-report\+json)\b/i;

/** G8. */
export function isActive({ rules, preset }: GateParts, req: GateRequest): boolean {
  const { act, method, request } = req;
  const told = request.headers.get("sec-fetch-dest");
  // The browser itself reports what a page's policy did not let in.
  if (told === "report" || (told === null && REPORT.test(request.headers.get("content-type") ?? ""))) return false;
  const destination = told ?? "empty";
  // A script's own request; pictures and styles come with the page.
  const isReadingWork = preset.readingIsWork === true && destination === "empty";
  const isWork = (isBackground: boolean): boolean => isActivity(act, method, isBackground, isReadingWork);
  return isWork(false) && isWork(rules.isBackground(req, req.body));
}

/** `active`: the person is at work, by this request or by those before it. */
export async function claimSeat(
  { desk, records }: GateParts,
  req: GateRequest,
  admission: Admission,
  wish: { person: Person; act: ClaimAct; active: boolean; identifiedAt?: number },
): Promise<ClaimOutcome> {
  const { ctx, origin, path } = req;
  const outcome = await desk.claim(ctx, admission, { ...wish, clientKind: CLIENT_KIND });
  if (outcome.kind === "granted" && outcome.wantsRecords === true) {
    records.count({ headers: headersOf(req), origin, path, credential: admission.credential }, wish.person, ctx);
  }
  return outcome;
}

/** G7. While the tenant cannot be reached a live pass is as good as its word (G6). Never throws. */
export async function hasLease({ tenant }: GateParts, holder: HolderId): Promise<boolean> {
  try {
    return await callTenant(tenant, (stub) => stub.hasLease(holder));
  } catch (error) {
    console.warn("Whether a lease is still there could not be asked:", error);
    return true;
  }
}

/** G6: whether the person may go on by a pass that is over since a short while. */
export const hasGrace = ({ config, now }: GateParts, { stalePass }: Admission, person: Person): boolean =>
  stalePass !== null && stalePass.holder === person.id && isInGrace(config, stalePass, now());

export async function refuseClaim(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  answer: SignedIn,
  denied: Denied,
): Promise<Response> {
  const cookies = await identityCookies(gate, req, admission, answer);
  // G6: anyone who was told that the seat is gone does not go on by an old pass when the seats are out of reach later.
  const stale = admission.stalePass === null ? NO_COOKIES : [clearPass()];
  return withCookies(await refuseRequest(gate, req, denied, answer.person), [...cookies, ...stale, ...req.marks]);
}
