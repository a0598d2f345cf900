/** How a session of the CRM begins and ends at the gate: sign-in, sign-out, and sessions that are nobody's any more. */
import type { HolderId } from "../../../shared/ids.ts";
import { NOBODYS } from "../../identity/session-credential.ts";
import { stripCookies } from "../../pass/cookies.ts";
import { clearIdentityCookie, type IdentityCookie, readIdentityCookie } from "../../pass/identity-cookie.ts";
import { clearPass, readPass } from "../../pass/pass.ts";
import { beginSignIn } from "../../pass/sign-in.ts";
import { callTenant } from "../../tenant/client.ts";
import { type Admission, admissionOf } from "../admission/admission-cache.ts";
import { carryOpen } from "../admission/admit.ts";
import { connectionOf } from "../admission/connections.ts";
import { identify } from "../admission/identify.ts";
import { carryJudged } from "../admission/judged.ts";
import { carry, withCookies } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import { endSession, type SessionLease, signedOutCookies } from "./end-session.ts";
import { credentialAfter, setsSessionCookie } from "./session-values.ts";
import { findSessionCookies } from "./sign-out.ts";

const NO_HEADERS: readonly string[] = [];

/** The session is none (any more): the CRM answers as it likes, and a lease of the session ends. */
export async function carryAnonymous(
  gate: GateParts,
  req: GateRequest,
  admission: Admission,
  who: IdentityCookie | null,
): Promise<Response> {
  gate.counter.counts.open++;
  const { credentials } = gate.source;
  // Anything else that could sign somebody in is not forwarded, as for a stranger: only by this has the CRM been asked.
  const anonymousBut = admission.credential.headers ?? NO_HEADERS;
  const load = { cookie: credentials.anonymousCookies(admission.cookieForCrm), anonymousBut };
  if (who === null) return carryJudged(gate, req, load);
  // L9: this session is nobody's; another one that the identity cookie names may live on elsewhere.
  await endSession(gate, admission, { holder: who.person.id, session: admission.session });
  return carryJudged(gate, req, { ...load, cookies: await signedOutCookies(gate, req, admission) });
}

/** G5: logout is never refused, and ends the lease once the CRM has taken it. */
export async function signOut(gate: GateParts, req: GateRequest, shown: Admission): Promise<Response> {
  const { lease, admission } = await findOwner(gate, req, shown);
  gate.counter.counts.open++;
  const answer = await carry(gate, req, { cookie: admission.cookieForCrm });
  if (!gate.rules.isSignedOut(req, req.body, answer)) return answer;
  await endSession(gate, admission, lease);
  return withCookies(answer, await signedOutCookies(gate, req, admission));
}

/** The lease that the request proves to be of its session. */
async function findLease(
  { config, now }: GateParts,
  { cookie }: GateRequest,
  { session }: Admission,
): Promise<SessionLease | null> {
  const who = await readIdentityCookie(config, cookie, now());
  const pass = await readPass(config, cookie);
  const holder = (who?.session === session ? who.person.id : null) ?? (pass?.session === session ? pass.holder : null);
  return holder === null ? null : { holder, session };
}

/**
 * Whose session ends. Not everybody shows a proof: programs keep no cookies of ours, or the CRM's alone, and a value
 * may be new. While the session still lives, the CRM says.
 */
async function findOwner(
  gate: GateParts,
  req: GateRequest,
  shown: Admission,
): Promise<{ lease: SessionLease | null; admission: Admission }> {
  const proved = await findLease(gate, req, shown);
  if (proved !== null) return { lease: proved, admission: shown };
  const { identity, admission } = await identify(gate, req, shown);
  const isOwned = identity.kind === "signed_in";
  return { lease: isOwned ? { holder: identity.person.id, session: admission.session } : null, admission };
}

/** A different person may sign in to the same session: nothing from before counts. */
export async function signIn(gate: GateParts, req: GateRequest, admission: Admission): Promise<Response> {
  gate.counter.counts.open++;
  const proved = await findLease(gate, req, admission);
  const answer = await carry(gate, req, { cookie: admission.cookieForCrm });
  gate.identity.forget(admission.session);
  gate.desk.forgetRefusal(admission.session);
  gate.owed.take(admission.session);
  const before = proved ?? (await findLeaseBeside(gate, admission, answer));
  if (before === null || !(await isSomebodyElse(gate, req, answer, before.holder))) {
    return withCookies(answer, [clearPass(), clearIdentityCookie(), beginSignIn()]);
  }
  await endSession(gate, admission, before);
  return withCookies(answer, [...(await signedOutCookies(gate, req, admission)), beginSignIn()]);
}

/**
 * The browser shows nothing of ours: its first answer is still on its way, or it is a program. Where the answer looks like
 * a sign-in that was taken, the tenant knows whether the session is somebody's.
 */
async function findLeaseBeside(
  gate: GateParts,
  { session }: Admission,
  { status, headers }: Response,
): Promise<SessionLease | null> {
  const isTaken = (status >= 300 && status < 400) || setsSessionCookie(gate, headers.getSetCookie());
  if (!isTaken) return null;
  try {
    const holder = await callTenant(gate.tenant, (stub) => stub.holderOf(session));
    return holder === null ? null : { holder, session };
  } catch (error) {
    console.error(
      "The tenant was not asked whose session a sign-in replaces; a lease of it ends by itself later:",
      error,
    );
    return null;
  }
}

/** L1: whether the browser is another person's, or nobody's, after the answer to a sign-in. */
async function isSomebodyElse(gate: GateParts, req: GateRequest, answer: Response, before: HolderId): Promise<boolean> {
  const after = await credentialAfter(gate, req, answer.headers.getSetCookie());
  if (after === null) return true;
  const { credential, value, cookie } = after;
  const headers = new Headers(req.request.headers);
  if (cookie !== null) headers.set("cookie", cookie);
  const { origin, path, ctx } = req;
  const found = await gate.identity.identify({ headers, origin, path, ctx, credential, session: value, proof: null });
  if (found.kind === "signed_in") return found.person.id !== before;
  return found.kind === "anonymous" || found.kind === "exempt";
}

/**
 * A login of somebody who shows no session: what the browser still shows of an earlier one counts for none that begins.
 */
export async function signInAnew(gate: GateParts, req: GateRequest): Promise<Response> {
  const answer = await carryOpen(gate, req, false);
  const showsEarlier = stripCookies(req.cookie) !== req.cookie;
  return showsEarlier ? withCookies(answer, [clearPass(), clearIdentityCookie()]) : answer;
}

/** G5: signs out on the browser's side, where no form can call the CRM's logout: its session is laid down there. */
export async function forgetBrowser(gate: GateParts, req: GateRequest, shown: Admission | null): Promise<Response> {
  const answer = new Response(null, { status: 303, headers: { location: "/", "cache-control": "no-store" } });
  const admission = shown ?? (await admissionUnseen(gate, req));
  if (admission === null) return answer;
  await endSession(gate, admission, (await findOwner(gate, req, admission)).lease);
  const folders = foldersOf(req);
  const sessionCookies = findSessionCookies(gate.preset, req.cookie ?? "").flatMap((name) =>
    folders.flatMap((folder) => clearCookie(name, folder, req.origin)),
  );
  return withCookies(answer, [...sessionCookies, ...(await signedOutCookies(gate, req, admission))]);
}

/** The session that the browser's identity cookie names, where the CRM keeps its own cookie to a folder. */
async function admissionUnseen(gate: GateParts, { cookie, request }: GateRequest): Promise<Admission | null> {
  const who = await readIdentityCookie(gate.config, cookie, gate.now());
  if (who === null) return null;
  const { session } = who;
  return admissionOf(gate, { cookie, credential: NOBODYS, value: session, session, connection: connectionOf(request) });
}

/** What is deeper or longer is no CRM's own folder. */
const FOLDERS_DEEP = 3;
const FOLDER = /^(?:\/[\w.~%-]{1,64})+$/;

/** Where the session's cookie may be: everywhere, and in the folders of the page that the person signs out from. */
function foldersOf({ headers, origin }: GateRequest): string[] {
  const from = URL.parse(headers.get("referer") ?? "");
  if (from === null || from.origin !== origin) return ["/"];
  const pieces = from.pathname.split("/").slice(1, 1 + FOLDERS_DEEP);
  const folders = pieces.map((_, at) => `/${pieces.slice(0, at + 1).join("/")}`);
  // A browser keeps the cookies of `/crm` and of `/crm/` apart.
  return ["/", ...folders.filter((folder) => FOLDER.test(folder)).flatMap((one) => [one, `${one}/`])];
}

/**
 * A browser keeps cookies of one name apart: those of each folder, the host's, those of each domain above it, and
 * partitioned ones; and it takes one with a prefix such as `__Host-` away by no line that it would not take for setting it.
 */
function clearCookie(name: string, folder: string, origin: string): string[] {
  const { hostname, protocol } = new URL(origin);
  const line = `${name}=; Path=${folder}; Max-Age=0`;
  if (protocol !== "https:") return [line, ...domainsOf(hostname).map((domain) => `${line}; Domain=${domain}`)];
  const secure = `${line}; Secure`;
  return [secure, `${secure}; Partitioned`, ...domainsOf(hostname).map((domain) => `${secure}; Domain=${domain}`)];
}

/** The host name and those above it, down to two labels; none of an address by numbers. */
function domainsOf(hostname: string): string[] {
  if (/^[\d.]+$|:/.test(hostname)) return [];
  const labels = hostname.replace(/\.$/, "").split(".");
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join("."));
}
