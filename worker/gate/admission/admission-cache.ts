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
import { PASS_COOKIE, stripCookies } from "../../pass/cookies.ts";
import { isOfSession, readProof } from "../../pass/identity-cookie.ts";
import { isLive, isTimely, type Pass, readPass } from "../../pass/pass.ts";
import type { GateRequest } from "../gate-request.ts";
import { type Connection, type Connections, connectionOf } from "./connections.ts";

/** A request's session and what admits it. */
export interface Admission {
  credential: SessionCredential;
  /** The session's key for as long as it lasts: that of the value it began with (G9). */
  session: SessionKey;
  /** The key of the value that the request shows. */
  value: SessionKey;
  binding: BindingId | null;
  connection: Connection;
  /** A live pass of this session and binding, on a connection that the binding is known on (L9). */
  pass: Pass | null;
  /** Another genuine pass of theirs: it has expired (G6), or nobody has said that it is still out. */
  stalePass: Pass | null;
  /** The Cookie header for the CRM. */
  cookieForCrm: string | null;
}

/** What the reading of an admission goes by. */
export interface AdmissionParts {
  config: Config;
  connections: Connections;
  now: () => number;
}

/** What a request shows. `session`: the session that the value is known to go on; null: pass or identity cookie says. */
export interface Shown {
  cookie: string | null;
  credential: SessionCredential;
  value: SessionKey;
  session: SessionKey | null;
  connection: Connection;
}

/** What admits a request that shows this. */
export async function admissionOf(
  { config, connections, now: clock }: AdmissionParts,
  { cookie, credential, value, session, connection }: Shown,
): Promise<Admission> {
  const now = clock();
  const shown = readBinding(cookie);
  // A binding that was handed back admits nobody: a browser that missed the answer gets a new one.
  const binding = shown !== null && isForgotten(shown) ? null : shown;
  const shownPass = await readPass(config, cookie);
  const key = session ?? (shownPass?.session === value ? value : await sessionOfValue(config, cookie, value, now));
  const theirs = shownPass !== null && binding !== null && shownPass.session === key && shownPass.binding === binding;
  const isAdmitting = theirs && isLive(config, shownPass, key, binding, now) && connections.knows(binding, connection);
  return {
    credential,
    session: key,
    value,
    binding,
    connection,
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
  parts: AdmissionParts,
  readCredential: ReadCredential,
  credentialHeaders: readonly string[],
): ReadAdmission {
  const { config, connections, now } = parts;
  const seen = new BoundedMap<string, Admission & { pass: Pass; binding: BindingId; generation: number }>(
    ADMISSIONS_MAX,
  );

  /** Every byte that can tell sessions or passes apart, and the connection where a pass could be believed. */
  const keyOf = ({ cookie, request }: GateRequest): string => {
    let key = cookie?.includes(PASS_COOKIE) ? `${cookie}\n${connectionOf(request) ?? ""}` : (cookie ?? "");
    for (const name of credentialHeaders) key += `\n${request.headers.get(name) ?? ""}`;
    return key;
  };

  async function read(req: GateRequest, key: string): Promise<Admission | "too_long" | null> {
    const { cookie, request } = req;
    const credential = readCredential({ cookie, header: (name) => request.headers.get(name) });
    if (credential === null) return null;
    if (isOverLong(credential)) return "too_long";
    const value = await hashCredential(credential);
    const shown = { cookie, credential, value, session: null, connection: connectionOf(request) };
    const admission = await confirm(req, shown, await admissionOf(parts, shown));
    const { pass, binding } = admission;
    if (pass !== null && binding !== null && key.length <= SEEN_MAX_CHARS)
      seen.set(key, { ...admission, pass, binding, generation: connections.generation() });
    return admission;
  }

  /** L9: a live pass on an unfamiliar connection counts once the tenant's object has said that it is still out. */
  async function confirm({ ctx }: GateRequest, shown: Shown, admission: Admission): Promise<Admission> {
    const { stalePass, connection } = admission;
    if (stalePass === null || !isTimely(config, stalePass, now())) return admission;
    const answer = await connections.ask(ctx, stalePass, connection);
    return answer === "silent" ? admission : admissionOf(parts, shown);
  }

  return (req) => {
    const key = keyOf(req);
    const before = seen.get(key);
    // Read by each request: what nobody looks at is not seen to be set back.
    const isKept = connections.generation() === before?.generation;
    if (isKept && isTimely(config, before.pass, now()) && !isForgotten(before.binding)) return before;
    return read(req, key);
  };
}
