/**
 * G9: a session of the CRM is more than the value that carries it now. Where an answer brings another value to somebody
 * whose session is known, the same answer brings an identity cookie that knows both: whichever of two answers reaches
 * the browser last, its value and its identity cookie belong together, in every isolate.
 */
import type { HolderId, SessionKey } from "../../../shared/ids.ts";
import { nameSetBy } from "../../http/set-cookie.ts";
import { isKey } from "../../identity/key-names.ts";
import { type NextSession, nextSession } from "../../identity/next-session.ts";
import type { SessionCredential } from "../../identity/session-credential.ts";
import { isOfSession, type Proof, readProof, signExempt, signIdentityCookie } from "../../pass/identity-cookie.ts";
import type { Person } from "../../tenant/tenant-calls.ts";
import type { Admission } from "../admission/admission-cache.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";

/** Whose session it is, and since when that is known. */
export type Known =
  | { kind: "signed_in"; person: Person; identifiedAt: number }
  | { kind: "exempt"; identifiedAt: number };

/** Whether the lines set a cookie that carries sessions, or a key beside it, which is part of the session's value. */
export const setsSessionCookie = ({ source }: GateParts, lines: readonly string[]): boolean =>
  lines.some((line) => {
    const name = nameSetBy(line) ?? "";
    return source.isSessionCookie(name) || isKey(name);
  });

/** What the browser will show as the session after an answer with these lines; null: none any more. */
export function credentialAfter(
  { source, now }: GateParts,
  { cookie, path, request }: GateRequest,
  lines: readonly string[],
  judged?: SessionCredential,
): Promise<NextSession | null> {
  const header = (name: string) => request.headers.get(name);
  const shown = { cookie, path, header, ...(judged === undefined ? {} : { judged }) };
  return nextSession(source.readCredential, shown, lines, now());
}

/**
 * The identity cookie for an answer that leaves the browser with this value of the session; none where it shows one that
 * says as much, or nobody knows whose session it is. `known`: what was just found out, else what the browser shows.
 */
export async function identityCookies(
  { config, identity, now }: GateParts,
  req: GateRequest,
  { session, value: before, pass }: Admission,
  known: Known | null,
  value: SessionKey = before,
): Promise<readonly string[]> {
  const shown = await readProof(config, req.cookie, now());
  const mine = shown !== null && shown.session === session ? shown : null;
  const whose = known ?? (mine === null ? recallHolder(identity, session, pass?.holder) : knownBy(mine));
  if (whose === null) return [];
  const isTold =
    mine !== null &&
    isOfSession(mine, value) &&
    isSame(knownBy(mine), whose) &&
    mine.identifiedAt >= whose.identifiedAt;
  if (isTold) return [];
  const values = new Set([value, before, ...(mine?.values ?? [])]);
  values.delete(session);
  const signed = { session, values: [...values], identifiedAt: whose.identifiedAt };
  return [
    await (whose.kind === "exempt" ? signExempt(config, signed) : signIdentityCookie(config, { ...signed, ...whose })),
  ];
}

function recallHolder(
  identity: GateParts["identity"],
  session: SessionKey,
  holder: HolderId | undefined,
): Known | null {
  const recalled = holder === undefined ? null : identity.recall(session, holder);
  return recalled === null ? null : { ...recalled, kind: "signed_in" };
}

export const knownBy = (proof: Proof): Known =>
  proof.kind === "exempt"
    ? { kind: "exempt", identifiedAt: proof.identifiedAt }
    : { kind: "signed_in", person: proof.person, identifiedAt: proof.identifiedAt };

/** Whether both are the same person, or both somebody who needs no seat. */
export const isSame = (one: Known, other: Known): boolean =>
  one.kind === "exempt" || other.kind === "exempt" ? one.kind === other.kind : one.person.id === other.person.id;
