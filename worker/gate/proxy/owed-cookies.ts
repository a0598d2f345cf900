/**
 * `Set-Cookie` lines of the CRM that came when no answer could carry them any more, such as with a question beside a
 * request: they leave with the next answer of the session.
 */
import type { SessionKey } from "../../../shared/ids.ts";
import { BoundedMap } from "../../memory/bounded-map.ts";

export interface OwedCookies {
  has(session: SessionKey): boolean;
  add(session: SessionKey, lines: readonly string[]): void;
  take(session: SessionKey): readonly string[];
}

const SESSIONS_MAX = 1_000;
const NOTHING: readonly string[] = [];

export function createOwedCookies(): OwedCookies {
  const owed = new BoundedMap<SessionKey, readonly string[]>(SESSIONS_MAX);
  return {
    has: (session) => owed.size > 0 && owed.get(session) !== undefined,
    add(session, lines) {
      if (lines.length > 0) owed.set(session, [...(owed.get(session) ?? NOTHING), ...lines]);
    },
    take(session) {
      if (owed.size === 0) return NOTHING;
      const lines = owed.get(session) ?? NOTHING;
      owed.delete(session);
      return lines;
    },
  };
}
