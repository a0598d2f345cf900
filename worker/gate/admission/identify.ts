/**
 * Who sent a request: what the CRM says. The identity cookie of the same session saves asking, and stands in when the
 * CRM is silent.
 */

import { applySetCookies } from "../../http/set-cookie.ts";
import type { Identity } from "../../identity/identity-cache.ts";
import { nextShown, type SessionCredential } from "../../identity/session-credential.ts";
import { type IdentityCookie, isOfSession, type Proof, readProof } from "../../pass/identity-cookie.ts";
import { readPass } from "../../pass/pass.ts";
import { NO_COOKIES } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import { endSession, takenCookies } from "../session/end-session.ts";
import { credentialAfter, isSame, type Known, knownBy } from "../session/session-values.ts";
import { type Admission, admissionOf } from "./admission-cache.ts";
import { connectionOf } from "./connections.ts";

/** `who`: what the identity cookie said. */
export type Identified = Identity & { who: IdentityCookie | null };
export type SignedIn = Extract<Identity, { kind: "signed_in" }> & { who: IdentityCookie | null };

/** Who it is, and the request's session as it turned out to be. */
export interface Found {
  identity: Identified;
  admission: Admission;
}

export async function identify(gate: GateParts, req: GateRequest, admission: Admission): Promise<Found> {
  const { config, identity, now } = gate;
  const { request, origin, path, ctx, cookie } = req;
  const { headers } = request;
  const { session, credential, value } = admission;
  const shown = await readProof(config, cookie, now());
  const proof = shown !== null && shown.session === session && isOfSession(shown, value) ? shown : null;
  const visitor = { headers, origin, path, credential };
  const found = await identity.identify({ ...visitor, session, proof, ctx });
  const other = found.kind === "anonymous" ? await otherAdmission(gate, req, credential) : null;
  if (other !== null) return identify(gate, req, other);
  const who = shown?.kind === "person" ? shown : null;
  // The CRM confirms the same person for a value that nobody saw it issue: the same session, not a new one.
  const goesOn = proof === null && shown !== null && isKnown(found) && isSame(knownBy(shown), found);
  const lasting = goesOn ? { ...admission, session: shown.session } : admission;
  const { headers: carrying = [] } = credential;
  const isNext = shown !== null && isKnown(found) && !isSame(knownBy(shown), found) && carrying.length === 0;
  const before = isNext ? await endBefore(gate, req, admission, shown) : null;
  const lines = [...(found.setCookies ?? NO_COOKIES), ...(before?.cookies ?? NO_COOKIES)];
  // I9: what the CRM has just said is not from before the end that followed from it.
  const later =
    isKnown(found) && before !== null
      ? { ...found, identifiedAt: Math.max(found.identifiedAt, before.endedAt + 1) }
      : found;
  return { identity: { ...later, who }, admission: await settle(gate, req, lasting, goesOn, lines) };
}

/**
 * L1.6: the browser is another person's now, by a sign-in that the gate did not see, as at a public address: the seat of the
 * person before ends. Only by the pass that the browser was given for it: an identity cookie alone may have been copied,
 * and a header says nothing of whose browser it is. Gives the `Set-Cookie` values that leave nothing of that person's,
 * and what the next one has signed in by; and until when what was known of the session no longer counts (see `endSession`).
 */
async function endBefore(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  { session, ...before }: Proof,
): Promise<{ cookies: readonly string[]; endedAt: number } | null> {
  const pass = await readPass(gate.config, req.cookie);
  if (pass === null || pass.session !== session || pass.binding !== admission.binding) return null;
  const lease = before.kind === "person" ? { holder: before.person.id, session } : null;
  const endedAt = await endSession(gate, { ...admission, session }, lease);
  return { cookies: await takenCookies(gate, req, admission), endedAt };
}

/** G2: a session that the request shows besides one that is nobody's; null for none. The CRM may well take that one. */
async function otherAdmission(
  gate: GateParts,
  { request, cookie }: GateRequest,
  before: SessionCredential,
): Promise<Admission | null> {
  const shown = { cookie, header: (name: string) => request.headers.get(name) };
  const next = await nextShown(gate.source.readCredential, shown, before);
  if (next === null || next === "too_long") return null;
  return admissionOf(gate, { cookie, ...next, session: null, connection: connectionOf(request) });
}

/** What the CRM set in its answer to the question is the visitor's from here on. */
async function settle(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  goesOn: boolean,
  lines: readonly string[],
): Promise<Admission> {
  if (!goesOn && lines.length === 0) return admission;
  const { session, connection } = admission;
  const after = lines.length === 0 ? null : await credentialAfter(gate, req, lines, admission.credential);
  if (lines.length > 0) {
    req.asked = [...req.asked, ...lines];
    req.cookie = applySetCookies(req.cookie, lines, gate.now(), req.path);
  }
  const { credential, value } = after ?? admission;
  if (value !== admission.value || goesOn) req.isUnsettled = true;
  const settled = await admissionOf(gate, { cookie: req.cookie, credential, value, session, connection });
  // A pass admits only with values that the gate saw the CRM issue; for any other the tenant is asked.
  return goesOn ? { ...settled, pass: null, stalePass: null } : settled;
}

const isKnown = (found: Identity): found is Identity & Known => found.kind === "signed_in" || found.kind === "exempt";
