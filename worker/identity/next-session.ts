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
}

/** null: none any more. */
export async function nextSession(
  readCredential: ReadCredential,
  { cookie: before, header, path }: Shown,
  lines: readonly string[],
  now: number,
): Promise<NextSession | null> {
  const cookie = applySetCookies(before, lines, now, path);
  const credential = readCredential({ cookie, header });
  return credential === null ? null : { credential, value: await hashCredential(credential), cookie };
}
