/** How a session of the CRM begins and ends at the gate: sign-in, sign-out, and sessions that are nobody's any more. */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { UNMARK_SENDS_USER } from "../pass/cookies.ts";
import { clearJar, forgetJar } from "../pass/jar.ts";
import { clearPass, readPass } from "../pass/pass.ts";
import { letGo } from "../pass/receipt.ts";
import { clearWho, readWho, type Who } from "../pass/who.ts";
import type { Admission } from "./admissions.ts";
import { carry, withCookies } from "./carry.ts";
import type { GateParts } from "./gate-parts.ts";
import { findSessionCookies } from "./sign-out.ts";
import { callTenant } from "./tenant-call.ts";
import type { Visit } from "./visit.ts";

interface SessionLease {
  holder: HolderId;
  session: SessionKey;
}

/**
 * `Set-Cookie` values that leave a browser without anything of Hotseat's but a receipt: what the answer takes away
 * counts once the browser shows that it took it (L9).
 */
export async function signedOutCookies(
  { config, source, now }: GateParts,
  { cookie }: Visit,
  { jar }: Admission,
): Promise<string[]> {
  const pass = await readPass(config, cookie);
  const taken =
    pass !== null && pass.jar === jar
      ? await letGo(config, { holder: pass.holder, jar: pass.jar }, now())
      : [clearPass(), clearJar()];
  return [...taken, clearWho(), UNMARK_SENDS_USER, ...source.signedOutCookies];
}

/** The session is none (any more): the CRM answers as it likes, and a lease of the session ends. */
export async function carryAnonymous(
  gate: GateParts,
  visit: Visit,
  admission: Admission,
  who: Who | null,
): Promise<Response> {
  gate.counter.counts.open++;
  const cookie = admission.cookieForCrm;
  if (who === null) return carry(gate, visit, { cookie });
  // L9: this session is nobody's; another one that the identity cookie names may live on elsewhere.
  await endSession(gate, admission, { holder: who.person.id, session: admission.session });
  return carry(gate, visit, { cookie, cookies: await signedOutCookies(gate, visit, admission) });
}

/** G5: logout is never refused, and ends the lease once the CRM has taken it. */
export async function signOut(gate: GateParts, visit: Visit, admission: Admission): Promise<Response> {
  const lease = await findLease(gate, visit, admission);
  gate.counter.counts.open++;
  const answer = await carry(gate, visit, { cookie: admission.cookieForCrm });
  if (!gate.rules.isSignedOut(visit, visit.body, answer)) return answer;
  await endSession(gate, admission, lease);
  return withCookies(answer, await signedOutCookies(gate, visit, admission));
}

async function findLease(
  { config, identity, now }: GateParts,
  { cookie }: Visit,
  { session }: Admission,
): Promise<SessionLease | null> {
  const who = await readWho(config, cookie, now());
  const pass = await readPass(config, cookie);
  const holder =
    identity.recall(session)?.person.id ??
    (who?.session === session ? who.person.id : null) ??
    (pass?.session === session ? pass.holder : null);
  return holder === null ? null : { holder, session };
}

/** What this isolate knows of the session counts no more; its lease ends. Never throws. */
export async function endSession(gate: GateParts, admission: Admission, lease: SessionLease | null): Promise<void> {
  const { identity, desk, identityCookies, tenant } = gate;
  identity.forget(admission.session);
  desk.dropPass(admission);
  identityCookies.drop(admission.session);
  if (admission.jar !== null) forgetJar(admission.jar);
  if (lease === null) return;
  try {
    await callTenant(tenant, (stub) => stub.signOut(lease.holder, lease.session));
  } catch (error) {
    console.error("The tenant was not told of a logout; the lease ends by itself later:", error);
  }
}

/** Whoever signs in may be another than before in the same session: nothing of before counts. */
export async function signIn(gate: GateParts, visit: Visit, admission: Admission): Promise<Response> {
  gate.counter.counts.open++;
  const answer = await carry(gate, visit, { cookie: admission.cookieForCrm });
  gate.identity.forget(admission.session);
  gate.desk.forgetRefusal(admission.session);
  gate.identityCookies.drop(admission.session);
  return withCookies(answer, [clearPass(), clearWho()]);
}

/** G5: signs out on the browser's side, where no form can call the CRM's logout: its session is laid down there. */
export async function forgetBrowser(gate: GateParts, visit: Visit, admission: Admission | null): Promise<Response> {
  const answer = new Response(null, { status: 303, headers: { location: "/", "cache-control": "no-store" } });
  if (admission === null) return answer;
  await endSession(gate, admission, await findLease(gate, visit, admission));
  const carriers = findSessionCookies(gate.preset, visit.cookie ?? "").map(clearCookie);
  return withCookies(answer, [...carriers, ...(await signedOutCookies(gate, visit, admission))]);
}

const clearCookie = (name: string): string => `${name}=; Path=/; Max-Age=0`;
