/** Hot path: a request with the same cookies as one that a live pass admitted costs one look-up. */
import type { BindingId, SessionKey } from "../../../shared/ids.ts";
import type { Config } from "../../config/config.ts";
import {
  hashCredential,
  isOverLong,
  type ReadCredential,
  type SessionCredential,
} from "../../identity/session-credential.ts";
import { BoundedMap } from "../../memory/bounded-map.ts";
import { isForgotten, readBinding } from "../../pass/browser-binding.ts";
import { stripCookies } from "../../pass/cookies.ts";
import { isOfSession, readProof } from "../../pass/identity-cookie.ts";
import { isLive, type Pass, readPass } from "../../pass/pass.ts";
import type { GateRequest } from "../gate-request.ts";

/** A request's session and what admits it. */
export interface Admission {
  credential: SessionCredential;
  /** The session's key for as long as it lasts: that of the value it began with (G9). */
  session: SessionKey;
  /** The key of the value that the request shows. */
  value: SessionKey;
  binding: BindingId | null;
  /** A live pass of this session and binding. */
  pass: Pass | null;
  /** A genuine pass of theirs that has expired (G6). */
  stalePass: Pass | null;
  /** The Cookie header for the CRM. */
  cookieForCrm: string | null;
}

/**
 * What admits a request that shows this value. `session`: the session that it is known to go on; null: the pass or the
 * identity cookie says.
 */
export async function admissionOf(
  config: Config,
  cookie: string | null,
  credential: SessionCredential,
  value: SessionKey,
  session: SessionKey | null,
  now: number,
): Promise<Admission> {
  const shown = readBinding(cookie);
  // A binding that was handed back admits nobody: a browser that missed the answer gets a new one.
  const binding = shown !== null && isForgotten(shown) ? null : shown;
  const shownPass = await readPass(config, cookie);
  const key = session ?? (shownPass?.session === value ? value : await sessionOfValue(config, cookie, value, now));
  const theirs = shownPass !== null && binding !== null && shownPass.session === key && shownPass.binding === binding;
  const isAdmitting = theirs && isLive(shownPass, key, binding, now);
  return {
    credential,
    session: key,
    value,
    binding,
    pass: isAdmitting ? shownPass : null,
    stalePass: theirs && !isAdmitting ? shownPass : null,
    cookieForCrm: stripCookies(cookie),
  };
}

async function sessionOfValue(
  config: Config,
  cookie: string | null,
  value: SessionKey,
  now: number,
): Promise<SessionKey> {
  const proof = await readProof(config, cookie, now);
  return proof !== null && isOfSession(proof, value) ? proof.session : value;
}

/** A person's requests mostly carry the same Cookie header while a pass lasts; an entry is about 1 kB. */
const ADMISSIONS_MAX = 2_000;
/** Requests with more are read each time. */
const SEEN_MAX_CHARS = 8_192;

/** null: no session; `too_long`: longer than any real credential. */
export type ReadAdmission = (req: GateRequest) => Admission | Promise<Admission | "too_long" | null>;

/** Reads the admission of a request; null when it carries no session of the CRM. */
export function createAdmissionCache(
  config: Config,
  readCredential: ReadCredential,
  credentialHeaders: readonly string[],
  now: () => number,
): ReadAdmission {
  const seen = new BoundedMap<string, Admission & { pass: Pass; binding: BindingId }>(ADMISSIONS_MAX);

  /** Every byte that can tell sessions or passes apart. */
  const keyOf = ({ cookie, request }: GateRequest): string => {
    let key = cookie ?? "";
    for (const name of credentialHeaders) key += `\n${request.headers.get(name) ?? ""}`;
    return key;
  };

  async function read(req: GateRequest, key: string): Promise<Admission | "too_long" | null> {
    const { cookie, request } = req;
    const credential = readCredential({ cookie, header: (name) => request.headers.get(name) });
    if (credential === null) return null;
    if (isOverLong(credential)) return "too_long";
    const value = await hashCredential(credential);
    const admission = await admissionOf(config, cookie, credential, value, null, now());
    const { pass, binding } = admission;
    if (pass !== null && binding !== null && key.length <= SEEN_MAX_CHARS)
      seen.set(key, { ...admission, pass, binding });
    return admission;
  }

  return (req) => {
    const key = keyOf(req);
    const before = seen.get(key);
    if (before !== undefined && before.pass.until > now() && !isForgotten(before.binding)) return before;
    return read(req, key);
  };
}
