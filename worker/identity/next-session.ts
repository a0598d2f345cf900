/** The session that a browser will show after an answer with `Set-Cookie` lines of the CRM (G9). */
import type { SessionKey } from "../../shared/ids.ts";
import { applySetCookies } from "../http/set-cookie.ts";
import { hashCredential, type ReadCredential, type SessionCredential } from "./session-credential.ts";

export interface NextSession {
  credential: SessionCredential;
  /** The key of its value. */
  value: SessionKey;
  /** The Cookie header. */
  cookie: string | null;
}

export interface Shown {
  /** The Cookie header of the request that was answered. */
  cookie: string | null;
  header: (name: string) => string | null;
  path: string;
  /** The session as which the request was judged; those that it shows before are nobody's. Left out: the first. */
  judged?: SessionCredential;
}

/** null: none any more. */
export async function nextSession(
  readCredential: ReadCredential,
  { cookie: before, header, path, judged }: Shown,
  lines: readonly string[],
  now: number,
): Promise<NextSession | null> {
  const cookie = applySetCookies(before, lines, now, path);
  let credential = readCredential({ cookie, header });
  let shown = readCredential({ cookie: before, header });
  while (credential !== null && shown !== null && isBefore(shown, judged) && credential.raw === shown.raw) {
    credential = readCredential({ cookie, header }, credential);
    shown = readCredential({ cookie: before, header }, shown);
  }
  return credential === null ? null : { credential, value: await hashCredential(credential), cookie };
}

const isBefore = ({ carrier = 0 }: SessionCredential, judged: SessionCredential | undefined): boolean =>
  carrier < (judged?.carrier ?? 0);
