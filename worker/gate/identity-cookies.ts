/**
 * Identity cookies on their way: an answer that may be stored for others brings none, so they wait for the next one that
 * can. (Dolibarr's first protected answer after sign-in is a script that everybody may cache.)
 */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { BoundedMap } from "../pass/bounded-map.ts";

export interface IdentityCookies {
  /** `Set-Cookie` values for the next answer to this person's session; in place of what waits there. */
  keep(session: SessionKey, holder: HolderId, cookies: readonly string[]): void;
  has(session: SessionKey): boolean;
  /** What waits, once. Nothing for anybody else who signed in to the same session meanwhile. */
  take(session: SessionKey, holder: HolderId): readonly string[];
  drop(session: SessionKey): void;
}

const SESSIONS_MAX = 2_000;
const NOTHING: readonly string[] = [];

export function createIdentityCookies(): IdentityCookies {
  const waiting = new BoundedMap<SessionKey, { holder: HolderId; cookies: readonly string[] }>(SESSIONS_MAX);
  return {
    keep(session, holder, cookies) {
      if (cookies.length > 0) waiting.set(session, { holder, cookies });
    },
    has: (session) => waiting.size > 0 && waiting.get(session) !== undefined,
    take(session, holder) {
      const kept = waiting.size > 0 ? waiting.get(session) : undefined;
      if (kept === undefined) return NOTHING;
      waiting.delete(session);
      return kept.holder === holder ? kept.cookies : NOTHING;
    },
    drop(session) {
      if (waiting.size > 0) waiting.delete(session);
    },
  };
}
