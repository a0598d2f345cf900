/** The end of a session of the CRM: nothing of it counts any more, and its lease ends. */
import type { HolderId, SessionKey } from "../../../shared/ids.ts";
import { clearBinding, forgetBinding } from "../../pass/browser-binding.ts";
import { UNMARK_SENDS_USER } from "../../pass/cookies.ts";
import { clearIdentityCookie } from "../../pass/identity-cookie.ts";
import { clearPass, readPass } from "../../pass/pass.ts";
import { letGo } from "../../pass/receipt.ts";
import { callTenant } from "../../tenant/client.ts";
import type { Admission } from "../admission/admission-cache.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";

export interface SessionLease {
  holder: HolderId;
  session: SessionKey;
}

/** A CRM that answers 401 for what a person may not see causes at most one question per session in this time. */
const ASK_AGAIN_MS = 10_000;

/**
 * Whether the CRM no longer knows a session that an answer leaves in doubt. `doubt`: by what; the same one is asked about
 * once in a while, since some CRMs raise it with every answer.
 */
export async function isDead(
  { source, doubts, now, owed }: GateParts,
  { request, origin, path }: GateRequest,
  { session, credential }: Admission,
  doubt: string,
): Promise<boolean> {
  const key = `${session} ${doubt}`;
  if ((doubts.get(key) ?? Number.NEGATIVE_INFINITY) > now() - ASK_AGAIN_MS) return false;
  doubts.set(key, now());
  const result = await source.find({ headers: request.headers, origin, path, credential });
  if (result.kind === "anonymous") return true;
  owed.add(session, result.setCookies ?? []);
  return false;
}

/**
 * `Set-Cookie` values that leave a browser without anything of Hotseat's but a receipt: what the answer takes away
 * counts once the browser shows that it took it (L9).
 */
export const signedOutCookies = async (gate: GateParts, req: GateRequest, admission: Admission): Promise<string[]> => [
  ...(await takenCookies(gate, req, admission)),
  ...gate.source.signedOutCookies,
];

/** The same, but for a sign-in at an identity provider. */
export async function takenCookies(
  { config, now }: GateParts,
  { cookie }: GateRequest,
  { binding }: Admission,
): Promise<string[]> {
  const pass = await readPass(config, cookie);
  const taken =
    pass !== null && pass.binding === binding
      ? await letGo(config, { holder: pass.holder, binding: pass.binding }, now())
      : [clearPass(), clearBinding()];
  return [...taken, clearIdentityCookie(), UNMARK_SENDS_USER];
}

/**
 * What this isolate knows of the session no longer counts; its lease ends. Answers until when (ms) anything that was known
 * of it no longer counts, by the tenant's clock; 0: the tenant did not say. Never throws.
 */
export async function endSession(gate: GateParts, admission: Admission, lease: SessionLease | null): Promise<number> {
  const { identity, desk, owed, tenant } = gate;
  identity.forget(admission.session);
  desk.dropPass(admission);
  owed.take(admission.session);
  if (admission.binding !== null) forgetBinding(admission.binding);
  if (lease === null) return 0;
  try {
    // An object of an older version says nothing.
    return (await callTenant(tenant, (stub) => stub.signOut(lease.holder, lease.session))) ?? 0;
  } catch (error) {
    console.error("The tenant was not told of a logout; the lease ends by itself later:", error);
    return 0;
  }
}
